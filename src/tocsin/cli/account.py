"""`tocsin account ACCOUNT`: what became of one account, and what to do about it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec
import typer

from tocsin.cli.console import OUTPUT
from tocsin.cli.options import Store
from tocsin.cli.store import last_store
from tocsin.report import terminal_account
from tocsin.report.account_named import accounts_named
from tocsin.report.archive import kept
from tocsin.report.json import write_whole

EXAMPLES = ("tocsin account ada@example.org", "tocsin account ada@example.org --json ada.json")


def command(
    account: Annotated[
        str,
        typer.Argument(metavar="ACCOUNT", help="Name of the account, as its provider writes it.", show_default=False),
    ],
    json: Annotated[
        Path | None, typer.Option("--json", help="Write the same as JSON to this file.", show_default=False)
    ] = None,
    store: Store = None,
) -> None:
    """Show one account of a campaign: its state, what was done in it, what remains, and the steps to contain it."""
    assessment, _ = kept(last_store(store))
    found = accounts_named(assessment, account)
    for campaign, one in found:
        OUTPUT.print(terminal_account.account(one, campaign))
    if json is not None:
        told = [{"campaign": campaign.id, "account": one} for campaign, one in found]
        write_whole(msgspec.json.format(msgspec.json.encode(told), indent=2) + b"\n", json)
