"""Looking at files as tests do it: with every shipped format, at a fixed time."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from tocsin.inspect import Inspection, inspected
from tocsin.inspect.inspection import FileLook
from tocsin.sources import SOURCES, read_mappings

NOW = datetime(2026, 4, 1)  # noqa: DTZ001 - naive UTC, as everywhere inside
SAMPLES = Path(__file__).parent / "sources" / "samples"


def look(*paths: Path, mappings: tuple[Path, ...] = ()) -> Inspection:
    mapped = read_mappings(mappings, SOURCES)
    return inspected(paths, (*mapped.sources, *SOURCES), now=NOW).inspection


def look_at(path: Path, *, mappings: tuple[Path, ...] = ()) -> FileLook:
    (found,) = look(path, mappings=mappings).files
    return found


def sample(format_: str) -> Path:
    return next(iter(sorted((SAMPLES / format_).glob("raw.*"))))


def lines(path: Path, *records: Any) -> Path:
    path.write_text("".join(f"{one if isinstance(one, str) else json.dumps(one)}\n" for one in records))
    return path
