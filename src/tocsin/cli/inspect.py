"""`tocsin inspect`: what files are, before they are scanned."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.text import Text

from tocsin.cli.console import OUTPUT, progress
from tocsin.cli.options import Mapping
from tocsin.cli.outputs import writable
from tocsin.inspect import inspected
from tocsin.inspect.drafts import save_drafts
from tocsin.inspect.schema import SchemaChanged
from tocsin.report.inspection import inspection
from tocsin.settings import ScanSettings
from tocsin.sources import SOURCES, read_mappings

EXAMPLES = (
    "tocsin inspect exports/",
    "tocsin inspect unknown.log --drafts mappings/",
    "tocsin inspect club.log --mapping club.toml",
    "tocsin inspect exports/ --watch-schema --json inspection.json",
)


def command(
    paths: Annotated[list[Path], typer.Argument(help="Log files and folders of log files.", show_default=False)],
    mapping: Mapping = None,
    json: Annotated[
        Path | None,
        typer.Option(help="Write what was found (tocsin.inspection/1) here, without values.", show_default=False),
    ] = None,
    drafts: Annotated[
        Path | None,
        typer.Option(help="Save a draft of a mapping for each unknown format in this folder.", show_default=False),
    ] = None,
    watch_schema: Annotated[
        bool,
        typer.Option(
            "--watch-schema", help="Exit with 1 when a field that detection rests on is missing: it may be renamed."
        ),
    ] = False,
    timezone: Annotated[
        str, typer.Option(help="Zone of log times that carry none, for example Europe/Berlin.")
    ] = "UTC",
) -> None:
    """Say what every file is: format, period, tenants, events, what cannot be read and why. Nothing is stored."""
    writable(json)
    ScanSettings(paths=tuple(paths), store=Path(), timezone=timezone)  # refuses what is no zone
    mapped = read_mappings(mapping or (), SOURCES)
    now = datetime.now(UTC).replace(tzinfo=None)
    with progress() as show:
        looked = inspected(
            paths,
            (*mapped.sources, *SOURCES),
            now=now,
            timezone=timezone,
            progress=lambda intake: show("read", intake),
        )
    found = looked.inspection
    saved = save_drafts(found, drafts) if drafts else []
    for part in inspection(found, looked.excerpts, drafts=drafts is None):
        OUTPUT.print(part, soft_wrap=isinstance(part, Text))
    for path in saved:
        OUTPUT.print(f"draft: {path}", markup=False, soft_wrap=True)
    if json:
        json.write_bytes(msgspec.json.format(msgspec.json.encode(found), indent=1) + b"\n")
        OUTPUT.print(f"inspection: {json}", markup=False, soft_wrap=True)
    if watch_schema and found.changes:
        raise SchemaChanged(found.changes)
