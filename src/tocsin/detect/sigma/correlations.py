"""Correlations over moving windows, as Ibis expressions that every engine runs.

Specification: https://sigmahq.io/sigma-specification/specification/sigma-correlation-rules-specification.html. What it
leaves open is decided so (docs/sigma.md):

- Events belong together when not more than the time span lies between the first and the last: both ends are inside.
- Windows move with the events; no hour or day begins one.
- In an order, events of the same moment may stand either way: many logs know seconds only.
- Events without a value in one of the grouping fields belong to no group, and missing values are not counted.

A correlation matches at single moments; matches that follow each other within the time span are one episode. Distinct
values are counted by a sweep over the moments at which they come and go, an order by "the last time that ..." windows:
both cost one sort, where joins of events with events grow with the square.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import ibis

from tocsin.detect.sigma.rules import Correlation
from tocsin.detect.sigma.unconvertible import Unconvertible

ROW = ("part", "key", "ts", "provider", "event_uid", "value")
"""An event that one of the parts matches: number of the part, group, moment, event, value to count or sum."""

HIT = ("key", "start", "ts")
"""A moment at which a correlation matches, and where the events that make it match begin."""

_COMPARED: dict[str, Callable[[ibis.Value, ibis.Value], ibis.Value]] = {
    "gt": lambda one, other: one > other,
    "gte": lambda one, other: one >= other,
    "lt": lambda one, other: one < other,
    "lte": lambda one, other: one <= other,
    "eq": lambda one, other: one == other,
    "neq": lambda one, other: one != other,
}


def hits(one: Correlation, rows: ibis.Table) -> ibis.Table:
    """The moments (HIT) at which the correlation matches, out of its parts' events (ROW)."""
    match one.kind:
        case "event_count":
            events = rows.select("key", "ts", "provider", "event_uid").distinct()
            events = _possible(one, events, events.count())
            counted = events.mutate(met=events.ts.count().over(_past(one)))
            return _reached(one, counted)
        case "value_count":
            valued = rows.filter(rows.value.notnull())
            return _reached(one, varied(_possible(one, valued, valued.value.nunique()), one.timespan_ms))
        case "value_sum" | "value_avg":
            return _measured(one, rows)
        case "temporal" if one.wanted is None:
            parts = rows.mutate(value=rows.part.cast("string"))
            return _reached(one, varied(parts, one.timespan_ms))
        case "temporal":
            return _combined(one, rows)
        case "temporal_ordered":
            return _in_order(one, rows)
    raise Unconvertible(f"correlations of the kind {one.kind} are not converted")


def varied(rows: ibis.Table, timespan_ms: int) -> ibis.Table:
    """`key, ts, met`: how many different values there were in the time span up to each moment."""
    moments = rows.select("key", "value", "ts").distinct()
    following = moments.ts.lead().over(ibis.window(group_by=["key", "value"], order_by="ts"))
    gone = moments.ts + (timespan_ms + 1)
    moments = moments.mutate(until=ibis.least(gone, following.fill_null(gone)))
    comes = moments.select("key", "ts", change=ibis.literal(1, "int64"))
    goes = moments.select("key", ts="until", change=ibis.literal(-1, "int64"))
    both = comes.mutate(comes=ibis.literal(1, "int64")).union(
        goes.mutate(comes=ibis.literal(0, "int64")), distinct=False
    )
    steps = both.group_by("key", "ts").aggregate(change=both.change.sum(), comes=both.comes.max())
    so_far = ibis.window(group_by="key", order_by="ts", preceding=(None, 0))
    steps = steps.mutate(met=steps.change.sum().over(so_far))
    return steps.filter(steps.comes == 1).select("key", "ts", "met")


def _possible(one: Correlation, rows: ibis.Table, total: ibis.Value) -> ibis.Table:
    """The rows of groups that have enough over all time: few, so that what follows sorts little."""
    totals = rows.group_by("key").aggregate(total=total)
    return rows.semi_join(totals.filter(totals.total >= ibis.literal(one.count)), "key")


def _past(one: Correlation) -> ibis.Value:
    return ibis.range_window(group_by="key", order_by="ts", preceding=one.timespan_ms, following=0)


def _reached(one: Correlation, counted: ibis.Table) -> ibis.Table:
    kind = "float64" if isinstance(one.count, float) else "int64"
    enough = counted.filter(_COMPARED[one.op](counted.met, ibis.literal(one.count, kind)))
    return enough.select("key", start=enough.ts - one.timespan_ms, ts="ts").distinct()


def _measured(one: Correlation, rows: ibis.Table) -> ibis.Table:
    events = rows.select("key", "ts", "provider", "event_uid", number=rows.value.try_cast("float64")).distinct()
    events = events.filter(events.number.notnull())
    number = events.number.sum() if one.kind == "value_sum" else events.number.mean()
    measured = events.mutate(met=number.over(_past(one)))
    bound = ibis.literal(float(one.count), "float64")
    enough = measured.filter(_COMPARED[one.op](measured.met, bound))
    return enough.select("key", start=enough.ts - one.timespan_ms, ts="ts").distinct()


def _combined(one: Correlation, rows: ibis.Table) -> ibis.Table:
    """`and`, `or` and `not` of parts: met within the time span up to the moment, or not met in it."""
    so_far = ibis.range_window(group_by="key", order_by="ts", preceding=None, following=0)
    last = {
        part: ibis.cases((rows.part == part, rows.ts), else_=ibis.null("int64")).max().over(so_far)
        for part in one.parts
    }
    rows = rows.mutate(**{f"last_{part}": value for part, value in last.items()})

    def met(tree: object) -> ibis.Value:
        if isinstance(tree, int):
            return (rows[f"last_{tree}"] >= rows.ts - one.timespan_ms).fill_null(False)
        if not isinstance(tree, tuple):
            raise TypeError(tree)
        word, parts = tree
        values = [met(part) for part in parts]
        if word == "not":
            return ~values[0]
        return ibis.and_(*values) if word == "and" else ibis.or_(*values)

    matching = rows.filter(met(one.wanted))
    return matching.select("key", start=matching.ts - one.timespan_ms, ts="ts").distinct()


def _in_order(one: Correlation, rows: ibis.Table) -> ibis.Table:
    """The parts in their order: for every step the latest beginning of a chain that leads up to it."""
    so_far = ibis.range_window(group_by="key", order_by="ts", preceding=None, following=0)
    chain = ibis.cases((rows.part == one.parts[0], rows.ts), else_=ibis.null("int64"))
    rows = rows.mutate(begun=chain)
    for part in one.parts[1:]:
        latest = rows.begun.max().over(so_far)
        rows = rows.mutate(latest=latest)
        rows = rows.mutate(begun=ibis.cases((rows.part == part, rows.latest), else_=ibis.null("int64")))
    near = rows.filter(rows.begun >= rows.ts - one.timespan_ms)
    return near.group_by("key", "ts").aggregate(start=near.begun.min()).select(*HIT)


@dataclass(frozen=True, kw_only=True)
class Episodes:
    """What a correlation found."""

    events: ibis.Table  # key, episode (its first moment), part, ts, provider, event_uid: what the parts match in it
    closing: ibis.Table  # the same of the events at the moments of matches
    evidence: ibis.Table  # key, episode, provider, event_uid: with what is behind correlations that it refers to


def episodes(one: Correlation, rows: ibis.Table, found: ibis.Table) -> Episodes:
    """Matches that follow each other within the time span put together, with the events in them."""
    by_time = ibis.window(group_by="key", order_by="ts")
    found = found.mutate(apart=(found.ts - found.ts.lag().over(by_time) > one.timespan_ms).fill_null(True))
    begins = ibis.cases((found.apart, found.ts), else_=ibis.null("int64"))
    so_far = ibis.range_window(group_by="key", order_by="ts", preceding=None, following=0)
    found = found.mutate(episode=begins.max().over(so_far))
    spans = found.group_by("key", "episode").aggregate(first=found.start.min(), last=found.ts.max())
    # An engine may hold a number of a row in fewer bits than it was given.
    events = rows.select("key", "ts", "provider", "event_uid", part=rows.part.cast("int64")).distinct()
    inside = _inside(events, spans)
    moments = found.select("key", "ts", "episode").distinct()
    closing = events.inner_join(moments, ["key", "ts"]).select(
        events.part, events.key, events.ts, events.provider, events.event_uid, moments.episode
    )
    evidence = inside.select("key", "episode", "provider", "event_uid").distinct()
    return Episodes(events=inside, closing=closing, evidence=evidence)


def _inside(events: ibis.Table, spans: ibis.Table) -> ibis.Table:
    """The events of each span. No two spans of a key overlap, so an event can only be of the next one that ends."""
    marks = spans.select(
        "key",
        ts="last",
        part=ibis.null("int64"),
        provider=ibis.null("string"),
        event_uid=ibis.null("string"),
        next_first="first",
        next_episode="episode",
    )
    nothing = ibis.null("int64")
    both = events.mutate(next_first=nothing, next_episode=nothing).select(*marks.columns).union(marks, distinct=False)
    ahead = ibis.range_window(group_by="key", order_by="ts", preceding=0, following=None)
    both = both.mutate(first=both.next_first.min().over(ahead), episode=both.next_episode.min().over(ahead))
    return both.filter(both.event_uid.notnull(), both["first"] <= both.ts).select(
        "key", "episode", "part", "ts", "provider", "event_uid"
    )
