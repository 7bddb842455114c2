"""The score of any tool's answer to one world (docs/benchmark.md).

python benchmarks/score.py world/ --assessment answer.json --evidence evidence.parquet
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import labels
from results import World, summed, table
from rich.console import Console
from scorer import scored


def score(world: Path, assessment: Path, evidence: Path) -> World:
    """Read the truth of the world and the answer, and hold one against the other."""
    about = json.loads((world / "truth" / "truth.json").read_bytes())
    found = labels.answer(json.loads(assessment.read_bytes()), labels.evidence_rows(evidence))
    return World(
        scenario=about["scenario"],
        seed=about["seed"],
        records=about["records"],
        generator=about["generator"],
        score=scored(*labels.truth(world), found),
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the score, as a table or as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("world", type=Path, help="folder of the world")
    parser.add_argument("--assessment", type=Path, required=True)
    parser.add_argument("--evidence", type=Path, required=True, help="Parquet, JSON lines or a JSON array")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args(arguments)
    world = score(asked.world, asked.assessment, asked.evidence)
    if asked.json:
        print(json.dumps({**asdict(world), "summary": summed([world])}))
    else:
        Console(width=160).print(table([world], str(asked.world)))


if __name__ == "__main__":
    main()
