"""Columns of text as Python's objects: equal texts are one object, so that a column costs little more than its
values."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import pyarrow as pa

MOST_NUMBERS = 1 << 62
"""Different numbers that fit into 64 bits."""


def coded(column: pa.ChunkedArray) -> tuple[np.ndarray, list[Any]]:
    """The column as numbers (int32), and the text that each stands for; the last one is None, for NULL."""
    held = column.combine_chunks().dictionary_encode()
    values = [*held.dictionary.to_pylist(), None]
    return held.indices.fill_null(len(values) - 1).to_numpy(), values


def texts(column: pa.ChunkedArray) -> list[Any]:
    """The column's texts, None for NULL."""
    codes, values = coded(column)
    return [values[code] for code in codes.tolist()]


def each(column: pa.ChunkedArray, of: Callable[[Any], float]) -> np.ndarray:
    """What `of` says of every text of the column, asked once for each; for NULL, of None."""
    codes, values = coded(column)
    said = np.array([of(value) for value in values])
    return np.asarray(said[codes])


def together(columns: Iterable[tuple[np.ndarray, list[Any]]]) -> np.ndarray:
    """A number for what each row shows in these columns (as from `coded`): int64, alike where all of them are."""
    alike, number = np.zeros(1, np.int64), 1
    for codes, values in columns:
        if number * len(values) > MOST_NUMBERS:
            alike = np.unique(alike, return_inverse=True)[1]
            number = int(alike.max(initial=0)) + 1
        alike, number = alike * len(values) + codes, number * len(values)
    return alike


def firsts(rows: pa.Table) -> pa.Array:
    """Numbers of the rows that are like none before them, in order. Arrow's own grouping starts an engine for it, which
    takes as long as all the rest that is done to some thousand rows."""
    return pa.array(np.sort(np.unique(together(map(coded, rows.columns)), return_index=True)[1]))
