"""Accuracy on labelled worlds: what a scan concludes, held against the truth (docs/benchmark.md).

    python benchmarks/accuracy.py --scenario phosphorus --seeds 201-205 --accounts 20000
    python benchmarks/accuracy.py --scenario all --seeds 201-205 --results benchmarks/results

Every world is simulated, scanned from its raw logs alone, scored, and removed.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import labels
import msgspec
import pyarrow.parquet as pq
from results import World, document, table, written
from rich.console import Console
from scorer import scored

from tocsin.pipeline import Case, run
from tocsin.settings import ScanSettings
from tocsin.simulate import SCENARIOS, simulate


def measure(scenario: str, seed: int, accounts: int, folder: Path, keep: Path | None = None) -> World:
    """Simulate, scan and score one world below `folder`; assessment and evidence stay in `keep`."""
    world = folder / f"{scenario}-{seed}-{accounts}"
    simulate(scenario, seed=seed, out=world, accounts=accounts)
    settings = ScanSettings(paths=(world / "logs",), store=world / "store", roster=world / "roster.csv")
    case = run(Case(settings=settings, now=datetime(2026, 6, 1)))  # noqa: DTZ001 - naive UTC throughout
    assessment = msgspec.json.encode(case.assessment)
    if keep is not None:
        keep.mkdir(parents=True, exist_ok=True)
        (keep / f"{world.name}.json").write_bytes(assessment)
        pq.write_table(case.evidence, keep / f"{world.name}.parquet")
    score = scored(*labels.truth(world), labels.answer(json.loads(assessment), labels.rows(case.evidence)))
    about = json.loads((world / "truth" / "truth.json").read_bytes())
    shutil.rmtree(world)
    return World(scenario=scenario, seed=seed, records=about["records"], generator=about["generator"], score=score)


def numbers(text: str) -> list[int]:
    """Numbers and ranges, by commas."""
    found: list[int] = []
    for piece in text.split(","):
        first, _, last = piece.partition("-")
        found += range(int(first), int(last or first) + 1)
    return found


def this_tool() -> dict[str, str]:
    """Name, version and commit of what is measured."""
    commit = subprocess.run(["git", "rev-parse", "--short=12", "HEAD"], capture_output=True, text=True, check=False)
    return {"name": "tocsin", "version": version("tocsin"), "commit": commit.stdout.strip()}


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table for scenarios and seeds, and write the results file if one is wanted."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scenario", default="phosphorus", help=f"all, or some by commas: {', '.join(SCENARIOS)}")
    parser.add_argument("--seeds", default="201-205", help="numbers and ranges, by commas")
    parser.add_argument("--accounts", type=int, default=20_000)
    parser.add_argument("--keep", type=Path, help="folder for assessments and evidence")
    parser.add_argument("--results", type=Path, help="folder for a results file")
    asked = parser.parse_args(arguments)
    console = Console(width=160)
    worlds: list[World] = []
    with tempfile.TemporaryDirectory() as temporary:
        for scenario in SCENARIOS if asked.scenario == "all" else asked.scenario.split(","):
            for seed in numbers(asked.seeds):
                worlds.append(measure(scenario, seed, asked.accounts, Path(temporary), asked.keep))
                console.print(worlds[-1])
    console.print(table(worlds, f"{asked.accounts:,} accounts"))
    if asked.results:
        today = datetime.now(UTC).date().isoformat()
        path = written(asked.results, document(worlds, tool=this_tool(), measured_on=today, accounts=asked.accounts))
        console.print(path)


if __name__ == "__main__":
    main()
