"""How often owners change what guards their accounts, and how often a helpdesk has to: measured at this site.

Whoever takes an account over changes much of it in one sitting; an owner changes one thing at a time, and seldom.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import ibis

from tocsin.engines import Engine
from tocsin.events import Reason

KINDS = {
    "recovery_complete": "password",
    "credential_change": "password",
    "factor_change": "factor",
    "channel_change": "channel",
    "mailbox_rule": "rule",
    "consent": "consent",
}
"""Activity -> what of the account it changes."""


@dataclass(frozen=True, kw_only=True)
class Upkeep:
    """Shares of the days on which an account was used (account-days)."""

    changes: Sequence[float]  # with at least so many kinds of change; from none, which is 1.0, upwards
    resets: float  # with a reset by the helpdesk

    def at_least(self, kinds: int) -> float:
        """Share of account-days with so many kinds of change or more."""
        return self.changes[min(kinds, len(self.changes) - 1)]


def upkeep(engine: Engine, events: ibis.Table, days: ibis.Table) -> Upkeep:
    """Measure it. `events` enriched, `days` as from `enrich.owner_days`; one imagined day of each sort keeps every
    number of changes possible."""
    used = days.select("account", "day_number").distinct()
    total = int(engine.rows(used.aggregate(n=used.count()))["n"][0].as_py() or 0)
    kind = ibis.cases(*[(events.activity == activity, word) for activity, word in KINDS.items()], else_=None)
    changed = events.filter(events.activity.isin(list(KINDS)), events.outcome == "success", events.account.notnull())
    changed = changed.select("account", "day_number", kind=kind.cast("string"))
    by_day = changed.group_by("account", "day_number").aggregate(kinds=changed.kind.nunique())
    rows = engine.rows(by_day.group_by("kinds").aggregate(n=by_day.count())).to_pylist()
    numbers = {int(row["kinds"]): int(row["n"]) for row in rows}
    shares = [
        min((sum(n for kinds, n in numbers.items() if kinds >= least) + 1) / (total + 2), 1.0)
        for least in range(1, len(set(KINDS.values())) + 1)
    ]
    helped = events.filter(events.reason == Reason.BY_ADMIN.value, events.account.notnull())
    resets = int(engine.rows(helped.aggregate(n=helped.count()))["n"][0].as_py() or 0)
    return Upkeep(changes=(1.0, *shares), resets=min((resets + 1) / (total + 2), 1.0))
