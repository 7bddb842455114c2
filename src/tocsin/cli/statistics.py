"""`tocsin statistics --year 2026`: a year in numbers that may be published."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Group
from rich.text import Text

from tocsin.attribute.judgements import read_ledger
from tocsin.cli.console import OUTPUT
from tocsin.cli.options import Store
from tocsin.cli.outputs import writable
from tocsin.cli.store import last_store
from tocsin.report.archive import kept, kept_roster
from tocsin.report.json import packed, write_whole
from tocsin.report.statistics_tables import tables
from tocsin.report.statistics_words import with_words
from tocsin.share.statistics import statistics

EXAMPLES = (
    "tocsin statistics --year 2026",
    "tocsin statistics --year 2026 --json 2026.json --approve-zero",
)


def command(
    year: Annotated[int, typer.Option(help="Calendar year, in UTC.", min=1970, max=9998, show_default=False)],
    json: Annotated[
        Path | None, typer.Option(help="Write the counts here (tocsin.statistics/1).", show_default=False)
    ] = None,
    approve_zero: Annotated[
        bool,
        typer.Option("--approve-zero", help="Tell zeros, too: which groups were not reached, attacked or compromised."),
    ] = False,
    store: Store = None,
) -> None:
    """Count a year's campaigns, attempts and accounts by category, country and actor, with small counts hidden."""
    writable(json)
    folder = last_store(store)
    assessment, evidence = kept(folder)
    counts = statistics(assessment, evidence, kept_roster(folder), read_ledger(folder), year=year, zeros=approve_zero)
    done = with_words(counts)
    if json:
        write_whole(packed(done), json)
    OUTPUT.print(Group(*(Text(f"{one}\n") for one in done.text)))
    if done.covers_from is None or done.covers_to is None:
        return  # noughts of a year that no log covers would read as its figures
    OUTPUT.print(tables(done))
    OUTPUT.print(Text("How it is counted", "bold underline"))
    OUTPUT.print(Group(*(Text(f"• {one.figure}: {one.rule}") for one in done.rules)))
