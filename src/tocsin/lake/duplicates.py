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

MARK = "hash(provider, event_uid)"
"""SQL of a number by which events are told apart before their ids are compared: no event has two, and where two events
have one, their ids decide. It is the engine's own and never kept."""

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


def marks(engine: duckdb.DuckDBPyConnection, arrived: pa.Table) -> np.ndarray:
    """A number for each row that tellings of one event share."""
    engine.register("marked", arrived.select(KEY))
    return np.asarray(engine.sql(f"SELECT {MARK} AS mark FROM marked").to_arrow_table()["mark"].to_numpy())


def one_of_each(engine: duckdb.DuckDBPyConnection, arrived: pa.Table, marked: np.ndarray) -> np.ndarray:
    """Which rows stand for their provider and id."""
    stand = np.ones(len(arrived), np.bool_)
    ordered = np.sort(marked)
    twice = ordered[1:][ordered[1:] == ordered[:-1]]
    if len(twice):
        again = _among(marked, twice)
        engine.register("told", _numbered(arrived, again))
        best = engine.sql(
            f"""SELECT row FROM (SELECT row, row_number() OVER
                (PARTITION BY provider, event_uid ORDER BY {_rank("told")}, row) AS place FROM told) WHERE place = 1"""
        )
        stand[again] = False
        stand[best.to_arrow_table()["row"].to_numpy()] = True
    return stand


def against_held(
    engine: duckdb.DuckDBPyConnection, arrived: pa.Table, marked: np.ndarray, stand: np.ndarray, held: list[str]
) -> Against | None:
    """What the held files make of those rows that `stand` for their event; None where they hold none of them."""
    files = f"read_parquet({held!r}, filename = true)"
    names = ", ".join("'" + name.replace("'", "''") + "'" for name in pc.unique(arrived["provider"]).to_pylist())
    here = f"SELECT * FROM {files} WHERE provider IN ({names})"
    engine.register("marked", pa.table({"mark": marked[stand]}))
    alike = engine.sql(f"SELECT DISTINCT mark FROM (SELECT {MARK} AS mark FROM ({here})) SEMI JOIN marked USING (mark)")
    met = alike.to_arrow_table()["mark"].to_numpy()
    if not len(met):
        return None
    maybe = stand & _among(marked, met)
    engine.register("arrived", _numbered(arrived.select(KEY), maybe))
    known = engine.sql(f"SELECT DISTINCT row FROM arrived JOIN ({here}) AS held USING ({', '.join(KEY)})")
    rows = known.to_arrow_table()["row"].to_numpy()
    if not len(rows):
        return None
    new = stand.copy()
    new[rows] = False
    engine.register("met", _numbered(arrived, stand & ~new))
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


def _numbered(events: pa.Table, wanted: np.ndarray) -> pa.Table:
    """These rows, each with its number. Taking them by their numbers would make one piece of the table first."""
    return events.filter(pa.array(wanted)).append_column("row", pa.array(np.flatnonzero(wanted)))


def _among(marked: np.ndarray, few: np.ndarray) -> np.ndarray:
    """Which of the numbers are among the few. NumPy would sort all of them for it."""
    found = pc.is_in(pa.array(marked), value_set=pa.array(few))
    return np.asarray(found.to_numpy(zero_copy_only=False), np.bool_)


def _rank(table: str) -> str:
    """SQL of what tellings are sorted by, the best first."""
    said = {name: f"{table}.{name}" for name in TOLD}
    said |= {name: f"nullif({table}.{name}, '{word}')" for name, word in UNSAID.items()}
    silent = " + ".join(f"({value} IS NULL)::INT" for value in said.values())
    text = ", chr(31), ".join(f"coalesce({table}.{name}::VARCHAR, chr(1))" for name in TOLD)
    return f"list_position({list(DECIDED)}, {table}.outcome), {silent}, concat({text})"
