"""What a tenant's log shows: the table of knowledge against what was read, kind by kind.

Whatever is taken out of a log, its coverage can only shrink: a kind of act is claimed only where records of it stand
in the log, and a day only where the log holds a record of it. That a kind never occurs may have two reasons, that
nothing of it happened or that the export left it out, and the log cannot tell them apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Literal

import msgspec

from tocsin.coverage.kinds import KINDS, ORDINARY, Kind
from tocsin.coverage.knowledge import Fact, Kept, Knowledge, Log
from tocsin.lake import Covered

Shown = Literal["yes", "partly", "none_seen", "log_missing", "no", "not_known"]

CLAIMED = ("yes", "partly")
"""Kinds that an answer covers."""

EPOCH = date(1970, 1, 1)


class Retention(msgspec.Struct, frozen=True, kw_only=True):
    """How long the provider keeps a log."""

    days: int | None
    licence: str | None
    words: str | None


class LogCovered(msgspec.Struct, frozen=True, kw_only=True):
    """One log of the provider, and what of it was given."""

    log: str
    title: str
    given: bool
    days: list[tuple[str, str]]  # days with records, as stretches of whole days, both ends counted
    only_sign_ins: bool  # as an export that was filtered to them would hold
    retention: list[Retention]
    delay: str  # '' where it is not known


class KindShown(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of act in the logs of a tenant."""

    kind: str
    shown: Shown
    events: int  # records that show it
    logs: list[str]  # that show it, given or not
    words: str  # the condition, or why not; '' where there is nothing to say
    document: str  # where the provider says so; '' where it does not
    url: str


def shown(covered: Covered, table: Knowledge) -> tuple[list[LogCovered], list[KindShown]]:
    """The logs of the tenant's provider, and every kind of act in their order."""
    logs = [(log, _given(log, covered)) for log in table.of(covered.provider)]
    return (
        [_log(log, given, covered) for log, given in logs],
        [_kind(kind, logs, covered, table) for kind in KINDS],
    )


def _given(log: Log, covered: Covered) -> bool:
    """Whether records of it were read: in one of its formats, and some of its own acts."""
    return bool(set(log.formats) & set(covered.formats)) and bool(_days(log, covered))


def _days(log: Log, covered: Covered) -> frozenset[int]:
    names = log.activities or list(covered.acts)
    return frozenset().union(*(covered.acts[name].days for name in names if name in covered.acts))


def _log(log: Log, given: bool, covered: Covered) -> LogCovered:
    names = [name for name in (log.activities or list(covered.acts)) if name in covered.acts]
    return LogCovered(
        log=log.log,
        title=log.title,
        given=given,
        days=stretches(_days(log, covered)) if given else [],
        only_sign_ins=given and all(name in ORDINARY for name in names),
        retention=[_retention(one) for one in log.retention],
        delay=log.delay.words if log.delay else "",
    )


def _retention(kept: Kept) -> Retention:
    return Retention(days=kept.days, licence=kept.licence, words=kept.words)


def _kind(kind: Kind, logs: Sequence[tuple[Log, bool]], covered: Covered, table: Knowledge) -> KindShown:
    facts = [(log, given, fact) for log, given in logs if (fact := log.fact(kind.name)) is not None]
    showing = [one for one in facts if one[2].shown != "no"]
    at_hand = [one for one in showing if one[1]]
    if at_hand:
        ways = [(), *(fact.occurs_as for _, _, fact in at_hand)]
        events = max(kind.occurs(covered.acts, way) for way in ways)
        best: Shown = "yes" if any(fact.shown == "yes" for _, _, fact in at_hand) else "partly"
        return _of(kind, best if events else "none_seen", events, at_hand, table)
    events = kind.occurs(covered.acts)
    # What the table does not know of is never claimed, whatever stands in the log: whether all of it does is not known.
    # Nor is a log held to be missing where records came in a format of which it is not known what it shows.
    events = kind.occurs(covered.acts)
    if showing and set(covered.formats) <= {name for log, _ in logs for name in log.formats}:
        return _of(kind, "log_missing", events, showing, table)
    return _of(kind, "not_known" if showing or not facts else "no", events, [] if showing else facts, table)


def _of(kind: Kind, state: Shown, events: int, facts: Sequence[tuple[Log, bool, Fact]], table: Knowledge) -> KindShown:
    said = [fact for _, _, fact in facts if fact.words] or [fact for _, _, fact in facts]
    document = table.documents[said[0].source] if said else None
    return KindShown(
        kind=kind.name,
        shown=state,
        events=events,
        logs=[log.log for log, _, _ in facts] if state != "no" else [],
        words=said[0].words if said and state != "yes" else "",
        document=document.name if document else "",
        url=document.url if document else "",
    )


def stretches(days: Iterable[int]) -> list[tuple[str, str]]:
    """Days since 1970 as stretches of days that follow each other, first and last (ISO)."""
    found: list[list[int]] = []
    for day in sorted(days):
        if found and day == found[-1][1] + 1:
            found[-1][1] = day
        else:
            found.append([day, day])
    return [(_iso(first), _iso(last)) for first, last in found]


def days_in(parts: Iterable[tuple[str, str]]) -> frozenset[int]:
    """The days of stretches, numbered from 1970."""
    return frozenset(
        day
        for first, last in parts
        for day in range((date.fromisoformat(first) - EPOCH).days, (date.fromisoformat(last) - EPOCH).days + 1)
    )


def _iso(day: int) -> str:
    return (EPOCH + timedelta(days=day)).isoformat()
