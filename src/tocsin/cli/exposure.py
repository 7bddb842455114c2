"""`tocsin exposure`: who can fall, and how."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import pyarrow as pa
import typer

from tocsin.cli.console import OUTPUT
from tocsin.cli.options import Store
from tocsin.cli.outputs import writable
from tocsin.engines import opened
from tocsin.enrich import ROSTER, read_roster, with_origin
from tocsin.errors import StoreNotFound, UsageError
from tocsin.exposure import Reading, Registered, drawn, exposure, read_exports, seen
from tocsin.lake import Lake, Sought, log_files
from tocsin.report import exposure_tables
from tocsin.report.archive import kept_roster
from tocsin.report.exposure_page import render_exposure
from tocsin.report.exposure_picture import picture
from tocsin.report.json import packed, write_page, write_whole

EXAMPLES = (
    "tocsin exposure --roster people.csv",
    "tocsin exposure exports/ --roster people.csv --report exposure.html",
    "tocsin exposure methods.json okta-users.json --roster people.csv --store /srv/tocsin --json exposure.json",
)

METHODS = Sought(
    one="export of registered methods",
    some="exports of registered methods",
    put="exports of registered methods there (docs/exposure.md says which are read and how to get them)",
)


def command(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(
            help="Exports of registered methods (docs/exposure.md), and folders of them.", show_default=False
        ),
    ] = None,
    roster: Annotated[
        Path | None,
        typer.Option(
            help="CSV of people at risk: account, organisation, category, recovery, contact, country."
            " Else that of the store.",
            show_default=False,
        ),
    ] = None,
    store: Store = None,
    rows: Annotated[int, typer.Option(help="How many accounts to list.", min=0)] = exposure_tables.ACCOUNTS_SHOWN,
    json: Annotated[
        Path | None, typer.Option(help="Write the answer (tocsin.exposure/1) here.", show_default=False)
    ] = None,
    report: Annotated[
        Path | None, typer.Option(help="Write the page with the picture here (one HTML file).", show_default=False)
    ] = None,
    svg: Annotated[Path | None, typer.Option(help="Write the picture alone here.", show_default=False)] = None,
) -> None:
    """Say of each account at risk the cheapest ways in, what one mailbox or number opens, and what one change helps."""
    if not (paths or roster or store):
        raise UsageError(
            "nothing to look at", remedy="give --roster, exports of registered methods, or a store with --store"
        )
    writable(json, report, svg)
    now = datetime.now(UTC).replace(tzinfo=None)
    people, said = _people(roster, store, now)
    reading = read_exports(log_files(paths, METHODS)) if paths else Reading()
    found = exposure(roster=people, reading=reading, seen=_in_logs(store) if store else (), notes=said, now=now)
    OUTPUT.print(exposure_tables.summary(found.answer, rows=rows))
    if json:
        write_whole(packed(found.answer), json)
    if report or svg:
        content = drawn(found)
        if report:
            write_page(render_exposure(found.answer, content), report)
        if svg:
            write_page(picture(content), svg)
    for name, path in (("exposure", json), ("page", report), ("picture", svg)):
        if path:
            OUTPUT.print(f"{name}: {path}", markup=False, soft_wrap=True)


def _people(roster: Path | None, store: Path | None, now: datetime) -> tuple[pa.Table, list[str]]:
    if roster is not None:
        people, faults = read_roster(roster)
        return with_origin(people, roster, now), faults
    people = kept_roster(store) if store is not None else ROSTER.empty_table()
    return people, [] if len(people) else ["Without a roster every account of the exports counts as one at risk."]


def _in_logs(store: Path) -> list[Registered]:
    files = Lake(store).event_files()
    if not files:
        raise StoreNotFound(
            f"there are no events in {store}", remedy="run `tocsin scan LOGS --store` first, or leave --store out"
        )
    engine = opened("duckdb", scratch=store / "scratch")
    try:
        return seen(engine, engine.events(files))
    finally:
        engine.close()
