"""Late deliveries by the order of records in a file: a log written as records come puts them behind later ones."""

from __future__ import annotations

import numpy as np

LATE_MS = 10 * 60_000
"""Minutes are usual: Entra writes 1 to 2, Google "a couple of" (https://support.google.com/a/answer/7061566)."""

AHEAD = 8
"""So many records in a row must have passed a time for it to be passed: a clock that runs ahead is no late delivery."""

ORDERED = 4
"""Steps forwards for each step back that make a file one that is kept in the order of arrival."""

STRAYS = 0.2
"""Share of late records above which a file is several exports one after another."""


def late_by_order(times: np.ndarray, runs: np.ndarray) -> np.ndarray:
    """Milliseconds by which each record stands behind its place in time; 0 where the order tells nothing.

    `times` are in milliseconds, in the order of the file, newest first or last; `runs` tell apart records of different
    formats. A file that was sorted when it was exported has none that are late.
    """
    late = np.zeros(len(times), np.int64)
    for run in np.unique(runs):
        places = np.flatnonzero(runs == run)
        steps = np.diff(times[places])
        forwards, back = int((steps > 0).sum()), int((steps < 0).sum())
        if len(places) <= AHEAD or max(forwards, back) < ORDERED * max(min(forwards, back), 1):
            continue
        if back > forwards:
            places = places[::-1]
        own = times[places]
        passed = np.maximum.accumulate(np.lib.stride_tricks.sliding_window_view(own, AHEAD).min(axis=1))
        behind = np.zeros(len(own), np.int64)
        behind[AHEAD:] = np.maximum(passed[:-1] - own[AHEAD:], 0)
        if (behind > LATE_MS).mean() <= STRAYS:
            late[places] = behind
    return late
