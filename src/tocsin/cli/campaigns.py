"""`tocsin campaigns`: what the last scan found."""

from __future__ import annotations

from typing import Annotated

import typer

from tocsin.cli.console import OUTPUT
from tocsin.cli.options import Store
from tocsin.cli.store import last_store
from tocsin.report import terminal, terminal_history
from tocsin.report.archive import kept, kept_history

EXAMPLES = (
    "tocsin campaigns",
    "tocsin campaigns --history",
    "tocsin campaigns --store /srv/tocsin",
)


def command(
    store: Store = None,
    history: Annotated[
        bool, typer.Option("--history", help="List instead what every scan found changed, and why.")
    ] = False,
) -> None:
    """List the campaigns of the last scan, with what it changed; and those that are no longer found."""
    folder = last_store(store)
    assessment, _ = kept(folder)
    if history:
        OUTPUT.print(terminal_history.history(kept_history(folder)))
        return
    OUTPUT.print(terminal.paragraph(assessment))
    if assessment.campaigns:
        OUTPUT.print(terminal.campaigns(assessment))
    if assessment.no_longer_found:
        OUTPUT.print(terminal_history.ended(assessment.no_longer_found))
