"""`tocsin campaign ID`: one campaign in detail."""

from __future__ import annotations

from typing import Annotated

import typer

from tocsin.assess.assessment import Assessment, Campaign
from tocsin.cli.console import OUTPUT
from tocsin.cli.options import Store
from tocsin.cli.store import last_store
from tocsin.errors import UsageError
from tocsin.report import terminal
from tocsin.report.archive import kept

EXAMPLES = ("tocsin campaign 2026-02-337376", "tocsin campaign 2026-02-337376 --all > campaign.txt")


def command(
    campaign_id: Annotated[
        str, typer.Argument(metavar="ID", help="Id of a campaign, or a beginning of it.", show_default=False)
    ],
    every: Annotated[bool, typer.Option("--all", help="List every account and address, not the first ones.")] = False,
    store: Store = None,
) -> None:
    """Show one campaign: accounts by stage, addresses, networks, why it is held to be one."""
    assessment, evidence = kept(last_store(store))
    OUTPUT.print(terminal.campaign(named(assessment, campaign_id), evidence, every=every))


def named(assessment: Assessment, campaign_id: str) -> Campaign:
    """The campaign whose id begins so. Raises `UsageError` when none or several do."""
    found = [one for one in assessment.campaigns if one.id.startswith(campaign_id)]
    if len(found) == 1:
        return found[0]
    ids = ", ".join(one.id for one in assessment.campaigns) or "none"
    several = "several campaigns begin" if found else "no campaign begins"
    raise UsageError(f"{several} with {campaign_id!r}", remedy=f"the last scan found: {ids}")
