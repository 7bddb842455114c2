"""Stores as tests look at them."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from tocsin.engines import DuckEngine
from tocsin.lake import Covered, Intake, Lake, Way, coverage, log_files, take_in
from tocsin.sources import SOURCES, Reader

NOW = datetime(2026, 4, 1)  # noqa: DTZ001 - naive UTC, as everywhere inside


def scan(store: Path, *paths: Path, mirror: bool = False, timezone: str = "UTC") -> Intake:
    reader = Reader(SOURCES, ingested_at=NOW, timezone=timezone)
    return take_in(Lake(store), log_files(paths), reader, mirror=mirror, way=Way(timezone=timezone))


def ids(store: Path) -> list[str]:
    """Ids of every event row, as often as it is there."""
    files = Lake(store).event_files()
    return sorted(uid for file in files for uid in pq.read_table(file)["event_uid"].to_pylist())


def numbered(*ranges: tuple[int, int]) -> list[str]:
    return [f"okta-{number:07}" for start, end in ranges for number in range(start, end)]


def covered(store: Path) -> list[Covered]:
    engine = DuckEngine(scratch=store / "scratch")
    lake = Lake(store)
    found = coverage(lake, engine, engine.events(lake.event_files()))
    engine.close()
    return found


def rows_of(store: Path) -> list[dict[str, Any]]:
    """Every event row."""
    return [row for file in Lake(store).event_files() for row in pq.read_table(file).to_pylist()]
