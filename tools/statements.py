"""Writes the statements that ship with the package: `make statements`, after a change of expressions.

They are those of scans of small synthetic worlds: with a roster and without, of a new store and of a known one; and
those of `tocsin risk`, where events have a round-trip time and where they have none.
"""

from __future__ import annotations

import sys
import tempfile
from datetime import datetime
from math import log
from pathlib import Path

from tocsin.cli.risk import ABOVE
from tocsin.engines import opened, statements
from tocsin.engines.statements import FILE, recording, write
from tocsin.lake import Lake
from tocsin.pipeline import Case, run, surrounded
from tocsin.report.archive import earlier, keep, kept_roster
from tocsin.risk import risk_of
from tocsin.settings import ScanSettings
from tocsin.simulate import simulate

TARGET = Path(statements.__file__).with_name(FILE)

WORLDS = (("phosphorus", 43), ("pivot", 41), ("spray", 41), ("quiet", 42))
ACCOUNTS = 1500
NOW = datetime(2026, 6, 1)  # noqa: DTZ001 - naive UTC throughout


def scan(world: Path, store: Path, *, with_roster: bool) -> None:
    """As `tocsin scan` does it."""
    roster = world / "roster.csv" if with_roster else None
    settings = ScanSettings(paths=(world / "logs",), store=store, roster=roster)
    case = run(Case(settings=settings, now=NOW, before=earlier(store), roster=kept_roster(store)))
    found = case.assessment, case.evidence, case.roster, case.finding_events
    keep(store, *found, changes=case.changes, gone=case.gone)


def risk(store: Path) -> None:
    """As `tocsin risk` does it."""
    engine = opened("duckdb", scratch=store / "scratch")
    try:
        events = surrounded(engine, Lake(store)).events
        for one in (events, events.mutate(round_trip_ms=events.ts % 300)):
            found = risk_of(engine, one)
            engine.rows(found.filter(found.log_odds >= log(ABOVE)))
    finally:
        engine.close()


def of_scans(folder: Path) -> dict[str, str]:
    """The statements of scans of all worlds."""
    with recording() as asked:
        for scenario, seed in WORLDS:
            world = folder / scenario
            simulate(scenario, seed=seed, out=world, accounts=ACCOUNTS)
            scan(world, folder / f"{scenario}-store", with_roster=True)
            scan(world, folder / f"{scenario}-store", with_roster=True)
            risk(folder / f"{scenario}-store")
        scan(folder / WORLDS[0][0], folder / "store-alone", with_roster=False)
    return asked


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        found = of_scans(Path(folder))
    write(found, TARGET)
    sys.stdout.write(f"{TARGET}: {len(found):,} statements, {TARGET.stat().st_size:,} bytes\n")


if __name__ == "__main__":
    main()
