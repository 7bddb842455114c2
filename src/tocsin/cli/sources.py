"""`tocsin sources`: what is read, and with what coverage."""

from __future__ import annotations

from tocsin.cli.console import OUTPUT
from tocsin.cli.options import Store
from tocsin.cli.store import existing_store, last_store
from tocsin.errors import StoreNotFound
from tocsin.lake import Lake
from tocsin.report import terminal
from tocsin.report.archive import kept
from tocsin.sources import SOURCES

EXAMPLES = (
    "tocsin sources",
    "tocsin sources --store /srv/tocsin",
)


def command(store: Store = None) -> None:
    """Show what the last scan read, what its logs can and cannot show, gaps and refusals; and every format read."""
    if store is not None:
        existing_store(store)
    try:
        folder = last_store(store)
        assessment, _ = kept(folder)
    except StoreNotFound:
        OUTPUT.print("No scan yet.")
    else:
        OUTPUT.print(terminal.sources(assessment))
        OUTPUT.print(terminal.shows(assessment))
        refusals = Lake(folder).refusals()
        if len(refusals):
            OUTPUT.print(terminal.rejections(refusals))
    OUTPUT.print("Formats that Tocsin reads, recognised by their content:")
    wide = max(len(source.provider) for source in SOURCES)
    for source in SOURCES:
        OUTPUT.print(f"  {source.provider:{wide}} {source.title}", markup=False)
