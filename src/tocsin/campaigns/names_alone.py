"""Names that nobody has, tried at an operator's address by somebody else.

Programs that try lists of names come through the same exits as operators, and where a log names no client nothing tells
them apart but what else was done in the sitting. An operator's own sittings say how often it tries nothing but names
that do not exist: one who goes through a list of real accounts never does for long, one with a stale list mostly does.
Where there are more such sittings than its others lead one to expect, the surplus is somebody else's.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from scipy.special import betaln

PAUSE_MS = 3_600_000
"""A longer pause ends a sitting: lists are gone through in minutes."""

LIKELY = 0.5
"""Share of such sittings that must be the operator's for any of them to be told as its own."""

SPREADS = (1.0, 50.0)
"""Bounds of how firmly an operator keeps to its share of names from sitting to sitting, in names and accounts: looking
up and breaking in are different sittings, so never as firm as a coin."""


def without_strangers_names(picked: pa.Table) -> pa.Table:
    """The picked events (COLUMNS of acts) of one operator without names that others tried.

    Sittings that hold more than such names are left as they are, and so is an operator that has none of them.
    """
    if not len(picked):
        return picked
    missing = np.asarray(picked["account_known"].to_numpy(zero_copy_only=False) == "false", np.bool_)
    of, tries, names = _sittings(picked, missing)
    alone = names == tries
    if alone.all() or not alone.any():
        return picked
    habit = _Habit.of(tries[~alone], names[~alone])
    sizes = np.ceil(np.log2(tries)).astype(np.int64)  # 1, 2, up to 4, up to 8 ...
    surplus = np.zeros(len(tries), np.bool_)
    for size in np.unique(sizes[alone]).tolist():
        like = sizes == size
        expected = habit.alone_beside(tries[like & ~alone])
        surplus |= like & alone & (expected < LIKELY * (like & alone).sum())
    return picked.filter(pa.array(~surplus[of]))


@dataclass(frozen=True)
class _Habit:
    """How many of an operator's tries are of names that nobody has: beta-distributed over its sittings."""

    alpha: float
    beta: float

    @classmethod
    def of(cls, tries: np.ndarray, names: np.ndarray) -> _Habit:
        """By moments. The sittings are those that hold something else as well, which is left out of each."""
        others = tries - 1
        mean = (names.sum() + 0.5) / (others.sum() + 1.0)
        several = others >= 2
        spread = SPREADS[0]
        if several.any():
            shares = names[several] / others[several]
            noise = float(np.mean(1.0 / others[several]))
            excess = float(np.mean((shares - mean) ** 2)) / max(mean * (1.0 - mean), 1e-9) - noise
            spread = float(np.clip((1.0 - noise) / excess - 1.0 if excess > 0.0 else SPREADS[1], *SPREADS))
        return cls(mean * spread, (1.0 - mean) * spread)

    def alone_beside(self, tries: np.ndarray) -> float:
        """How many sittings of nothing but names to expect beside these of so many tries that hold something else."""
        chance = np.exp(betaln(self.alpha + tries, self.beta) - betaln(self.alpha, self.beta))
        return float((chance / (1.0 - chance)).sum())


def _sittings(rows: pa.Table, missing: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Of each row the sitting (number); and of each sitting how many names and accounts were tried, and how many of
    them nobody has. What several logs tell of one try counts once."""
    address, account = (
        rows[name].combine_chunks().dictionary_encode().indices.to_numpy().astype(np.int64)
        for name in ("source_ip", "account")
    )
    ts = rows["ts"].to_numpy()
    order = np.lexsort((ts, address))
    new = (np.diff(address[order]) != 0) | (np.diff(ts[order]) > PAUSE_MS)
    numbers = np.concatenate([[0], np.cumsum(new)])
    of = np.empty(len(order), np.int64)
    of[order] = numbers
    _, first = np.unique(of * (account.max(initial=0) + 1) + account, return_index=True)
    return of, np.bincount(of[first]), np.bincount(of[first], missing[first]).astype(np.int64)
