"""What is known of one actor, by one naming authority."""

from __future__ import annotations

from datetime import date
from typing import Literal

import msgspec

MISP, MICROSOFT, ATTACK = "misp", "microsoft", "mitre-attack"

AUTHORITY_WORDS = {
    MISP: "MISP threat actors",
    MICROSOFT: "Microsoft activity groups",
    ATTACK: "MITRE ATT&CK groups",
}
"""Authorities that come with the package; a private profile is an authority of its own."""


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """An authority says that an actor is called by a name."""

    actor: str
    name: str
    authority: str
    source: str  # where the authority says so
    since: str | None = None  # day since when it is said, where that is known


class Similar(msgspec.Struct, frozen=True, kw_only=True):
    """An authority holds two entries to be alike, and keeps both."""

    actor: str
    authority: str  # whose entry the other one is
    likelihood: str  # in the authority's word


class Hours(msgspec.Struct, frozen=True, kw_only=True):
    """When an actor works: hours of the day at its place, and its days off (Monday is 0)."""

    timezone: str
    start: float
    end: float
    days_off: tuple[int, ...]


class Indicator(msgspec.Struct, frozen=True, kw_only=True):
    """An address, network, domain or client that an actor was seen with."""

    kind: Literal["ip", "network", "domain", "client"]
    value: str
    actor: str  # by which name the source calls the hand behind it
    source: str
    first_seen: date | None = None
    last_seen: date | None = None
    seized: date | None = None  # day since when somebody else holds it


class Actor(msgspec.Struct, frozen=True, kw_only=True):
    """An entry of one authority. What it lacks is unknown, not absent."""

    authority: str
    name: str
    id: str
    source: str
    names: tuple[Claim, ...]  # its own name first
    references: tuple[str, ...] = ()
    similar: tuple[Similar, ...] = ()
    replaced_by: str | None = None  # the entry that took its place
    country: str | None = None  # two letters: whence the authority believes it works
    criminal: bool = False
    categories: frozenset[str] = frozenset()  # of people it goes for, in Tocsin's words
    target_countries: frozenset[str] = frozenset()
    techniques: frozenset[str] = frozenset()
    hours: Hours | None = None
    languages: frozenset[str] = frozenset()
    indicators: tuple[Indicator, ...] = ()

    @property
    def key(self) -> tuple[str, str]:
        """Authority and name."""
        return self.authority, self.name


class Refused(msgspec.Struct, frozen=True, kw_only=True):
    """A profile that was not taken."""

    file: str
    reason: str


def authority_words(authority: str) -> str:
    """``MITRE ATT&CK groups``; a profile's authority by its own name."""
    return AUTHORITY_WORDS.get(authority, authority)
