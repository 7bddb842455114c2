"""Which of the arrived events are new: each `(provider, event_uid)` is kept once, and it is told which telling is kept.

One event may be told several times, and not alike: an export of Graph knows more of a sign-in than one of the portal,
and Azure Monitor holds a sign-in under one id as it stood when the second factor was asked for and again as it ended.
Of all tellings the best stands, whichever came first: the outcome that was reached last, since it decides whether an
account fell; then the one with the most filled fields; then the first in the order of its text, so that one of two is
chosen however they arrive. Tellings that differ in nothing but their place in a file are one; the first place stays.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tocsin.events import EVENT, Known, Outcome

DECIDED = (Outcome.SUCCESS.value, Outcome.FAILURE.value, Outcome.UNKNOWN.value)
"""Outcomes, the last that a sign-in comes to first: who fails may be asked again, who is in is in."""

KEY = ("provider", "event_uid")

TOLD = tuple(name for name in EVENT.names if name not in (*KEY, "ingested_at", "raw_ref"))
"""What an event tells, beside its id and how it came."""

UNSAID = {"tenant": "", "account_known": Known.UNKNOWN.value}
"""Words that fill a column and tell nothing."""


@dataclass(frozen=True, kw_only=True)
class Against:
    """Arrived events against those held."""

    new: np.ndarray  # bool: the store does not hold it
    better: np.ndarray  # bool: it takes the place of a held one
    ingested_at: pa.Array  # when the event came first: of those that are better, as held
    files: tuple[str, ...]  # that hold what is replaced


def one_of_each(engine: duckdb.DuckDBPyConnection, arrived: pa.Table) -> np.ndarray:
    """Which rows stand for their provider and id."""
    provider, uid = (pc.dictionary_encode(arrived[name].combine_chunks()) for name in KEY)
    key = uid.indices.to_numpy().astype(np.int64) * len(provider.dictionary) + provider.indices.to_numpy()
    number = np.bincount(key, minlength=1)
    again = np.flatnonzero(number[key] > 1)
    stand = np.ones(len(arrived), np.bool_)
    if len(again):
        engine.register("told", arrived.take(pa.array(again)).append_column("row", pa.array(again)))
        best = engine.sql(
            f"""SELECT row FROM (SELECT row, row_number() OVER
                (PARTITION BY provider, event_uid ORDER BY {_rank("told")}, row) AS place FROM told) WHERE place = 1"""
        )
        stand[again] = False
        stand[best.to_arrow_table()["row"].to_numpy()] = True
    return stand


def against_held(
    engine: duckdb.DuckDBPyConnection, arrived: pa.Table, stand: np.ndarray, held: list[str]
) -> Against | None:
    """What the held files make of those rows that `stand` for their event; None where they hold none of them."""
    row = pa.array(np.arange(len(arrived)))
    engine.register("arrived", arrived.append_column("row", row).filter(pa.array(stand)))
    files = f"read_parquet({held!r}, filename = true)"
    names = ", ".join("'" + name.replace("'", "''") + "'" for name in pc.unique(arrived["provider"]).to_pylist())
    here = f"SELECT * FROM {files} WHERE provider IN ({names})"
    known = engine.sql(f"SELECT DISTINCT row FROM arrived JOIN ({here}) AS held USING ({', '.join(KEY)})")
    rows = known.to_arrow_table()["row"].to_numpy()
    if not len(rows):
        return None
    new = stand.copy()
    new[rows] = False
    engine.register("met", arrived.take(pa.array(rows)).append_column("row", pa.array(rows)))
    beaten = engine.sql(
        f"""SELECT met.row AS row, held.ingested_at AS ingested_at, held.filename AS file
            FROM met JOIN ({here}) AS held USING ({", ".join(KEY)}) WHERE ({_rank("met")}) < ({_rank("held")})"""
    ).to_arrow_table()
    better = np.zeros(len(arrived), np.bool_)
    better[beaten["row"].to_numpy()] = True
    came = arrived["ingested_at"].to_numpy().copy()
    came[beaten["row"].to_numpy()] = beaten["ingested_at"].to_numpy()
    return Against(
        new=new,
        better=better,
        ingested_at=pa.array(came, pa.timestamp("us")),
        files=tuple(sorted(set(beaten["file"].to_pylist()))),
    )


def _rank(table: str) -> str:
    """SQL of what tellings are sorted by, the best first."""
    said = {name: f"{table}.{name}" for name in TOLD}
    said |= {name: f"nullif({table}.{name}, '{word}')" for name, word in UNSAID.items()}
    silent = " + ".join(f"({value} IS NULL)::INT" for value in said.values())
    text = ", chr(31), ".join(f"coalesce({table}.{name}::VARCHAR, chr(1))" for name in TOLD)
    return f"list_position({list(DECIDED)}, {table}.outcome), {silent}, concat({text})"
