"""`tocsin check ORGANISATION`: were we targeted?"""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from tocsin.check import check, question
from tocsin.cli.console import OUTPUT
from tocsin.cli.options import Store
from tocsin.cli.store import last_store
from tocsin.engines import opened
from tocsin.enrich import read_roster
from tocsin.errors import UsageError
from tocsin.lake import Lake
from tocsin.report import check_words, terminal
from tocsin.report.archive import kept, kept_finding_events, kept_roster
from tocsin.report.json import packed, write_whole

EXAMPLES = (
    'tocsin check "The Daily Example"',
    "tocsin check example.org --since 2026-02-02 --until 2026-03-03",
    "tocsin check anna@example.org --json answer.json",
)


def command(
    organisation: Annotated[
        str,
        typer.Argument(help="An organisation as the roster names it, a domain, or one account.", show_default=False),
    ],
    since: Annotated[
        str | None, typer.Option(help="First day asked about (YYYY-MM-DD), with --until.", show_default=False)
    ] = None,
    until: Annotated[
        str | None, typer.Option(help="Last day asked about (YYYY-MM-DD), with --since.", show_default=False)
    ] = None,
    roster: Annotated[
        Path | None, typer.Option(help="Another roster than that of the last scan.", show_default=False)
    ] = None,
    json: Annotated[
        Path | None, typer.Option(help="Write the answer (tocsin.check/1) here.", show_default=False)
    ] = None,
    store: Store = None,
) -> None:
    """Say of the last scan: evidence found, nothing found in what is covered, or cannot say."""
    first, last = _period(since, until)
    folder = last_store(store)
    assessment, evidence = kept(folder)
    shown = kept_finding_events(folder)
    people = read_roster(roster)[0] if roster else kept_roster(folder)
    asked = question(organisation, people, since=first, until=last)
    engine = opened("duckdb", scratch=folder / "scratch")
    try:
        found = check(asked, assessment, evidence, shown, engine, engine.events(Lake(folder).event_files()))
    finally:
        engine.close()
    answer = check_words.with_words(found)
    OUTPUT.print(terminal.answer(answer))
    if json:
        write_whole(packed(answer), json)
        OUTPUT.print(f"answer: {json}", markup=False, soft_wrap=True)


def _period(since: str | None, until: str | None) -> tuple[date | None, date | None]:
    first, last = (None if one is None else _day(one) for one in (since, until))
    if first is None and last is None:
        return None, None
    if first is None or last is None:
        raise UsageError("a period needs both ends", remedy="give --since and --until, or neither")
    if last < first:
        raise UsageError(f"{until} lies before {since}", remedy="give the earlier day with --since")
    return first, last


def _day(text: str) -> date:
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 - a day has no zone
    except ValueError as error:
        raise UsageError(f"{text!r} is no day", remedy="write it as YYYY-MM-DD, for example 2026-02-02") from error
