"""`tocsin account ACCOUNT`: what became of one account, and what to do about it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec
import typer

from tocsin.check import Question, open_findings
from tocsin.cli.console import OUTPUT
from tocsin.cli.held import must_be_held
from tocsin.cli.options import Store
from tocsin.cli.store import last_store
from tocsin.errors import UsageError
from tocsin.report import terminal_account
from tocsin.report.account_named import accounts_named
from tocsin.report.archive import kept, kept_finding_events
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
    """Show one account: its state in campaigns, what was done, what remains, how to contain it; and open findings."""
    folder = last_store(store)
    assessment, evidence = kept(folder)
    found = accounts_named(assessment, account)
    asked = Question(asked=account, read_as="account", account=account.strip().lower())
    findings = open_findings(asked, assessment.campaigns, assessment.findings, kept_finding_events(folder), evidence)
    if not found and not findings:
        must_be_held(folder, account)
        raise UsageError(
            f"no campaign of the last scan reached {account!r}, and no finding is on it",
            remedy="`tocsin campaign ID --all` lists the accounts of a campaign; `tocsin check` answers for one account"
            " what the logs can say of it",
        )
    for campaign, one in found:
        OUTPUT.print(terminal_account.account(one, campaign))
    if findings:
        OUTPUT.print(terminal_account.open_findings(account, findings, reached=bool(found)))
    if json is not None:
        told: list[dict[str, object]] = [{"campaign": campaign.id, "account": one} for campaign, one in found]
        if findings:
            told.append({"campaign": None, "account": None, "findings": findings})
        write_whole(msgspec.json.format(msgspec.json.encode(told), indent=2) + b"\n", json)
