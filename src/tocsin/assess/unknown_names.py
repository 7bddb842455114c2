"""Days on which far more names that do not exist were tried than is usual, and most of them are held by no campaign.

A list of stolen passwords tried through thousands of addresses may leave nothing that ties these together; the number
of unknown names a day shows it all the same (the aggregate of Javed & Paxson, CCS 2013).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, timedelta

import numpy as np

FAR = 10.0
"""Times the median day's number: mistyping follows the working week, and no week has a day of ten times as much."""

LEAST_NAMES = 100
"""Fewer names a day are an old device or one bot, at whatever small site."""

EPOCH = date(1970, 1, 1)


def unknown_names_told(tried: Iterable[tuple[int, str]], held: Collection[str]) -> str | None:
    """The sentence about such days; None where there are none. `tried`: days (numbered from 1970) with the names that
    do not exist; `held`: names in evidence of campaigns."""
    once = set(tried)
    if not once:
        return None
    first, last = min(day for day, _ in once), max(day for day, _ in once)
    every, names = (
        np.bincount(np.array(days, np.int64) - first, minlength=last - first + 1)
        for days in ([day for day, _ in once], [day for day, name in once if name not in held])
    )
    usual = float(np.median(names))
    far = np.flatnonzero((names >= max(FAR * usual, LEAST_NAMES)) & (2 * names > every))
    if len(far) == 0:
        return None
    worst = int(far[names[far].argmax()])
    when = EPOCH + timedelta(days=first + worst)
    others = int(names[far].sum() - names[worst])
    more = f", {others:,} on {len(far) - 1:,} other day{'s' if len(far) > 2 else ''}" if others else ""
    return (
        "Far more names that do not exist were tried than is usual here, and no campaign holds them:"
        f" {names[worst]:,} on {when.day} {when:%B %Y}{more}; {usual:,.0f} a day are usual."
        " A list of stolen passwords tried through many addresses looks like this."
    )
