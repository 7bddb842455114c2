"""`tocsin explain ID [FIGURE]`: any number or finding, counted again before the reader's eyes."""

from __future__ import annotations

from typing import Annotated

import typer

from tocsin.cli import findings
from tocsin.cli.console import OUTPUT
from tocsin.cli.options import Store
from tocsin.cli.store import last_store
from tocsin.errors import UsageError
from tocsin.report import FIGURES, derive, finding_tables, terminal, terminal_account
from tocsin.report.archive import kept, kept_finding_events
from tocsin.report.known_as import found_campaign
from tocsin.report.visible import visible

EXAMPLES = (
    "tocsin explain 2026-02-337376 identification_attempts",
    "tocsin explain 2026-02-337376 accounts_attacked.media --rows 500",
    "tocsin explain 2026-02-337376 chain-8b6e0938",
    "tocsin explain f-3c0a9b1e55",
)


def command(
    of: Annotated[
        str, typer.Argument(metavar="ID", help="Id of a campaign or finding, or a beginning of it.", show_default=False)
    ],
    figure: Annotated[
        str | None,
        typer.Argument(
            help="Of a campaign: a figure of its counts; an account figure may carry a category"
            " (accounts_attacked.media). Or the id of one of its chains.",
            show_default=False,
        ),
    ] = None,
    rows: Annotated[int, typer.Option(help="How many events to list.", min=0)] = 40,
    store: Store = None,
) -> None:
    """Count a figure or a finding again from its events, and list them with file and line."""
    folder = last_store(store)
    assessment, evidence = kept(folder)
    if of.startswith("f-"):
        finding = findings.named(assessment, of)
        OUTPUT.print(finding_tables.explained(finding, kept_finding_events(folder), limit=rows))
        return
    one = found_campaign(assessment, of)
    if one.note:
        OUTPUT.print(visible(one.note, limit=800), markup=False, soft_wrap=True)
    if figure is None:
        raise UsageError(f"which figure of {one.id}?", remedy=f"Name one of {', '.join(one.name for one in FIGURES)}.")
    if (chain := next((held for held in one.campaign.chains if held.id == figure), None)) is not None:
        OUTPUT.print(terminal_account.explained_chain(one.campaign.id, chain, evidence))
        return
    OUTPUT.print(terminal.explanation(derive(one.campaign, figure, evidence), limit=rows))
