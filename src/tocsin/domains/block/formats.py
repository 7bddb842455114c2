"""Block lists as others read them.

- `rpz`: response policy zone (draft-vixie-dnsop-dns-rpz): `name CNAME .` and `*.name CNAME .` answer that there is no
  such name, `CNAME rpz-passthru.` lets an exception through. BIND, Unbound, PowerDNS and Knot read it.
- `hosts`: hosts(5). No wildcards: only the name itself and its `www.`.
- `adguard`: AdGuard's DNS filter syntax (`||name^`, exceptions `@@||name^`), which Pi-hole reads since version 5.22.
- `pihole`: a regular expression a line for Pi-hole's regex deny list, below the name, too.
- `defender`: URL entries for the Tenant Allow/Block List of Microsoft Defender, one a line as its form takes them and
  as `New-TenantAllowBlockListItems -ListType Url -Block -Entries` does; `~name` means the name and all below it, at
  most 250 characters (learn.microsoft.com, "Allow or block URLs using the Tenant Allow/Block List").
- `defender-senders`: domains for the same list's senders (`-ListType Sender`).
- `entra`: the B2B policy of Microsoft Entra that refuses invitations of guests from these domains, as JSON
  (learn.microsoft.com, "Allow or block invites to specific organizations"); at most 25 KB. Entra has no list of names
  that browsers may not visit: `edge` is for that.
- `google`: Gmail's blocked senders, separated by commas as "bulk add" takes them (support.google.com/a/answer/2364632).
- `chrome`, `edge`: policies URLBlocklist and URLAllowlist as JSON; a name holds for what is below it, too; at most
  1,000 entries (chromium.org, "URL Blocklist filter format"; learn.microsoft.com, "URLBlocklist").
- `plain`: a name a line.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from tocsin.domains.block.entries import BlockList
from tocsin.domains.names import LONGEST, NotAName, clean
from tocsin.errors import UsageError

LONGEST_SERIAL = 2**32 - 1


class ZoneError(UsageError):
    """A zone cannot be called so, or its numbers cannot be."""


@dataclass(frozen=True, kw_only=True)
class How:
    """What a format may want to know."""

    made: datetime
    zone: str = "rpz.tocsin.local"
    ttl: int = 300
    serial: int | None = None
    """Of the zone; the seconds since 1970 unless given, so that it grows."""


Written = tuple[str, list[str]]
"""The text, and what a person should know about it."""


def written(blocked: BlockList, form: str, how: How) -> Written:
    """The list in this form, with remarks on what the form cannot say."""
    return FORMATS[form](blocked, how)


def _head(blocked: BlockList, how: How, sign: str) -> list[str]:
    lines = [f"{sign} Tocsin block list, {how.made:%Y-%m-%d %H:%M} UTC, {len(blocked.entries)} names"]
    last = max((entry.until for entry in blocked.entries if entry.until), default=None)
    first = min((entry.until for entry in blocked.entries if entry.until), default=None)
    if first and last:
        lines.append(f"{sign} expires: first {first.isoformat()}, last {last.isoformat()}; write it anew before that")
    return lines


def _rpz(blocked: BlockList, how: How) -> Written:
    zone = how.zone.rstrip(".").lower()
    try:
        clean(zone)
    except NotAName as error:
        raise ZoneError(f"{zone!r} is no name for a zone: {error}", remedy="Use one like rpz.example.org.") from error
    serial = int(how.made.timestamp()) if how.serial is None else how.serial
    if not 0 < serial <= LONGEST_SERIAL:
        raise ZoneError(f"{serial} is no serial number of a zone", remedy="Use a number from 1 to 4294967295.")
    lines = [
        *_head(blocked, how, ";"),
        f"$ORIGIN {zone}.",
        f"$TTL {how.ttl}",
        f"@ IN SOA localhost. hostmaster.{zone}. {serial} 3600 900 2592000 {how.ttl}",
        "@ IN NS localhost.",
    ]
    remarks: list[str] = []
    longest = LONGEST - len(zone) - len("*.") - 1
    for name in blocked.exceptions:
        lines += [f"{name} CNAME rpz-passthru.", f"*.{name} CNAME rpz-passthru."]
    for entry in blocked.entries:
        if len(entry.name) > longest:
            remarks.append(f"{entry.name} is too long to stand in the zone {zone}: left out")
            continue
        until = f" ; until {entry.until.isoformat()}" if entry.until else ""
        lines += [f"{entry.name} CNAME .{until}", f"*.{entry.name} CNAME ."]
    return "\n".join(lines) + "\n", remarks


def _hosts(blocked: BlockList, how: How) -> Written:
    lines = _head(blocked, how, "#")
    allowed = set(blocked.exceptions)
    for entry in blocked.entries:
        lines += [f"0.0.0.0 {name}" for name in (entry.name, f"www.{entry.name}") if name not in allowed]
    return "\n".join(lines) + "\n", ["hosts files know no wildcards: only the name itself and its www. are blocked"]


def _adguard(blocked: BlockList, how: How) -> Written:
    lines = _head(blocked, how, "!")
    lines += [f"||{entry.name}^" for entry in blocked.entries]
    lines += [f"@@||{name}^" for name in blocked.exceptions]
    return "\n".join(lines) + "\n", []


def _pihole(blocked: BlockList, _how: How) -> Written:
    lines = [rf"(\.|^){re.escape(entry.name)}$" for entry in blocked.entries]
    return "".join(f"{line}\n" for line in lines), _unsaid(blocked, "add them to Pi-hole's list of allowed names")


def _defender(blocked: BlockList, _how: How) -> Written:
    lines = [f"~{entry.name}" for entry in blocked.entries if len(entry.name) < 250]
    remarks = _unsaid(blocked, "add them to the list as allowed URLs")
    if len(lines) > 500:
        remarks.append(f"{len(lines)} entries: without Defender for Office 365 the list takes 500, with plan 1 1,000")
    return "".join(f"{line}\n" for line in lines), remarks


def _senders(blocked: BlockList, _how: How) -> Written:
    lines = [entry.name for entry in blocked.entries]
    return "".join(f"{line}\n" for line in lines), _unsaid(blocked, "add them to the list as allowed senders")


def _entra(blocked: BlockList, _how: How) -> Written:
    policy = {"AllowedDomains": [], "BlockedDomains": [entry.name for entry in blocked.entries]}
    text = json.dumps({"B2BManagementPolicy": {"InvitationsAllowedAndBlockedDomainsPolicy": policy}}, indent=1) + "\n"
    remarks = _unsaid(blocked, "the policy knows no exceptions")
    if len(text.encode()) > 25_000:
        remarks.append("more than 25 KB: Entra takes no larger policy")
    return text, remarks


def _google(blocked: BlockList, _how: How) -> Written:
    text = ", ".join(entry.name for entry in blocked.entries)
    return text + "\n", _unsaid(blocked, "put them on a list of approved senders that bypasses the setting")


def _policy(blocked: BlockList, _how: How) -> Written:
    policy = {"URLBlocklist": [entry.name for entry in blocked.entries], "URLAllowlist": list(blocked.exceptions)}
    remarks = [f"{len(blocked.entries)} entries: the policy takes 1,000"] if len(blocked.entries) > 1000 else []
    return json.dumps(policy, indent=1) + "\n", remarks


def _plain(blocked: BlockList, _how: How) -> Written:
    return "".join(f"{entry.name}\n" for entry in blocked.entries), _unsaid(blocked, "a plain list has no exceptions")


def _unsaid(blocked: BlockList, what: str) -> list[str]:
    if not blocked.exceptions:
        return []
    return [f"exceptions cannot be said in this form ({', '.join(blocked.exceptions[:3])}): {what}"]


FORMATS: dict[str, Callable[[BlockList, How], Written]] = {
    "rpz": _rpz,
    "hosts": _hosts,
    "adguard": _adguard,
    "pihole": _pihole,
    "defender": _defender,
    "defender-senders": _senders,
    "entra": _entra,
    "google": _google,
    "chrome": _policy,
    "edge": _policy,
    "plain": _plain,
}
