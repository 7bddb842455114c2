"""Rows of a table by a key, without copying those that lie together anyway."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pyarrow as pa

LYING_TOGETHER = 32
"""Rows that must lie together on average to stay where they lie; else they are copied together by key.

Copying all columns of EVENT costs as much as writing them to a file."""


def kept(table: pa.Table, wanted: np.ndarray) -> pa.Table:
    """The wanted rows, in their order."""
    scattered = np.count_nonzero(np.diff(wanted)) * LYING_TOGETHER > len(table)
    return table.filter(pa.array(wanted)) if scattered else parts(table, wanted).get(True, table.slice(0, 0))


def parts(table: pa.Table, keys: np.ndarray) -> dict[int, pa.Table]:
    """The table's rows of each key (an integer a row), in their order."""
    turns = np.flatnonzero(np.diff(keys)) + 1
    if len(turns) * LYING_TOGETHER > len(table):
        order = np.argsort(keys, kind="stable")
        table, keys = table.take(pa.array(order)), keys[order]
        turns = np.flatnonzero(np.diff(keys)) + 1
    batches = table.to_batches()
    begins = np.cumsum([0, *map(len, batches)])
    pieces: dict[int, list[pa.RecordBatch]] = {}
    for start, end in pairwise(np.union1d(turns, begins).tolist()):
        number = int(np.searchsorted(begins, start, side="right")) - 1
        piece = batches[number].slice(start - int(begins[number]), end - start)
        pieces.setdefault(int(keys[start]), []).append(piece)
    return {key: pa.Table.from_batches(held) for key, held in pieces.items()}
