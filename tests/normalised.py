"""Events out of sample logs, as tests write them down: only what a row says, times as text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from tocsin.sources import SOURCES, Reader

INGESTED_AT = datetime(2026, 4, 1, tzinfo=UTC)

BESIDE = frozenset({"ts", "ingested_at", "raw_ref"})
"""Columns that repeat the time or say where and when the file was read."""


def read(path: Path) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """(events, rejected) of the file. Events are in the order of the file, without NULL columns."""
    events: list[dict[str, Any]] = []
    rejected: list[dict[str, Any]] = []
    for block in Reader(SOURCES, ingested_at=INGESTED_AT, workers=1).read(path):
        rows = sorted(block.events.to_pylist(), key=lambda row: _place(row["raw_ref"]))
        events += [_said(row) for row in rows]
        rejected += block.rejected.to_pylist()
    return events, rejected


def read_records(records: Iterable[Mapping[str, Any]], folder: Path) -> list[dict[str, Any]]:
    """The events of records written to a file in the folder; every record has to give one."""
    path = folder / "records.jsonl"
    path.write_bytes(b"".join(msgspec.json.encode(record) + b"\n" for record in records))
    events, rejected = read(path)
    assert rejected == []
    return events


def expected(path: Path) -> list[dict[str, Any]]:
    """The rows of an `expected.jsonl`."""
    return [msgspec.json.decode(line) for line in path.read_bytes().splitlines()]


def _said(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: value.isoformat(sep=" ", timespec="milliseconds") if isinstance(value, datetime) else value
        for name, value in row.items()
        if value is not None and name not in BESIDE
    }


def _place(raw_ref: str) -> int:
    return int(raw_ref.replace("#", ":").rsplit(":", 1)[1])
