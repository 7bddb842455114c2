"""`tocsin simulate`: labelled worlds for exercises and tests."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from tocsin.cli.console import ERRORS, OUTPUT
from tocsin.errors import UsageError
from tocsin.simulate import MIN_ACCOUNTS, SCENARIOS, START
from tocsin.simulate import simulate as world

EXAMPLES = (
    "tocsin simulate --scenario phosphorus --seed 7 --out world/",
    "tocsin simulate --scenario quiet --accounts 3000 --compress gzip --out quiet/",
)


def command(
    out: Annotated[Path, typer.Option(help="Folder to write logs/, roster.csv and truth/ to.", show_default=False)],
    scenario: Annotated[str, typer.Option(help=f"One of {', '.join(SCENARIOS)}.")] = "phosphorus",
    seed: Annotated[int, typer.Option(help="The same seed gives the same files, byte by byte.")] = 1,
    accounts: Annotated[int, typer.Option(help="Accounts in the world.", min=MIN_ACCOUNTS)] = 20_000,
    days: Annotated[int, typer.Option(help="Days of logs.", min=7)] = 30,
    start: Annotated[str, typer.Option(help="First day (YYYY-MM-DD).")] = START.isoformat(),
    events: Annotated[
        int | None, typer.Option(help="Ordinary events, about (default: 50 an account).", show_default=False)
    ] = None,
    compress: Annotated[str | None, typer.Option(help="gzip or zstd.", show_default=False)] = None,
) -> None:
    """Write a month of synthetic logs in the providers' own shapes, with the truth about what happened in it."""
    if scenario not in SCENARIOS:
        raise UsageError(f"no scenario named {scenario!r}", remedy=f"choose one of {', '.join(SCENARIOS)}")
    if compress not in (None, "gzip", "zstd"):
        raise UsageError(f"no compression named {compress!r}", remedy="choose gzip or zstd, or leave it out")
    with ERRORS.status(f"Simulating {days} days of {accounts:,} accounts"):
        world(
            scenario,
            seed=seed,
            out=out,
            accounts=accounts,
            days=days,
            start=_day(start),
            events=events,
            compress=compress,
        )
    OUTPUT.print(f"{out}: logs, roster.csv and truth of the scenario {scenario}, seed {seed}", soft_wrap=True)


def _day(text: str) -> date:
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 - a day has no zone
    except ValueError as error:
        raise UsageError(f"{text!r} is no day", remedy="write it as 2026-03-01") from error
