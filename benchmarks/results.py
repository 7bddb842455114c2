"""Scores of many worlds: summed up, shown as a table, and written as a results file (`tocsin.benchmark/1`)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any

from rich.table import Table
from scorer import VERSION, CampaignScore, WorldScore, ratio

SCHEMA = "tocsin.benchmark/1"


@dataclass(frozen=True, kw_only=True)
class World:
    """A world and its score."""

    scenario: str
    seed: int
    records: int
    generator: int
    score: WorldScore


def summed(worlds: Sequence[World]) -> dict[str, Any]:
    """One scenario's worlds: shares of the sums, medians of days and tries, counts of what must not be."""
    scores = [one for world in worlds for one in world.score.campaigns]
    matched = [one for one in scores if one.match is not None]
    days = [one.days_to_detection for one in matched if one.days_to_detection is not None]
    tries = [one.tries_before for one in matched if one.tries_before is not None]
    return {
        "worlds": len(worlds),
        "campaigns": len(scores),
        "campaigns_found": len(matched),
        "events_precision": _share(matched, "events_right", "events_found"),
        "events_recall": _share(scores, "events_right", "events_true"),
        "attacked_precision": _share(matched, "attacked_right", "attacked_found"),
        "attacked_recall": _share(scores, "attacked_right", "attacked_true"),
        "compromised_exact": sum(not one.compromised_missed and not one.compromised_extra for one in scores),
        "compromised_missed": sum(one.compromised_missed for one in scores),
        "compromised_extra": sum(one.compromised_extra for one in scores),
        "merged": sum(world.score.merged for world in worlds),
        "split": sum(one.split for one in scores),
        "fragments": sum(world.score.fragments for world in worlds),
        "verdict_right": sum(one.verdict_found == one.verdict_true for one in scores),
        "false": sum(world.score.false for world in worlds),
        "false_targeted": sum(world.score.false_targeted for world in worlds),
        "chains": sum(one.chains_true for one in scores),
        "chains_found": sum(one.chains_right for one in scores),
        "chains_false": sum(world.score.chains_false for world in worlds),
        "days_to_detection_median": median(days) if days else None,
        "tries_before_median": median(tries) if tries else None,
    }


def _share(scores: Sequence[CampaignScore], part: str, whole: str) -> float | None:
    """A share of sums; None where there is nothing to share."""
    total = sum(getattr(one, whole) for one in scores)
    return round(ratio(sum(getattr(one, part) for one in scores), total), 4) if total else None


def by_scenario(worlds: Sequence[World]) -> dict[str, dict[str, Any]]:
    names = dict.fromkeys(world.scenario for world in worlds)
    return {name: summed([world for world in worlds if world.scenario == name]) for name in names}


def document(worlds: Sequence[World], *, tool: dict[str, str], measured_on: str, accounts: int) -> dict[str, Any]:
    """The results file. Every share in its summary can be counted again from its worlds."""
    (generator,) = {world.generator for world in worlds}
    return {
        "schema": SCHEMA,
        "generator": generator,
        "scorer": VERSION,
        "tool": tool,
        "measured_on": measured_on,
        "accounts": accounts,
        "summary": by_scenario(worlds),
        "worlds": [
            {"scenario": one.scenario, "seed": one.seed, "records": one.records, **asdict(one.score)} for one in worlds
        ],
    }


def written(folder: Path, found: dict[str, Any]) -> Path:
    """Writes the file under a name that says tool, day, versions and size."""
    tool, versions = found["tool"]["name"], f"g{found['generator']}-s{found['scorer']}"
    path = folder / f"{tool}-{found['measured_on']}-{versions}-{found['accounts']}.json"
    folder.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    return path


COLUMNS = (
    ("world", "left"),
    ("found", "right"),
    ("verdict", "left"),
    ("attempts found / true", "right"),
    ("events P / R", "right"),
    ("attacked P / R", "right"),
    ("lost missed / extra", "right"),
    ("merged / split", "right"),
    ("chains, false", "right"),
    ("days", "right"),
    ("tries before", "right"),
    ("false / targeted", "right"),
)


def table(worlds: Sequence[World], title: str) -> Table:
    """The scores as people read them: a row a campaign, and a row for a world that has none."""
    shown = Table(title=title)
    for name, justify in COLUMNS:
        shown.add_column(name, justify="left" if justify == "left" else "right")
    for world in worlds:
        score, name = world.score, f"{world.scenario} {world.seed}"
        false = f"{score.false} / {score.false_targeted}"
        if not score.campaigns:
            shown.add_row(name, *["–"] * (len(COLUMNS) - 2), false)
        for one in score.campaigns:
            shown.add_row(
                name,
                "yes" if one.match else "no",
                one.verdict_found or "–",
                f"{one.attempts_found if one.attempts_found is not None else '–'} / {one.attempts_true}",
                f"{ratio(one.events_right, one.events_found):.3f} / {ratio(one.events_right, one.events_true):.3f}",
                f"{ratio(one.attacked_right, one.attacked_found):.3f} / "
                f"{ratio(one.attacked_right, one.attacked_true):.3f}",
                f"{one.compromised_missed} / {one.compromised_extra}",
                f"{score.merged} / {int(one.split)}",
                f"{one.chains_right} of {one.chains_true}, {score.chains_false}",
                "–" if one.days_to_detection is None else f"{one.days_to_detection:.1f}",
                "–" if one.tries_before is None else f"{one.tries_before:.0%}",
                false,
            )
    return shown
