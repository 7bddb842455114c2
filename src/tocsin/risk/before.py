"""What the account and the site had shown before each visit: the visit itself and what came later is never looked at.

An account's earlier visits are counted to the moment. The site's are counted to the end of the day before: what is
usual at a site does not turn in an hour, and counts by day are small enough to be joined on any engine.
"""

from __future__ import annotations

from collections.abc import Sequence

import ibis

from tocsin.engines import Engine
from tocsin.risk.features import LEVELS, SOURCE
from tocsin.risk.history import (
    ALL,
    KNOWN,
    RECOGNISED_SUMS,
    SUMS,
    Counted,
    History,
    added,
    age,
    known,
    on_site,
    own,
    recognised,
    site,
)
from tocsin.risk.refused import LEVELS_REFUSED, refused
from tocsin.risk.visits import systems, visits_of

CODED = ("account", "source_ip", "prefix", "network", "country", "agent", "client", "system")
"""Columns of visits whose values come again and again."""


ORDER = ("at", "source_ip", "agent")
"""In time; visits of one millisecond in an order that is the same on every engine."""


def counted_before(engine: Engine, name: str, events: ibis.Table, history: History | None = None) -> Counted:
    """Kept: what was refused, and visits with what their accounts had shown before; `events` all after the history.

    Beside the columns of `visits_of`: `system`; `own` of each level (NULL where the visit tells no value there); and
    the account's `visits` and SUMS.
    """
    # First as they are, for coding reads them twice.
    visits = engine.kept(f"{name}_opened", visits_of(events))
    visits = visits.left_join(systems(visits), "client").drop("client_right")
    visits = engine.kept(f"{name}_visits", visits, coded=CODED)
    levels = told_levels(engine, visits)
    before = engine.kept(f"{name}_before", _account(_own(visits, levels, history), levels, history), coded=CODED)
    return Counted(visits=before, refused=refused(engine, name, events))


def told_levels(engine: Engine, visits: ibis.Table) -> list[str]:
    """The levels at which any visit tells something: round-trip times, for one, are in few logs."""
    [counts] = engine.rows(visits.aggregate(**{one.column: visits[one.column].count() for one in LEVELS})).to_pylist()
    return [column for column, count in counts.items() if count]


def _own(visits: ibis.Table, levels: Sequence[str], history: History | None) -> ibis.Table:
    """`own` of every level."""
    rows, counts = visits, {}
    for level in LEVELS:
        column = level.column
        if column not in levels:
            counts[own(column)] = ibis.null("int64")
            continue
        held = ibis.literal(0, "int64")
        if history is not None:
            values = history.account_values.filter(history.account_values.level == column)
            rows = _with_held(rows, values, ["account"], column)
            held = rows[_held(column)].fill_null(0)
        earlier = ibis.window(group_by=["account", column], order_by=ORDER, preceding=(None, 1))
        count = rows.counts.sum().over(earlier).fill_null(0).cast("int64") + held
        counts[own(column)] = rows[column].notnull().ifelse(count, ibis.null("int64"))
    return rows.mutate(**counts).select(*visits.columns, *counts)


def _held(column: str) -> str:
    return f"{column}_held"


def _with_held(rows: ibis.Table, values: ibis.Table, by: list[str], column: str) -> ibis.Table:
    """The rows with `_held`: the history's count of their value."""
    values = values.select(*by, value="value", **{_held(column): "visits"})
    rows = rows.mutate(value=rows[column].cast("string"))
    return rows.left_join(values, [*by, "value"]).drop("value", "value_right", *[f"{name}_right" for name in by])


def with_site(engine: Engine, counted: Counted, history: History | None = None) -> ibis.Table:
    """The visits with what the site had shown: `site` of each level (NULL where nothing is told),
    `site_visits`, `site_accounts`, `on_site` of `known` and of RECOGNISED; how often those of network and
    country were `refused_<level>`, and how often anybody was, `refused_in_all`."""
    visits = counted.visits
    rows, levels = visits, told_levels(engine, visits)
    for level in LEVELS:
        column = level.column
        if column not in levels:
            rows = rows.mutate(**{name: ibis.null("int64") for name in (site(column), turned_away(column))})
            continue
        named = visits.filter(visits[column].notnull())
        days = named.group_by(column, "day_number").aggregate(n=named.counts.sum().cast("int64"))
        held = ibis.literal(0, "int64")
        if history is not None:
            values = history.site_values.filter(history.site_values.level == column)
            days = _with_held(days, values, [], column)
            held = days[_held(column)].fill_null(0)
        earlier = ibis.window(group_by=column, order_by="day_number", preceding=(None, 1))
        count = days.n.sum().over(earlier).fill_null(0).cast("int64") + held
        days = days.select(column, "day_number", **{site(column): count})
        if column in LEVELS_REFUSED:
            days = _with_refused(days, column, counted, history)
        keys = [column, "day_number"]
        rows = rows.left_join(days, keys).drop(*[f"{key}_right" for key in keys])
    totals = _with_refused(_totals(visits, history), "", counted, history)
    rows = rows.left_join(totals, "day_number").drop("day_number_right")
    rows = rows.mutate(age=age(rows))
    return rows.left_join(_recognised(visits, history), ["day_number", "age"]).drop("day_number_right", "age_right")


def turned_away(column: str) -> str:
    """The column of how many attempts were refused on earlier days at the level."""
    return f"refused_{column or 'in_all'}"


def _with_refused(days: ibis.Table, column: str, counted: Counted, history: History | None) -> ibis.Table:
    """Days (of each value of the column) with `turned_away`."""
    refused = counted.refused.filter(counted.refused.level == column)
    asked = days.select("day_number", value=days[column].cast("string") if column else ibis.literal("")).distinct()
    asked = asked.mutate(n=ibis.literal(0, "int64"), asks=ibis.literal(1, "int64"))
    both = asked.union(refused.select("day_number", "value", "n", asks=ibis.literal(0, "int64")), distinct=False)
    both = both.group_by("value", "day_number").aggregate(n=both.n.sum().cast("int64"), asks=both.asks.max())
    earlier = ibis.window(group_by="value", order_by="day_number", preceding=(None, 1))
    both = both.mutate(so_far=both.n.sum().over(earlier).fill_null(0).cast("int64")).filter(both.asks == 1)
    if history is not None:
        held = history.refused.filter(history.refused.level == column).select(held_value="value", held="n")
        both = both.left_join(held, both.value == held.held_value)
        both = both.mutate(so_far=both.so_far + both.held.fill_null(0))
    found = both.select("value", on_day="day_number", **{turned_away(column): both.so_far})
    days = days.mutate(value=days[column].cast("string") if column else ibis.literal(""))
    return days.left_join(found, ["value", (days.day_number, found.on_day)]).drop("value", "value_right", "on_day")


def _totals(visits: ibis.Table, history: History | None) -> ibis.Table:
    """`day_number, site_visits, site_accounts` and `on_site` of `known`: of all days before it."""
    counts = {on_site("visits"): visits.counts}
    counts |= {on_site(name): value for name, value in added(visits, ALL).items() if name in KNOWN}
    days = visits.group_by("day_number").aggregate(
        **{name: value.sum().cast("int64") for name, value in counts.items()}
    )
    entered = visits.filter(visits.counts == 1)
    first = entered.group_by("account").aggregate(day_number=entered.day_number.min())
    if history is not None:
        first = first.mutate(account=first.account.cast("string")).anti_join(history.accounts, "account")
    began = first.group_by("day_number").aggregate(site_accounts=first.count().cast("int64"))
    days = days.left_join(began, "day_number").drop("day_number_right")
    days = days.mutate(site_accounts=days.site_accounts.fill_null(0))
    names = [*counts, "site_accounts"]
    # By a join, for there are few days: a window over all of them would be one task on Spark.
    asked = days.select(asked_day="day_number")
    pairs = asked.left_join(days, days.day_number < asked.asked_day)
    sums = {name: pairs[name].sum().fill_null(0).cast("int64") for name in names}
    totals = pairs.group_by(day_number="asked_day").aggregate(**sums)
    if history is None:
        return totals
    accounts = history.accounts
    held = accounts.aggregate(
        **{_held(on_site(name)): accounts[name].sum() for name in ("visits", *KNOWN)},
        site_accounts_held=accounts.count(),
    )
    both = totals.cross_join(held)
    return both.select(
        "day_number", **{name: (both[name] + both[_held(name)].fill_null(0)).cast("int64") for name in names}
    )


def _recognised(visits: ibis.Table, history: History | None) -> ibis.Table:
    """`day_number, age` and `on_site` of RECOGNISED: of all days before it, by accounts of that age."""
    days = recognised(visits, "day_number", "age")
    asked = visits.select(asked_day="day_number", asked_age=age(visits)).distinct()
    pairs = asked.left_join(days, [days.age == asked.asked_age, days.day_number < asked.asked_day])
    sums = {on_site(name): pairs[name].sum().fill_null(0).cast("int64") for name in RECOGNISED_SUMS}
    totals = pairs.group_by(day_number="asked_day", age="asked_age").aggregate(**sums)
    if history is None:
        return totals
    held = history.recognised.select("age", **{_held(name): name for name in RECOGNISED_SUMS})
    both = totals.left_join(held, "age").drop("age_right")
    return both.select(
        "day_number",
        "age",
        **{on_site(name): both[on_site(name)] + both[_held(name)].fill_null(0) for name in RECOGNISED_SUMS},
    )


def _account(rows: ibis.Table, levels: Sequence[str], history: History | None) -> ibis.Table:
    """The rows with `visits` and SUMS."""
    names = rows.columns
    counts = added(rows, levels)
    rows = rows.mutate(**{f"{name}_now": value for name, value in counts.items()})
    earlier = ibis.window(group_by="account", order_by=ORDER, preceding=(None, 1))
    none = ibis.literal(0, "int64")
    sums = {
        name: rows[f"{name}_now"].sum().over(earlier).fill_null(0).cast("int64") if name in counts else none
        for name in SUMS
    }
    rows = rows.mutate(**sums)
    if history is not None:
        held = history.accounts.select("account", **{_held(name): name for name in SUMS})
        rows = rows.left_join(held, "account").drop("account_right")
        rows = rows.mutate(**{name: rows[name] + rows[_held(name)].fill_null(0) for name in SUMS})
    # Every visit has an address.
    return rows.select(*names, *SUMS, visits=known(SOURCE.name))
