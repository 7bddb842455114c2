"""One row a tool and world; summed up a scenario, shown as a table, written as a results file (`tocsin.peers/1`)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any

from rich.table import Table
from scorer import VERSION, CampaignScore, WorldScore, ratio

SCHEMA = "tocsin.peers/1"


@dataclass(frozen=True, kw_only=True)
class Row:
    """A tool's answer to one world; scores are empty where the tool was not run."""

    peer: str
    scenario: str
    seed: int
    groups: int = 0  # what a reader has to look at and put together: groups that hold a campaign's record
    false_groups_a_month: float = 0.0  # groups that hold none
    false_alerts_a_month: float = 0.0  # alerts that hold none
    seconds: float = 0.0
    as_it_comes: WorldScore | None = None
    joined: WorldScore | None = None
    not_run: str | None = None


def summed(rows: Sequence[Row]) -> dict[str, Any]:
    """One tool's rows of one scenario: shares of the sums, means of what is a month's, medians of days and tries."""
    ran = [row for row in rows if row.joined is not None]
    scores = [one for row in ran if row.joined for one in row.joined.campaigns]
    found = [one for one in scores if one.match is not None]
    days = [one.days_to_detection for one in found if one.days_to_detection is not None]
    tries = [one.tries_before for one in found if one.tries_before is not None]
    alone = [one for row in ran if row.as_it_comes for one in row.as_it_comes.campaigns]
    return {
        "worlds": len(ran),
        "campaigns": len(scores),
        "campaigns_found": len(found),
        "groups": sum(row.groups for row in ran),
        "events_precision": _share(found, "events_right", "events_found"),
        "events_recall": _share(scores, "events_right", "events_true"),
        "events_recall_of_largest_group": _share(alone, "events_right", "events_true"),
        "attacked_precision": _share(found, "attacked_right", "attacked_found"),
        "attacked_recall": _share(scores, "attacked_right", "attacked_true"),
        "false_groups_a_month": _mean([row.false_groups_a_month for row in ran]),
        "false_alerts_a_month": _mean([row.false_alerts_a_month for row in ran]),
        "days_to_detection_median": median(days) if days else None,
        "tries_before_median": median(tries) if tries else None,
        "not_run": next((row.not_run for row in rows if row.not_run), None),
    }


def _share(scores: Sequence[CampaignScore], part: str, whole: str) -> float | None:
    total = sum(getattr(one, whole) for one in scores)
    return round(ratio(sum(getattr(one, part) for one in scores), total), 4) if total else None


def _mean(numbers: Sequence[float]) -> float | None:
    return round(sum(numbers) / len(numbers), 1) if numbers else None


def document(
    rows: Sequence[Row], *, generator: int, tool: dict[str, str], measured_on: str, accounts: int
) -> dict[str, Any]:
    """The results file. Every share in its summary can be counted again from its rows."""
    scenarios = dict.fromkeys(row.scenario for row in rows)
    peers = dict.fromkeys(row.peer for row in rows)
    return {
        "schema": SCHEMA,
        "generator": generator,
        "scorer": VERSION,
        "tool": tool,
        "measured_on": measured_on,
        "accounts": accounts,
        "summary": {scenario: {peer: summed(_of(rows, scenario, peer)) for peer in peers} for scenario in scenarios},
        "rows": [asdict(row) for row in rows],
    }


def _of(rows: Sequence[Row], scenario: str, peer: str) -> list[Row]:
    return [row for row in rows if row.scenario == scenario and row.peer == peer]


def written(folder: Path, found: dict[str, Any]) -> Path:
    """Writes the file under a name that says day, versions and size."""
    versions = f"g{found['generator']}-s{found['scorer']}"
    path = folder / f"peers-{found['measured_on']}-{versions}-{found['accounts']}.json"
    folder.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    return path


COLUMNS = (
    "tool",
    "campaigns found",
    "in groups",
    "events P / R",
    "largest group R",
    "accounts P / R",
    "false a month: groups (alerts)",
    "days",
    "tries before",
)


def table(rows: Sequence[Row], scenario: str, title: str) -> Table:
    """One scenario as people read it."""
    shown = Table(title=title)
    for name in COLUMNS:
        shown.add_column(name, justify="left" if name == "tool" else "right")
    for peer in dict.fromkeys(row.peer for row in rows):
        shown.add_row(peer, *_cells(summed(_of(rows, scenario, peer))))
    return shown


def _cells(one: dict[str, Any]) -> list[str]:
    if not one["worlds"]:
        return ["not run", *["–"] * (len(COLUMNS) - 2)]
    false = f"{one['false_groups_a_month']:.0f} ({one['false_alerts_a_month']:.0f})"
    if not one["campaigns"]:
        return [*["–"] * 5, false, "–", "–"]
    days, tries = one["days_to_detection_median"], one["tries_before_median"]
    return [
        f"{one['campaigns_found']} of {one['campaigns']}",
        str(one["groups"]),
        f"{_number(one['events_precision'])} / {_number(one['events_recall'])}",
        _number(one["events_recall_of_largest_group"]),
        f"{_number(one['attacked_precision'])} / {_number(one['attacked_recall'])}",
        false,
        "–" if days is None else f"{days:.1f}",
        "–" if tries is None else f"{tries:.0%}",
    ]


def _number(share: float | None) -> str:
    return "–" if share is None else f"{share:.2f}"
