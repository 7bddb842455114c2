"""The files of a world's truth and of a tool's answer, as what the scorer takes."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from scorer import Account, Chain, Event, Found, Key, Labelled, moment


def truth(world: Path) -> tuple[list[Labelled], frozenset[Key]]:
    """(the campaigns of a world, the companions of their records)."""
    folder = world / "truth"
    document = json.loads((folder / "truth.json").read_bytes())
    events: dict[str, list[Event]] = defaultdict(list)
    for row in pq.read_table(folder / "events.parquet").to_pylist():
        key, time = (row["provider"], row["event_uid"]), row["time"]
        events[row["campaign_id"]].append(
            Event(campaign=row["campaign_id"], key=key, role=row["role"], time=_utc(time))
        )
    companions = {
        (row["provider"], row["event_uid"]) for row in pq.read_table(folder / "companions.parquet").to_pylist()
    }
    labelled = [
        Labelled(
            id=one["id"],
            verdict=one["verdict"],
            events=tuple(events[one["id"]]),
            attacked=_accounts(one["accounts"], "attacked", "compromised"),
            compromised=_accounts(one["accounts"], "compromised"),
            attempts=one["counts"]["identification_attempts"],
            chains=frozenset((chain["account"].lower(), chain["through"].lower()) for chain in one.get("chains", ())),
        )
        for one in document["campaigns"]
    ]
    return labelled, frozenset(companions)


def goes_with(world: Path) -> dict[Key, Key]:
    """The companions of a world that go with one record, and that record."""
    folder = world / "truth"
    events = pq.read_table(folder / "events.parquet", columns=["provider", "event_uid"]).to_pylist()
    keys = {row["event_uid"]: (row["provider"], row["event_uid"]) for row in events}
    return {
        (row["provider"], row["event_uid"]): keys[row["of"]]
        for row in pq.read_table(folder / "companions.parquet").to_pylist()
        if row["of"] in keys
    }


def answer(assessment: Mapping[str, Any], evidence: Iterable[Mapping[str, Any]]) -> list[Found]:
    """What a tool found: `campaigns` of its `--json`, and the rows of its `--evidence`."""
    events: dict[str, set[Key]] = defaultdict(set)
    for row in evidence:
        events[row["campaign_id"]].add((row["provider"], row["event_uid"]))
    return [
        Found(
            id=one["id"],
            verdict=one.get("verdict", "undetermined"),
            events=frozenset(events[one["id"]]),
            attacked=_accounts(one.get("accounts", ()), "attacked", "compromised"),
            compromised=_accounts(one.get("accounts", ()), "compromised"),
            attempts=one.get("counts", {}).get("identification_attempts"),
            detected_at=moment(one.get("detected_at")),
            chains=frozenset(_chains(one.get("chains", ()))),
        )
        for one in assessment["campaigns"]
    ]


def evidence_rows(path: Path) -> list[dict[str, Any]]:
    """The rows of an evidence file: Parquet, JSON lines, or a JSON array."""
    if path.suffix == ".parquet":
        return list(pq.read_table(path, columns=["campaign_id", "event_uid", "provider"]).to_pylist())
    text = path.read_text(encoding="utf-8")
    if text.lstrip().startswith("["):
        return list(json.loads(text))
    return [json.loads(line) for line in text.splitlines() if line.strip()]


def rows(table: pa.Table) -> list[dict[str, Any]]:
    """The same of a table in memory."""
    return list(table.select(["campaign_id", "event_uid", "provider"]).to_pylist())


def _accounts(listed: Iterable[Mapping[str, Any]], *stages: str) -> frozenset[Account]:
    return frozenset((one["provider"], one["account"].lower()) for one in listed if one["stage"] in stages)


def _chains(listed: Iterable[Mapping[str, Any]]) -> Iterator[Chain]:
    """Recoveries that were completed through something taken or added before, both halves with evidence."""
    for one in listed:
        opened = one.get("how") != "channel_shared"
        if opened and one.get("completed_at") and one["first"] and one["second"]:
            yield one["primary"].lower(), (one.get("secondary") or "").lower()


def _utc(time: datetime) -> datetime:
    return time.replace(tzinfo=UTC) if time.tzinfo is None else time
