"""A source's statement run in parts: what rests on a few values once for each combination of them (`division.py`)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from tocsin.events import EVENT
from tocsin.sources.by_cells import cell
from tocsin.sources.division import Division, Kind, divided, names_statement
from tocsin.sources.source import Source

BLOCK_ROWS, SOURCE_ROWS = 24_576, 65_536
"""How many rows there have to be of a block, and of a source so far. Three statements and what ties them take some 3 ms
a block more than one, so that it does not pay where blocks, which are of so many bytes, hold few and large records."""

LEFT_ROWS = 8192
"""How many there have to be of a source that has been divided: the last block of a file holds fewer than others."""

LOOKED_AT = 4096
"""Records that tell which names have few values."""

FEW, COMBINED, OWN = 256, 512, 1024
"""Of those: how many values a name may have that is combined with others, how many combinations there may be, and how
many values a name that is looked up by itself."""

SPARSE = 1 << 15
"""Of how many numbers on it is dearer to look at all of them than at those that occur."""

Execute = Callable[[str], pa.Table]
Codes = npt.NDArray[np.int64]


class _Given:
    """What stands behind a table of a statement; its content changes."""

    def __init__(self) -> None:
        self.table = pa.table({"nothing": pa.array([], pa.string())})

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        return self.table.to_reader(max_chunksize=2048).__arrow_c_stream__(requested_schema)


class Divisions:
    """The divisions that a reader's engines share: to find one takes some 50 ms."""

    def __init__(
        self,
        *,
        block_rows: int = BLOCK_ROWS,
        source_rows: int = SOURCE_ROWS,
        left_rows: int = LEFT_ROWS,
        few: int = FEW,
    ) -> None:
        self.of: dict[tuple[Source, bool], Division] = {}
        self.few = few
        self._block_rows, self._source_rows, self._left_rows = block_rows, source_rows, left_rows
        self._rows: Counter[Source] = Counter()

    def pay(self, source: Source, rows: int) -> bool:
        """Is it worth while to run the statement in parts of a feed of so many rows?"""
        self._rows[source] += rows
        if (source, False) in self.of or (source, True) in self.of:
            return rows >= self._left_rows
        return source.beside is None and rows >= self._block_rows and self._rows[source] >= self._source_rows


class Parts:
    """Of one engine."""

    def __init__(self, duck: duckdb.DuckDBPyConnection, divisions: Divisions) -> None:
        self._duck = duck
        self._divisions = divisions
        self._combined, self._rows = _Given(), _Given()
        duck.register("combined", self._combined)
        duck.register("rows", self._rows)

    def run(self, source: Source, feed: Any, *, of_cells: bool, said: Mapping[str, str], execute: Execute) -> pa.Table:
        """What the source's whole statement would give of the feed; some columns as codes."""
        division = self._divisions.of.get((source, of_cells))
        if division is None:
            whole, feed.table = feed.table, feed.table.slice(0, LOOKED_AT)
            division = self._divided(source, of_cells=of_cells, said=said)
            feed.table = whole
            self._divisions.of[source, of_cells] = division
        first = _one_piece(execute(division.first))
        columns = {name: first[f"column_{name}"] for name in division.first_columns}
        names = {name.removeprefix("name_"): first[name] for name in first.column_names if name.startswith("name_")}
        cells = {name: cell(number) for number, name in enumerate(source.fields) if name in division.cells}
        names |= {name: feed.table[held].combine_chunks() for name, held in cells.items()}
        times = first["column_ts"] if "column_ts" in first.column_names else None
        for group in division.groups:
            keys = {key: names[key] for key in group.keys} | {f"has_{one}": first[f"has_{one}"] for one in group.asked}
            codes, held = combinations(list(keys.values()))
            self._combined.table = pa.table(
                {name: column.take(pa.array(held)) for name, column in keys.items()} or _ONE
            )
            worked = _one_piece(execute(group.statement))
            index = pa.array(codes if keys else np.zeros(len(first), np.int64))
            columns |= {name: pa.DictionaryArray.from_arrays(index, worked[f"column_{name}"]) for name in group.columns}
            names |= {name: worked[f"name_{name}"].take(index) for name in group.names}
        if division.last is not None:
            self._rows.table = pa.table({name: names[name] for name in division.last_names})
            last = _one_piece(execute(division.last))
            columns |= {name: last[f"column_{name}"] for name in division.last_columns}
            times = last["column_ts"] if "column_ts" in last.column_names else times
        ordered = {name: columns[name] for name in EVENT.names if name in columns}
        ordered |= {"ts": times, "line": first["line"], "record_number": first["record_number"]}
        return pa.table(ordered | ({"ignored": columns["ignored"]} if "ignored" in columns else {}))

    def _divided(self, source: Source, *, of_cells: bool, said: Mapping[str, str]) -> Division:
        """The division that a look at the records suggests."""
        text = names_statement(source, of_cells=of_cells)
        for name, value in said.items():
            text = text.replace(f"${name}::", f"{value}::")
        asked = self._duck.sql(text)
        types = dict(zip(asked.columns, map(str, asked.types), strict=True))
        seen = _one_piece(asked.to_arrow_table())
        kinds = {name: Kind(type=type, distinct=_distinct(seen[name])) for name, type in types.items()}
        own = OWN * len(seen) // LOOKED_AT
        while True:
            division = divided(source, kinds, few=self._divisions.few, own=own, of_cells=of_cells)
            # Of the names that are combined; those of other groups stand alone.
            keys = [
                key for group in division.groups for key in group.keys if kinds[key].distinct <= self._divisions.few
            ]
            if not keys or len(combinations([seen[name] for name in keys])[1]) <= COMBINED:
                return division
            most = max(keys, key=lambda name: kinds[name].distinct)
            kinds[most] = replace(kinds[most], distinct=self._divisions.few + 1)


_ONE = {"nothing": pa.array([""])}


def _distinct(column: pa.Array) -> float:
    return len(column.unique()) if not pa.types.is_nested(column.type) else float("inf")


def _one_piece(table: pa.Table) -> pa.RecordBatch:
    return table.combine_chunks().to_batches()[0] if len(table) else pa.RecordBatch.from_pylist([], table.schema)


def combinations(columns: list[pa.Array]) -> tuple[Codes, Codes]:
    """The number of each row's combination of values, and a row that has it for each number."""
    codes, size = np.zeros(len(columns[0]) if columns else 1, np.int64), 1
    for column in columns:
        held, values = _codes(column)
        if size * values > SPARSE:
            codes, size = _numbered(codes, size)
        codes = codes * values + held
        size *= values
    codes, size = _numbered(codes, size)
    rows = np.empty(size, np.int64)
    rows[codes[::-1]] = np.arange(len(codes) - 1, -1, -1)
    return codes, rows


def _codes(column: pa.Array) -> tuple[Codes, int]:
    """A number for each value, and how many there are; NULL is a value."""
    if pa.types.is_boolean(column.type) and not column.null_count:
        return column.to_numpy(zero_copy_only=False), 2
    encoded = pc.dictionary_encode(column, null_encoding="encode")
    return encoded.indices.to_numpy(), max(len(encoded.dictionary), 1)


def _numbered(codes: Codes, size: int) -> tuple[Codes, int]:
    """The numbers that occur, in order without gaps."""
    if size > SPARSE:
        encoded = pc.dictionary_encode(pa.array(codes))
        return encoded.indices.to_numpy().astype(np.int64), max(len(encoded.dictionary), 1)
    seen = np.zeros(size, bool)
    seen[codes] = True
    places = np.cumsum(seen) - 1
    return places[codes], int(places[-1]) + 1
