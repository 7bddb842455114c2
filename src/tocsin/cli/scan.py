"""`tocsin scan`: log exports in, one page out."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from tocsin.attribute.judgements import read_ledger, with_judgements
from tocsin.cli.console import ERRORS, OUTPUT, progress
from tocsin.cli.options import Mapping, Sigma, Store
from tocsin.cli.outputs import writable
from tocsin.cli.store import remember, store_for
from tocsin.engines import require
from tocsin.enrich import ROSTER, check_databases
from tocsin.errors import UsageError
from tocsin.indicators import kept_indicators
from tocsin.lake import Intake, NothingRead, passed_over
from tocsin.pipeline import Case, run
from tocsin.report import render_page, terminal, write_evidence, write_json, write_page
from tocsin.report.archive import earlier, keep, kept_roster
from tocsin.report.phrases import counted
from tocsin.settings import MEMORY, ScanSettings

EXAMPLES = (
    "tocsin scan exports/ --roster people.csv --report page.html",
    "tocsin scan okta.jsonl.gz signins.csv audit.json --json answer.json",
    "tocsin scan exports/ club.log --mapping club.toml",
    "tocsin scan exports/ --sigma rules/",
    "tocsin scan exports/ --store /srv/tocsin --engine spark",
)


def command(
    paths: Annotated[list[Path], typer.Argument(help="Log files and folders of log files.", show_default=False)],
    roster: Annotated[
        Path | None,
        typer.Option(
            help="CSV of people at risk: account, organisation, category, recovery, contact, country."
            " The store keeps it.",
            show_default=False,
        ),
    ] = None,
    no_roster: Annotated[bool, typer.Option("--no-roster", help="Drop the roster that the store keeps.")] = False,
    store: Store = None,
    json: Annotated[
        Path | None, typer.Option(help="Write the assessment (tocsin.assessment/1) here.", show_default=False)
    ] = None,
    evidence: Annotated[
        Path | None, typer.Option(help="Write the events behind every figure here (Parquet).", show_default=False)
    ] = None,
    report: Annotated[
        Path | None, typer.Option(help="Write the page here (one HTML file).", show_default=False)
    ] = None,
    engine: Annotated[str, typer.Option(help="duckdb, or spark where one machine is not enough.")] = "duckdb",
    timezone: Annotated[
        str, typer.Option(help="Zone of log times that carry none, for example Europe/Berlin.")
    ] = "UTC",
    mapping: Mapping = None,
    sigma: Sigma = None,
    mmdb: Annotated[
        list[Path] | None,
        typer.Option(help="MMDB file with network owners or countries; may be repeated.", show_default=False),
    ] = None,
    memory: Annotated[
        str,
        typer.Option(
            envvar="TOCSIN_MEMORY",
            help="What DuckDB may hold before it puts the rest on the disk, in the store's folder.",
        ),
    ] = MEMORY,
) -> None:
    """Read identity-provider logs and say who was only looked up, who was attacked and who fell."""
    if roster and no_roster:
        raise UsageError("--roster and --no-roster exclude each other", remedy="give one of the two")
    writable(json, evidence, report)
    require(engine)
    check_databases(mmdb or ())
    folder, mirror = store_for(paths, store)
    settings = ScanSettings(
        paths=tuple(paths),
        store=folder,
        mirror=mirror,
        roster=roster,
        engine=engine,
        timezone=timezone,
        mappings=tuple(mapping or ()),
        sigma=tuple(sigma or ()),
        databases=tuple(mmdb or ()),
        memory=memory,
    )
    now = datetime.now(UTC).replace(tzinfo=None)
    with progress() as show:
        try:
            people = ROSTER.empty_table() if roster or no_roster else kept_roster(folder)
            feeds = kept_indicators(folder)
            before = earlier(folder)
            case = run(Case(settings=settings, now=now, progress=show, before=before, roster=people, indicators=feeds))
        except NothingRead as nothing:
            if len(nothing.refusals):
                ERRORS.print(terminal.rejections(nothing.refusals))
            raise
        keep(
            folder,
            case.assessment,
            case.evidence,
            case.roster,
            case.finding_events,
            changes=case.changes,
            gone=case.gone,
        )
        remember(folder)
        assessment = with_judgements(case.assessment, read_ledger(folder))
        if json:
            write_json(assessment, json)
        if evidence:
            write_evidence(case.evidence, evidence)
        if report:
            show("report", None)
            write_page(render_page(assessment, case.evidence), report)
    OUTPUT.print(terminal.summary(assessment, case.lake.refusals()))
    OUTPUT.print(_intake(case.intake), soft_wrap=True)
    if left_out := terminal.not_logs(passed_over(paths)):
        OUTPUT.print(left_out, soft_wrap=True)
    for name, path in (("assessment", json), ("evidence", evidence), ("page", report)):
        if path:
            OUTPUT.print(f"{name}: {path}", markup=False, soft_wrap=True)


def _intake(intake: Intake) -> str:
    known = f", {intake.files_known:,} of them read before and unchanged" if intake.files_known else ""
    if intake.files_known == intake.files:
        known = ", read before and unchanged"
    said = f"{counted(intake.files, 'file')}{known}: {counted(intake.events, 'new event')}"
    if intake.duplicates:
        said += f", {intake.duplicates:,} already held"
    if intake.rejected > intake.faulty:
        said += f", {counted(intake.rejected - intake.faulty, 'record')} not read"
    if intake.faulty:
        said += f", {counted(intake.faulty, 'file')} not read to the end (see above)"
    if intake.ignored:
        said += f", {counted(intake.ignored, 'other log line')} passed over"
    return said + ("; nothing was added" if not intake.events else "") + "."
