"""`tocsin findings`: what detections found outside any campaign."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec
import pyarrow as pa
import typer

from tocsin.assess.assessment import Assessment
from tocsin.cli.console import OUTPUT
from tocsin.cli.held import must_be_held
from tocsin.cli.options import Store
from tocsin.cli.outputs import writable
from tocsin.cli.store import last_store
from tocsin.detect import Finding
from tocsin.errors import UsageError
from tocsin.report import finding_tables
from tocsin.report.archive import kept, kept_finding_events
from tocsin.report.json import packed, write_whole

EXAMPLES = (
    "tocsin findings",
    "tocsin findings --detection mfa_fatigue --rows 100",
    "tocsin findings --account anna@example.org --all --json findings.json",
)

SCHEMA = "tocsin.findings/1"


class Findings(msgspec.Struct, frozen=True, kw_only=True):
    """`--json`: findings, each with all of its events."""

    schema: str
    generated_at: str
    findings: list[Finding]


def command(
    account: Annotated[
        str | None, typer.Option(help="Only those with an event of this account.", show_default=False)
    ] = None,
    detection: Annotated[
        str | None, typer.Option(help="Only those of this detection (docs/detections.md).", show_default=False)
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="Those of campaigns, too.")] = False,
    rows: Annotated[int, typer.Option(help="How many findings to list.", min=0)] = finding_tables.FINDINGS_SHOWN,
    json: Annotated[
        Path | None, typer.Option(help="Write them with their events (tocsin.findings/1) here.", show_default=False)
    ] = None,
    store: Store = None,
) -> None:
    """List what detections found in the last scan and no campaign explains, with counts for each detection."""
    writable(json)
    folder = last_store(store)
    assessment, _ = kept(folder)
    events = kept_finding_events(folder)
    found = list(assessment.findings)
    if detection is not None:
        known = sorted({one.detection for one in found})
        if detection not in known:
            raise UsageError(
                f"no finding of {detection!r} in the last scan",
                remedy=f"it has findings of: {', '.join(known) or 'no detection'}",
            )
        found = [one for one in found if one.detection == detection]
    if account is not None:
        pointing = _naming(events, account.strip().lower())
        if not pointing:
            must_be_held(folder, account)
        found = [one for one in found if one.id in pointing]
    of_campaigns = 0
    if not every:
        of_campaigns = sum(one.campaign is not None for one in found)
        found = [one for one in found if one.campaign is None]
    OUTPUT.print(finding_tables.outside(found, of_campaigns, limit=rows))
    if json:
        document = Findings(
            schema=SCHEMA, generated_at=assessment.generated_at, findings=with_all_events(found, events)
        )
        write_whole(packed(document), json)
        OUTPUT.print(f"findings: {json}", markup=False, soft_wrap=True)


def _naming(events: pa.Table, account: str) -> set[str]:
    """Ids of findings with an event of the account."""
    pairs = zip(events["finding_id"].to_pylist(), events["account"].to_pylist(), strict=True)
    return {finding for finding, name in pairs if name == account}


def with_all_events(found: list[Finding], events: pa.Table) -> list[Finding]:
    """The findings with every event named, not the first ones only."""
    held: dict[str, list[tuple[str, str]]] = {one.id: [] for one in found}
    columns = ("finding_id", "provider", "event_uid")
    for finding, provider, uid in zip(*[events[name].to_pylist() for name in columns], strict=True):
        if finding in held:
            held[finding].append((provider, uid))
    return [msgspec.structs.replace(one, event_uids=held[one.id]) for one in found]


def named(assessment: Assessment, finding_id: str) -> Finding:
    """The finding whose id begins so. Raises `UsageError` when none or several do."""
    found = [one for one in assessment.findings if one.id.startswith(finding_id)]
    if len(found) == 1:
        return found[0]
    several = "several findings begin" if found else "no finding begins"
    raise UsageError(f"{several} with {finding_id!r}", remedy="`tocsin findings --all` lists those of the last scan")
