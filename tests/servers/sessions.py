"""What became of the recoveries that a log tells of, once the log has gone on for two days."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa

from normalised import INGESTED_AT
from tocsin.events import EVENT
from tocsin.recovery import sessions
from tocsin.sources import SOURCES, Reader

TWO_DAYS = 2 * 86_400_000


def recoveries(log: Path, engine: Any) -> list[tuple[Any, ...]]:
    """`account, known, start_ip, starts, messages, proofs passed, reached, ended`, sorted."""
    blocks = Reader(SOURCES, ingested_at=INGESTED_AT, workers=1).read(log)
    rows = pa.concat_tables([block.events for block in blocks]).to_pylist()
    last = max(rows, key=lambda row: row["ts"])
    later = {**last, "event_uid": "later", "activity": "other", "account": None, "correlation_uid": None}
    later["ts"] += TWO_DAYS
    table = engine.table(pa.Table.from_pylist([*rows, later], schema=EVENT))
    found = engine.rows(sessions(table).sessions).to_pylist()
    return sorted(
        (
            (
                row["account"] or "",
                row["account_known"],
                row["start_ip"],
                row["starts"],
                row["messages"],
                row["proofs_passed"],
                row["reached"],
                row["ended"],
            )
            for row in found
        ),
        key=str,
    )
