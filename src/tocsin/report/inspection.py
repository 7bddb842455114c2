"""What `tocsin inspect` shows: Rich renderables of an `Inspection`. Values from logs go in as plain text."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime

from rich import box
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from tocsin.inspect.inspection import Change, FileLook, FormatLook, Inspection, Unrecognised
from tocsin.report.phrases import brief_period, counted, listed, number, share
from tocsin.report.visible import visible

TENANTS_SHOWN = 5
NEW_FIELDS_SHOWN = 12
FIELDS_SHOWN = 6

Excerpts = Mapping[tuple[str, str], str]  # of a file and reason


def inspection(found: Inspection, excerpts: Excerpts, *, drafts: bool = True) -> list[RenderableType]:
    """Every file, then what changed, then all in one sentence. `drafts`: show drafts of mappings.

    Plain text among it is to be printed without wrapping, so that a draft can be copied.
    """
    parts: list[RenderableType] = []
    drawn: set[str] = set()
    for one in found.files:
        parts += [_head(one), *_file(one, excerpts)]
        if one.unrecognised is not None:
            parts += _unrecognised(one.unrecognised, one.file, drafts=drafts, drawn=drawn)
        parts.append(Text())
    parts += [Text(f"Passed over: {visible(one.file, limit=200)}: {one.why}", "yellow") for one in found.passed_over]
    if found.changes:
        parts.append(Text("Fields that are missing where they are expected:", "bold red"))
        parts += [Text(f"  {_change(one)}", "red") for one in found.changes]
    parts.append(Text(summary(found), "bold"))
    return parts


def _change(one: Change) -> str:
    since = f", from record {number(one.first_record)} on" if one.first_record else ""
    now = f"; perhaps it is called {visible(one.renamed_to)} now" if one.renamed_to else ""
    return (
        f"{visible(one.field)} ({one.means}) of {visible(one.title)}, in {number(one.missing)} of"
        f" {counted(one.expected, 'record')} of {visible(one.file, limit=200)}{since}{now}"
    )


def summary(found: Inspection) -> str:
    """One sentence about all files."""
    kinds = {
        "log": "read",
        "partly": "read in part",
        "unrecognised": "of no known format",
        "no log": "no log",
        "empty": "empty",
    }
    numbers = {what: sum(one.what == what for one in found.files) for what in kinds}
    said = [f"{number(numbers[what])} {words}" for what, words in kinds.items() if numbers[what]]
    events = sum(one.events for one in found.files)
    return f"{counted(len(found.files), 'file')}: {listed(said)}; {counted(events, 'event')}. Nothing was stored."


def _head(one: FileLook) -> Text:
    style = {"log": "bold green", "partly": "bold yellow", "unrecognised": "bold yellow"}.get(one.what, "bold dim")
    encoding = None if one.encoding == "UTF-8" else one.encoding
    inside = f"records inside {listed([visible(place) for place in one.taken_from])}" if one.taken_from else None
    outside = [part for part in (one.container, inside, one.packing, encoding) if part]
    return Text.assemble((visible(one.file, limit=300), style), ("  " + ", ".join([*outside, _size(one.bytes)]), "dim"))


def _file(one: FileLook, excerpts: Excerpts) -> list[RenderableType]:
    parts: list[RenderableType] = []
    if one.note:
        parts.append(_indented(Text(f"no log: {one.note}")))
    if one.what == "empty":
        parts.append(_indented(Text("holds no record")))
    for format_ in one.formats:
        parts.append(_indented(_recognised(format_)))
    if one.first is not None and one.last is not None:
        parts.append(_indented(_events(one, one.first, one.last)))
        parts.append(_indented(_tenants(one)))
        parts.append(_indented(_activities(one)))
    elif one.ignored:
        parts.append(_indented(Text(f"no events; {counted(one.ignored, 'well-formed record')} passed over")))
    if one.refusals:
        parts.append(_indented(_refusals(one, excerpts)))
    for format_ in one.formats:
        if format_.new_fields:
            parts.append(_indented(_new_fields(format_, several=len(one.formats) > 1)))
    return parts


def _recognised(one: FormatLook) -> Text:
    by = [visible(path) for path in one.recognised_by[:FIELDS_SHOWN]]
    text = Text.assemble((one.title, "bold"), f", recognised by {listed(by)}" if by else "")
    if one.also_like:
        text.append(f"; the mapping goes before {listed([visible(title) for title in one.also_like])}", "yellow")
    return text


def _events(one: FileLook, first: datetime, last: datetime) -> Text:
    said = f"{counted(one.events, 'event')}, {brief_period(first.isoformat(), last.isoformat())}"
    said += f" ({first:%H:%M} to {last:%H:%M} UTC)" if first.date() == last.date() else " (UTC)"
    if one.ignored:
        said += f"; {counted(one.ignored, 'other well-formed record')} passed over"
    return Text(said)


def _tenants(one: FileLook) -> Text:
    named = [look for look in one.tenants if look.tenant]
    if not named:
        return Text("no tenant named", "dim")
    shown = [f"{visible(look.tenant)} ({number(look.events)})" for look in named[:TENANTS_SHOWN]]
    more = len(named) - TENANTS_SHOWN
    said = listed(shown) if more <= 0 else f"{', '.join(shown)} and {number(more)} more"
    return Text(f"{'tenant' if len(named) == 1 else 'tenants'}: {said}")


def _activities(one: FileLook) -> RenderableType:
    by_activity: dict[str, dict[str, int]] = defaultdict(dict)
    for look in one.activities:
        by_activity[look.activity][look.outcome] = look.events
    table = _table("activity")
    for outcome in ("success", "failure", "unknown"):
        table.add_column(outcome, justify="right", no_wrap=True)
    for activity, outcomes in sorted(by_activity.items(), key=lambda item: -sum(item[1].values())):
        cells = [number(outcomes[name]) if name in outcomes else "–" for name in ("success", "failure", "unknown")]
        table.add_row(visible(activity), *cells)
    return table


def _refusals(one: FileLook, excerpts: Excerpts) -> RenderableType:
    lines: list[RenderableType] = []
    for refusal in one.refusals:
        place = f"line {number(refusal.line)}" if refusal.line else ""
        place = place or (f"record {number(refusal.record)}" if refusal.record else "")
        reason = visible(refusal.reason, limit=200)
        lines.append(Text(f"{number(refusal.records)} not read: {reason}", "yellow", overflow="fold"))
        if place:
            excerpt = visible(excerpts.get((one.file, refusal.reason), ""), limit=160)
            lines.append(Padding(Text(f"{place}: {excerpt}", "dim", overflow="ellipsis", no_wrap=True), (0, 0, 0, 2)))
    return Group(*lines)


def _new_fields(one: FormatLook, *, several: bool) -> RenderableType:
    table = _table(f"new field of {one.title}" if several else "new field")
    table.add_column("records", justify="right", no_wrap=True)
    table.add_column("looks like", no_wrap=True)
    for field in one.new_fields[:NEW_FIELDS_SHOWN]:
        table.add_row(_plain(field.path, 120), f"{number(field.records)} of {number(one.looked_at)}", field.type)
    more = len(one.new_fields) - NEW_FIELDS_SHOWN
    note = [Text(f"… and {counted(more, 'more new field')}", "dim")] if more > 0 else []
    return Group(table, *note)


def _unrecognised(one: Unrecognised, file: str, *, drafts: bool, drawn: set[str]) -> list[RenderableType]:
    some = "" if one.records == one.looked_at else f"{counted(one.records, 'record')} of {number(one.looked_at)}: "
    parts: list[RenderableType] = []
    like = one.likeness
    if like is not None:
        text = Text.assemble(
            f"{some}most like ",
            (like.title, "bold"),
            f", with {number(like.shared)} of its {counted(like.fields, 'field')} in common"
            f" ({share(like.shared / max(like.fields, 1))})",
        )
        if like.lacks:
            text.append(f"; it lacks {listed([visible(path) for path in like.lacks])}", "yellow")
        parts.append(_indented(text))
    elif not one.hint:
        parts.append(_indented(Text(f"{some}like no format that Tocsin knows")))
    if one.hint:
        parts.append(_indented(Text(f"{some}{one.hint}")))
    if one.draft and drafts and one.draft not in drawn:
        drawn.add(one.draft)
        parts += [
            _indented(Text("A mapping to begin with (--drafts FOLDER saves it; docs/own-log.md explains it):")),
            Text(visible_lines(one.draft), "cyan"),
        ]
    elif one.draft and drafts:
        parts.append(_indented(Text("The mapping above serves this file, too.")))
    elif one.draft:
        parts.append(_indented(Text(f"The draft of a mapping was saved for {visible(file, limit=200)}.")))
    return parts


def visible_lines(text: str) -> str:
    """Text of several lines, each made safe to look at, and indented."""
    return "\n".join(f"    {visible(line, limit=4000)}" if line else "" for line in text.splitlines())


def _size(count: int) -> str:
    size = float(count)
    for unit in ("bytes", "kB", "MB", "GB"):
        if size < 1000 or unit == "GB":
            return f"{size:,.0f} {unit}" if unit == "bytes" or size >= 100 else f"{size:.1f} {unit}"
        size /= 1000
    raise AssertionError


def _indented(part: RenderableType) -> RenderableType:
    return Padding(part, (0, 0, 0, 2))


def _plain(text: str | None, limit: int = 80) -> Text:
    return Text(visible(text, limit=limit), overflow="fold")


def _table(*columns: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="dim", padding=(0, 1))
    for column in columns:
        table.add_column(column, overflow="fold")
    return table
