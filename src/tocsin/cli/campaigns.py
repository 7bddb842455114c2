"""`tocsin campaigns`: what the last scan found."""

from __future__ import annotations

from tocsin.cli.console import OUTPUT
from tocsin.cli.options import Store
from tocsin.cli.store import last_store
from tocsin.report import terminal
from tocsin.report.archive import kept

EXAMPLES = (
    "tocsin campaigns",
    "tocsin campaigns --store /srv/tocsin",
)


def command(store: Store = None) -> None:
    """List the campaigns of the last scan."""
    assessment, _ = kept(last_store(store))
    OUTPUT.print(terminal.paragraph(assessment))
    if assessment.campaigns:
        OUTPUT.print(terminal.campaigns(assessment))
