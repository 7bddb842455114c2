"""What the account had shown before each visit: the visit itself and what came later is never looked at.

An account's earlier visits are counted to the moment; those of the site in `on_site.py`.
"""

from __future__ import annotations

from collections.abc import Sequence

import ibis

from tocsin.engines import Engine
from tocsin.risk.features import LEVELS, SOURCE
from tocsin.risk.history import ALL, SUMS, Counted, History, added, held, known, own
from tocsin.risk.numbers import Numbers, numbers
from tocsin.risk.refused import refused
from tocsin.risk.visits import acts_of, visits_of

COUNT = "int32"
"""Wide enough for what one account did."""

UPPER = 1 << 32
"""Of an INT64 that holds two of these, the upper one's unit."""


def counted_before(engine: Engine, name: str, events: ibis.Table, history: History | None = None) -> Counted:
    """Kept: acts, what was refused, and visits with what their accounts had shown before; `events` all after the
    history.

    Beside the columns of `visits_of`: `own` of each level (NULL where the visit tells no value there); and the
    account's `visits` and SUMS.
    """
    acts = acts_of(engine, name, events)
    told = numbers(engine, name, acts)
    numbered = engine.kept(f"{name}_numbered", told.numbered(acts))
    engine.forget(acts)
    visits = engine.kept(f"{name}_visits", visits_of(numbered, told))
    levels = told_levels(engine, visits)
    owned = engine.kept(f"{name}_owned", _own(engine, name, visits, levels, told, history))
    before = engine.kept(f"{name}_before", _account(visits, owned, levels, told, history))
    engine.forget(visits, owned)
    turned = refused(engine, name, events)
    return Counted(acts=numbered, numbers=told, visits=before, levels=tuple(levels), refused=turned)


def told_levels(engine: Engine, visits: ibis.Table) -> list[str]:
    """The levels at which any visit tells something: round-trip times, for one, are in few logs."""
    [counts] = engine.rows(visits.aggregate(**{one.column: visits[one.column].count() for one in LEVELS})).to_pylist()
    return [column for column, count in counts.items() if count]


def _own(
    engine: Engine, name: str, visits: ibis.Table, levels: Sequence[str], told: Numbers, history: History | None
) -> ibis.Table:
    """`visit, account, counts`, the levels and `own` of each."""
    # An account's visits that make history are numbered, which is cheaper than to sum them up; sums are left for the
    # few accounts that have others, too.
    others = visits.filter(visits.counts == 0).select("account").distinct()
    mixed = engine.kept(
        f"{name}_mixed", visits.semi_join(others, "account").select("visit", "account", "counts", *levels)
    )
    made = visits.filter(visits.counts == 1)
    often = [level.column for level in LEVELS if level.column in levels and not level.told_by_few]
    rows = _made(made, often).union(_summed(mixed, often), distinct=False)
    told_of: dict[str, ibis.Value] = {}
    for column in levels:
        if column in often:
            continue
        few = _made(made.filter(made[column].notnull()), [column])
        few = few.union(_summed(mixed.filter(mixed[column].notnull()), [column]), distinct=False)
        few = few.select(column, own(column), **{f"{column}_visit": "visit"})
        rows = rows.left_join(few, [("visit", f"{column}_visit")])
        told_of |= {one: few[one] for one in (column, own(column))}
    rows = rows.select("visit", "account", "counts", *often, *map(own, often), **told_of)
    if history is not None:
        for column in levels:
            values = told.known(told.values(history.account_values, column), "account")
            rows = held(rows, values.rename({column: "value"}), ("account", column), "visits")
            count = (rows[own(column)] + rows.visits_held).cast(COUNT)
            rows = rows.mutate(**{own(column): count}).drop("visits_held")
    return rows


def _made(visits: ibis.Table, levels: Sequence[str]) -> ibis.Table:
    """Visits that all make history, with `own` of these levels."""
    windows = {own(column): ibis.window(group_by=["account", column], order_by="visit") for column in levels}
    # Each sort carries along what there is.
    rows = visits.select("visit", "account", *levels)
    rows = rows.mutate(**{name: ibis.row_number().over(window).cast(COUNT) for name, window in windows.items()})
    owns = {own(column): rows[column].notnull().ifelse(rows[own(column)], ibis.null(COUNT)) for column in levels}
    return rows.select("visit", "account", *levels, counts=ibis.literal(1, "int64"), **owns)


def _summed(visits: ibis.Table, levels: Sequence[str]) -> ibis.Table:
    """Of all visits of their accounts those that make none, with `own` of these levels."""
    counts = {}
    for column in levels:
        earlier = ibis.window(group_by=["account", column], order_by="visit", preceding=(None, 1))
        count = visits.counts.sum().over(earlier).fill_null(0).cast(COUNT)
        counts[own(column)] = visits[column].notnull().ifelse(count, ibis.null(COUNT))
    visits = visits.mutate(**counts)
    return visits.filter(visits.counts == 0).select("visit", "account", *levels, "counts", *counts)


def _account(
    visits: ibis.Table, owned: ibis.Table, levels: Sequence[str], told: Numbers, history: History | None
) -> ibis.Table:
    """The visits with `own` of every level, `visits` and SUMS."""
    counts = added(owned, levels)
    # Two sums in one number, for it is the summing that is dear.
    adds = {name: value.cast("int64") for name, value in counts.items()}
    names = list(adds)
    pairs = list(zip(names[::2], [*names[1::2], ""], strict=False))
    both = {first: adds[first] + (adds[second] * UPPER if second else 0) for first, second in pairs}
    owns = {own(column): owned[own(column)] for column in levels}
    rows = owned.select("visit", "account", **owns, **both)
    earlier = ibis.window(group_by="account", order_by="visit", preceding=(None, 1))
    rows = rows.mutate(**{first: rows[first].sum().over(earlier).fill_null(0).cast("int64") for first, _ in pairs})
    sums = {name: ibis.literal(0, COUNT) for name in SUMS}
    for first, second in pairs:
        sums[first] = (rows[first] & (UPPER - 1)).cast(COUNT)
        if second:
            sums[second] = (rows[first] >> UPPER.bit_length() - 1).cast(COUNT)
    summed = rows.select("account", *owns, of_visit="visit", **sums)
    if history is not None:
        summed = held(summed, told.known(history.accounts, "account"), ("account",), *SUMS)
        sums = {name: (summed[name] + summed[f"{name}_held"]).cast(COUNT) for name in SUMS}
        summed = summed.select("of_visit", *owns, **sums)
    met = visits.inner_join(summed, [("visit", "of_visit")])
    shown = {own(column): summed[own(column)] if column in levels else ibis.null(COUNT) for column in ALL}
    # Every visit has an address.
    return met.select(*visits.columns, **shown, **{one: summed[one] for one in SUMS}, visits=summed[known(SOURCE.name)])
