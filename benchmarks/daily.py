"""A world scanned again as it stood at the end of each day: nothing later is in the store, whatever is known since.

A store is partitioned by day, so the store of day D is the whole one without the later days. Records are read one by
one and none changes another, so that this store is what a scan of the logs up to that day makes (tests hold it).
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import labels
import msgspec
from deltalake import DeltaTable
from scorer import Found, Key

from tocsin.pipeline import Case, run
from tocsin.settings import ScanSettings


@dataclass(frozen=True, kw_only=True)
class Scan:
    """What a scan of the logs until the end of a day says."""

    until: datetime  # UTC, the end of the day
    found: list[Found]


def scanned(world: Path, store: Path, *, now: datetime) -> list[Found]:
    """The campaigns of a world's logs; what the store holds already is not read again."""
    settings = ScanSettings(paths=(world / "logs",), store=store, roster=world / "roster.csv")
    case = run(Case(settings=settings, now=now.replace(tzinfo=None)))
    return labels.answer(msgspec.to_builtins(case.assessment), labels.rows(case.evidence))


def until(store: Path, last: date, copy: Path) -> Path:
    """A copy of the store without what came after that day."""
    if copy.exists():
        shutil.rmtree(copy)
    shutil.copytree(store, copy)
    DeltaTable(str(copy / "events")).delete(f"day > '{last.isoformat()}'")
    return copy


def day_by_day(world: Path, store: Path, first: date, last: date, scratch: Path) -> Iterator[Scan]:
    """Scans of the days from first to last, each with all days before it."""
    day = first
    while day <= last:
        end = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=1)
        cut = until(store, day, scratch / "until")
        yield Scan(until=end, found=scanned(world, cut, now=end))
        shutil.rmtree(cut)
        day += timedelta(days=1)


def holding(found: list[Found], campaign: frozenset[Key], companions: frozenset[Key]) -> Found | None:
    """The found campaign of which more than half is the true one's, the one with most of it."""
    held = [(len((one.events - companions) & campaign), len(one.events - companions), one) for one in found]
    most = [(right, one) for right, all_, one in held if 2 * right > all_]
    return max(most, key=lambda pair: pair[0])[1] if most else None
