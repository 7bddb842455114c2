"""`tocsin explain ID FIGURE`: any number, counted again before the reader's eyes."""

from __future__ import annotations

from typing import Annotated

import typer

from tocsin.cli.console import OUTPUT
from tocsin.cli.options import Store
from tocsin.cli.store import last_store
from tocsin.report import derive, terminal
from tocsin.report.archive import kept
from tocsin.report.known_as import found_campaign
from tocsin.report.visible import visible

EXAMPLES = (
    "tocsin explain 2026-02-337376 identification_attempts",
    "tocsin explain 2026-02-337376 accounts_attacked.media --rows 500",
)


def command(
    campaign_id: Annotated[
        str, typer.Argument(metavar="ID", help="Id of a campaign, or a beginning of it.", show_default=False)
    ],
    figure: Annotated[
        str,
        typer.Argument(
            help="A figure of its counts; an account figure may carry a category (accounts_attacked.media).",
            show_default=False,
        ),
    ],
    rows: Annotated[int, typer.Option(help="How many events to list.", min=0)] = 40,
    store: Store = None,
) -> None:
    """Count a figure again from its events, and list them with file and line."""
    assessment, evidence = kept(last_store(store))
    one = found_campaign(assessment, campaign_id)
    if one.note:
        OUTPUT.print(visible(one.note, limit=800), markup=False, soft_wrap=True)
    OUTPUT.print(terminal.explanation(derive(one.campaign, figure, evidence), limit=rows))
