"""Logs that repeat another: one act is one act, and one account one account, whichever logs tell of it.

Microsoft's unified audit log repeats what the directory's own logs hold, under other ids. Were either taken for another
act of another account, who mistypes once would be two people who failed at one address, in a log that has its copy.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

DIRECTORY = {"m365": "entra"}
"""Providers whose accounts live in another one's directory: who reaches the one reaches the other, and what both logs
tell of an account was done to one."""

LOGS_APART_MS = 60_000
"""The unified audit log repeats a sign-in within seconds of the directory's own log; a minute, for late clocks."""


def directory(provider: str) -> str:
    """Whose accounts a provider's log tells of."""
    return DIRECTORY.get(provider, provider)


def repeats(providers: pa.ChunkedArray, alike: np.ndarray, times: np.ndarray) -> np.ndarray:
    """bool per row: repeats what the directory's own log tells within `LOGS_APART_MS`. Rows that may be one act have
    the same number in `alike` (int64, from 0); `times` are in milliseconds since 1970."""
    found = np.zeros(len(alike), np.bool_)
    for mirror, own in DIRECTORY.items():
        copies, originals = (
            np.flatnonzero(pc.equal(providers, one).fill_null(False).to_numpy(zero_copy_only=False))
            for one in (mirror, own)
        )
        if not len(copies) or not len(originals):
            continue
        # One line for all kinds, each so long that no time of one lies within a minute of another's.
        first, last = int(times.min()), int(times.max())
        along = alike * (last - first + 2 * LOGS_APART_MS) + (times - first)
        told = np.sort(along[originals])
        later = np.searchsorted(told, along[copies])
        before, after = np.maximum(later - 1, 0), np.minimum(later, len(told) - 1)
        apart = np.minimum(np.abs(told[before] - along[copies]), np.abs(told[after] - along[copies]))
        found[copies] = apart <= LOGS_APART_MS
    return found


__all__ = ["DIRECTORY", "LOGS_APART_MS", "directory", "repeats"]
