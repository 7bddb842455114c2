"""Accuracy on labelled worlds: what a scan concludes, held against the truth.

    python benchmarks/accuracy.py --scenario phosphorus --seeds 201-205 --accounts 20000
    python benchmarks/accuracy.py --scenario quiet --seeds 301-305

Every world is simulated, scanned from its raw logs alone and scored by the counting rules (docs/truth-format.md):
companions of a campaign's records count neither for nor against. A campaign found is matched with the one of the truth
whose events it shares most.
"""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
import pyarrow.parquet as pq
from rich.console import Console
from rich.table import Table

from tocsin.assess.assessment import Campaign
from tocsin.pipeline import Case, run
from tocsin.settings import ScanSettings
from tocsin.simulate import simulate

Key = tuple[str, str]


@dataclass(frozen=True, kw_only=True)
class Score:
    """One campaign of the truth and what was found of it."""

    seed: int
    found: bool
    attempts: tuple[int, int]  # found, true
    events: tuple[float, float]  # precision, recall
    attacked: tuple[float, float]
    compromised_missed: int
    compromised_extra: int
    verdict: str
    days_to_detection: int | None
    others_targeted: int  # further campaigns called targeted


def ratio(part: int, whole: int) -> float:
    """The share, one where there is nothing to share."""
    return part / whole if whole else 1.0


def scored(world: Path, campaigns: Sequence[Campaign], evidence: list[dict[str, Any]], seed: int) -> list[Score]:
    """Every campaign of the world's truth against its best match; a world without one gives one row."""
    truth = json.loads((world / "truth" / "truth.json").read_bytes())
    labels = pq.read_table(world / "truth" / "events.parquet").to_pylist()
    companions = {
        (row["provider"], row["event_uid"]) for row in pq.read_table(world / "truth" / "companions.parquet").to_pylist()
    }
    mine: dict[str, set[Key]] = {one.id: set() for one in campaigns}
    for row in evidence:
        if (row["provider"], row["event_uid"]) not in companions:
            mine[row["campaign_id"]].add((row["provider"], row["event_uid"]))
    targeted = {one.id for one in campaigns if one.verdict == "targeted"}
    if not truth["campaigns"]:
        return [_none(seed, len(targeted))]
    scores = []
    for label in truth["campaigns"]:
        events = {(row["provider"], row["event_uid"]) for row in labels if row["campaign_id"] == label["id"]}
        best = max(campaigns, key=lambda one: len(mine[one.id] & events), default=None)
        if best is None or not mine[best.id] & events:
            scores.append(_none(seed, len(targeted), attempts=label["counts"]["identification_attempts"]))
            continue
        scores.append(_score(seed, label, events, best, mine[best.id], len(targeted - {best.id})))
    return scores


def _score(seed: int, label: dict[str, Any], events: set[Key], best: Campaign, own: set[Key], others: int) -> Score:
    stages = {(one["account"], one["provider"]): one["stage"] for one in label["accounts"]}
    true_attacked = {key for key, stage in stages.items() if stage != "probed"}
    true_fallen = {key for key, stage in stages.items() if stage == "compromised"}
    attacked = {(one.account, one.provider) for one in best.accounts if one.stage != "probed"}
    fallen = {(one.account, one.provider) for one in best.accounts if one.stage == "compromised"}
    first = datetime.fromisoformat(label["first_seen"])
    days = (datetime.fromisoformat(best.detected_at) - first).days if best.detected_at else None
    return Score(
        seed=seed,
        found=True,
        attempts=(best.counts.identification_attempts, label["counts"]["identification_attempts"]),
        events=(ratio(len(own & events), len(own)), ratio(len(own & events), len(events))),
        attacked=(
            ratio(len(attacked & true_attacked), len(attacked)),
            ratio(len(attacked & true_attacked), len(true_attacked)),
        ),
        compromised_missed=len(true_fallen - fallen),
        compromised_extra=len(fallen - true_fallen),
        verdict=best.verdict,
        days_to_detection=days,
        others_targeted=others,
    )


def _none(seed: int, targeted: int, attempts: int = 0) -> Score:
    return Score(
        seed=seed,
        found=False,
        attempts=(0, attempts),
        events=(1.0, 0.0 if attempts else 1.0),
        attacked=(1.0, 0.0 if attempts else 1.0),
        compromised_missed=0,
        compromised_extra=0,
        verdict="–",
        days_to_detection=None,
        others_targeted=targeted,
    )


def measure(scenario: str, seed: int, accounts: int, folder: Path) -> list[Score]:
    """Simulate, scan and score one world below `folder`; the world is removed afterwards."""
    world = folder / f"{scenario}-{seed}-{accounts}"
    simulate(scenario, seed=seed, out=world, accounts=accounts)
    settings = ScanSettings(paths=(world / "logs",), store=world / "store", roster=world / "roster.csv")
    case = run(Case(settings=settings, now=datetime(2026, 1, 1)))  # noqa: DTZ001 - naive UTC throughout
    scores = scored(world, case.assessment.campaigns, case.evidence.to_pylist(), seed)
    (folder / f"{world.name}.json").write_bytes(msgspec.json.encode(case.assessment))
    shutil.rmtree(world)
    return scores


def table(scenario: str, accounts: int, scores: Sequence[Score]) -> Table:
    """The scores as people read them."""
    shown = Table(title=f"{scenario}, {accounts:,} accounts")
    for name in ("seed", "verdict", "attempts", "true", "off by"):
        shown.add_column(name, justify="right")
    for name in ("events P", "events R", "attacked P", "attacked R", "fallen missed", "fallen extra"):
        shown.add_column(name, justify="right")
    shown.add_column("days to detection", justify="right")
    shown.add_column("other targeted", justify="right")
    for one in scores:
        off = f"{one.attempts[0] / one.attempts[1] - 1:+.1%}" if one.attempts[1] else "–"
        shown.add_row(
            str(one.seed),
            one.verdict,
            *(str(number) for number in one.attempts),
            off,
            *(f"{share:.3f}" for share in (*one.events, *one.attacked)),
            str(one.compromised_missed),
            str(one.compromised_extra),
            "–" if one.days_to_detection is None else str(one.days_to_detection),
            str(one.others_targeted),
        )
    return shown


def main() -> None:
    """Print the table for a scenario and its seeds."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scenario", default="phosphorus")
    parser.add_argument("--seeds", default="201-205", help="numbers and ranges, by commas")
    parser.add_argument("--accounts", type=int, default=20_000)
    parser.add_argument("--out", type=Path, help="keep the assessments here")
    arguments = parser.parse_args()
    seeds: list[int] = []
    for piece in arguments.seeds.split(","):
        first, _, last = piece.partition("-")
        seeds += range(int(first), int(last or first) + 1)
    console = Console(width=160)
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.out or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        scores: list[Score] = []
        for seed in seeds:
            scores += measure(arguments.scenario, seed, arguments.accounts, folder)
            console.print(scores[-1])
    console.print(table(arguments.scenario, arguments.accounts, scores))


if __name__ == "__main__":
    main()
