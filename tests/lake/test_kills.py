"""A scan that is killed at any moment loses nothing and repeats nothing."""

from __future__ import annotations

import gzip
import random
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from okta_records import lines, record
from stores import covered, ids, numbered
from tocsin.lake import Lake

PROGRAM = """
import sys
from datetime import datetime
from pathlib import Path
from tocsin.lake import Lake, log_files, take_in
from tocsin.sources import SOURCES, Reader

print("ready", flush=True)
reader = Reader(SOURCES, ingested_at=datetime(2026, 4, 1))
take_in(Lake(Path(sys.argv[1])), log_files([Path(sys.argv[2])]), reader, commit_rows=400)
print("done", flush=True)
"""

KILLS = 7


@pytest.fixture(scope="module")
def logs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two dozen files with a broken line each, and one of several blocks that gzip makes very small."""
    folder = tmp_path_factory.mktemp("logs")
    for number in range(24):
        start = number * 100
        (folder / f"{number:02}.jsonl").write_text(lines(start, start + 120) + f"broken {number}\n")
    padding = "x" * 16_000
    with gzip.open(folder / "large.jsonl.gz", "wt", compresslevel=1) as file:
        for number in range(10_000, 16_000):
            file.write(record(number, text=padding) + "\n")
            if number % 1_000 == 0:
                file.write("broken\n")
    return folder


def test_a_scan_killed_again_and_again_ends_with_every_event_and_refusal_once(logs: Path, tmp_path: Path) -> None:
    dice = random.Random(20191004)
    command = [sys.executable, "-c", PROGRAM, str(tmp_path / "store"), str(logs)]
    killed = 0
    while killed < KILLS:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        time.sleep(dice.uniform(0, 0.1 * (killed + 1)))  # early ones first: a fast machine is done in half a second
        process.kill()
        done = "done" in process.communicate()[0]
        killed += 1
        if done:
            break
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    assert killed >= 3
    assert ids(tmp_path / "store") == numbered((0, 2_420), (10_000, 16_000))
    refused = Counter((Path(row["file"]).name, row["line"]) for row in Lake(tmp_path / "store").rejected().to_pylist())
    expected = {(f"{number:02}.jsonl", 121): 1 for number in range(24)}
    expected |= {("large.jsonl.gz", 1_001 * place + 2): 1 for place in range(6)}
    assert refused == expected
    (one,) = covered(tmp_path / "store")
    assert (one.files, one.events, one.duplicates, one.rejected) == (25, 8_420, 23 * 20, 30)
