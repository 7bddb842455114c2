"""What the terminal shows of what became of campaigns."""

from __future__ import annotations

from collections.abc import Sequence

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from tocsin.assess.assessment import Change, Ended
from tocsin.report.history_words import figures, last_reason, what
from tocsin.report.phrases import clock
from tocsin.report.visible import visible

_STYLE = {"no_longer_found": "yellow", "corrected": "yellow", "verdict_changed": "bold"}


def history(changes: Sequence[tuple[str | None, Change]]) -> RenderableType:
    """A row a change, the oldest first; with the campaign where rows name one."""
    several = any(one for one, _ in changes)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="dim")
    table.add_column("scan (UTC)", no_wrap=True)
    if several:
        table.add_column("campaign", no_wrap=True)
    table.add_column("what", overflow="fold")
    table.add_column("why", overflow="fold")
    for campaign, change in changes:
        cells = [Text(clock(change.at))]
        if several:
            cells.append(Text(visible(campaign or "")))
        cells.append(Text(visible(what(change)), _STYLE.get(change.what, "")))
        cells.append(Text(visible(change.reason, limit=440)))
        table.add_row(*cells)
    return table if changes else Text("Nothing is remembered.")


def ended(campaigns: Sequence[Ended]) -> RenderableType:
    """Campaigns that were found before and are no longer, with when and why."""
    return Group(
        *(
            Text.assemble(
                (visible(one.id), "bold"), f"  no longer found, {visible(last_reason(one.history), limit=440)}"
            )
            for one in campaigns
        )
    )


def ended_campaign(one: Ended) -> RenderableType:
    """One of them with its figures as they were last, and its history."""
    last = next((change.before for change in reversed(one.history) if change.before), None)
    lines: list[RenderableType] = [ended([one])]
    if last:
        lines.append(
            Text(f"Last found with (attempts · looked up · attacked · compromised): {figures(last)}; {last.verdict}")
        )
    return Group(*lines, Text(""), history([(None, change) for change in one.history]))
