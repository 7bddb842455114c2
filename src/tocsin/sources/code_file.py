"""Code tables that are kept as CSV files beside the sources, one code a row, and what their columns say as SQL."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from tocsin.sources.code_table import looked_up


def rows(name: str) -> Iterator[dict[str, str]]:
    """The rows of the file; cells that are empty hold nothing."""
    text = files("tocsin.sources").joinpath(name).read_text(encoding="utf-8")
    yield from csv.DictReader(text.splitlines())


@cache
def column(name: str, column: str) -> dict[str, str]:
    """The code of each row to what its column holds, without empty cells."""
    return {row["code"]: row[column] for row in rows(name) if row[column]}


def by_code(name: str, wanted: str, code: str) -> str:
    """SQL that gives a column of the file for the SQL expression `code`; NULL for a code that it does not list."""
    return f"CASE WHEN {code} IS NOT NULL THEN {looked_up(code, column(name, wanted))} END"
