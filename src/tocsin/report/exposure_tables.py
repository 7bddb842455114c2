"""The exposure on the terminal: accounts with their ways in, channels, changes."""

from __future__ import annotations

from collections.abc import Sequence

from rich import box
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from tocsin.exposure.answer import AccountExposure, Change, Channel, Exposure, RejectedRow
from tocsin.report import exposure_words as words
from tocsin.report.phrases import counted, number
from tocsin.report.visible import visible

ACCOUNTS_SHOWN = 20
WAYS_SHOWN = 3
CHANNELS_SHOWN = 10
CHANGES_SHOWN = 5
REJECTED_SHOWN = 10


def summary(answer: Exposure, *, rows: int = ACCOUNTS_SHOWN) -> RenderableType:
    """All of it, the first rows of each part."""
    parts: list[RenderableType] = [Text(words.headline(answer), "bold")]
    if answer.accounts:
        parts += [_head("Cheapest ways in"), _accounts(answer.accounts, rows)]
    opening = [one for one in answer.channels if one.opens or one.opens_possibly]
    if opening:
        parts += [_head("One mailbox or number, and what it opens by itself"), _channels(opening)]
    if answer.changes:
        parts += [_head("What one change would leave"), _changes(answer)]
    parts += [Padding(Text(visible(one, limit=2000), "dim"), (1, 0, 0, 0)) for one in answer.notes]
    if answer.rejected:
        parts += [_head(f"Not read: {counted(answer.sources.rejected, 'record')}"), rejected(answer.rejected)]
    return Group(*parts)


def _head(text: str) -> RenderableType:
    return Padding(Text(text, "bold underline"), (1, 0, 0, 0))


def _accounts(accounts: Sequence[AccountExposure], rows: int) -> RenderableType:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="dim")
    table.add_column("account at risk", overflow="fold")
    table.add_column("what an attacker has to take", overflow="fold")
    table.add_column("gets past", justify="right", no_wrap=True)
    for one in accounts[:rows]:
        _account(table, one)
    parts: list[RenderableType] = [Text(words.GETS_PAST, "dim"), table]
    if (more_rows := len(accounts) - rows) > 0:
        parts.append(Text(f"… and {counted(more_rows, 'more account')} (--rows {len(accounts)} lists them).", "dim"))
    return Group(*parts)


def _account(table: Table, one: AccountExposure) -> None:
    """A row a way, the account beside the first."""
    name = Text(visible(one.account))
    if one.organisation:
        name.append(f"\n{visible(one.organisation)}", "dim")
    if one.contact_falls:
        name.append("\nthe safe contact falls with it", "yellow")
    if not one.ways:
        table.add_row(name, Text("no way is known", "dim"), "")
    for place, way in enumerate(one.ways[:WAYS_SHOWN]):
        told = words.way(way, account=one.account) + (" (possible)" if way.possible else "")
        style = "dim" if way.possible else ""
        table.add_row(name if place == 0 else "", Text(told, style), Text(words.gets_past(way.success), style))
    hidden = len(one.ways) - WAYS_SHOWN
    if hidden > 0 or one.more_ways:
        beyond = "more than " if one.more_ways else ""
        table.add_row("", Text(f"… and {beyond}{counted(max(hidden, 1), 'more way')}", "dim"), "")
    table.add_section()


def _channels(channels: Sequence[Channel]) -> RenderableType:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="dim")
    table.add_column("mailbox or number", overflow="fold")
    table.add_column("opens", justify="right", no_wrap=True)
    table.add_column("possibly", justify="right", no_wrap=True)
    table.add_column("accounts", overflow="fold")
    for one in channels[:CHANNELS_SHOWN]:
        name = Text(visible(one.address))
        if one.is_account:
            name.append(" (an account itself)", "dim")
        names = ", ".join(visible(account) for account in one.accounts[:WAYS_SHOWN])
        more = one.opens - min(len(one.accounts), WAYS_SHOWN)
        names += f" and {number(more)} more" if more > 0 else ""
        opens = f"{'≥ ' if one.at_least else ''}{number(one.opens)}"
        table.add_row(name, opens, number(one.opens_possibly) if one.opens_possibly else "", names)
    return table


def _changes(answer: Exposure) -> RenderableType:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="dim")
    table.add_column("one change", overflow="fold")
    table.add_column("accounts lost", justify="right", no_wrap=True)
    table.add_column("ways closed", justify="right", no_wrap=True)
    table.add_column("accounts", justify="right", no_wrap=True)
    table.add_row(Text("as it is", "dim"), words.attacks(answer.totals.attacks_in), "", "")
    for scope, label in (
        ("everybody", "for everybody"),
        ("channel", "for one channel"),
        ("account", "for one account"),
    ):
        found = words.best_changes(answer.changes, scope, CHANGES_SHOWN)
        if found:
            table.add_section()
            table.add_row(Text(label, "italic dim"), "", "", "")
        for one in found:
            table.add_row(*_change(one))
    return table


def _change(one: Change) -> tuple[Text, str, str, str]:
    return Text(words.change(one)), words.attacks(one.remaining), number(one.ways_closed), number(one.accounts)


def rejected(refused: Sequence[RejectedRow]) -> RenderableType:
    """File, place and reason of the first ones."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="dim")
    table.add_column("where", overflow="fold")
    table.add_column("why", overflow="fold")
    for one in refused[:REJECTED_SHOWN]:
        place = f":{one.line}" if one.line is not None else ""
        place += f"#{one.record}" if one.record is not None else ""
        table.add_row(Text(visible(one.file, limit=200) + place), Text(visible(one.reason, limit=300)))
    parts: list[RenderableType] = [table]
    if (more := len(refused) - REJECTED_SHOWN) > 0:
        parts.append(Text(f"… and {counted(more, 'more')}; --json lists all of them.", "dim"))
    return Group(*parts)
