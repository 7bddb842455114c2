"""The way of a world: build, plan, live day by day, write out."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from datetime import date
from pathlib import Path
from random import Random

from .acts import AnyAct, UnknownRecovery, UnknownSignIn
from .benign import BenignLife
from .campaign.locked_out import through_losses
from .native import Logs
from .roster import write_roster
from .scenarios import SCENARIOS
from .truth import Truth
from .world import World, build

START = date(2026, 2, 2)  # a Monday
EVENTS_PER_ACCOUNT = 50  # records of benign life in 30 days
MIN_ACCOUNTS = 100  # fewer do not fill a federation of several organisations


def simulate(
    scenario: str,
    *,
    seed: int,
    out: Path,
    accounts: int = 20_000,
    days: int = 30,
    start: date = START,
    events: int | None = None,
    compress: str | None = None,
    on_progress: Callable[[int, int], None] | None = None,
) -> Truth:
    """Write a world to `out`: logs/*, roster.csv, truth/*. The same arguments give the same bytes.

    `events` is the wanted number of benign records (default: 50 an account in 30 days; the result is within
    a tenth of it). `compress` is None, "gzip" or "zstd". `on_progress` is called with (days done, days).
    Raises KeyError for an unknown scenario and ValueError for sizes that no world can have. 1 M records
    take about a minute on one core.
    """
    chosen = SCENARIOS[scenario]
    if accounts < MIN_ACCOUNTS or days < 1:
        raise ValueError(f"a world needs at least {MIN_ACCOUNTS} accounts and one day")
    wanted = events if events is not None else round(accounts * EVENTS_PER_ACCOUNT * days / 30)
    world = build(seed, start=start, days=days, accounts=accounts, events=wanted)
    truth = Truth(scenario, seed)
    out.mkdir(parents=True, exist_ok=True)
    life = BenignLife(world)
    planned = sorted(chosen.plan(world, truth), key=_time)
    logs = Logs(out / "logs", world.tenants, truth, seed, compress)
    end = world.day_ms(days)
    at = 0
    for day in range(days):
        logs.start_day(day)
        today = [
            (act, False)
            for act in through_losses(world, life.acts(day))
            if act.time < end and not _names_somebody(world, act)
        ]
        until = bisect_left(planned, world.day_ms(day + 1), lo=at, key=_time)
        today += [(act, True) for act in planned[at:until]]
        at = until
        today.sort(key=lambda entry: entry[0].time)
        for act, added in today:
            logs.write(act, added=added)
        logs.flush(world.day_ms(day + 1) - 7_200_000)
        if on_progress is not None:
            on_progress(day + 1, days)
    logs.close()
    write_roster(out / "roster.csv", world.roster, Random(f"{seed}/contacts"))
    truth.happenings = world.happenings
    truth.sizes = {
        "start": start.isoformat(),
        "days": days,
        "accounts": accounts,
        "roster": len(world.roster),
        "records": logs.records,
    }
    truth.write(out / "truth")
    return truth


def _time(act: AnyAct) -> int:
    return act.time


def _names_somebody(world: World, act: AnyAct) -> bool:
    """A made-up name that happens to exist is no unknown name."""
    return isinstance(act, UnknownSignIn | UnknownRecovery) and act.identifier in world.names
