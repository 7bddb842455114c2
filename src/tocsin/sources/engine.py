"""The engine that runs the sources' statements on one block after another."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from tocsin.sources.block import Block, cells_of, texts_of
from tocsin.sources.by_cells import reads_cells
from tocsin.sources.event_rows import Rows, event_rows
from tocsin.sources.macros import MACROS, local_time
from tocsin.sources.normalise import code_tables, codes, record_text, statement
from tocsin.sources.parts import Divisions, Parts
from tocsin.sources.source import Source

OPTIMIZERS = ("expression_rewriter", "unused_columns", "common_subexpressions", "cte_inlining")
"""What pays in statements that only project. The other passes cost 15 ms a block, and one of them makes a join of
every IN list, another of every row: 12,000 Okta records take 155 ms without them, 205 ms with."""


BATCH_ROWS = 131_072
"""Rows of a piece of what a statement gives: mostly all of a block."""

GIVEN_BYTES, GIVEN_ROWS = 768 << 10, (256, 2048)
"""What the engine is given at a time, and how many rows at least and most. It takes the JSON of all these records apart
before it goes on, which needs several times their bytes: with 2,048 records of 2 kB that is more than the processor's
cache holds and than the engine keeps for the next ones, and Okta's records take a third longer."""


BROKEN = (duckdb.Error, UnicodeDecodeError)
"""What the engine raises at a record that it cannot read. The second, where its message quotes the record and cuts a
letter of it in two."""


def said_by(error: Exception) -> str:
    """The first line of the engine's message."""
    said = error.object.decode("utf-8", "replace") if isinstance(error, UnicodeDecodeError) else str(error)
    return said.partition("\n")[0]


class _Feed:
    """What stands behind the table `raw`: its content changes while the plans that read it stay.

    Registering each block as a new table would make the engine plan every statement anew, which takes as long as
    reading ten megabytes.
    """

    def __init__(self) -> None:
        self.table = pa.table(
            {
                "record": pa.array([], pa.string()),
                "line": pa.array([], pa.int64()),
                "record_number": pa.array([], pa.int64()),
            }
        )

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        least, most = GIVEN_ROWS
        mean = self.table["record"].nbytes // (len(self.table) or 1) or 1
        reader = self.table.to_reader(max_chunksize=min(max(GIVEN_BYTES // mean, least), most))
        return reader.__arrow_c_stream__(requested_schema)


class Engine:
    """A private DuckDB that sees no network and no files. One thread at a time."""

    def __init__(self, *, ingested_at: datetime, timezone: str = "UTC", divisions: Divisions | None = None) -> None:
        self._feed = _Feed()
        self._ingested_at = ingested_at
        self._file, self._by_line, self._by_row = "", False, False
        self._prepared: dict[str, str] = {}  # statement to name
        self._with_codes: set[Source] = set()
        self._without_ids: set[Source] = set()  # of which rows had no id of their own
        self._duck = duckdb.connect(config={"threads": 1, "autoinstall_known_extensions": False})
        self._duck.execute("SET TimeZone = 'UTC'; SET preserve_insertion_order = false")
        self._duck.execute("SET enable_progress_bar = false")  # it would be drawn into what the command prints
        for macro in (*MACROS, local_time(timezone)):
            self._duck.execute(macro)
        passes = "SELECT string_agg(name) FROM duckdb_optimizers() WHERE NOT list_contains(?, name)"
        (others,) = self._duck.execute(passes, [list(OPTIMIZERS)]).fetchall()[0]
        self._duck.execute(f"SET disabled_optimizers = '{others}'")
        self._duck.execute("SET enable_external_access = false; SET lock_configuration = true")
        self._duck.register("raw", self._feed)
        self._divisions = divisions or Divisions()
        self._parts = Parts(self._duck, self._divisions)

    def open(self, file: Path, block: Block) -> None:
        """Say which block the records to come are of."""
        self._file = str(file)
        self._by_line = block.kind == "lines"
        self._by_row = block.kind in ("csv", "parquet")

    def rows(self, source: Source, part: pa.Table) -> Rows:
        """Of the records of a block's part."""
        cells = cells_of(part)
        given = self._given(source, part) if cells is None else self._given_of_cells(source, part, cells)
        return event_rows(source, given, file=self._file, by_line=self._by_line, ingested_at=self._ingested_at)

    def _given_of_cells(self, source: Source, part: pa.Table, cells: pa.Table) -> pa.Table:
        """What the statement gives of rows: read of their cells as they lie there, where it asks for no more."""
        if (of_cells := reads_cells(source)) is None:
            return self._given(source, _with_texts(part))
        if not of_cells.needs_text and source not in self._without_ids:
            feed = of_cells.feed(part, cells, with_texts=False)
            given = self._given(of_cells.source, feed, of_cells=of_cells.by_cell)
            if not given["event_uid"].null_count:
                return given
            self._without_ids.add(source)
        feed = of_cells.feed(part, cells, with_texts=True)
        return self._given(of_cells.source, feed, of_cells=of_cells.by_cell)

    def _given(self, source: Source, feed: pa.Table, *, of_cells: bool = False) -> pa.Table:
        self._feed.table = feed
        if source not in self._with_codes and (tables := code_tables(source)) is not None:
            # Not stored as a table of the engine's own: it plans what reads one anew for every block.
            self._duck.register(codes(source), tables)
        self._with_codes.add(source)
        if self._divisions.pay(source, len(feed)):
            return self._parts.run(source, self._feed, of_cells=of_cells, said=self._said(), execute=self._execute)
        return self._execute(statement(source, of_cells=of_cells))

    def _said(self) -> dict[str, str]:
        return {"by_row": str(self._by_row), "ingested_at": f"TIMESTAMP '{self._ingested_at}'"}

    def _execute(self, text: str) -> pa.Table:
        """What the statement gives; it is planned once."""
        name = self._prepared.get(text)
        if name is None:
            name = f"source_{len(self._prepared)}"
            self._duck.execute(f"PREPARE {name} AS {text}")
            self._prepared[text] = name
        asked = ", ".join(f"{one} := {said}" for one, said in self._said().items() if f"${one}::" in text)
        return _arrow(self._duck, f"EXECUTE {name}({asked})" if asked else f"EXECUTE {name}")

    def opened(self, source: Source, part: pa.Table) -> list[str]:
        """The texts of the records as the source's fields are read of them: out of what wraps them."""
        self._feed.table = _with_texts(part)
        text = record_text(source, by_row=str(self._by_row))
        return [one for (one,) in self._duck.sql(f"SELECT {text} FROM raw").fetchall()]

    def sifted(self, part: pa.Table) -> tuple[pa.Table, pa.Table]:
        """The records that are JSON, and those that are not."""
        if cells_of(part) is not None:
            return part, part.slice(0, 0)
        self._feed.table = part
        valid = self._duck.sql("SELECT json_valid(record) FROM raw").to_arrow_table().column(0)
        return part.filter(valid), part.filter(pc.invert(valid))


def _with_texts(part: pa.Table) -> pa.Table:
    """The part with its records' texts, whatever it held."""
    if cells_of(part) is None:
        return part
    return pa.table({"record": texts_of(part), "line": part["line"], "record_number": part["record_number"]})


def _arrow(duck: duckdb.DuckDBPyConnection, text: str) -> pa.Table:
    """What the statement gives, as its operators give it.

    `sql` first keeps what a prepared statement gives in the engine's own form and copies it from there, a fifth of all
    that reading costs; only by the way that it takes for a SELECT, which has no public name, is there one copy.
    """
    if hasattr(duck, "_submit"):
        return duck._submit(text, None, "arrow", BATCH_ROWS).arrow_table()
    return duck.sql(text).to_arrow_table()
