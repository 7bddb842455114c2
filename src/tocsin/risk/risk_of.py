"""The door: one row an act that gave or used control of an account, with how much likelier a stranger did it."""

from __future__ import annotations

import ibis

from tocsin.engines import Engine
from tocsin.risk.before import counted_before, turned_away, with_site
from tocsin.risk.features import FEATURES, LEVELS, PUBLISHED, Weighing
from tocsin.risk.history import Counted, History, extended, known, on_site, own, site
from tocsin.risk.refused import LEVELS_REFUSED
from tocsin.risk.score import part, scored, weights
from tocsin.risk.visits import KEY, keyed

ACT = ("provider", "event_uid", "ts", "activity", "raw_ref")

RISK = ibis.schema(
    {
        "provider": "string",
        "event_uid": "string",
        "ts": "int64",
        "activity": "string",
        "raw_ref": "string",
        "account": "string",
        "opened": "boolean",  # its visit began with it (or with another act of the same millisecond)
        "log_odds": "float64",  # natural; of the visit that the act belongs to; NULL: nothing earlier to judge by
        "prior_log_odds": "float64",
        "attack_log_odds": "float64",  # what is refused from there
        **{turned_away(level): "int64" for level in (*LEVELS_REFUSED, "")},
        **{part(one.name): "float64" for one in FEATURES},
        "visits": "int64",  # earlier visits of the account
        "site_visits": "int64",  # of all accounts, on earlier days
        "site_accounts": "int64",
        **{known(one.name): "int64" for one in FEATURES},  # earlier visits of the account that told of the feature
        **{on_site(known(one.name)): "int64" for one in FEATURES},
        **{f"{one.name}_unseen": "float64" for one in FEATURES},  # the chance of something entirely new
        **{one.column: "string" for one in LEVELS},
        **{own(one.column): "int64" for one in LEVELS},
        **{site(one.column): "int64" for one in LEVELS},
    }
)
"""One row an act: a sign-in that let somebody in, a completed recovery, a change of what gives access."""


def risk_of(
    engine: Engine,
    events: ibis.Table,
    history: History | None = None,
    *,
    weighing: Weighing = PUBLISHED,
    name: str = "risk",
) -> ibis.Table:
    """RISK for the acts among the enriched events, each from what its account and the site had shown before.

    With a `history`, of the days after it only. `events` may have a column `round_trip_ms`. What the rows are made of
    is kept by the engine under names that begin with `name`: another call with the same name takes their place.
    """
    counted = counted_before(engine, name, _after(events, history), history)
    return _acts(engine, _after(events, history), counted, history, weighing)


def risk_and_history(
    engine: Engine,
    events: ibis.Table,
    history: History | None = None,
    *,
    until_day: int,
    weighing: Weighing = PUBLISHED,
    name: str = "risk",
) -> tuple[ibis.Table, History]:
    """`risk_of`, and the history with all days up to and with `until_day`: hand it to the call for the days after.

    It needs another `name` than the call that made `history`.
    """
    counted = counted_before(engine, name, _after(events, history), history)
    acts = _acts(engine, _after(events, history), counted, history, weighing)
    return acts, extended(engine, name, history, counted, until_day=until_day)


def _after(events: ibis.Table, history: History | None) -> ibis.Table:
    return events if history is None else events.filter(events.day_number > history.until_day)


def _acts(
    engine: Engine, events: ibis.Table, counted: Counted, history: History | None, weighing: Weighing
) -> ibis.Table:
    """The weighed events with what their visits came to."""
    rows = with_site(engine, counted, history)
    rows = scored(rows.filter(rows.asked), weighing)
    unseen = {f"{one.name}_unseen": weights(rows, one, weighing)[1] for one in FEATURES}
    rows = rows.mutate(**unseen, agent_key=rows.agent.cast("string").fill_null(""))
    # Under other names: Spark takes columns that both sides have from the events for one and the same.
    acts = keyed(events).select(*ACT, **{f"of_{column}": column for column in KEY})
    met = acts.inner_join(rows, [(f"of_{column}", column) for column in KEY])
    met = met.mutate(opened=met.ts == met["at"])
    return met.select(**{column: met[column].cast(kind) for column, kind in RISK.items()})
