"""What the store covers: per provider and tenant the period, the counts, and the hours that are missing."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import ibis
import numpy as np
import pyarrow as pa

from tocsin.engines import Engine
from tocsin.lake.store import Lake

SURPRISE = 1e-6
"""A silence is a gap when the tenant's own rhythm makes it less likely than this."""

WEEK_HOURS = 168


@dataclass(frozen=True, kw_only=True)
class Covered:
    """One provider's tenant in the store."""

    provider: str
    tenant: str
    files: int
    events: int
    duplicates: int
    rejected: int
    first: datetime | None
    last: datetime | None
    gaps: tuple[tuple[datetime, datetime], ...]  # UTC, [from, to)


UNRECOGNISED = "unrecognised"
"""Stands for the provider of files in which nothing could be read."""


def coverage(lake: Lake, engine: Engine, events: ibis.Table) -> list[Covered]:
    """Coverage by provider and tenant, in that order; files that gave nothing stand under `UNRECOGNISED`."""
    hours = engine.rows(
        events.group_by("provider", "tenant", hour=events.ts // 3_600_000).aggregate(
            events=events.count(), first=events.time.min(), last=events.time.max()
        )
    ).to_pylist()
    by_tenant: dict[tuple[str, str], list[dict[str, object]]] = defaultdict(list)
    for row in hours:
        by_tenant[row["provider"], row["tenant"]].append(row)
    accounts = _accounts(lake.files())
    covered = []
    for key in sorted(by_tenant.keys() | accounts.keys()):
        rows = by_tenant.get(key, [])
        files, duplicates, rejected = accounts.get(key, (set(), 0, 0))
        covered.append(
            Covered(
                provider=key[0],
                tenant=key[1],
                files=len(files),
                events=sum(int(row["events"]) for row in rows),  # type: ignore[call-overload]
                duplicates=duplicates,
                rejected=rejected,
                first=min((row["first"] for row in rows), default=None),  # type: ignore[type-var]
                last=max((row["last"] for row in rows), default=None),  # type: ignore[type-var]
                gaps=tuple(gaps({int(row["hour"]): int(row["events"]) for row in rows})),  # type: ignore[call-overload]
            )
        )
    return covered


def _accounts(reads: pa.Table) -> dict[tuple[str, str], tuple[set[str], int, int]]:
    """Files, duplicates and refused records by provider and tenant; a file's refusals go to what it mostly held."""
    rows = reads.to_pylist()
    mostly: dict[str, Counter[tuple[str, str]]] = defaultdict(Counter)
    for row in rows:
        if row["provider"] is not None:
            mostly[row["file"]][row["provider"], row["tenant"] or ""] += row["events"] + row["duplicates"]
    sums: dict[tuple[str, str], tuple[set[str], int, int]] = {}
    for row in rows:
        held = mostly[row["file"]].most_common(1)
        main = held[0][0] if held else (UNRECOGNISED, "")
        own = (row["provider"], row["tenant"] or "") if row["provider"] is not None else main
        for key, duplicates, rejected in ((own, row["duplicates"], 0), (main, 0, row["rejected"])):
            if key == (UNRECOGNISED, "") and not rejected and held:
                continue
            files, more_duplicates, more_rejected = sums.get(key, (set(), 0, 0))
            sums[key] = (files | {row["file"]}, more_duplicates + duplicates, more_rejected + rejected)
    return sums


def gaps(counts: dict[int, int]) -> list[tuple[datetime, datetime]]:
    """Silences that a tenant's own week does not explain. `counts`: events by hour since 1970 (UTC).

    Each silent stretch is held against the mean of the same hours of the week elsewhere in the log (never the hour
    itself); its events would be Poisson, so the chance of the silence is exp(-sum of the means).
    """
    if len(counts) < 2:
        return []
    first, last = min(counts), max(counts)
    series = np.zeros(last - first + 1)
    for hour, number in counts.items():
        series[hour - first] = number
    slots = (np.arange(len(series)) + first) % WEEK_HOURS
    totals = np.bincount(slots, series, WEEK_HOURS)
    lived = np.bincount(slots, series > 0, WEEK_HOURS)
    # A day's worth of smoothing keeps short logs from trusting a single week.
    expected = (totals + series.mean()) / (np.maximum(np.bincount(slots, minlength=WEEK_HOURS), lived) + 1.0)
    found = []
    start = None
    for place in range(len(series) + 1):
        silent = place < len(series) and series[place] == 0
        if silent and start is None:
            start = place
        elif not silent and start is not None:
            if np.exp(-expected[slots[start:place]].sum()) < SURPRISE:
                found.append((_moment(first + start), _moment(first + place)))
            start = None
    return found


def _moment(hour: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(hours=hour)
