"""What the whole site had shown before the day of each visit.

Counted to the end of the day before: what is usual at a site does not turn in an hour, and counts by day are small
enough to be joined on any engine.
"""

from __future__ import annotations

import ibis

from tocsin.engines import Engine
from tocsin.risk.features import LEVELS, Weighing
from tocsin.risk.history import (
    ALL,
    KNOWN,
    RECOGNISED_SUMS,
    Counted,
    History,
    added,
    age,
    held,
    on_site,
    recognised,
    site,
)
from tocsin.risk.refused import LEVELS_REFUSED, turned_away
from tocsin.risk.score import measured


def with_site(
    engine: Engine, name: str, counted: Counted, weighing: Weighing, history: History | None = None
) -> ibis.Table:
    """The visits with what the site had shown: `site` of each level (NULL where nothing is told), `site_visits`,
    `site_accounts`, `on_site` of `known`; how far its word on each level is believed (`score.measured`); how often
    those of network and country were `refused_<level>`, and how often anybody was, `refused_in_all`."""
    visits = counted.visits
    rows = visits.mutate(age=age(visits))
    counts: dict[str, ibis.Value] = {}
    for level in LEVELS:
        column = level.column
        names = [site(column), *([turned_away(column)] if column in LEVELS_REFUSED else [])]
        if column not in counted.levels:
            counts |= {one: ibis.null("int64") for one in names}
            continue
        if level.shared_by_few:
            seen = _visits(counted, column, history)
            rows = rows.left_join(seen, rows.visit == seen[f"{column}_visit"])
            counts[site(column)] = seen[site(column)]
            continue
        days = _days(counted, column, history)
        days = days.select(*names, **{f"{column}_of": column, f"{column}_day": "day_number"})
        keys = [rows[column] == days[f"{column}_of"], rows.day_number == days[f"{column}_day"]]
        rows = rows.left_join(days, keys)
        counts |= {one: days[one] for one in names}
    # Kept, for an engine that does not know how few these are joins them the wrong way round.
    totals = engine.kept(f"{name}_totals", _totals(counted, history))
    totals = totals.rename(total_day="day_number")
    seen = engine.kept(f"{name}_recognised", measured(_recognised(visits, history), weighing))
    seen = seen.rename(recognised_day="day_number", recognised_age="age")
    rows = rows.left_join(totals, rows.day_number == totals.total_day)
    rows = rows.left_join(seen, [rows.day_number == seen.recognised_day, rows.age == seen.recognised_age])
    return rows.select(
        *visits.columns,
        *[one for one in totals.columns if one != "total_day"],
        *[one for one in seen.columns if not one.startswith("recognised_")],
        **counts,
    )


def _visits(counted: Counted, column: str, history: History | None) -> ibis.Table:
    """`site` for each visit itself, where hardly two visits of a day have the same value: by day it were no fewer."""
    named = counted.visits.filter(counted.visits[column].notnull()).select("visit", "day_number", "counts", column)
    days = ibis.range_window(group_by=column, order_by="day_number", preceding=(None, 1))
    named = named.mutate(**{site(column): _sum(named.counts, days)})
    if history is not None:
        values = counted.numbers.values(history.site_values, column)
        named = held(named, values.rename({column: "value"}), (column,), "visits")
        named = named.mutate(**{site(column): named[site(column)] + named.visits_held})
    return named.select(site(column), **{f"{column}_visit": "visit"})


def _days(counted: Counted, column: str, history: History | None) -> ibis.Table:
    """`site`, and at LEVELS_REFUSED `turned_away`, of each value of the column and each day of visits with it."""
    named = counted.visits.filter(counted.visits[column].notnull())
    days = named.group_by(column, "day_number").aggregate(n=named.counts.sum().cast("int64"))
    earlier = ibis.window(group_by=column, order_by="day_number", preceding=(None, 1))
    if column not in LEVELS_REFUSED:
        days = days.select(column, "day_number", **{site(column): _sum(days.n, earlier)})
    else:
        tries = counted.numbers.values(counted.refused, column).select("day_number", "n", **{column: "value"})
        both = _beside(days, tries, column)
        sums = {site(column): _sum(both.n, earlier), turned_away(column): _sum(both.tries, earlier)}
        days = both.mutate(**sums).filter(both.asked == 1).select(column, "day_number", *sums)
    if history is None:
        return days
    names = {site(column): ("visits", history.site_values)}
    if column in LEVELS_REFUSED:
        names[turned_away(column)] = ("n", history.refused)
    for name, (count, table) in names.items():
        days = held(days, counted.numbers.values(table, column).rename({column: "value"}), (column,), count)
        days = days.mutate(**{name: days[name] + days[f"{count}_held"]}).drop(f"{count}_held")
    return days


def _beside(days: ibis.Table, tries: ibis.Table, *keys: str) -> ibis.Table:
    """The days with `tries`, and those on which there were only tries: there `asked` is 0."""
    none = ibis.literal(0, "int64")
    days = days.mutate(tries=none, asked=ibis.literal(1, "int64"))
    others = {name: none for name in days.columns if name not in (*keys, "day_number", "tries")}
    tries = tries.select(*keys, "day_number", tries="n", **others).select(*days.columns)
    both = days.union(tries, distinct=False)
    sums = {name: both[name].sum().cast("int64") for name in days.columns if name not in (*keys, "day_number")}
    return both.group_by(*keys, "day_number").aggregate(**sums)


def _sum(column: ibis.Column, window: ibis.expr.builders.WindowBuilder) -> ibis.Value:
    return column.sum().over(window).fill_null(0).cast("int64")


def _totals(counted: Counted, history: History | None) -> ibis.Table:
    """`day_number, site_visits, site_accounts`, `on_site` of `known` and `turned_away` of all: of all days before."""
    visits = counted.visits
    counts = {on_site("visits"): visits.counts}
    counts |= {on_site(name): value for name, value in added(visits, ALL).items() if name in KNOWN}
    days = visits.group_by("day_number").aggregate(
        **{name: value.sum().cast("int64") for name, value in counts.items()}
    )
    entered = visits.filter(visits.counts == 1)
    first = entered.group_by("account").aggregate(first_day=entered.day_number.min())
    if history is not None:
        first = first.anti_join(counted.numbers.known(history.accounts, "account"), "account")
    began = first.group_by("first_day").aggregate(site_accounts=first.count().cast("int64"))
    days = days.left_join(began, days.day_number == began.first_day).drop("first_day")
    days = days.mutate(site_accounts=days.site_accounts.fill_null(0))
    tries = counted.refused.filter(counted.refused.level == "").select("day_number", "n")
    days = _beside(days, tries).rename({turned_away(""): "tries"})
    names = [*counts, "site_accounts", turned_away("")]
    # By a join, for there are few days: a window over all of them would be one task on Spark.
    asked = days.filter(days.asked > 0).select(asked_day="day_number")
    pairs = asked.left_join(days, days.day_number < asked.asked_day)
    sums = {name: pairs[name].sum().fill_null(0).cast("int64") for name in names}
    totals = pairs.group_by(day_number="asked_day").aggregate(**sums)
    if history is None:
        return totals
    accounts, refused = history.accounts, history.refused
    seen = accounts.aggregate(
        **{on_site(name): accounts[name].sum() for name in ("visits", *KNOWN)}, site_accounts=accounts.count()
    )
    tries = refused.filter(refused.level == "").aggregate(n=refused.n.sum())
    both = totals.cross_join(seen.cross_join(tries).rename(lambda name: f"{name}_held"))
    of = {turned_away(""): "n"}
    return both.select(
        "day_number",
        **{name: (both[name] + both[f"{of.get(name, name)}_held"].fill_null(0)).cast("int64") for name in names},
    )


def _recognised(visits: ibis.Table, history: History | None) -> ibis.Table:
    """`day_number, age` and `on_site` of RECOGNISED: of all days before it, by accounts of that age."""
    days = recognised(visits, "day_number", "age")
    asked = days.select(asked_day="day_number", asked_age="age")
    pairs = asked.left_join(days, [days.age == asked.asked_age, days.day_number < asked.asked_day])
    sums = {on_site(name): pairs[name].sum().fill_null(0).cast("int64") for name in RECOGNISED_SUMS}
    totals = pairs.group_by(day_number="asked_day", age="asked_age").aggregate(**sums)
    if history is None:
        return totals
    totals = held(totals, history.recognised, ("age",), *RECOGNISED_SUMS)
    sums = {on_site(name): totals[on_site(name)] + totals[f"{name}_held"] for name in RECOGNISED_SUMS}
    return totals.select("day_number", "age", **sums)
