"""The fold of rows to attempts, for tables made by hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pyarrow as pa

from tocsin.assess.attempts import COLUMNS, attempts
from tocsin.events import EVENT

SCHEMA = pa.schema([EVENT.field(name) for name in COLUMNS])
Key = tuple[str, str]


class Folding:
    """Rows in, `(provider, event_uid) -> attempt_uid` out."""

    def of(self, rows: Iterable[Mapping[str, Any]]) -> dict[Key, str]:
        log = pa.Table.from_pylist([{name: row[name] for name in COLUMNS} for row in rows], schema=SCHEMA)
        found = attempts(log)
        assert sorted(found) == sorted({(row["provider"], row["event_uid"]) for row in rows}), "each event once"
        return found

    def groups(self, rows: Iterable[Mapping[str, Any]]) -> list[list[str]]:
        """The ids of each attempt's events; attempts in order of time."""
        listed = sorted(rows, key=lambda row: (row["ts"], row["event_uid"]))
        attempt = self.of(listed)
        held: dict[str, list[str]] = {}
        for row in listed:
            held.setdefault(attempt[row["provider"], row["event_uid"]], []).append(row["event_uid"])
        return list(held.values())
