"""What a source's statement gives, made whole: the events, with the columns that are the same in every row and the
record's place; apart from them what is none.

The engine would hand on such columns text by text, which costs as much as computing all others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc

from tocsin.events import EVENT
from tocsin.events.parts import kept
from tocsin.sources.source import Source

UNSAID = {"tenant": "", "activity": "other", "outcome": "unknown", "account_known": "unknown"}
"""What an event column holds when a source says nothing of it; every other column is NULL then."""


@dataclass(frozen=True, kw_only=True)
class Rows:
    """What a source said of records."""

    events: pa.Table  # EVENT, and what was read beside
    untimed: pa.ChunkedArray  # int64: the numbers of the records that it gave no time
    ignored: int  # records that are no events


def event_rows(source: Source, given: pa.Table, *, file: str, by_line: bool, ingested_at: datetime) -> Rows:
    """Of what the statement gave. Its columns may be codes (dictionaries), so that what is no event is left out before
    texts are made of them."""
    untimed, ignored = given["record_number"].slice(0, 0), 0
    dropped = given["ignored"].cast(pa.bool_()) if "ignored" in given.column_names else None
    if dropped is not None and not pc.any(dropped).as_py():
        dropped = None
    if given["time"].null_count or dropped is not None:
        missing = pc.is_null(given["time"])
        if dropped is not None:
            ignored = pc.sum(dropped).as_py()
            missing = pc.and_not(missing, dropped)
        untimed = given["record_number"].filter(missing)
        given = kept(given, ~(missing if dropped is None else pc.or_(missing, dropped)).to_numpy())
    same = UNSAID | {"provider": source.provider, "ingested_at": ingested_at}
    sign, number = (":", given["line"]) if by_line else ("#", given["record_number"])
    place = pc.binary_replace_slice(number.cast(pa.string()), 0, 0, f"{file}{sign}")  # two thirds of what a join takes
    columns = [
        place
        if column.name == "raw_ref"
        else given[column.name].cast(column.type)
        if column.name in given.column_names
        else pa.repeat(pa.scalar(same.get(column.name), column.type), len(given))
        for column in EVENT
    ]
    events = pa.Table.from_arrays(columns, schema=EVENT)
    for name in given.column_names[given.column_names.index("record_number") + 1 :]:
        if name != "ignored":
            events = events.append_column(name, given[name])
    return Rows(events=events, untimed=untimed, ignored=ignored)


def together(parts: Sequence[Rows]) -> Rows:
    """Of records that follow each other."""
    return Rows(
        events=pa.concat_tables([part.events for part in parts]),
        untimed=pa.chunked_array([chunk for part in parts for chunk in part.untimed.chunks], pa.int64()),
        ignored=sum(part.ignored for part in parts),
    )
