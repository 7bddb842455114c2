"""The fold of rows to attempts, compiled once for many small tables."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping
from typing import Any

import ibis
import pyarrow as pa

from tocsin.assess.attempts import COLUMNS, attempts
from tocsin.events import EVENT

SCHEMA = pa.schema([EVENT.field(name) for name in COLUMNS])
Key = tuple[str, str]


class Folding:
    """Rows in, `(provider, event_uid) -> attempt_uid` out, on DuckDB."""

    def __init__(self) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            self._connection = ibis.duckdb.connect(threads=1)
            self._engine = self._connection.con
            self._engine.register("none", SCHEMA.empty_table())
            self._engine.execute("CREATE TEMP TABLE events AS FROM none")
            query = self._connection.compile(attempts(self._connection.table("events")))
            self._engine.execute(f"PREPARE fold AS {query}")

    def of(self, rows: Iterable[Mapping[str, Any]]) -> dict[Key, str]:
        log = pa.Table.from_pylist([{name: row[name] for name in COLUMNS} for row in rows], schema=SCHEMA)
        self._engine.register("log", log)
        self._engine.execute("DELETE FROM events; INSERT INTO events FROM log")
        found = self._engine.execute("EXECUTE fold").fetchall()
        keys = [(provider, uid) for provider, uid, _ in found]
        assert sorted(keys) == sorted({(row["provider"], row["event_uid"]) for row in rows}), "each event once"
        return {(provider, uid): attempt for provider, uid, attempt in found}

    def groups(self, rows: Iterable[Mapping[str, Any]]) -> list[list[str]]:
        """The ids of each attempt's events; attempts in order of time."""
        listed = sorted(rows, key=lambda row: (row["ts"], row["event_uid"]))
        attempt = self.of(listed)
        held: dict[str, list[str]] = {}
        for row in listed:
            held.setdefault(attempt[row["provider"], row["event_uid"]], []).append(row["event_uid"])
        return list(held.values())

    def close(self) -> None:
        self._connection.disconnect()
