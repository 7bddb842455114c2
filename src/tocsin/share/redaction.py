"""An assessment becomes what may leave. This is the only way out of the store to other people.

What leaves by rule: ids of campaigns, times, figures, counts by category that are not small, the operator's addresses,
networks and clients, techniques. All else needs a choice (`choices.py`). Nothing that an attacker or a roster could
have written passes as it is: addresses and numbers are read and written anew, and other text from logs is left out
where a name of the roster, an account, an organisation or a tenant stands in it.
"""

from __future__ import annotations

import hashlib
import ipaddress
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import pyarrow as pa

from tocsin.assess.assessment import CATEGORIES, Assessment, Campaign, Infrastructure
from tocsin.errors import UsageError
from tocsin.indicators.hosts import OWN_NETWORKS, domain_named
from tocsin.indicators.tlp import Tlp, strictest
from tocsin.share.choices import Choices, Part
from tocsin.share.private import Private, private
from tocsin.share.shareable import (
    STAGES,
    Address,
    Cell,
    FeedMatch,
    Named,
    Organisation,
    Shareable,
    SharedCampaign,
    Technique,
    Victim,
)
from tocsin.share.small_cells import told

ELSEWHERE = "not on the roster"
"""The cell that makes a table of categories whole."""

CLIENT_SHAPE = re.compile(r"[\w .:()+-]{1,40}(/[\w .:()+-]{1,40})?")
COUNTRY_SHAPE = re.compile(r"[A-Z]{2}")
ID_SHAPE = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,63}")
TECHNIQUE_SHAPE = re.compile(r"[TF]\d{4}(\.\d{3})?")
ASN_SHAPE = re.compile(r"AS(\d{1,10})")

KINDS = frozenset({"hosting", "cdn", "vpn", "tor", "bot", "unknown"})
CHANNELS = frozenset({"email", "sms", "voice", "question", "app", "key", "contact", "code", "other"})
VERDICTS = frozenset({"targeted", "opportunistic", "undetermined"})

LONGEST_OWNER = 80


def redact(
    assessment: Assessment,
    campaigns: Sequence[Campaign],
    roster: pa.Table,
    choices: Choices,
    *,
    technique_names: Mapping[str, str] | None = None,
) -> Shareable:
    """These campaigns of the assessment, as they may leave under the choices."""
    _released(campaigns, choices)
    names = private(assessment, roster)
    out = Left()
    held = [
        _campaign(one, assessment, names, roster, choices, technique_names or {}, out)
        for one in sorted(campaigns, key=lambda one: one.id)
    ]
    window = assessment.window
    return Shareable(
        generated_at=_time(assessment.generated_at),
        period=(_time(window.start), _time(window.end)) if window.start and window.end else None,
        producer=choices.producer,
        tlp=choices.tlp,
        campaigns=held,
        withheld=out.words(),
    )


class Left:
    """What was left out, counted."""

    def __init__(self) -> None:
        self._counts: dict[str, int] = {}

    def out(self, what: str, number: int = 1) -> None:
        if number:
            self._counts[what] = self._counts.get(what, 0) + number

    def words(self) -> list[str]:
        # How many accounts, organisations or contacts there are is a figure of its own; the rest is counted.
        return [what if what in _UNCOUNTED else f"{what}: {count:,}" for what, count in sorted(self._counts.items())]


_ACCOUNTS, _ORGANISATIONS, _FEEDS = "names of accounts", "names of organisations", "matches with others' indicators"
_SMALL = "small counts, and what would give them away"
_UNCOUNTED = frozenset({_ACCOUNTS, _ORGANISATIONS, _FEEDS, _SMALL})


def _campaign(
    one: Campaign,
    assessment: Assessment,
    names: Private,
    roster: pa.Table,
    choices: Choices,
    technique_names: Mapping[str, str],
    out: Left,
) -> SharedCampaign:
    written = [part.value for part in one.infrastructure] + [part.owner for part in one.infrastructure if part.owner]
    others = [text for match in one.indicator_matches for text in (match.value, match.feed, match.indicator)]
    telling = names.telling([one.id, *written, *choices.domains, *others])
    by_category, zeros = _by_category(one, choices) if assessment.coverage.roster else ({}, [])
    channels = _channels(one)
    if any(None in (cell.probed, cell.attacked, cell.compromised) for cell in by_category.values()):
        out.out(_SMALL)
    matches = _matches(one, choices, telling, out)
    safe = [part for part in one.infrastructure if part.value not in telling]
    out.out("parts of the infrastructure in which a name stands", len(one.infrastructure) - len(safe))
    return SharedCampaign(
        id=_id(one.id, telling),
        found_at=_time(one.history[0].at if one.history else one.detected_at or one.last_seen),
        first_seen=_time(one.first_seen),
        last_seen=_time(one.last_seen),
        verdict=one.verdict if one.verdict in VERDICTS else "undetermined",
        identification_attempts=one.counts.identification_attempts,
        identifiers_tried=one.counts.identifiers_tried,
        accounts_probed=one.counts.accounts_probed,
        accounts_attacked=one.counts.accounts_attacked,
        accounts_compromised=one.counts.accounts_compromised,
        by_category=by_category,
        zero_claims=zeros,
        channels=channels,
        addresses=_addresses(safe, telling, out),
        networks=sorted({int(found[1]) for part in safe if (found := ASN_SHAPE.fullmatch(part.value))}),
        clients=_clients(safe, out),
        domains=_domains(safe, choices, names, telling, out),
        techniques=[
            Technique(id=name, name=technique_names.get(name, name), source=_framework(name))
            for name in one.techniques
            if TECHNIQUE_SHAPE.fullmatch(name)
        ],
        names=_names(one, choices),
        victims=_victims(one, roster, choices, out),
        organisations=_organisations(one, choices, out),
        matches=matches,
        tlp=choices.tlp,
        matches_tlp=strictest([choices.tlp, *(match.tlp for match in matches)]),
    )


def _by_category(one: Campaign, choices: Choices) -> tuple[dict[str, Cell], list[str]]:
    """Every category with what may be told of it, and those of whose accounts none fell, where that was approved."""
    totals = {
        "probed": one.counts.accounts_probed,
        "attacked": one.counts.accounts_attacked,
        "compromised": one.counts.accounts_compromised,
    }
    columns: dict[str, dict[str, int | None]] = {}
    for stage in STAGES:
        cells = {name: int(getattr(one.by_category.get(name), stage, 0)) for name in CATEGORIES}
        cells[ELSEWHERE] = max(0, totals[stage] - sum(cells.values()))
        columns[stage] = told(cells, zeros=choices.approve_zero if stage == "compromised" else ())
    table = {
        name: Cell(
            probed=columns["probed"][name], attacked=columns["attacked"][name], compromised=columns["compromised"][name]
        )
        for name in (*CATEGORIES, ELSEWHERE)
    }
    fell = totals["compromised"] > 0
    return table, [name for name in CATEGORIES if fell and columns["compromised"][name] == 0]


def unclaimed(sharing: Shareable, choices: Choices) -> list[str]:
    """Categories of which a zero was approved and that no campaign claims: it is not so, or would tell another count.
    For whoever shares only: it must not travel."""
    return sorted(choices.approve_zero.difference(*(one.zero_claims for one in sharing.campaigns)))


def _channels(one: Campaign) -> dict[str, int | None]:
    cells = {name: count for name, count in sorted(one.channels.items()) if name in CHANNELS}
    by_none = max(0, one.counts.accounts_attacked - sum(cells.values()))
    return told({**{name: cells.get(name, 0) for name in sorted(CHANNELS)}, "none": by_none})


def _addresses(parts: Sequence[Infrastructure], telling: set[str], out: Left) -> list[Address]:
    found: dict[str, Address] = {}
    for part in parts:
        if part.kind != "ip":
            continue
        try:
            address = ipaddress.ip_address(part.value)
        except ValueError:
            out.out("addresses that are none")
            continue
        if any(address in network for network in OWN_NETWORKS if network.version == address.version):
            out.out("addresses inside a site")
            continue
        owner = part.owner
        if owner and (owner in telling or len(owner) > LONGEST_OWNER or not owner.isprintable()):
            owner = None
        country = part.country if part.country and COUNTRY_SHAPE.fullmatch(part.country) else None
        if not part.first_seen or not part.last_seen:
            out.out("addresses without a time")
            continue
        found[str(address)] = Address(
            value=str(address),
            version=address.version,
            events=part.events,
            first_seen=_time(part.first_seen),
            last_seen=_time(part.last_seen),
            network_kind=part.network_kind if part.network_kind in KINDS else "unknown",
            owner=owner,
            country=country,
        )
    return [found[value] for value in sorted(found)]


def _clients(parts: Sequence[Infrastructure], out: Left) -> list[str]:
    """Only a family, as `Chrome/Windows` or `python-requests`: of what an attacker may write anything into."""
    clients = {part.value for part in parts if part.kind == "client"}
    plain = {value for value in clients if CLIENT_SHAPE.fullmatch(value) and value.isascii()}
    out.out("clients with an unusual name", len(clients) - len(plain))
    return sorted(plain)


def _domains(
    parts: Sequence[Infrastructure], choices: Choices, names: Private, telling: set[str], out: Left
) -> list[str]:
    for text in choices.domains:
        if domain_named(text) is None:
            raise UsageError(f"{text!r} is no domain", remedy="give it like confirm-session.example, with --domain")
    given = {*(part.value for part in parts if part.kind == "domain"), *choices.domains}
    safe = given if Part.ORGANISATIONS in choices.include else given - telling - names.carried(given)
    out.out("domains in which a name stands (--include organisations lets them through)", len(given) - len(safe))
    return sorted({domain for text in safe if (domain := domain_named(text))})


def _names(one: Campaign, choices: Choices) -> list[Named]:
    """Names that two people released for this campaign and that were asked for."""
    held = {(claim.actor, claim.authority): claim for claim in one.attribution}
    return [
        Named(
            name=asked.name,
            authority=asked.authority,
            kind=asked.kind.value,
            likelihood=claim.likelihood,
            term=claim.term,
            confidence=claim.confidence,
        )
        for asked in choices.claims
        if (claim := held.get((asked.name, asked.authority))) is not None
    ]


def _released(campaigns: Sequence[Campaign], choices: Choices) -> None:
    """Raises `UsageError` where a name was asked for that nobody released."""
    released = {(claim.actor, claim.authority) for one in campaigns for claim in one.attribution}
    for asked in choices.claims:
        if (asked.name, asked.authority) not in released:
            known = ", ".join(f"{name}@{authority}" for name, authority in sorted(released)) or "none"
            raise UsageError(
                f"{asked.name} ({asked.authority}) is not released for these campaigns",
                remedy=f"two people release a name with `tocsin attribute ID --release`; released are: {known}",
            )


def _victims(one: Campaign, roster: pa.Table, choices: Choices, out: Left) -> list[Victim]:
    if Part.ACCOUNTS not in choices.include:
        out.out(_ACCOUNTS, len(one.accounts))
        return []
    contacts: dict[str, str | None] = {}
    if Part.CONTACTS in choices.include:
        contacts = dict(zip(roster["account"].to_pylist(), roster["contact"].to_pylist(), strict=True))
    named = Part.ORGANISATIONS in choices.include
    return [
        Victim(
            account=account.account,
            provider=account.provider,
            stage=account.stage,
            organisation=account.organisation if named else None,
            contact=contacts.get(account.account),
        )
        for account in one.accounts
    ]


def _organisations(one: Campaign, choices: Choices, out: Left) -> list[Organisation]:
    held = {
        (account.organisation, account.category if account.category in CATEGORIES else "other")
        for account in one.accounts
        if account.organisation
    }
    if Part.ORGANISATIONS not in choices.include:
        out.out(_ORGANISATIONS, len(held))
        return []
    return [Organisation(name=name, category=str(category)) for name, category in sorted(held)]


def _matches(one: Campaign, choices: Choices, telling: set[str], out: Left) -> list[FeedMatch]:
    """Others' indicators go on only when asked, and with their marking."""
    if Part.FEEDS not in choices.include:
        out.out(_FEEDS, len(one.indicator_matches))
        return []
    return [
        FeedMatch(
            indicator=match.indicator,
            feed=match.feed,
            kind=match.kind,
            value=match.value,
            tlp=Tlp(match.tlp),
            events=match.events,
        )
        for match in one.indicator_matches
        if not {match.value, match.feed, match.indicator} & telling or Part.ACCOUNTS in choices.include
    ]


def _id(text: str, telling: set[str]) -> str:
    if ID_SHAPE.fullmatch(text) and text not in telling:
        return text
    return "campaign-" + hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()


def _framework(technique: str) -> str:
    return "mitre-attack" if technique.startswith("T") else "mitre-fight-fraud"


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00")).astimezone(UTC)
