"""The door: one row an act that gave or used control of an account, with how much likelier a stranger did it."""

from __future__ import annotations

import ibis

from tocsin.engines import Engine
from tocsin.risk.before import counted_before
from tocsin.risk.features import FEATURES, LEVELS, PUBLISHED, Weighing
from tocsin.risk.history import Counted, History, extended, known, on_site, own, site
from tocsin.risk.on_site import with_site
from tocsin.risk.refused import LEVELS_REFUSED, turned_away
from tocsin.risk.score import part, scored, unseen
from tocsin.risk.visits import ACT, KEY

NOBODY = -1
"""Stands for a client that is not known."""

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
        **{unseen(one.name): "float64" for one in FEATURES},  # the chance of something entirely new
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
    return _acts(engine, name, counted, history, weighing)


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
    acts = _acts(engine, name, counted, history, weighing)
    return acts, extended(engine, name, history, counted, until_day=until_day)


def _after(events: ibis.Table, history: History | None) -> ibis.Table:
    return events if history is None else events.filter(events.day_number > history.until_day)


def _acts(engine: Engine, name: str, counted: Counted, history: History | None, weighing: Weighing) -> ibis.Table:
    """The weighed events with what their visits came to."""
    rows = with_site(engine, name, counted, weighing, history)
    rows = scored(rows.filter(rows.asked), weighing)
    # What is asked no more is left behind, for each join carries all columns along.
    told = [column for column in RISK.names if column in rows.columns and column not in KEY]
    rows = rows.select(*told, "at", **{f"of_{column}": column for column in KEY})
    keys = [("account", "of_account"), ("day_number", "of_day_number"), ("source_ip", "of_source_ip")]
    acts = counted.acts.select(*ACT, *KEY)
    met = acts.inner_join(rows, [*keys, (acts.agent.fill_null(NOBODY), rows.of_agent.fill_null(NOBODY))])
    met = met.select(*ACT, *KEY, *told, opened=met.ts == met["at"])
    met = counted.numbers.texts(met, "account", *(column for column in counted.levels if column in counted.numbers.of))
    return met.select(**{column: met[column].cast(kind) for column, kind in RISK.items()})
