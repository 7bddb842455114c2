"""Late deliveries: records that stand behind others in their file, or that came with a later scan than their time did.

Who looks at the last hour only never sees them; a scan of the whole log does.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import ibis
import pyarrow as pa

from tocsin.engines import Engine
from tocsin.lake.file_order import LATE_MS
from tocsin.lake.reads import superseded


@dataclass(frozen=True, kw_only=True)
class Late:
    """Late records of one tenant."""

    in_files: int  # that stand behind others of a later time in their file
    longest: timedelta  # by which a record stands behind, at most
    between_scans: int  # that came with a later scan than others before and after them


@dataclass(frozen=True, kw_only=True, order=True)
class Arrival:
    """What one scan brought of a tenant."""

    at: datetime
    first: int  # milliseconds since 1970
    last: int
    begins: datetime
    ends: datetime


def arrivals(engine: Engine, events: ibis.Table) -> dict[tuple[str, str], list[Arrival]]:
    """By provider and tenant, in the order of the scans."""
    scans = engine.rows(
        events.group_by("provider", "tenant", at="ingested_at").aggregate(
            first=events.ts.min(), last=events.ts.max(), begins=events.time.min(), ends=events.time.max()
        )
    ).to_pylist()
    found: dict[tuple[str, str], list[Arrival]] = defaultdict(list)
    for row in scans:
        found[row.pop("provider"), row.pop("tenant")].append(Arrival(**row))
    return {tenant: sorted(held) for tenant, held in found.items()}


def late(
    engine: Engine, events: ibis.Table, reads: pa.Table, arrived: Mapping[tuple[str, str], Sequence[Arrival]]
) -> dict[tuple[str, str], Late]:
    """By provider and tenant, where there are any. `arrived` are the `arrivals` of the events."""
    again = superseded(reads)
    in_files: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for row in reads.to_pylist():
        if row["late"] and row["fingerprint"] not in again:
            held = in_files[row["provider"], row["tenant"]]
            held[0] += row["late"]
            held[1] = max(held[1], row["latest_ms"])
    scans = _between_scans(engine, events, arrived)
    return {
        key: Late(
            in_files=in_files[key][0] if key in in_files else 0,
            longest=timedelta(milliseconds=in_files[key][1] if key in in_files else 0),
            between_scans=scans.get(key, 0),
        )
        for key in in_files.keys() | scans.keys()
    }


def _between_scans(
    engine: Engine, events: ibis.Table, arrived: Mapping[tuple[str, str], Sequence[Arrival]]
) -> dict[tuple[str, str], int]:
    """Events whose time an earlier scan of the tenant had passed already, and that it did not hold.

    A backfill of older months lies before all that was held, and is no late delivery.
    """
    tenant = ("provider", "tenant")
    held: list[dict[str, object]] = []
    for (provider, name), scans in arrived.items():
        first, last = scans[0].first, scans[0].last
        for one in scans[1:]:
            scan = {"provider": provider, "tenant": name, "ingested_at": one.at}
            held.append(scan | {"held_from": first, "held_to": last - LATE_MS})
            first, last = min(first, one.first), max(last, one.last)
    if not held:
        return {}
    schema = pa.schema(
        [
            pa.field("provider", pa.string()),
            pa.field("tenant", pa.string()),
            pa.field("ingested_at", pa.timestamp("us")),
            pa.field("held_from", pa.int64()),
            pa.field("held_to", pa.int64()),
        ]
    )
    before = engine.table("scans_before", pa.Table.from_pylist(held, schema=schema))
    joined = events.select(*tenant, "ingested_at", "ts").inner_join(before, [*tenant, "ingested_at"])
    behind = joined.filter((joined.ts >= joined.held_from) & (joined.ts < joined.held_to))
    rows = engine.rows(behind.group_by(*tenant).aggregate(number=behind.count())).to_pylist()
    return {(row["provider"], row["tenant"]): int(row["number"]) for row in rows}
