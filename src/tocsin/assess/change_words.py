"""Why a campaign changed, in words with numbers."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from tocsin.assess.assessment import Standing
from tocsin.lake.history import FIGURES


class Timed(Protocol):
    @property
    def time(self) -> datetime: ...


def found(rows: Collection[Timed], after: Standing) -> str:
    accounts = after.accounts_probed + after.accounts_attacked
    return f"{_counted(after.events, 'event')} {_days(rows)} at {_counted(accounts, 'account')}"


def found_again(reason: str) -> str:
    return f"found again: {reason}"


def split_from(shared: int, before: int, source: str) -> str:
    return f"{shared:,} of the {_counted(before, 'event')} of {source} are now held to be another operator's"


def split_off(moved: int, before: int, name: str) -> str:
    return f"{moved:,} of its {_counted(before, 'event')} are now held to be another operator's, {name}"


def merged_into(shared: int, before: int, into: str) -> str:
    return f"held to be the same operator's as {into}: {shared:,} of its {_counted(before, 'event')} are in it"


def merged_in(before: int, shared: int, one: str) -> str:
    return f"{one} is held to be the same operator's, {shared:,} of its {_counted(before, 'event')} are in it"


def gone(before: int, elsewhere: Mapping[str, int], lost: int) -> str:
    left = before - lost - sum(elsewhere.values())
    parts = [_explained(number, one) for one, number in elsewhere.items()]
    if lost:
        parts.append(f"{lost:,} {_are(lost)} in no log any more")
    if left > 0:
        parts.append(f"{left:,} no longer make a campaign")
    return f"of its {_counted(before, 'event')} {', '.join(parts)}" if parts else "the answer of the last scan was lost"


def grew(rows: Collection[Timed]) -> str:
    return f"{_counted(len(rows), 'new event')} {_days(rows)}"


def late(rows: Collection[Timed], came: Sequence[datetime]) -> str:
    """Events of days that a scan had covered already when they were delivered."""
    if not rows:
        return ""
    return f"{_counted(len(rows), 'late event')} {_days(rows)}, delivered {_span(came)}"


def added(rows: Collection[Timed], providers: Collection[str]) -> str:
    """Events of a log, or of days of it, that was not given before."""
    if not rows:
        return ""
    logs = " and ".join(sorted(providers))
    return f"{_counted(len(rows), 'event')} {_days(rows)} from logs of {logs} that were not given before"


def held(number: int) -> str:
    return f"{_counted(number, 'event')} held before {_are(number)} now found to be its own" if number else ""


def anew(rows: Collection[Timed]) -> str:
    """Where the logs were read anew, it cannot be told whether an event is late or was not counted before."""
    return f"{_counted(len(rows), 'more event')} {_days(rows)}, covered before" if rows else ""


def removed(number: int, elsewhere: Mapping[str, int], lost: int) -> str:
    if not number:
        return ""
    parts = [_explained(moved, one) for one, moved in elsewhere.items()]
    if lost:
        parts.append(f"{lost:,} {_are(lost)} in no log any more")
    more = f" ({', '.join(parts)})" if parts else ""
    return f"{_counted(number, 'event')} {_are(number)} no longer found to be its own{more}"


def otherwise(number: int) -> str:
    return f"{_counted(number, 'event')} {_are(number)} read otherwise" if number else ""


def unchanged(events: int) -> str:
    return f"the same {_counted(events, 'event')}"


def effect(before: Standing, after: Standing) -> str:
    """``accounts attacked 12 → 14, identifiers tried 40 → 43``."""
    moved = [
        f"{name.replace('_', ' ')} {getattr(before, name):,} → {getattr(after, name):,}"
        for name in FIGURES
        if getattr(before, name) != getattr(after, name)
    ]
    return ", ".join(moved) or "no figure changes"


def verdict(before: str, after: str, roster_before: str, roster: str, statistic: str) -> str:
    if roster_before == roster:
        cause = statistic
    elif not roster_before:
        cause = "roster given"
    else:
        cause = "another roster given" if roster else "roster dropped"
    return f"{cause}: verdict {before} → {after}"


def _explained(number: int, campaign: str) -> str:
    return f"{number:,} {_are(number)} now explained by campaign {campaign}"


def _are(number: int) -> str:
    return "is" if number == 1 else "are"


def _days(rows: Collection[Timed]) -> str:
    return f"of {_span([row.time for row in rows])}"


def _span(times: Sequence[datetime]) -> str:
    """``3 May 2026`` or ``3 to 9 May 2026``."""
    first, last = min(times).date(), max(times).date()
    until = f"{last.day} {last:%B %Y}"
    if first == last:
        return until
    if first.year != last.year:
        return f"{first.day} {first:%B %Y} to {until}"
    return f"{first.day} to {until}" if first.month == last.month else f"{first.day} {first:%B} to {until}"


def _counted(number: int, one: str) -> str:
    return f"{number:,} {one if number == 1 else one + 's'}"
