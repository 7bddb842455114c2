"""A simulated month cut into portions, record by record, as daily exports would bring it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ENVELOPES = ("records", "value", "items")
TIMES = ("published", "time", "createdDateTime", "activityDateTime", "CreationTime")


def records(file: Path) -> Iterator[dict[str, Any]]:
    """Of JSON lines, and of pages of an interface."""
    with file.open(encoding="utf-8") as lines:
        for line in lines:
            held = json.loads(line)
            envelope = next((name for name in ENVELOPES if isinstance(held.get(name), list)), None)
            yield from held[envelope] if envelope else [held]


def day_of(record: dict[str, Any]) -> str:
    """``2026-02-02``, by the time of the record."""
    time = record["id"]["time"] if isinstance(record.get("id"), dict) else None
    time = time or next(record[name] for name in TIMES if name in record)
    return datetime.fromtimestamp(time / 1000, UTC).isoformat()[:10] if isinstance(time, int) else str(time)[:10]


def portions(logs: Path, out: Path, portion_of: Callable[[str, dict[str, Any]], str]) -> list[Path]:
    """A folder for each portion, in the order of their names; `portion_of` gets the file's name and the record."""
    written: dict[Path, list[str]] = {}
    for file in sorted(logs.iterdir()):
        for record in records(file):
            place = out / portion_of(file.name, record) / f"{file.name.split('.')[0]}.jsonl"
            written.setdefault(place, []).append(json.dumps(record) + "\n")
    for place, lines in written.items():
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text("".join(lines), encoding="utf-8")
    return sorted({place.parent for place in written})


def by_day(logs: Path, out: Path) -> list[Path]:
    return portions(logs, out, lambda _, record: day_of(record))
