"""The seam of a pattern: what it looks at, which events show it, and how a finding of it is told.

A Sigma rule has the telling alone: rules are matched together, and not each by itself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import ibis

from tocsin.detect.observed import Observed

LEVELS = ("informational", "low", "medium", "high", "critical")
"""Sigma's words (https://github.com/SigmaHQ/sigma-specification, rules, "level"), the least first."""

SHOWN = (
    "provider",
    "tenant",
    "event_uid",
    "ts",
    "activity",
    "outcome",
    "account",
    "source_ip",
    "raw_ref",
)
"""What is kept of an event that shows a finding. `observed.events` and all that is made of it have these columns."""

HIT = ("key", "note", *SHOWN)
"""What `finds` gives, a row an event: `key` is what the events have in common (an account, a source), `note` a word for
`says`, both text; `note` may be NULL. An event may stand under several keys, and twice under one."""


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """One number that a pattern rests on."""

    name: str
    value: int
    unit: str
    why: str


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What the events of one finding have in common, for the sentence about it."""

    events: int
    accounts: int  # distinct, 0 where none is named
    sources: int  # distinct addresses
    successes: int  # events with the outcome success
    days: int  # distinct days (UTC)
    account: str | None  # where there is one only
    source_ip: str | None  # where there is one only
    notes: tuple[str, ...]  # distinct, sorted


@dataclass(frozen=True, kw_only=True, eq=False)
class Telling:
    """How the findings of one kind are told. They are told apart by `key` and by silence between their events."""

    name: str  # what happens: "password_spray"
    title: str  # for people
    role: str  # what it shows: identification | attack | access | persistence
    level: str  # one of LEVELS
    techniques: tuple[str, ...]  # ATT&CK ids; MITRE F3 where ATT&CK has none
    says: Callable[[Facts], str]  # one line
    quiet_hours: int = 24  # so long without an event of its key, and the next one begins a new finding


@dataclass(frozen=True, kw_only=True, eq=False)
class Pattern(Telling):
    """One suspicious pattern over several events.

    Unlike a `Detection`, which says what is worth weighing, a pattern has thresholds and speaks by itself; like one,
    it is said once in Ibis for every engine: whole numbers in windows, no distinct counts in them, every order ended
    by the event's id.
    """

    false_positives: tuple[str, ...]  # what harmless thing looks the same
    finds: Callable[[Observed], ibis.Table]  # HIT
    parameters: tuple[Parameter, ...] = ()


def hits(rows: ibis.Table, key: str | ibis.Value, note: ibis.Value | None = None) -> ibis.Table:
    """HIT of rows that show a pattern; `key` is a column or an expression."""
    of = rows[key] if isinstance(key, str) else key
    said = ibis.null("string") if note is None else note
    return rows.select(of.name("key"), said.name("note"), *SHOWN)
