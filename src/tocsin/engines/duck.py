"""The embedded engine: DuckDB in this process."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb
import ibis
import pyarrow as pa

from tocsin.errors import StoreError, StoreFull
from tocsin.events import EVENT

MEMORY_LIMIT = "900MB"
"""What the engine may hold before it spills to the scratch folder; the process as a whole stays below 2 GB."""


class DuckEngine:
    """Ibis on DuckDB; spills to `scratch`, never reaches for the network."""

    name = "duckdb"

    def __init__(self, *, scratch: Path) -> None:
        scratch.mkdir(parents=True, exist_ok=True)
        self._scratch = scratch
        self._connection = ibis.duckdb.connect(
            temp_directory=str(scratch), memory_limit=MEMORY_LIMIT, autoinstall_known_extensions=False
        )
        self._connection.raw_sql("SET TimeZone = 'UTC'; SET preserve_insertion_order = false")

    def events(self, files: Sequence[str]) -> ibis.Table:
        if not files:
            return self.table("no_events", EVENT.empty_table())
        with self._storage():
            return self._connection.read_parquet(list(files), table_name="events").select(*EVENT.names)

    def table(self, name: str, rows: pa.Table) -> ibis.Table:
        # Not create_table(): with an in-memory table Ibis 12 leaves a malformed DROP VIEW behind on DuckDB 2.
        held = self._connection.con
        with self._storage():
            held.register("handed_over", rows)
            held.execute(f'CREATE OR REPLACE TEMP TABLE "{name}" AS SELECT * FROM handed_over')
            held.unregister("handed_over")
        return self._connection.table(name)

    def named(self, name: str, expression: ibis.Table) -> ibis.Table:
        query = self._connection.compile(expression)
        with self._storage():
            self._connection.con.execute(f'CREATE OR REPLACE TEMP VIEW "{name}" AS {query}')
        return self._connection.table(name)

    def kept(self, name: str, expression: ibis.Table) -> ibis.Table:
        query = self._connection.compile(expression)
        with self._storage():
            self._connection.con.execute(f'CREATE OR REPLACE TEMP TABLE "{name}" AS {query}')
        return self._connection.table(name)

    def rows(self, expression: ibis.Table) -> pa.Table:
        # Not through Ibis, which imports pandas for it: a third of a second of every scan.
        with self._storage():
            rows = self._connection.con.sql(self._connection.compile(expression)).to_arrow_table()
        return rows.cast(expression.schema().to_pyarrow())

    def close(self) -> None:
        self._connection.disconnect()

    @contextmanager
    def _storage(self) -> Iterator[None]:
        """What DuckDB says of files, as errors that a person can act on."""
        try:
            yield
        except duckdb.IOException as error:
            if "No space left" in str(error):
                raise StoreFull(
                    f"the disk that holds {self._scratch} is full",
                    remedy="free some space, then run the same command again",
                ) from error
            raise _damaged(error) from error
        except duckdb.InvalidInputException as error:
            raise _damaged(error) from error


def _damaged(error: duckdb.Error) -> StoreError:
    return StoreError(
        f"the store is damaged: {str(error).splitlines()[0]}", remedy="remove the store and scan the logs again"
    )
