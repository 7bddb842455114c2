"""Each log format by itself: its own limit L, what reading it costs, and how that stands beside Okta's reader.

    python benchmarks/throughput.py --by-format

Reading is cutting the file into records and normalising them, without storing. Every file holds 100,000 records or
more (`format_files.py`), and both sides read it once before they are measured, so that neither pays for starting. The
least of three readings counts, of either side: what else runs on the machine only ever adds.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from limit import counting
from rich.table import Table

BESIDE, GOAL = "okta_system_log", 1.5
"""How many times the ratio of this format's reader another one's may be."""

LIMIT = """
import sys, time, duckdb
engine = duckdb.connect(config={"threads": 2, "autoinstall_known_extensions": False})
engine.execute("SET enable_progress_bar = false")
query = sys.stdin.read()
engine.execute(query).fetchall()
spent = []
for _ in range(3):
    began = time.process_time()
    engine.execute(query).fetchall()
    spent.append(time.process_time() - began)
print(min(spent))
"""

READER = """
import sys, time
from collections import Counter
from datetime import datetime
from pathlib import Path
import tocsin.cli.scan  # as the command's process
from tocsin.sources import SOURCES, Reader
path = Path(sys.stdin.read())
reader, formats = Reader(SOURCES, ingested_at=datetime(2026, 1, 1)), Counter()
for block in reader.read(path):
    formats += block.formats
spent = []
for _ in range(3):
    began = time.process_time()
    for _block in reader.read(path):
        pass
    spent.append(time.process_time() - began)
print(min(spent), formats.total(), formats.most_common(1)[0][0])
"""


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What one file costs, in processor seconds."""

    format: str
    events: int
    limit: float
    fields: float  # the limit of the fields alone: less where records have no id and are needed whole
    read: float

    @property
    def ratio(self) -> float:
        return self.read / self.limit


def readings(files: Iterable[Path]) -> list[Reading]:
    """One round: a reading of each file, its limit right before it."""
    found: list[Reading] = []
    for path in files:
        whole, named = counting(path), counting(path, whole=False)
        limit = _limit(whole)
        fields = limit if named == whole else _limit(named)
        read, events, name = _said(READER, str(path.absolute()))
        found.append(Reading(format=name, events=int(events), limit=limit, fields=fields, read=float(read)))
    return found


def _limit(query: str) -> float:
    return float(_said(LIMIT, query)[0])


def _said(script: str, given: str) -> list[str]:
    run = subprocess.run([sys.executable, "-c", script], input=given, check=True, stdout=subprocess.PIPE, text=True)
    return run.stdout.splitlines()[-1].split()


def shown(rounds: Sequence[Sequence[Reading]]) -> Table:
    """The medians of the rounds, format by format. What stands last holds formats of records without ids against the
    limit of their named fields alone, as times Okta's ratio."""
    table = Table(title=f"reading, format by format; median of {len(rounds)} rounds")
    for name in (
        "format",
        "events",
        "L, µs/event",
        "read, µs/event",
        "read / L",
        "of Okta's ratio",
        "goal",
        "by named fields",
    ):
        table.add_column(name, justify="left" if name == "format" else "right", no_wrap=name == "format")
    beside = [next(one.ratio for one in held if one.format == BESIDE) for held in rounds]
    for of_one in zip(*rounds, strict=True):
        events = of_one[0].events
        share = median(one.ratio / okta for one, okta in zip(of_one, beside, strict=True))
        by_fields = median(one.read / one.fields / okta for one, okta in zip(of_one, beside, strict=True))
        table.add_row(
            of_one[0].format,
            f"{events:,}",
            f"{median(one.limit for one in of_one) / events * 1e6:.2f}",
            f"{median(one.read for one in of_one) / events * 1e6:.2f}",
            f"{median(one.ratio for one in of_one):.2f}",
            f"{share:.2f}",
            "" if of_one[0].format == BESIDE else f"{GOAL:.1f}",
            "" if all(one.fields == one.limit for one in of_one) else f"{by_fields:.2f}",
        )
    return table
