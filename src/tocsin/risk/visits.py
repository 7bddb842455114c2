"""Events to visits: what an account did on one day from one address with one client is weighed once.

Whoever passed a check is not asked again minutes later, and whoever signs in thirty times in an hour has not thereby
made himself at home: a visit counts once in the history, from the moment at which it was let in.
"""

from __future__ import annotations

import ibis

from tocsin.engines import Engine
from tocsin.enrich import let_in
from tocsin.events import Outcome, Reason
from tocsin.risk.numbers import Numbers

CHANGES = ("recovery_complete", "credential_change", "factor_change", "channel_change", "consent", "mailbox_rule")
"""What somebody does with an account once in it, or to get into it. By itself it is no sign of the owner."""

ACT = ("provider", "event_uid", "ts", "activity", "raw_ref")
"""What an act is called by."""

KEY = ("account", "day_number", "source_ip", "agent")
"""What tells visits apart. Only the client may be unknown."""

ORDER = ("at", "source_ip", "agent")
"""Of an account's visits, in time; those of one millisecond in an order that is the same on every engine."""

MOST_VISITS = 1 << 32
"""Of an account."""

UNTOLD = 99_999
"""Milliseconds: what takes longer is taken as one less, and this stands for a time that is not told."""


def weighed(events: ibis.Table) -> ibis.Value:
    """Is this event an act of the account itself that gives or uses control of it, with an address to judge it by?"""
    by_others = events.reason.fill_null("").isin([Reason.BY_ADMIN.value, Reason.BY_SYSTEM.value])
    changed = events.activity.isin(CHANGES) & (events.outcome != Outcome.FAILURE.value) & ~by_others
    # Some providers name a service as the one that completes a recovery, at the requester's address.
    by_itself = events.actor.isnull() | (events.actor == events.account) | (events.activity == "recovery_complete")
    return (let_in(events) | (changed & by_itself)) & events.account.notnull() & events.source_ip.notnull()


def acts_of(engine: Engine, name: str, events: ibis.Table) -> ibis.Table:
    """Kept: the enriched events that are weighed: ACT, KEY, the columns of levels, `entered` and `timed`."""
    acts = events.filter(weighed(events))
    # Moment and round-trip time in one number: the least is the time of the act that a visit began with.
    trip = ibis.literal(UNTOLD)
    if "round_trip_ms" in acts.columns:
        possible = ibis.least(ibis.greatest(acts.round_trip_ms, 0), UNTOLD - 1)
        trip = acts.round_trip_ms.isnull().ifelse(UNTOLD, possible)
    columns = (*ACT, "account", "day_number", "source_ip", "prefix", "network", "country", "client")
    agent = ibis.coalesce(acts.user_agent, acts.client_key).nullif("")
    timed = (acts.ts * (UNTOLD + 1) + trip).cast("int64")
    return engine.kept(f"{name}_acts", acts.select(*columns, agent=agent, entered=let_in(acts), timed=timed))


def visits_of(acts: ibis.Table, numbers: Numbers) -> ibis.Table:
    """Of numbered acts: `visit`, `account, day_number`, the columns of all levels, `at` (milliseconds since 1970),
    `counts` and `asked`. The account's visits are in the order of `visit`.

    A row with `counts` 1 is history from then on. A visit that did something before it was let in, by a recovery say,
    is two rows: what it did first, which counts 0, and its being let in, which is not asked for.
    """
    opened = acts.group_by(*KEY).aggregate(
        at=acts.ts.min(),
        entered_at=acts.entered.ifelse(acts.ts, ibis.null("int64")).min(),
        prefix=acts.prefix.max(),
        network=acts.network.max(),
        country=acts.country.max(),
        client=acts.client.max(),
        first=acts.timed.min(),
    )
    trip = opened.first % (UNTOLD + 1)
    trip = (trip < UNTOLD).ifelse(trip, ibis.null("int64"))
    opened = opened.mutate(
        counts=(opened.at == opened.entered_at).fill_null(False).ifelse(1, 0).cast("int64"),
        round_trip_10=((trip // 10) * 10).cast("int64"),
        round_trip_50=((trip // 50) * 50).cast("int64"),
    )
    later = opened.filter((opened.entered_at > opened.at).fill_null(False))
    later = later.mutate(at=later.entered_at, counts=ibis.literal(1, "int64"))
    both = opened.mutate(asked=ibis.literal(True)).union(later.mutate(asked=ibis.literal(False)), distinct=False)
    number = ibis.row_number().over(ibis.window(group_by="account", order_by=ORDER))
    both = both.drop("entered_at", "first").mutate(number=number)
    both = both.left_join(numbers.systems, both.client == numbers.systems.client_number).drop("client_number")
    return both.mutate(visit=both.account.cast("int64") * MOST_VISITS + both.number).drop("number")
