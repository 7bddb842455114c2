"""Events that patterns point at to findings: small by nature from here on, so Arrow and NumPy."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa

from tocsin.detect.finding import FINDING_EVENT, Finding
from tocsin.detect.observed import Observed
from tocsin.detect.pattern import HIT, LEVELS, Facts, Pattern, Telling
from tocsin.detect.sliding import DAY_MS, HOUR_MS
from tocsin.engines import Engine

EVENTS_NAMED = 100
"""Events that a finding names by itself; all of them stand in FINDING_EVENT."""


def findings(engine: Engine, seen: Observed, patterns: Sequence[Pattern]) -> tuple[list[Finding], pa.Table]:
    """What the patterns find, the gravest first and then the earliest, and FINDING_EVENT."""
    found: list[Finding] = []
    tables = [FINDING_EVENT.empty_table()]
    for pattern in patterns:
        hits = pattern.finds(seen).select(*HIT).distinct()
        for finding, events in told(pattern, engine.rows(hits)):
            found.append(finding)
            tables.append(events)
    return in_order(found), pa.concat_tables(tables)


def in_order(found: Sequence[Finding]) -> list[Finding]:
    return sorted(found, key=lambda one: (-LEVELS.index(one.level), one.first_seen, one.detection, one.id))


def told(telling: Telling, hits: pa.Table) -> Iterator[tuple[Finding, pa.Table]]:
    """Findings and their events out of HIT rows: a key's events up to a silence of `quiet_hours`."""
    hits = hits.sort_by([(name, "ascending") for name in ("key", "ts", "provider", "event_uid", "note")])
    for start, end in _stretches(hits, telling.quiet_hours * HOUR_MS):
        rows = hits.slice(start, end - start)
        events = _once(rows)
        columns = {name: events[name].to_pylist() for name in events.column_names}
        finding = _finding(telling, str(rows["key"][0]), columns, rows["note"].to_pylist())
        yield finding, _events(finding, columns)


def _stretches(hits: pa.Table, quiet_ms: int) -> Iterator[tuple[int, int]]:
    if not len(hits):
        return
    ts = hits["ts"].to_numpy()
    keys = hits["key"].combine_chunks().dictionary_encode().indices.to_numpy()
    begins = np.flatnonzero((np.diff(keys) != 0) | (np.diff(ts) > quiet_ms)) + 1
    edges = [0, *begins.tolist(), len(hits)]
    yield from pairwise(edges)


def _once(rows: pa.Table) -> pa.Table:
    """Each event once, though it stands there with several notes."""
    uids, providers = rows["event_uid"].to_pylist(), rows["provider"].to_pylist()
    first: dict[tuple[str, str], int] = {}
    for place, key in enumerate(zip(providers, uids, strict=True)):
        first.setdefault(key, place)
    return rows if len(first) == len(rows) else rows.take(pa.array(first.values(), pa.int64()))


def _finding(telling: Telling, key: str, columns: dict[str, list[Any]], notes: list[str | None]) -> Finding:
    accounts = sorted({one for one in columns["account"] if one is not None})
    sources = sorted({one for one in columns["source_ip"] if one is not None})
    uids = list(zip(columns["provider"], columns["event_uid"], strict=True))
    facts = Facts(
        events=len(uids),
        accounts=len(accounts),
        sources=len(sources),
        successes=columns["outcome"].count("success"),
        days=len({ts // DAY_MS for ts in columns["ts"]}),
        account=accounts[0] if len(accounts) == 1 else None,
        source_ip=sources[0] if len(sources) == 1 else None,
        notes=tuple(sorted({one for one in notes if one is not None})),
    )
    return Finding(
        id=_id(telling.name, key, uids[0]),
        detection=telling.name,
        title=telling.title,
        level=telling.level,
        role=telling.role,
        techniques=list(telling.techniques),
        reason=telling.says(facts),
        providers=sorted(set(columns["provider"])),
        tenants=sorted({one for one in columns["tenant"] if one}),
        account=facts.account,
        source_ip=facts.source_ip,
        accounts=facts.accounts,
        sources=facts.sources,
        first_seen=_stamp(columns["ts"][0]),
        last_seen=_stamp(columns["ts"][-1]),
        events=facts.events,
        event_uids=uids[:EVENTS_NAMED],
    )


def _id(name: str, key: str, first: tuple[str, str]) -> str:
    """Ten digits of a hash: a thousand findings meet by chance once in two million scans."""
    text = "\x1f".join((name, key, *first))
    return "f-" + hashlib.blake2b(text.encode(errors="surrogatepass"), digest_size=5).hexdigest()


def _events(finding: Finding, columns: dict[str, list[Any]]) -> pa.Table:
    count = finding.events
    return (
        pa.table(
            {
                "finding_id": pa.array([finding.id] * count, pa.string()),
                "detection": pa.array([finding.detection] * count, pa.string()),
                "time": pa.array([ts * 1000 for ts in columns["ts"]], pa.int64()).cast(pa.timestamp("us")),
                **{name: pa.array(columns[name], pa.string()) for name in _KEPT},
            }
        )
        .select(FINDING_EVENT.names)
        .cast(FINDING_EVENT)
    )


_KEPT = ("provider", "event_uid", "activity", "outcome", "account", "source_ip", "raw_ref")


def _stamp(ts: int) -> str:
    return datetime.fromtimestamp(ts / 1000, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
