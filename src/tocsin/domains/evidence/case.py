"""The case file: TOML that a person writes, and victims from what `tocsin scan --json` wrote."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Literal

import msgspec

from tocsin.domains.names import NotAName, clean
from tocsin.errors import UsageError

Role = Literal["registrar", "registry", "hoster", "cert", "police", "counsel", "other"]


class CaseError(UsageError):
    """The case file cannot be used."""


class Party(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who reports, or to whom."""

    name: str
    organisation: str = ""
    contact: str = ""
    role: Role = "other"


class Observation(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One thing that was seen."""

    time: str
    """When (ISO 8601), in UTC where it names no zone."""
    what: str
    domain: str = ""
    source: str = ""
    """Where it stands: log file and line, event ids, a person's report."""
    record: str = ""
    """The record itself, word for word."""
    attachment: str = ""
    """Name of an attached file that shows it."""


class Victim(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An account that the domains were used against. Leaves only under a pseudonym."""

    account: str
    organisation: str = ""
    category: str = "other"
    stage: str = ""
    first_seen: str = ""
    last_seen: str = ""


class Case(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a package is made of."""

    title: str
    domains: list[str]
    reporter: Party
    recipient: Party
    summary: str
    request: str = ""
    """What the recipient is asked to do."""
    tlp: Literal["CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED"] = "AMBER"
    observations: list[Observation] = []
    victims: list[Victim] = []
    attachments: list[str] = []
    """Files beside the case file: screenshots, saved pages, records of the registration."""


def read_case(path: Path) -> Case:
    """The case of a TOML file, its domains in their clean form."""
    try:
        case = msgspec.convert(_times_written(tomllib.loads(path.read_text(encoding="utf-8"))), Case)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, msgspec.ValidationError) as error:
        raise CaseError(f"{path}: {error}", remedy="Mend the case file; docs/domains.md shows one.") from error
    if not case.domains:
        raise CaseError(f"{path} names no domain", remedy="Add at least one to `domains`.")
    return msgspec.structs.replace(
        case,
        domains=list(dict.fromkeys(_clean(name, path) for name in case.domains)),
        observations=[
            msgspec.structs.replace(
                one, time=_utc(one.time, path), domain=_clean(one.domain, path) if one.domain else ""
            )
            for one in case.observations
        ],
    )


def _times_written(value: Any) -> Any:
    """TOML's own dates and times as text, as those in quotes are."""
    if isinstance(value, dict):
        return {name: _times_written(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_times_written(one) for one in value]
    return value.isoformat() if isinstance(value, date | datetime) else value


def _utc(text: str, path: Path) -> str:
    """A day as it is; a time in UTC, which it is in, too, where it names no zone."""
    try:
        if len(text) == len("2026-11-03"):
            return date.fromisoformat(text).isoformat()
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise CaseError(
            f"{path}: {text[:80]!r} is no time", remedy="Write it like 2026-11-03 or 2026-11-03T09:12:44Z."
        ) from error
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _clean(name: str, path: Path) -> str:
    try:
        return clean(name)
    except NotAName as error:
        raise CaseError(f"{path}: {name[:80]!r} is no domain: {error}", remedy="Mend `domains`.") from error


def victims_of(assessment: Path, campaigns: Iterable[str] = ()) -> list[Victim]:
    """Accounts of an assessment's campaigns (all, unless some are named)."""
    wanted = set(campaigns)
    try:
        document: Any = msgspec.json.decode(assessment.read_bytes())
        found = [one for one in document["campaigns"] if not wanted or one["id"] in wanted]
        victims = [
            Victim(
                account=str(account["account"]),
                organisation=str(account.get("organisation") or ""),
                category=str(account.get("category") or "other"),
                stage=str(account.get("stage") or ""),
                first_seen=str(account.get("first_seen") or ""),
                last_seen=str(account.get("last_seen") or ""),
            )
            for campaign in found
            for account in campaign["accounts"]
        ]
    except (msgspec.DecodeError, KeyError, TypeError, AttributeError) as error:
        raise CaseError(
            f"{assessment} is no tocsin.assessment/1", remedy="Name the file that `tocsin scan --json` wrote."
        ) from error
    if wanted - {one["id"] for one in found}:
        missing = ", ".join(sorted(wanted - {one["id"] for one in found}))
        raise CaseError(f"{assessment} has no campaign {missing}", remedy="`tocsin campaigns` lists them.")
    return victims
