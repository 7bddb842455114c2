"""`tocsin campaign ID`: one campaign in detail."""

from __future__ import annotations

from typing import Annotated

import typer

from tocsin.cli.console import OUTPUT
from tocsin.cli.options import Store
from tocsin.cli.store import last_store
from tocsin.report import finding_tables, terminal, terminal_account, terminal_history
from tocsin.report.archive import kept
from tocsin.report.known_as import meant
from tocsin.report.visible import visible

EXAMPLES = ("tocsin campaign 2026-02-337376", "tocsin campaign 2026-02-337376 --all > campaign.txt")


def command(
    campaign_id: Annotated[
        str,
        typer.Argument(
            metavar="ID",
            help="Id of a campaign, one that it had or merged with, or a beginning of it.",
            show_default=False,
        ),
    ],
    every: Annotated[
        bool, typer.Option("--all", help="List every account, address and finding, not the first ones.")
    ] = False,
    store: Store = None,
) -> None:
    """Show one campaign: accounts by stage, addresses, networks, findings, why it is one, and its history."""
    assessment, evidence = kept(last_store(store))
    one = meant(assessment, campaign_id)
    if one.note:
        OUTPUT.print(visible(one.note, limit=800), markup=False, soft_wrap=True)
    if one.campaign:
        OUTPUT.print(terminal.campaign(one.campaign, evidence, every=every))
        if one.campaign.chains:
            OUTPUT.print(terminal_account.chains(one.campaign))
        OUTPUT.print(finding_tables.of_campaign(one.campaign, assessment.findings, every=every))
    if one.ended:
        OUTPUT.print(terminal_history.ended_campaign(one.ended))
