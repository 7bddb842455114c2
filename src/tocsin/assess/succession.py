"""Which campaign of this scan is which of the last: who lives on, who merged, who split, who is gone.

A campaign is known by its evidence. Those of the last scan and of this one are matched so that as many events as
possible stay with their campaign (maximum-weight assignment; Kuhn 1955, as `scipy` solves it). Ids follow:

* matched: it keeps its id, however much it grew;
* an old one left over whose events lie in a new one: merged into it, whose id is that of the larger part;
* a new one left over whose events came from an old one: split from it, whose id stays with the larger part;
* an old one whose events lie nowhere: no longer found. It is remembered, and known again if it comes back.

A new id is made of the campaign's first event, so that whoever scans the same logs gets the same one
(docs/decisions/0007).
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np

Key = tuple[str, str]  # provider, event_uid

SAME_CAMPAIGN = 0.5
"""Two campaigns are related when they share at least this part of the smaller one's events: a campaign that kept a
handful of another one's is not its heir."""


@dataclass(frozen=True, kw_only=True)
class Succession:
    """By place of the new campaigns in their order, and by id of the old ones."""

    kept: Mapping[int, str]  # new -> old
    merged: Mapping[str, int]  # old -> the new one that took it in
    split: Mapping[int, str]  # new -> the old one it came from
    gone: tuple[str, ...]  # old
    shared: Mapping[tuple[str, int], int] = field(default_factory=dict)  # events by (old, new), where there are any


def succession(old: Mapping[str, Collection[Key]], new: Sequence[Collection[Key]]) -> Succession:
    """`old` campaigns by id, the oldest first: of two that share as much the older one counts."""
    ids = list(old)
    holders: dict[Key, list[int]] = {}
    for row, one in enumerate(ids):
        for key in set(old[one]):
            holders.setdefault(key, []).append(row)
    shared = np.zeros((len(ids), len(new)), np.int64)
    for column, keys in enumerate(new):
        for key in set(keys):
            for row in holders.get(key, ()):
                shared[row, column] += 1
    sizes = np.array([len(set(old[one])) for one in ids], np.int64)
    new_sizes = np.array([len(set(keys)) for keys in new], np.int64)
    smaller = np.minimum(sizes[:, np.newaxis], new_sizes[np.newaxis, :])
    related = (shared > 0) & (shared >= SAME_CAMPAIGN * smaller)
    weights = np.where(related, shared, 0)
    kept = {column: ids[row] for row, column in _assigned(weights, related)}
    merged, gone = {}, []
    for row, one in enumerate(ids):
        if one in kept.values():
            continue
        if related[row].any():
            merged[one] = int(np.argmax(weights[row]))
        else:
            gone.append(one)
    split = {
        column: ids[int(np.argmax(weights[:, column]))]
        for column in range(len(new))
        if column not in kept and related[:, column].any()
    }
    places = zip(*np.nonzero(shared), strict=True)
    return Succession(
        kept=kept,
        merged=merged,
        split=split,
        gone=tuple(gone),
        shared={(ids[row], int(column)): int(shared[row, column]) for row, column in places},
    )


def _assigned(weights: np.ndarray, related: np.ndarray) -> list[tuple[int, int]]:
    """Rows and columns that go together, each at most once, with the most weight in all; the first rows where that does
    not decide."""
    if not related.any():
        return []
    if max(related.sum(axis=0).max(), related.sum(axis=1).max()) == 1:
        return [(int(row), int(column)) for row, column in np.argwhere(related)]
    from scipy.optimize import linear_sum_assignment  # a third of a second, for a case that is seldom

    # Whole numbers, exact in floating point.
    first = np.arange(len(weights), 0, -1)[:, np.newaxis]
    sought = weights * (len(weights) ** 2 + 1) + np.where(related, first, 0)
    pairs = zip(*(one.tolist() for one in linear_sum_assignment(sought, maximize=True)), strict=True)
    return [(row, column) for row, column in pairs if related[row, column]]


def id_of(events: Sequence[tuple[datetime, Key]], taken: Collection[str] = ()) -> str:
    """The id that these events, in order of time, give: the month of the first and a digest of it. Where another
    campaign has that id, the first event speaks whose id is free."""
    for time, (provider, uid) in events:
        digest = hashlib.blake2b(f"{provider}/{uid}".encode(), digest_size=3).hexdigest()
        if (found := f"{time:%Y-%m}-{digest}") not in taken:
            return found
    # Another campaign bears the id of every event that this one has.
    every = hashlib.blake2b("\n".join(f"{provider}/{uid}" for _, (provider, uid) in events).encode(), digest_size=6)
    return f"{events[0][0]:%Y-%m}-{every.hexdigest()}"
