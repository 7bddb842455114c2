"""Which of the arrived events are new: each `(provider, event_uid)` is kept once.

Entra is the exception that needs care. Azure Monitor holds a sign-in under one id as it stood when the second factor
was asked for and again as it ended, and an export may be taken in between. What comes last decides whether an account
fell: of the states that arrive together the last is kept, and one that arrives after an earlier state was stored is
kept beside it, as `id/outcome`.
"""

from __future__ import annotations

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tocsin.events import Outcome

DECIDED = (Outcome.SUCCESS.value, Outcome.FAILURE.value, Outcome.UNKNOWN.value)
"""Outcomes, the last that a sign-in comes to first: who fails may be asked again, who is in is in."""

IN_STATES = "entra"
"""The provider that tells of one id in several states."""


def one_of_each(arrived: pa.Table) -> np.ndarray:
    """Which rows stand for their provider and id: the first with the outcome that was reached last."""
    provider, uid = (pc.dictionary_encode(arrived[name].combine_chunks()) for name in ("provider", "event_uid"))
    key = uid.indices.to_numpy().astype(np.int64) * len(provider.dictionary) + provider.indices.to_numpy()
    rows = np.arange(len(arrived)) + len(arrived) * _openness(arrived)
    first = np.full(len(uid.dictionary) * len(provider.dictionary), len(arrived) * len(DECIDED))
    np.minimum.at(first, key, rows)
    return np.asarray(first[key] == rows)


def without_held(
    engine: duckdb.DuckDBPyConnection, arrived: pa.Table, new: np.ndarray, held: str
) -> tuple[pa.Table, np.ndarray]:
    """The rows and which of them are `new` and not held. `held`: SQL of `provider, event_uid, outcome`."""
    keys = arrived.select(["provider", "event_uid", "outcome"])
    engine.register("arrived", keys.append_column("row", pa.array(np.arange(len(arrived)))))
    known = engine.sql(
        f"SELECT row, min(list_position({list(DECIDED)}, held.outcome)) - 1 AS reached"
        f" FROM arrived JOIN ({held}) AS held USING (provider, event_uid) GROUP BY row"
    ).to_arrow_table()
    rows, reached = known["row"].to_numpy(), known["reached"].to_numpy()
    later = new.copy()
    later[:] = False
    later[rows] = new[rows] & (_openness(arrived)[rows] < reached)
    later &= np.asarray(pc.equal(arrived["provider"], IN_STATES).to_numpy(zero_copy_only=False), np.bool_)
    new = new.copy()
    new[rows] = False
    if not later.any():
        return arrived, new
    renamed = _states_apart(arrived, later)
    numbers = np.flatnonzero(later)
    engine.register("states", renamed.select(["provider", "event_uid"]).take(pa.array(numbers)))
    fresh = engine.sql(f"SELECT event_uid FROM states ANTI JOIN ({held}) AS held USING (provider, event_uid)")
    told = set(fresh.to_arrow_table()["event_uid"].to_pylist())
    new[numbers] = [renamed["event_uid"][int(number)].as_py() in told for number in numbers]
    return renamed, new


def _states_apart(events: pa.Table, later: np.ndarray) -> pa.Table:
    """With ids of their own, and the id of the sign-in as their request, where `later`."""
    mask = pa.array(later)
    uid = pc.binary_join_element_wise(events["event_uid"], events["outcome"], "/")
    request = pc.coalesce(events["request_uid"], events["event_uid"])
    for name, value in (("event_uid", uid), ("request_uid", request)):
        at = events.schema.get_field_index(name)
        events = events.set_column(at, events.schema.field(at), pc.if_else(mask, value, events[name]))
    return events


def _openness(events: pa.Table) -> np.ndarray:
    """Per row how far its outcome is from the last that can be reached, int64."""
    words = pc.dictionary_encode(events["outcome"].combine_chunks())
    ranks = np.array([DECIDED.index(word) for word in words.dictionary.to_pylist()], np.int64)
    return ranks[words.indices.to_numpy()] if len(ranks) else np.zeros(len(events), np.int64)
