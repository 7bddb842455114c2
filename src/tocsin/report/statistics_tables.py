"""A year's statistics as tables of the terminal; a hidden count is a dot."""

from __future__ import annotations

from collections.abc import Sequence

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from tocsin.attribute import authority_words
from tocsin.report.names import listed_countries
from tocsin.report.phrases import number
from tocsin.report.visible import category_name, visible
from tocsin.share.statistics import NOT_ON_ROSTER, UNKNOWN_COUNTRY, Cell, Statistics

HIDDEN = "·"

_NAMES = {NOT_ON_ROSTER: "not on the roster", UNKNOWN_COUNTRY: "not stated"}


def tables(one: Statistics) -> RenderableType:
    """By category, country and actor, whichever there are."""
    totals = one.totals
    whole = Cell(
        campaigns=totals.campaigns,
        attempts=totals.attempts,
        accounts_probed=totals.accounts_probed,
        accounts_attacked=totals.accounts_attacked,
        accounts_compromised=totals.accounts_compromised,
    )
    rows = [(_NAMES.get(name) or category_name(name), cell) for name, cell in one.by_category.items()]
    parts: list[RenderableType] = [_table("category", [*rows, ("all", whole)])]
    if any(name not in _NAMES for name in one.by_country):
        rows = [(_NAMES.get(name) or listed_countries([name]), cell) for name, cell in one.by_country.items()]
        parts.append(_table("country of the organisation", [*rows, ("all", whole)]))
    for authority in dict.fromkeys(cell.authority for cell in one.by_actor):
        held = [cell for cell in one.by_actor if cell.authority == authority]
        rows = [(visible(cell.actor) if cell.actor else "not attributed", cell) for cell in held]
        parts.append(_table(f"actor, by {visible(authority_words(authority))}", rows))
    return Group(*parts, Text(f"{HIDDEN} hidden\n", "dim"))


def _table(title: str, rows: Sequence[tuple[str, Cell]]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="dim")
    table.add_column(title, overflow="fold")
    for name in ("campaigns", "attempts", "probed", "attacked", "compromised"):
        table.add_column(name, justify="right")
    for name, cell in rows:
        counts = (
            cell.campaigns,
            cell.attempts,
            cell.accounts_probed,
            cell.accounts_attacked,
            cell.accounts_compromised,
        )
        table.add_row(name, *(HIDDEN if count is None else number(count) for count in counts))
    return table
