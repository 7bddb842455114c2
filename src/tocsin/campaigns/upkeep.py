"""How often owners change what guards their accounts, and how often a helpdesk has to: measured at this site.

Whoever takes an account over changes much of it in one sitting; an owner changes one thing at a time, and some things
hardly ever.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from math import comb, log, prod

import ibis

from tocsin.engines import Engine
from tocsin.events import Reason

KINDS = {
    "recovery_complete": "password",
    "credential_change": "password",
    "factor_change": "factor",
    "channel_change": "channel",
    "profile_change": "profile",
    "mailbox_rule": "rule",
    "consent": "consent",
}
"""Activity -> what of the account it changes."""

EVERY = sorted(set(KINDS.values()))

DIGS = 0.5
"""Chance that an operator who is in changes one more of what guards the account in the same sitting; which one, nobody
knows."""


@dataclass(frozen=True, kw_only=True)
class Upkeep:
    """Shares of the days on which an account was used (account-days)."""

    changes: Sequence[float]  # with at least so many kinds of change; from none, which is 1.0, upwards
    kinds: Mapping[str, float]  # with each kind
    resets: float  # with a reset by the helpdesk

    def odds(self, kinds: Collection[str]) -> float:
        """Owner log-odds of just these kinds of change in one sitting: how often owners change as many, and of those
        these, over how often operators do."""
        number = len(kinds)
        these = prod(self.kinds[kind] for kind in kinds) / _of_size(number, self.kinds.values())
        return log(self.changes[number] * these) - log(DIGS**number / comb(len(EVERY), number))


def _of_size(number: int, shares: Collection[float]) -> float:
    """Sum of the products of every so many of the shares (elementary symmetric polynomial)."""
    sums = [1.0] + [0.0] * number
    for share in shares:
        sums = [1.0, *(sums[size] + share * sums[size - 1] for size in range(1, number + 1))]
    return sums[number]


def upkeep(engine: Engine, events: ibis.Table, days: ibis.Table, suspected: ibis.Table) -> Upkeep:
    """Measure it. `events` enriched, `days` as from `enrich.owner_days`; `suspected` are the accounts and day numbers
    met at operators' addresses, which are left out: what operators change is not usual.

    One imagined day of each sort keeps every number of changes possible: of the days with so many kinds, half as good
    as none had one more.
    """
    used = days.select("account", "day_number").distinct().anti_join(suspected, ["account", "day_number"])
    total = int(engine.rows(used.aggregate(n=used.count()))["n"][0].as_py() or 0)
    bit = ibis.cases(*[(events.activity == act, 1 << EVERY.index(kind)) for act, kind in KINDS.items()], else_=0)
    changed = events.filter(events.activity.isin(list(KINDS)), events.outcome == "success", events.account.notnull())
    # Each kind once a day, so that the sum of their bits tells which there were.
    changed = changed.select("account", "day_number", kind=bit.cast("int64")).distinct()
    changed = changed.anti_join(suspected, ["account", "day_number"])
    by_day = changed.group_by("account", "day_number").aggregate(kinds=changed.kind.sum())
    rows = engine.rows(by_day.group_by("kinds").aggregate(n=by_day.count())).to_pylist()
    days_of = {int(row["kinds"]): int(row["n"]) for row in rows}
    numbers = [
        sum(n for kinds, n in days_of.items() if kinds.bit_count() >= least) for least in range(1, len(EVERY) + 1)
    ]
    share = {
        kind: (sum(n for kinds, n in days_of.items() if kinds >> place & 1) + 1) / (total + 2)
        for place, kind in enumerate(EVERY)
    }
    further = [(more + 1) / (some + 2) for some, more in pairwise([max(total, *numbers), *numbers])]
    helped = events.filter(events.reason == Reason.BY_ADMIN.value, events.account.notnull())
    resets = int(engine.rows(helped.aggregate(n=helped.count()))["n"][0].as_py() or 0)
    return Upkeep(
        changes=(1.0, *accumulate(further, lambda left, right: left * right)),
        kinds=share,
        resets=min((resets + 1) / (total + 2), 1.0),
    )
