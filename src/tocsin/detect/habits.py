"""Whether a row's source is usual for its account: what the account was let in from on other days.

What an account used on an earlier day is usual for it. Until an account has been known for `SETTLED_DAYS`, what it goes
on using is usual, too: logs begin somewhere, people are hired, and a telephone that is seen for the first time in the
first week is seldom new. Afterwards only earlier days speak, so that an attacker who stays does not become an owner.
The act's own day never speaks for it. This is the cheap half of what `campaigns/strangers.py` weighs in full; for a
single finding it is enough to know new from usual.
"""

from __future__ import annotations

from dataclasses import dataclass

import ibis

from tocsin.engines import Engine

SETTLED_DAYS = 14
"""Within two working weeks nearly all devices and places of a person have been seen."""

STAYING_DAYS = 3
"""What is used on so many later days, or on half of all later days, stays; less is an attacker's looking in again."""

AROUND_DAYS = 1
"""Of an account that is let in from a strange place, what it did from the day before to the day after is kept."""

TRAITS = ("source_ip", "network", "client", "country")

HABIT = ("history", "settled", *(f"usual_{trait}" for trait in TRAITS), "own", "strange")
"""Booleans that `with_habit` adds.

`history`: the account was let in on some other day. `settled`: it has been known for `SETTLED_DAYS`. `own`: from the
same address, or from the same network with the same client, if one is named. `strange`: there is a history, the
network is known and new to it, and so is the client or the country.
"""


@dataclass(frozen=True, kw_only=True)
class Habits:
    """The days on which each account was let in, at all and with each value of each trait."""

    account: ibis.Table  # account, first_day, last_day, all_days (how many)
    traits: dict[str, ibis.Table]  # trait -> account, <trait>, first_day, days (how many)
    devices: ibis.Table  # account, source_ip, day_number, device: a client that was let in there on that day

    def tables(self) -> list[ibis.Table]:
        return [self.account, self.devices, *self.traits.values()]


def habits(engine: Engine, days: ibis.Table) -> Habits:
    """Computed once. `days` as from `enrich.owner_days`."""
    account = days.group_by("account").aggregate(
        first_day=days.day_number.min(), last_day=days.day_number.max(), all_days=days.day_number.nunique()
    )
    named = days.filter(days.client.notnull())
    devices = named.group_by("account", "source_ip", "day_number").aggregate(device=named.client.max())
    return Habits(
        devices=engine.kept("habit_devices", devices),
        account=engine.kept("habit_account", account),
        traits={trait: engine.kept(f"habit_{trait}", _used(days, trait)) for trait in TRAITS},
    )


def _used(days: ibis.Table, trait: str) -> ibis.Table:
    named = days.filter(days[trait].notnull())
    return named.group_by("account", trait).aggregate(first_day=named.day_number.min(), days=named.day_number.nunique())


def strange_days(known: Habits) -> ibis.Table:
    """`account, day_number`: days on which an account that had been let in before was first let in from some network,
    and for the first time with some client or from some country."""
    first = {
        trait: known.traits[trait].select("account", day_number="first_day").distinct()
        for trait in ("network", "client", "country")
    }
    new = first["client"].union(first["country"], distinct=True)
    both = first["network"].semi_join(new, ["account", "day_number"])
    older = both.inner_join(known.account, "account")
    return older.filter(older.first_day < older.day_number).select("account", "day_number")


def around_strange_days(known: Habits) -> ibis.Table:
    """The same days, from `AROUND_DAYS` before to `AROUND_DAYS` after."""
    strange = strange_days(known)
    around = [
        strange.select("account", day_number=(strange.day_number + shift).cast("int32"))
        for shift in range(-AROUND_DAYS, AROUND_DAYS + 1)
    ]
    return ibis.union(*around, distinct=True)


def with_habit(rows: ibis.Table, known: Habits) -> ibis.Table:
    """The rows and HABIT. They need `account`, `day_number` and the traits.

    A log that names no client is given the one that was let in at the address on that day: directories write changes
    without it, and the sign-in before them with it.
    """
    names = rows.columns
    keys = ["account", "source_ip", "day_number"]
    rows = rows.left_join(known.devices, keys).drop(*[f"{key}_right" for key in keys])
    rows = rows.mutate(client=ibis.coalesce(rows.client, rows.device)).drop("device")
    rows = rows.left_join(known.account, "account").drop("account_right")
    before = (rows.first_day < rows.day_number).fill_null(False)
    after = (rows.last_day > rows.day_number).fill_null(False)
    settled = (rows.first_day <= rows.day_number - SETTLED_DAYS).fill_null(False)
    rows = rows.mutate(settled=settled, history=before | after).drop("first_day", "last_day")
    for trait, table in known.traits.items():
        rows = rows.left_join(table, ["account", trait]).drop("account_right", f"{trait}_right")
        others = rows.days - 1
        stays = ~rows.settled & (others > 0) & ((others >= STAYING_DAYS) | (2 * others >= rows.all_days - 1))
        usual = (rows.first_day < rows.day_number) | stays
        rows = rows.mutate(**{f"usual_{trait}": usual.fill_null(False)}).drop("first_day", "days")
    new_client = rows.client.notnull() & ~rows.usual_client
    new_country = rows.country.notnull() & ~rows.usual_country
    new = rows.network.notnull() & ~rows.usual_network & (new_client | new_country)
    return rows.mutate(
        own=rows.usual_source_ip | (rows.usual_network & (rows.usual_client | rows.client.isnull())),
        strange=rows.history & new & ~rows.usual_source_ip,
    ).select(*names, *HABIT)
