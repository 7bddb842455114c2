"""The embedded engine: DuckDB in this process."""

from __future__ import annotations

import mmap
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from math import inf
from pathlib import Path
from typing import Any

import duckdb
import ibis
import ibis.expr.datatypes as dt
import pyarrow as pa
from ibis.backends.sql.datatypes import DuckDBType

from tocsin.engines.kept import Keeping
from tocsin.engines.statements import sql
from tocsin.errors import StoreError, StoreFull
from tocsin.events import EVENT
from tocsin.settings import MEMORY

MOST_CODES = 1 << 20
"""A column of more values stays text: its code would take the room that it saves."""

ROOM = 700_000_000
"""Bytes that the process may hold before what is free in it goes back to the system: to get it again is dear."""

LONG, CROWDED = 0.1, 1_200_000_000
"""Seconds: what takes less has not held much memory. Where the process holds so many bytes, little counts, too."""

DEAR = ("common_subplan",)
"""What DuckDB does to a query before it runs and is left out: to find what two parts of it have in common it compares
columns with all the values of their codes, which takes longer than most queries."""

TEXT = dt.string

MANY_BYTES = 100_000_000
"""Of the events' files, some two million events: from here on ids are held as numbers, which takes a quarter longer."""

NUMBERED, UUID_OF = "{} in numbers", "uuid_of_{}"
"""Names of a table that holds ids as numbers, and of the column of an id's."""

BATCH_ROWS = 131_072
"""Rows of a piece of what comes out."""


class DuckEngine(Keeping):
    """Ibis on DuckDB; spills to `scratch`, never reaches for the network."""

    name = "duckdb"

    def __init__(self, *, scratch: Path, memory: str = MEMORY) -> None:
        super().__init__()
        scratch.mkdir(parents=True, exist_ok=True)
        self._scratch = scratch
        self._codes: dict[str, bool] = {}  # column -> is there a code for it
        self._files: list[str] = []  # of the events
        # Not Ibis's connection: who makes one waits for the compilers of twenty engines to be loaded, and statements
        # that ship with the package need none.
        self._connection = duckdb.connect(
            config={"temp_directory": str(scratch), "memory_limit": memory, "autoinstall_known_extensions": False}
        )
        self._connection.execute(
            "SET TimeZone = 'UTC'; SET preserve_insertion_order = false; SET parquet_metadata_cache = true;"
            " SET python_enable_replacements = false"
        )
        self._leave_out(DEAR)
        self._memory = memory

    def _leave_out(self, optimizers: Sequence[str]) -> None:
        """Those of them that this DuckDB has."""
        held = self._connection
        known = {name for (name,) in held.execute("SELECT name FROM duckdb_optimizers()").fetchall()}
        held.execute(f"SET disabled_optimizers = '{','.join(known.intersection(optimizers))}'")

    def events(self, files: Sequence[str]) -> ibis.Table:
        if not files:
            return self.table("no_events", EVENT.empty_table())
        with self._storage():
            # DuckDB takes all files to be like the first. Were that a small one, it would think the events few, and
            # build the hash table of each join from them instead of from what they are joined with.
            self._files = sorted(files, key=lambda file: (-Path(file).stat().st_size, file))
            self._connection.execute(f"CREATE OR REPLACE TEMP VIEW events AS FROM {_parquet(self._files)}")
            return self._held("events").select(*EVENT.names)

    def files(self, name: str, files: Sequence[str], schema: pa.Schema) -> ibis.Table:
        if not files:
            return self.table(f"no_{name}", schema.empty_table())
        with self._storage():
            read = _parquet(files, "union_by_name = true")
            self._connection.execute(f'CREATE OR REPLACE TEMP VIEW "{name}" AS FROM {read}')
            return self._held(name).select(*schema.names)

    def table(self, name: str, rows: pa.Table) -> ibis.Table:
        with self._storage():
            self._connection.register("handed_over", rows)
            columns = [column for column in rows.column_names if self._codes.get(column)]
            self._create(name, "SELECT * FROM handed_over", columns)
            self._connection.unregister("handed_over")
        return self._held(name)

    def named(self, name: str, expression: ibis.Table) -> ibis.Table:
        query = sql(expression, _compiled)
        with self._storage():
            self._connection.execute(f'CREATE OR REPLACE TEMP VIEW "{name}" AS {query}')
        return self._held(name)

    def kept(
        self, name: str, expression: ibis.Table, *, coded: Sequence[str] = (), ids: Sequence[str] = ()
    ) -> ibis.Table:
        query = sql(expression, _compiled)
        numbered = bool(ids) and sum(Path(file).stat().st_size for file in self._files) >= MANY_BYTES
        with self._storage():
            columns = [column for column in coded if column in expression.columns]
            if numbered:
                self._create(NUMBERED.format(name), _numbered(query, ids), columns)
                self._connection.execute(f'CREATE OR REPLACE TEMP VIEW "{name}" AS {_with_ids(name, ids)}')
            else:
                self._create(name, query, columns)
        self._kept[name] = numbered
        return self._held(name)

    def _create(self, name: str, query: str, columns: Sequence[str]) -> None:
        """The table of what the query gives, these columns as their codes."""
        create = f'CREATE OR REPLACE TEMP TABLE "{name}" AS '
        try:
            self._connection.execute(create + (self._coded(query, columns) if columns else query))
        except duckdb.ConversionException:
            # A value that a column's code does not have.
            self._connection.execute(create + query)

    def _drop(self, name: str, held: Any) -> None:
        if held:
            self._connection.execute(f'DROP VIEW "{name}"')
        self._connection.execute(f'DROP TABLE "{NUMBERED.format(name) if held else name}"')

    def _give_back(self) -> None:
        """Return to the system what is free. DuckDB keeps it for ten seconds, while Python would have use for it."""
        self._connection.execute(f"SET memory_limit = '{self._memory}'")  # the one statement that does so

    def codes(self, *values: ibis.Table) -> None:
        told = [(sql(table, _compiled), table.columns) for table in values]
        with self._storage():
            self._learn(told)
            self._read_as_codes()

    def _read_as_codes(self) -> None:
        """Events, whose values all have codes now, are read as these. Their files list the values of a column, and what
        cannot fail, as TRY_CAST, is asked once for each that is listed; a cast in a later step, once for each row."""
        columns = [column for column in EVENT.names if self._codes.get(column)]
        if not self._files or not columns:
            return
        codes = ", ".join(f'TRY_CAST("{column}" AS "code of {column}") AS "{column}"' for column in columns)
        query = f"SELECT * REPLACE ({codes}) FROM {_parquet(self._files)}"
        self._connection.execute(f"CREATE OR REPLACE TEMP VIEW events AS {query}")

    def _learn(self, told: Sequence[tuple[str, Sequence[str]]]) -> None:
        """Make codes for the columns of these queries."""
        held = self._connection
        found: dict[str, list[str]] = {}
        for number, (query, columns) in enumerate(told):
            listed, sets = (", ".join(form.format(column) for column in columns) for form in ('"{}"', '("{}")'))
            values = f"SELECT {listed} FROM ({query}) GROUP BY GROUPING SETS ({sets})"
            held.execute(f'CREATE TEMP TABLE "coded {number}" AS {values}')
            for column in columns:
                found.setdefault(column, []).append(
                    f'SELECT "{column}" FROM "coded {number}" WHERE "{column}" IS NOT NULL'
                )
        for column, queries in found.items():
            values = " UNION ".join(queries)
            [(number,)] = held.execute(f"SELECT count(*) FROM ({values})").fetchall()
            self._codes[column] = 0 < number <= MOST_CODES
            if self._codes[column]:
                held.execute(f'CREATE TYPE "code of {column}" AS ENUM (SELECT * FROM ({values}) ORDER BY 1)')
                # A variable has the type, too. Who names a type gets a copy of all its values each time.
                held.execute(f'SET VARIABLE "code of {column}" = NULL::"code of {column}"')
        for number in range(len(told)):
            held.execute(f'DROP TABLE "coded {number}"')

    def _coded(self, query: str, columns: Sequence[str]) -> str:
        """The query with these columns as ENUMs. Their values are in the order of the texts, so that sorting, minimum
        and maximum say the same."""
        if new := [column for column in columns if column not in self._codes]:
            self._learn([(query, new)])
        held = [column for column in columns if self._codes[column]]
        codes = [f"""cast_to_type("{column}", getvariable('code of {column}')) AS "{column}\"""" for column in held]
        return f"SELECT * REPLACE ({', '.join(codes)}) FROM ({query})" if codes else query

    def _held(self, name: str) -> ibis.Table:
        """The table of that name. Not as Ibis finds it, which reads every value of an ENUM."""
        relation = self._connection.table(name)
        columns = zip(relation.columns, relation.types, strict=True)
        schema = {column: TEXT if kind.id == "enum" else _type(str(kind)) for column, kind in columns}
        return ibis.table(schema, name=name)

    def rows(self, expression: ibis.Table) -> pa.Table:
        # Not through Ibis, which imports pandas for it: a third of a second of every scan.
        query = sql(expression, _compiled)
        with self._storage():
            rows = _arrow(self._connection, query)
        return rows.cast(expression.schema().to_pyarrow())

    def close(self) -> None:
        self._connection.close()

    @contextmanager
    def _storage(self) -> Iterator[None]:
        """What DuckDB says of files, as errors that a person can act on; long work leaves no memory behind."""
        began = time.perf_counter()
        try:
            yield
            if _resident() > (ROOM if time.perf_counter() - began > LONG else CROWDED):
                self._give_back()
        except duckdb.IOException as error:
            if "No space left" in str(error):
                raise StoreFull(
                    f"the disk that holds {self._scratch} is full",
                    remedy="free some space, then run the same command again",
                ) from error
            raise _damaged(error) from error
        except duckdb.InvalidInputException as error:
            raise _damaged(error) from error


def _compiled(expression: ibis.Table) -> str:
    return str(ibis.to_sql(expression, dialect="duckdb", pretty=False))


def _parquet(files: Sequence[str], *options: str) -> str:
    """What reads these files."""
    listed = ", ".join("'" + file.replace("'", "''") + "'" for file in files)
    return f"read_parquet({', '.join([f'[{listed}]', *options])})"


@cache
def _type(name: str) -> dt.DataType:
    """The type that DuckDB calls so; to parse a name takes longer than most tables take to be looked up."""
    return DuckDBType.from_string(name)


def _numbered(query: str, ids: Sequence[str]) -> str:
    """The query with these columns in two: what is a UUID as the number that it is, beside all other texts."""
    steps = (
        '*, TRY_CAST("{0}" AS UUID) AS "{1}"',
        # A UUID may be written in several ways, and its own must come back.
        '* REPLACE (CASE WHEN CAST("{1}" AS VARCHAR) = "{0}" THEN "{1}" END AS "{1}")',
        '* REPLACE (CASE WHEN "{1}" IS NULL THEN "{0}" END AS "{0}")',
    )
    for one in ids:
        for step in steps:
            query = f"SELECT {step.format(one, UUID_OF.format(one))} FROM ({query})"
    return query


def _with_ids(name: str, ids: Sequence[str]) -> str:
    """The table of what is `_numbered` as the query gave it."""
    uuids = ", ".join(UUID_OF.format(one) for one in ids)
    texts = ", ".join(f'coalesce(CAST({UUID_OF.format(one)} AS VARCHAR), "{one}") AS "{one}"' for one in ids)
    return f'SELECT * EXCLUDE ({uuids}) REPLACE ({texts}) FROM "{NUMBERED.format(name)}"'


def _arrow(connection: duckdb.DuckDBPyConnection, query: str) -> pa.Table:
    """What the query gives. `sql` plans it twice, once to know its columns; what runs it at once has no public name."""
    if hasattr(connection, "_submit"):
        return connection._submit(query, None, "arrow", BATCH_ROWS).arrow_table()
    return connection.sql(query).to_arrow_table()


def _resident() -> float:
    """Bytes of memory that the process holds, where the system tells (Linux)."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:
        return inf
    return pages * mmap.PAGESIZE


def _damaged(error: duckdb.Error) -> StoreError:
    return StoreError(
        f"the store is damaged: {str(error).splitlines()[0]}", remedy="remove the store and scan the logs again"
    )
