"""How a source reads the rows of a CSV by their cells, without a JSON text of each row in between.

Of a row a path of one step is a column, and a longer one leads nowhere. The text is made where somebody asks for it:
for the id of a record that has none of its own, and for sources that read the record as a whole.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache

import pyarrow as pa
import pyarrow.compute as pc

from tocsin.sources.block import texts_of
from tocsin.sources.source import Beside, Source

_STEP = re.compile(r'\.(?:"((?:[^"\\]|\\.)+)"|([\w@-]+))')
_RECORD = re.compile(r"\brecord\b")


@dataclass(frozen=True, kw_only=True)
class OfCells:
    """What a source's statement is fed with of rows."""

    source: Source
    by_cell: bool  # each field of its own cell; else of the text in one of them
    names: tuple[str | None, ...] = ()  # the columns in which fields stand, in their order; None for no column
    text_in: str | None = None  # the column that holds the record
    needs_text: bool  # always, not only where a row has no id

    def feed(self, part: pa.Table, cells: pa.Table, *, with_texts: bool) -> pa.Table:
        empty = pa.nulls(len(part), pa.string())
        held = [cells[name] if name in cells.column_names else empty for name in self.names]
        record = texts_of(part) if with_texts else empty
        if self.text_in in cells.column_names:
            given = cells[self.text_in]
            if given.null_count and not with_texts:
                record = texts_of(part)
            record = pc.coalesce(given, record) if given.null_count else given
        columns = {"record": record, **{cell(number): one for number, one in enumerate(held)}}
        return pa.table({**columns, "line": part["line"], "record_number": part["record_number"]})


def cell(number: int) -> str:
    """The name under which a statement knows a field's cell."""
    return f"cell_{number}"


@cache
def reads_cells(source: Source) -> OfCells | None:
    """None for a source that has to have the row's text."""
    if source.csv_record_column is not None:
        inside = replace(source, csv_record_column=None, unwraps=None)
        return OfCells(source=inside, by_cell=False, text_in=source.csv_record_column, needs_text=False)
    if source.unwraps is not None or source.recognises_line is not None:
        return None
    beside = source.beside or Beside()
    names: list[str | None] = []
    for path in (*source.fields.values(), *beside.paths):
        steps = _STEP.findall(path)
        if _STEP.sub("", path) != "$" or not steps:
            return None
        quoted, plain = steps[0]
        names.append(None if len(steps) > 1 else re.sub(r"\\(.)", r"\1", quoted) or plain)
    uid = source.columns.get("event_uid", "NULL")
    worked_out = (*source.before.values(), *source.derived.values())
    written = (*worked_out, *source.columns.values(), *beside.columns.values())
    asks = any(map(_RECORD.search, (*written, source.explode or "", source.ignores or "")))
    return OfCells(source=source, by_cell=True, names=tuple(names), needs_text=asks or uid == "NULL")
