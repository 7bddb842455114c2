"""Acts out of a store, in order of time, only those that a rule is fed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb

from deployed.peer import Act
from tocsin.lake import Lake

_COLUMNS = """provider, event_uid, ts, activity, outcome, coalesce(reason, ''), coalesce(provider_code, ''),
    coalesce(account, ''), account_known, coalesce(actor, ''), coalesce(source_ip, ''), coalesce(source_asn, 0),
    coalesce(source_country, ''), coalesce(user_agent, ''), tenant"""

_ROWS = 20_000


def acts(store: Path, where: str) -> Iterator[Act]:
    """The acts for which `where` holds."""
    with duckdb.connect(config={"autoinstall_known_extensions": False, "threads": 2}) as engine:
        files = Lake(store).event_files()
        found = engine.execute(
            f"SELECT {_COLUMNS} FROM read_parquet(?) WHERE {where} ORDER BY ts, provider, event_uid", [files]
        )
        while rows := found.fetchmany(_ROWS):
            yield from map(Act._make, rows)
