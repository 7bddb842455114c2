"""`tocsin lint`: what stands open in how accounts are recovered."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from tocsin.cli.console import ERRORS, OUTPUT
from tocsin.cli.outputs import writable
from tocsin.errors import UsageError
from tocsin.lint import SEVERITIES, judged, practised, worst
from tocsin.report import lint_tables
from tocsin.report.json import packed, write_whole

EXAMPLES = (
    "tocsin lint realm.json",
    "tocsin lint exports/ --json lint.json --fail-on high",
    "tocsin lint realm.json --store /srv/tocsin",
    "tocsin lint --rules",
)


class FailOn(StrEnum):
    """From which severity on a finding is a failure."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


def command(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(
            help="Exported configurations, or folders of them: Keycloak realms, Okta and Microsoft Entra policies,"
            " authentik blueprints.",
            show_default=False,
        ),
    ] = None,
    store: Annotated[
        Path | None,
        typer.Option(
            "--store",
            help="Folder of the event store of a scan: judge, too, what its logs show of practice.",
            show_default=False,
        ),
    ] = None,
    json: Annotated[
        Path | None, typer.Option(help="Write everything (tocsin.lint/1) here.", show_default=False)
    ] = None,
    fail_on: Annotated[
        FailOn | None,
        typer.Option(
            "--fail-on", help="Exit with 1 on a finding this bad or worse, or a file not judged.", show_default=False
        ),
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="Show what is kept, too, and all that cannot be said.")] = False,
    rules: Annotated[bool, typer.Option("--rules", help="List every rule and leave.")] = False,
) -> None:
    """Check exported configurations, and what the logs show of practice, against what NIST and OWASP ask of account
    recovery."""
    if rules:
        OUTPUT.print(lint_tables.rules())
        return
    if not paths and store is None:
        raise UsageError("nothing to check", remedy="name exported configuration files, or --store (docs/lint.md)")
    writable(json)
    practice = practised(store) if store else None
    found = judged(paths or (), now=datetime.now(UTC).replace(tzinfo=None), store=store, practice=practice)
    OUTPUT.print(lint_tables.report(found, every=every))
    if json:
        write_whole(packed(found), json)
        OUTPUT.print(f"everything: {json}", markup=False, soft_wrap=True)
    if paths and not found.read:
        ERRORS.print("tocsin: no file could be judged", style="bold red", markup=False, soft_wrap=True)
        raise typer.Exit(1)
    if fail_on is None:
        return
    bad = worst(found)
    if found.refused or (bad is not None and SEVERITIES.index(bad) <= SEVERITIES.index(fail_on.value)):
        raise typer.Exit(1)
