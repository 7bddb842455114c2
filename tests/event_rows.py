"""Event rows from the few facts that a test is about."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa

from tocsin.events import EVENT

DAY_0 = datetime(2026, 2, 2, tzinfo=UTC)
"""A Monday."""

Row = dict[str, Any]

USUAL: Row = {
    "provider": "okta",
    "tenant": "t1",
    "activity": "sign_in",
    "outcome": "success",
    "account_known": "true",
    "account": "ada@example.org",
    "source_ip": "203.0.113.5",
    "user_agent": "Firefox",
    "raw_ref": "sample.jsonl:1",
}


def milliseconds(day: int, hour: float = 9.0) -> int:
    return int((DAY_0 + timedelta(days=day, hours=hour)).timestamp() * 1000)


def event_row(event_uid: str, **facts: Any) -> Row:
    """A row of EVENT: the usual one, with `day` and `hour` (from DAY_0) or `time` (ISO), and other facts of it."""
    day, hour, time = facts.pop("day", 0), facts.pop("hour", 9.0), facts.pop("time", None)
    moment = datetime.fromisoformat(time) if time else DAY_0 + timedelta(days=day, hours=hour)
    utc = moment.astimezone(UTC)
    strange = set(facts) - set(EVENT.names)
    assert not strange, f"no columns of an event: {strange}"
    row = (
        dict.fromkeys(EVENT.names)
        | USUAL
        | {"event_uid": event_uid, "ts": round(utc.timestamp() * 1000)}
        | {"time": utc.replace(tzinfo=None), "ingested_at": DAY_0.replace(tzinfo=None)}
        | facts
    )
    # Spark refuses what DuckDB lets through: a null in a column that never holds one.
    lacking = [field.name for field in EVENT if not field.nullable and row[field.name] is None]
    assert not lacking, f"an event always has {lacking}"
    return row


def event_table(rows: list[Row]) -> pa.Table:
    return pa.Table.from_pylist(rows, schema=EVENT)
