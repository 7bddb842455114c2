"""How early a slow campaign is found when the logs are scanned once a day (docs/how-campaigns-are-found.md).

    python benchmarks/detection_curve.py --seeds 751-755 --accounts 20000 --svg docs/detection-curve.svg

Every world is scanned whole, for what `detected_at` claims, and then as it stood at the end of each day, from the day
of the first attempt to `--after` days beyond the claim, for what really happens. With `--claims-only` the second part
is left out.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

import labels
from accuracy import numbers, this_tool
from curve_chart import curve_svg
from daily import day_by_day, holding, scanned
from rich.console import Console
from rich.table import Table
from scorer import TRIES, VERSION, Labelled

from tocsin.simulate import SCENARIOS, simulate

SCHEMA = "tocsin.detection/1"
NOW = datetime(2026, 6, 1, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Detection:
    """One campaign of one world. Days are counted from its first attempt, shares are of its tries."""

    scenario: str
    seed: int
    campaign: str
    tries: int
    claimed_days: float | None  # by `detected_at` of a scan of everything
    claimed_share: float | None
    real_days: float | None  # by scanning day after day; None too where that was not done
    real_share: float | None
    targeted_days: float | None  # when a daily scan first calls it targeted
    lost_after: tuple[str, ...]  # days after the real detection at whose end a scan did not raise it
    share_by_day: tuple[float, ...]  # made by the end of so many days after the first attempt


def detections(world: Path, scratch: Path, *, after: int, daily: bool) -> list[Detection]:
    """All campaigns of a world."""
    about = json.loads((world / "truth" / "truth.json").read_bytes())
    labelled, companions = labels.truth(world)
    store = scratch / "store"
    whole = scanned(world, store, now=NOW)
    found = []
    for one in labelled:
        keys = frozenset(event.key for event in one.events)
        first = min(event.time for event in one.events)
        match = holding(whole, keys, companions)
        claimed = match.detected_at if match else None
        last_day = (claimed or first + timedelta(days=about["days"])) + timedelta(days=after - 1)
        real = targeted = None
        lost: list[str] = []
        if daily:
            for scan in day_by_day(world, store, first.date(), last_day.date(), scratch):
                held = holding(scan.found, keys, companions)
                if held is None:
                    lost += [scan.until.date().isoformat()] if real else []
                    continue
                real = real or scan.until
                if targeted is None and held.verdict == "targeted":
                    targeted = scan.until
        found.append(
            Detection(
                scenario=about["scenario"],
                seed=about["seed"],
                campaign=one.id,
                tries=len(_tries(one)),
                claimed_days=_days(first, claimed),
                claimed_share=_share(one, claimed),
                real_days=_days(first, real),
                real_share=_share(one, real),
                targeted_days=_days(first, targeted),
                lost_after=tuple(lost),
                share_by_day=tuple(_share(one, first + timedelta(days=day)) or 0.0 for day in range(about["days"] + 1)),
            )
        )
    return found


def _tries(campaign: Labelled) -> list[datetime]:
    return [event.time for event in campaign.events if event.role in TRIES]


def _days(first: datetime, moment: datetime | None) -> float | None:
    return None if moment is None else round((moment - first).total_seconds() / 86_400, 2)


def _share(campaign: Labelled, moment: datetime | None) -> float | None:
    tries = _tries(campaign)
    return None if moment is None or not tries else round(sum(time <= moment for time in tries) / len(tries), 4)


def summed(found: Sequence[Detection]) -> dict[str, Any]:
    """Medians over the campaigns; one that is never found counts as never and not as nothing."""
    return {
        "campaigns": len(found),
        "claimed_days_median": _median([one.claimed_days for one in found]),
        "claimed_share_median": _median([one.claimed_share for one in found]),
        "real_days_median": _median([one.real_days for one in found]),
        "real_share_median": _median([one.real_share for one in found]),
        "targeted_days_median": _median([one.targeted_days for one in found]),
        "days_between_claim_and_reality": [
            None if one.claimed_days is None or one.real_days is None else round(one.real_days - one.claimed_days, 2)
            for one in found
        ],
    }


def _median(values: Sequence[float | None]) -> float | None:
    middle = median([float("inf") if value is None else value for value in values])
    return None if middle == float("inf") else round(middle, 4)


COLUMNS = ("world", "tries", "claimed days", "tries made", "real days", "tries made", "targeted days", "lost after")


def table(found: Sequence[Detection], title: str) -> Table:
    """As people read it."""
    shown = Table(title=title)
    for name in COLUMNS:
        shown.add_column(name, justify="left" if name in ("world", "lost after") else "right")
    for one in found:
        shown.add_row(
            f"{one.scenario} {one.seed}" + ("" if one.campaign == one.scenario else f", {one.campaign}"),
            f"{one.tries:,}",
            *(_cell(one.claimed_days, ".1f"), _cell(one.claimed_share, ".0%")),
            *(_cell(one.real_days, ".1f"), _cell(one.real_share, ".0%")),
            _cell(one.targeted_days, ".1f"),
            ", ".join(one.lost_after),
        )
    return shown


def _cell(value: float | None, form: str) -> str:
    return "–" if value is None else format(value, form)


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table; write the curve and the results file if they are wanted."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scenario", default="phosphorus", help=f"one of {', '.join(SCENARIOS)}")
    parser.add_argument("--seeds", default="751-755", help="numbers and ranges, by commas")
    parser.add_argument("--accounts", type=int, default=20_000)
    parser.add_argument("--after", type=int, default=2, help="days beyond the claim")
    parser.add_argument("--claims-only", action="store_true", help="do not scan day after day")
    parser.add_argument("--worlds", type=Path, help="folder of kept worlds, SCENARIO-SEED-ACCOUNTS")
    parser.add_argument("--svg", type=Path, help="file for the curve")
    parser.add_argument("--results", type=Path, help="folder for a results file")
    asked = parser.parse_args(arguments)
    console = Console(width=150)
    found: list[Detection] = []
    generators = set()
    for seed in numbers(asked.seeds):
        with tempfile.TemporaryDirectory() as temporary:
            name = f"{asked.scenario}-{seed}-{asked.accounts}"
            world = (asked.worlds or Path(temporary)) / name
            if not world.exists():
                world = Path(temporary) / name
                simulate(asked.scenario, seed=seed, out=world, accounts=asked.accounts)
            generators.add(json.loads((world / "truth" / "truth.json").read_bytes())["generator"])
            found += detections(world, Path(temporary), after=asked.after, daily=not asked.claims_only)
        console.print(table(found, f"{asked.scenario}, {asked.accounts:,} accounts"))
    console.print_json(data=summed(found))
    if asked.svg:
        asked.svg.write_text(curve_svg(_curves(found), _marks(found)) + "\n", encoding="utf-8")
    if asked.results:
        (generator,) = generators
        document = {
            "schema": SCHEMA,
            "generator": generator,
            "scorer": VERSION,
            "tool": this_tool(),
            "measured_on": datetime.now(UTC).date().isoformat(),
            "accounts": asked.accounts,
            "summary": {asked.scenario: summed(found)},
            "campaigns": [asdict(one) for one in found],
        }
        versions = f"g{generator}-s{VERSION}-{asked.accounts}"
        path = asked.results / f"detection-{asked.scenario}-{document['measured_on']}-{versions}.json"
        asked.results.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
        console.print(path)


def _curves(found: Sequence[Detection]) -> list[tuple[float, ...]]:
    return [one.share_by_day for one in found]


def _marks(found: Sequence[Detection]) -> list[tuple[float, float]]:
    """(days, share) of each detection: the real one where it was looked for."""
    pairs = [
        (one.real_days, one.real_share) if one.real_days is not None else (one.claimed_days, one.claimed_share)
        for one in found
    ]
    return [(days, share) for days, share in pairs if days is not None and share is not None]


if __name__ == "__main__":
    main()
