"""`tocsin sigma`: what rules are, before a scan runs them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from tocsin.cli.console import OUTPUT
from tocsin.cli.options import Mapping
from tocsin.engines import require
from tocsin.report.rules import listed
from tocsin.sources import SOURCES, read_mappings

EXAMPLES = (
    "tocsin sigma rules/",
    "tocsin sigma sigma-checkout/rules/ --engine spark",
)


def command(
    paths: Annotated[list[Path], typer.Argument(help="Sigma rules: files, and folders of them.", show_default=False)],
    engine: Annotated[str, typer.Option(help="duckdb, or spark: not every pattern runs on both.")] = "duckdb",
    mapping: Mapping = None,
) -> None:
    """List Sigma rules: which run and on which log, which cannot and why, which are about logs that are not read."""
    from tocsin.detect.sigma import read_rules

    require(engine)
    mapped = read_mappings(mapping or (), SOURCES)
    rules = read_rules(paths, (*mapped.sources, *SOURCES), engine=engine)
    for part in listed(rules):
        OUTPUT.print(part, soft_wrap=isinstance(part, Text))
