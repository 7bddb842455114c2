"""Side by side: what defenders deploy today and Tocsin, on the same worlds, by the same scorer (docs/benchmark.md).

    python benchmarks/peers.py --scenario phosphorus,spray --seeds 61 --accounts 3000
    python benchmarks/peers.py --scenario phosphorus,spray,stuffing,mfa-fatigue,quiet --seeds 61,62 \
        --tools venv/bin --results benchmarks/results

Re-stated tools read the events that Tocsin read; installed ones, from the folder `--tools`, read the raw logs.
"""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import labels
import msgspec
from accuracy import numbers, this_tool
from deployed import installed, restated
from deployed.acts import acts
from deployed.answer import Belonging, grouped, joined, mostly, with_companions
from deployed.peer import Alert, NotRun, Peer, Watch
from deployed.places import places
from deployed.side_by_side import Row, document, table, written
from deployed.tocsin_findings import as_alerts
from rich.console import Console
from scorer import Found, Key, WorldScore, scored

from tocsin.pipeline import Case, run
from tocsin.settings import ScanSettings
from tocsin.simulate import SCENARIOS, simulate

DAYS_A_MONTH = 30


class World:
    """One world and its truth, against which every answer is held in the same way."""

    def __init__(self, folder: Path, store: Path) -> None:
        self.folder, self.logs, self.store = folder, folder / "logs", store
        self.about = json.loads((folder / "truth" / "truth.json").read_bytes())
        self.labelled, self.companions = labels.truth(folder)
        self.belonging = Belonging(
            campaign={event.key: event.campaign for one in self.labelled for event in one.events},
            goes_with=labels.goes_with(folder),
        )

    def row(self, name: str, found: Sequence[Found], alerts: Sequence[frozenset[Key]], seconds: float) -> Row:
        """What an answer is worth, as it comes and joined."""
        found = with_companions(found, self.belonging)
        a_month = DAYS_A_MONTH / self.about["days"]
        wrong = [one for one in found if mostly(one.events, self.belonging) is None]
        return Row(
            peer=name,
            scenario=self.about["scenario"],
            seed=self.about["seed"],
            groups=len(found) - len(wrong),
            false_groups_a_month=round(len(wrong) * a_month, 1),
            false_alerts_a_month=round(sum(mostly(one, self.belonging) is None for one in alerts) * a_month, 1),
            seconds=round(seconds, 1),
            as_it_comes=self._scored(found),
            joined=self._scored(joined(found, self.belonging)),
        )

    def not_run(self, name: str, why: NotRun) -> Row:
        return Row(peer=name, scenario=self.about["scenario"], seed=self.about["seed"], not_run=why.reason)

    def _scored(self, found: Sequence[Found]) -> WorldScore:
        return scored(self.labelled, self.companions, found)


def rows(world: World, tools: Path | None) -> Iterator[Row]:
    """Tocsin first, since the re-stated ones read its store."""
    yield from _tocsin(world)
    for peer in restated(places(world.logs, world.store)):
        began = time.perf_counter()
        yield _row(world, peer.name, _alerts(peer, world.store), began, entered=peer.entered)
    for tool in installed(tools):
        began = time.perf_counter()
        with tempfile.TemporaryDirectory() as scratch:
            alerts = tool.alerts(world.logs, Path(scratch))
        if isinstance(alerts, NotRun):
            yield world.not_run(tool.name, alerts)
        else:
            yield _row(world, tool.name, alerts, began, entered=False)


def _tocsin(world: World) -> Iterator[Row]:
    """Its campaigns, and what its detections alone would leave to a reader."""
    began = time.perf_counter()
    settings = ScanSettings(paths=(world.logs,), store=world.store, roster=world.folder / "roster.csv")
    case = run(Case(settings=settings, now=datetime(2026, 6, 1)))  # noqa: DTZ001 - naive UTC throughout
    found = labels.answer(json.loads(msgspec.json.encode(case.assessment)), labels.rows(case.evidence))
    yield world.row("Tocsin", found, [one.events for one in found], time.perf_counter() - began)
    missing = frozenset((act.provider, act.account.lower()) for act in acts(world.store, "account_known = 'false'"))
    alerts = as_alerts(case.findings, case.finding_events, missing)
    yield _row(world, "Tocsin's detections without its campaigns", alerts, began, entered=False)


def _alerts(peer: Peer, store: Path) -> list[Alert]:
    """A peer's alerts. Watches that are fed the same read it once."""
    feeds: dict[str, list[Watch]] = {}
    for watch in peer.watches:
        feeds.setdefault(watch.where, []).append(watch)
    found: list[Alert] = []
    for where, watches in feeds.items():
        fed = list(acts(store, where))
        for watch in watches:
            found += watch.rule(fed)
    return found


def _row(world: World, name: str, alerts: Sequence[Alert], began: float, *, entered: bool) -> Row:
    found = grouped(alerts, world.belonging, entered=entered)
    return world.row(name, found, [frozenset(one.events) for one in alerts], time.perf_counter() - began)


def main(arguments: Sequence[str] | None = None) -> None:
    """Print a table for each scenario, and write the results file if one is wanted."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scenario", default="phosphorus", help=f"some by commas: {', '.join(SCENARIOS)}")
    parser.add_argument("--seeds", default="61", help="numbers and ranges, by commas")
    parser.add_argument("--accounts", type=int, default=20_000)
    parser.add_argument("--world", type=Path, action="append", help="a kept world, in place of scenario and seeds")
    parser.add_argument("--tools", type=Path, help="folder with the programs of installed tools")
    parser.add_argument("--results", type=Path, help="folder for a results file")
    asked = parser.parse_args(arguments)
    console = Console(width=190)
    measured: list[Row] = []
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        for path in asked.world or _simulated(asked.scenario.split(","), numbers(asked.seeds), asked.accounts, folder):
            world = World(path, folder / "store")
            measured += rows(world, asked.tools)
            shutil.rmtree(world.store)
            if asked.results:  # after each world: a run of an hour that is stopped has not been for nothing
                _keep(measured, asked.results, world.about)
    for scenario in dict.fromkeys(row.scenario for row in measured):
        seeds = ", ".join(str(seed) for seed in dict.fromkeys(row.seed for row in measured if row.scenario == scenario))
        console.print(table(measured, scenario, f"{scenario}, seeds {seeds}"))
    for name, reason in {row.peer: row.not_run for row in measured if row.not_run}.items():
        console.print(f"{name} was not run: {reason}", highlight=False)


def _simulated(scenarios: Sequence[str], seeds: Sequence[int], accounts: int, folder: Path) -> Iterator[Path]:
    """One world after the other, each removed before the next."""
    for scenario in scenarios:
        for seed in seeds:
            simulate(scenario, seed=seed, out=folder / "world", accounts=accounts)
            yield folder / "world"
            shutil.rmtree(folder / "world")


def _keep(measured: Sequence[Row], folder: Path, about: Mapping[str, Any]) -> None:
    today = datetime.now(UTC).date().isoformat()
    found = document(
        measured, generator=about["generator"], tool=this_tool(), measured_on=today, accounts=about["accounts"]
    )
    written(folder, found)


if __name__ == "__main__":
    main()
