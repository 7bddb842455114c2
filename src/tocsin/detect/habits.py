"""Whether a row's source is usual for its account: what the account was let in from on other days.

What an account used on an earlier day is usual for it. Of an account that was never let in before that day, later days
speak instead: logs begin somewhere, and people are hired. The act's own day never speaks for it. This is the cheap
half of what `campaigns/strangers.py` weighs in full; for a single finding it is enough to know new from usual.
"""

from __future__ import annotations

from dataclasses import dataclass

import ibis

from tocsin.engines import Engine

TRAITS = ("source_ip", "network", "client", "country")

HABIT = ("history", *(f"usual_{trait}" for trait in TRAITS), "own", "strange")
"""Booleans that `with_habit` adds.

`history`: the account was let in on some other day. `own`: from the same address, or from the same network with the
same client. `strange`: there is a history, and network and client are known and both new to it.
"""


@dataclass(frozen=True, kw_only=True)
class Habits:
    """First and last day on which each account was let in, at all and with each value of each trait."""

    account: ibis.Table  # account, first_day, last_day
    traits: dict[str, ibis.Table]  # trait -> account, <trait>, first_day, last_day


def habits(engine: Engine, days: ibis.Table) -> Habits:
    """Computed once. `days` as from `enrich.owner_days`."""
    traits = {
        trait: engine.kept(f"habit_{trait}", _first_and_last(days.filter(days[trait].notnull()), "account", trait))
        for trait in TRAITS
    }
    return Habits(account=engine.kept("habit_account", _first_and_last(days, "account")), traits=traits)


def _first_and_last(days: ibis.Table, *by: str) -> ibis.Table:
    return days.group_by(*by).aggregate(first_day=days.day_number.min(), last_day=days.day_number.max())


def strange_days(known: Habits) -> ibis.Table:
    """`account, day_number`: days on which an account was first let in with some network and first with some client,
    and had been let in before."""
    first = [
        known.traits[trait].select("account", day_number="first_day").distinct() for trait in ("network", "client")
    ]
    both = first[0].inner_join(first[1], ["account", "day_number"]).select("account", "day_number")
    older = both.inner_join(known.account, "account")
    return older.filter(older.first_day < older.day_number).select("account", "day_number")


def with_habit(rows: ibis.Table, known: Habits) -> ibis.Table:
    """The rows and HABIT. They need `account`, `day_number` and the traits."""
    names = rows.columns
    rows = rows.left_join(known.account, "account").drop("account_right")
    before = (rows.first_day < rows.day_number).fill_null(False)
    after = (rows.last_day > rows.day_number).fill_null(False)
    rows = rows.mutate(older=before, history=before | after).drop("first_day", "last_day")
    for trait, table in known.traits.items():
        rows = rows.left_join(table, ["account", trait]).drop("account_right", f"{trait}_right")
        usual = (rows.first_day < rows.day_number) | (~rows.older & (rows.last_day > rows.day_number))
        rows = rows.mutate(**{f"usual_{trait}": usual.fill_null(False)}).drop("first_day", "last_day")
    new = rows.network.notnull() & rows.client.notnull() & ~(rows.usual_network | rows.usual_client)
    return rows.mutate(
        own=rows.usual_source_ip | (rows.usual_network & rows.usual_client),
        strange=rows.history & new & ~rows.usual_source_ip,
    ).select(*names, *HABIT)
