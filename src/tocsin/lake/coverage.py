"""What the store covers: per provider and tenant the period, the counts, and the hours that are missing."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import ibis
import pyarrow as pa

from tocsin.engines import Engine
from tocsin.lake.gaps import gaps, window
from tocsin.lake.late import Late, arrivals, late
from tocsin.lake.reads import UNREAD, superseded
from tocsin.lake.seen import Seen, Tenant, added, seen, seen_without_tenant
from tocsin.lake.store import Lake

UNRECOGNISED = "unrecognised"
"""Stands for the provider of files in which nothing could be read."""


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
    formats: tuple[str, ...] = ()  # in which its records came
    acts: Mapping[str, Seen] = field(default_factory=dict)  # activity -> what stands of it in the log
    late: Late | None = None


def coverage(lake: Lake, engine: Engine, events: ibis.Table, *, logged: ibis.Table | None = None) -> list[Covered]:
    """Coverage by provider and tenant, in that order; files that gave nothing stand under `UNRECOGNISED`. `logged` are
    the same events with `time` and `ingested_at`, if `events` has neither."""
    hourly = engine.rows(
        events.group_by("provider", "tenant", hour=events.ts // 3_600_000).aggregate(events=events.count())
    ).to_pylist()
    arrived = arrivals(engine, events if logged is None else logged)
    by_tenant: dict[Tenant, list[dict[str, Any]]] = defaultdict(list)
    for row in hourly:
        by_tenant[row["provider"], row["tenant"]].append(row)
    counts = {key: {int(row["hour"]): int(row["events"]) for row in rows} for key, rows in by_tenant.items()}
    over_all = window(list(counts.values()))
    reads = lake.reads()
    accounts, formats = _accounts(reads), _formats(reads)
    acts = seen(engine, events)
    behind = late(engine, events if logged is None else logged, reads, arrived)
    for (provider, tenant), more in seen_without_tenant(engine, events).items():
        held = acts.get((provider, tenant), {})
        acts[provider, tenant] = added(held, more)
        formats[provider, tenant] |= formats[provider, ""]
    covered = []
    for key in sorted(by_tenant.keys() | accounts.keys()):
        rows = by_tenant.get(key, [])
        files, delivered, rejected = accounts.get(key, (set(), 0, 0))
        events = sum(counts.get(key, {}).values())
        covered.append(
            Covered(
                provider=key[0],
                tenant=key[1],
                files=len(files),
                events=events,
                # Not by what each delivery added: which of two tellings stands does not depend on their order.
                duplicates=max(delivered - events, 0),
                rejected=rejected,
                first=min((one.begins for one in arrived.get(key, ())), default=None),
                last=max((one.ends for one in arrived.get(key, ())), default=None),
                gaps=tuple(gaps(counts[key], over_all)) if rows else (),
                formats=tuple(sorted(formats.get(key, ()))),
                acts=acts.get(key, {}),
                late=behind.get(key),
            )
        )
    return covered


def _formats(reads: pa.Table) -> dict[Tenant, set[str]]:
    """Source formats by tenant."""
    found: dict[Tenant, set[str]] = defaultdict(set)
    for row in reads.group_by(["provider", "tenant", "format"]).aggregate([]).to_pylist():
        if row["format"] is not None:
            found[row["provider"], row["tenant"]].add(row["format"])
    return found


def _accounts(reads: pa.Table) -> dict[Tenant, tuple[set[str], int, int]]:
    """Files, delivered and refused records by tenant; a file's refusals go to the one it mostly held.

    A file that has grown is read again from its start: what its earlier version held is no second delivery,
    and what was refused in it is refused again if it still cannot be read.
    """
    rows = reads.to_pylist()
    held: dict[str, Counter[Tenant]] = defaultdict(Counter)  # records by version of a file
    for row in rows:
        if row["provider"] is not None:
            held[row["fingerprint"]][row["provider"], row["tenant"]] += row["events"] + row["duplicates"]
    replaced = superseded(reads)
    again: dict[str, Counter[Tenant]] = {
        row["fingerprint"]: held[row["replaces"]].copy() for row in rows if row["replaces"]
    }
    sums: dict[Tenant, tuple[set[str], int, int]] = {}

    def add(key: Tenant, file: str, delivered: int, rejected: int) -> None:
        files, more_delivered, more_rejected = sums.get(key, (set(), 0, 0))
        sums[key] = (files | {file}, more_delivered + delivered, more_rejected + rejected)

    for row in rows:
        print_ = row["fingerprint"]
        mostly = held[print_.removeprefix(UNREAD)]
        main = min(mostly, key=lambda tenant: (-mostly[tenant], tenant)) if mostly else (UNRECOGNISED, "")
        if row["provider"] is not None:
            key = row["provider"], row["tenant"]
            known = min(row["duplicates"], again.get(print_, Counter())[key])
            if known:
                again[print_][key] -= known
            add(key, row["file"], row["events"] + row["duplicates"] - known, 0)
        refused = row["rejected"] if print_ not in replaced else 0
        if refused or not mostly:
            add(main, row["file"], 0, refused)
    return sums
