"""Reading for tests: a file or records in, whole rows out."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from tocsin.events import EVENT, REJECTED
from tocsin.sources import SOURCES, Reader, Source

INGESTED_AT = datetime(2026, 1, 1)  # noqa: DTZ001 - the event table holds naive UTC
SAMPLES = Path(__file__).parent / "samples"


class Read:
    """Everything that a file gave."""

    def __init__(self, path: Path, sources: Iterable[Source] = SOURCES, *, timezone: str = "UTC") -> None:
        blocks = list(Reader(sources, ingested_at=INGESTED_AT, timezone=timezone).read(path))
        assert blocks[-1].last
        assert not any(block.last for block in blocks[:-1])
        self.events = pa.concat_tables([block.events for block in blocks])
        self.rejected = pa.concat_tables([block.rejected for block in blocks])
        self.ignored = sum(block.ignored for block in blocks)
        self.formats: Counter[str] = sum((block.formats for block in blocks), Counter())
        assert self.events.schema == EVENT
        assert self.rejected.schema == REJECTED

    @property
    def rows(self) -> list[dict[str, Any]]:
        """Event rows in the order of the file, less what every row has and no source decides."""
        found = [shortened(row) for row in self.events.to_pylist()]
        return sorted(found, key=lambda row: int(str(row["raw_ref"]).replace("#", ":").rsplit(":", 1)[1]))


def shortened(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row as `expected.jsonl` holds it: NULLs left out, time as text, the place in the file without its folder."""
    kept = {
        name: value for name, value in row.items() if value is not None and name not in ("ts", "ingested_at", "provider")
    }
    kept["time"] = row["time"].isoformat(timespec="milliseconds")
    kept["raw_ref"] = Path(row["raw_ref"]).name
    return kept


def read_records(folder: Path, records: Iterable[Mapping[str, Any]], sources: Iterable[Source] = SOURCES) -> Read:
    path = folder / "records.jsonl"
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    return Read(path, sources)


def expected_rows(folder: Path) -> list[dict[str, Any]]:
    text = (folder / "expected.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]
