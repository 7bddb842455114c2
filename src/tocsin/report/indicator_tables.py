"""Other people's indicators on the terminal: what a store keeps, and what matched."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from rich import box
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from tocsin.assess.assessment import Assessment, IndicatorMatch
from tocsin.report.phrases import clock, counted, number
from tocsin.report.visible import visible

MATCHES_SHOWN = 20


def compared(assessment: Assessment) -> str | None:
    """``Indicators of feeds: 40 kept, 12 matched; 28 were not good at any time of these logs.`` None without any."""
    one = assessment.indicators
    if one is None:
        return None
    said = f"Indicators of feeds: {number(one.kept)} kept, {number(one.matched) if one.matched else 'none'} matched"
    if not (missed := one.kept - one.good):
        return f"{said}."
    were = "one was" if missed == 1 else f"{number(missed)} were"
    start, end = assessment.window.start, assessment.window.end
    period = f" ({start[:10]} to {end[:10]})" if start and end else ""
    return f"{said}; {were} not good at any time of these logs{period}."


def matched(matches: Sequence[IndicatorMatch], *, every: bool = False) -> RenderableType:
    """What matched under a heading; nothing where nothing did."""
    if not matches:
        return Group()
    table = _table("indicator", "feed", "TLP", "good until")
    table.add_column("events", justify="right", no_wrap=True)
    table.add_column("first and last (UTC)", overflow="fold")
    shown = matches if every else matches[:MATCHES_SHOWN]
    for one in shown:
        until = clock(one.valid_until) if one.valid_until else "–"
        words = Text.assemble(f"{visible(one.value)}\n", (visible(one.indicator), "dim"))
        period = f"{clock(one.first_seen)}\n{clock(one.last_seen)}"
        table.add_row(words, Text(visible(one.feed)), Text(visible(one.tlp)), until, number(one.events), period)
    parts: list[RenderableType] = [Padding(Text("Indicators of feeds that matched", "bold underline"), (1, 0, 0, 0))]
    parts.append(table)
    if len(matches) > len(shown):
        parts.append(Text(f"… and {counted(len(matches) - len(shown), 'more indicator')}.", "dim"))
    return Group(*parts)


def feeds(rows: Sequence[dict[str, Any]], now: datetime) -> RenderableType:
    """A row a feed: how many of which kind, how many have expired."""
    if not rows:
        return Text("No indicators are kept. `tocsin indicators add FILE` adds some.")
    table = _table("feed", "kinds", "TLP")
    for name in ("indicators", "expired"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("added", no_wrap=True)
    for feed in sorted({row["feed"] for row in rows}):
        own = [row for row in rows if row["feed"] == feed]
        kinds = ", ".join(f"{number(count)} {kind}" for kind, count in sorted(Counter(r["kind"] for r in own).items()))
        table.add_row(
            Text(visible(feed)),
            kinds,
            ", ".join(sorted({row["tlp"] for row in own})),
            number(len(own)),
            number(sum(row["valid_until"] <= now for row in own)),
            clock(max(row["added_at"] for row in own).isoformat()),
        )
    return table


def listed(rows: Sequence[dict[str, Any]], now: datetime, *, limit: int) -> RenderableType:
    """A row an indicator."""
    table = _table("value", "kind", "TLP", "good until", "feed", "id")
    for row in rows[:limit]:
        until = clock(row["valid_until"].isoformat()) + (" (expired)" if row["valid_until"] <= now else "")
        cells = (row["value"], row["kind"], row["tlp"], until, row["feed"], row["indicator"])
        table.add_row(*(Text(visible(cell)) for cell in cells))
    more = len(rows) - limit
    return (
        Group(table, Text(f"… and {counted(more, 'more indicator')} (--rows {len(rows)}).", "dim"))
        if more > 0
        else table
    )


def _table(*columns: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="dim")
    for name in columns:
        table.add_column(name, overflow="fold")
    return table
