"""Rows that crowd in time: so many, or so many different ones, within a stretch of time that moves along.

Whole numbers only, and distinct values by a sweep over the moments at which they come and go: Spark has no distinct
counts in windows.
"""

from __future__ import annotations

from collections.abc import Callable

import ibis

Keep = Callable[[ibis.Table], ibis.Table]
"""Computes a table once and holds it: what is used several times would be planned several times over."""

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS


def crowded(rows: ibis.Table, *, least: int, within_ms: int) -> ibis.Table:
    """Rows that stand among at least `least` rows of their `key` within some stretch of `within_ms`, ends included."""
    rows = _possible(rows, rows.count(), least)
    past = ibis.range_window(group_by="key", order_by="ts", preceding=within_ms, following=0)
    rows = rows.mutate(so_far=rows.ts.count().over(past))
    return _reaching(rows, least, within_ms)


def varied(rows: ibis.Table, what: str, *, least: int, within_ms: int, keep: Keep) -> ibis.Table:
    """Kept: rows that stand among rows of their `key` with at least `least` different `what`, which is never NULL,
    within some stretch shorter than `within_ms`."""
    rows = keep(_possible(rows, rows[what].nunique(), least))
    moments = rows.select("key", "ts", what=rows[what]).distinct()
    following = moments.ts.lead().over(ibis.window(group_by=["key", "what"], order_by="ts"))
    moments = moments.mutate(until=ibis.least(moments.ts + within_ms, following.fill_null(moments.ts + within_ms)))
    comes = moments.select("key", "ts", change=ibis.literal(1, "int64"))
    goes = moments.select("key", ts="until", change=ibis.literal(-1, "int64"))
    both = comes.union(goes, distinct=False)
    steps = both.group_by("key", "ts").aggregate(change=both.change.sum())
    past = ibis.window(group_by="key", order_by="ts", preceding=(None, 0))
    levels = steps.mutate(so_far=steps.change.sum().over(past)).select("key", "ts", "so_far")
    rows = rows.inner_join(levels, ["key", "ts"])
    return keep(_reaching(rows, least, within_ms - 1))


def _possible(rows: ibis.Table, count: ibis.Value, least: int) -> ibis.Table:
    """Rows of keys that have enough over all time: few, so that what follows sorts little."""
    enough = rows.group_by("key").aggregate(total=count)
    return rows.semi_join(enough.filter(enough.total >= least), "key")


def _reaching(rows: ibis.Table, least: int, within_ms: int) -> ibis.Table:
    names = [name for name in rows.columns if name not in ("so_far", "key_right", "ts_right")]
    future = ibis.range_window(group_by="key", order_by="ts", preceding=0, following=within_ms)
    rows = rows.mutate(most=rows.so_far.max().over(future))
    return rows.filter(rows.most >= least).select(*names)
