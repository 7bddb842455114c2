"""What a source's statement gives, made whole: the columns that are the same in every row, and the record's place.

The engine would hand on such columns text by text, which costs as much as computing all others.
"""

from __future__ import annotations

from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc

from tocsin.events import EVENT
from tocsin.sources.source import Source

UNSAID = {"tenant": "", "activity": "other", "outcome": "unknown", "account_known": "unknown"}
"""What an event column holds when a source says nothing of it; every other column is NULL then."""

ROWS = pa.schema(
    [*EVENT, pa.field("line", pa.int64()), pa.field("record_number", pa.int64()), pa.field("ignored", pa.bool_())]
)
"""Events, not yet tested for a time, with the place of their record, and whether it is none."""


def event_rows(source: Source, given: pa.Table, *, file: str, by_line: bool, ingested_at: datetime) -> pa.Table:
    """ROWS of what the statement gave, with what it read beside."""
    same = UNSAID | {"provider": source.provider, "ingested_at": ingested_at, "ignored": False}
    sign, number = (":", given["line"]) if by_line else ("#", given["record_number"])
    place = pc.binary_replace_slice(number.cast(pa.string()), 0, 0, f"{file}{sign}")  # two thirds of what a join takes
    columns = [
        place
        if column.name == "raw_ref"
        else given[column.name]
        if column.name in given.column_names
        else pa.repeat(pa.scalar(same.get(column.name), column.type), len(given))
        for column in ROWS
    ]
    rows = pa.Table.from_arrays(columns, schema=ROWS)
    for name in given.column_names[given.column_names.index("record_number") + 1 :]:
        if name != "ignored":
            rows = rows.append_column(name, given[name])
    return rows
