"""What patterns look at: two narrow tables instead of all events, made in one go for all of them.

Nearly every event of a site is somebody let into his own account from where he always is. Patterns need those only
around something strange, so they are left out of both tables otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass

import ibis
import pyarrow as pa

from tocsin.detect.distances import distances
from tocsin.detect.habits import Habits, habits, strange_days, with_habit
from tocsin.detect.legacy_clients import is_legacy
from tocsin.engines import Engine
from tocsin.enrich import CODED, let_in, network_kinds
from tocsin.events import Activity, Outcome, Reason
from tocsin.recovery import RecoveryTables
from tocsin.recovery.join import network_of

COLUMNS = (
    "event_uid",
    "provider",
    "tenant",
    "ts",
    "day_number",
    "activity",
    "outcome",
    "reason",
    "provider_code",
    "account",
    "account_known",
    "channel_kind",
    "channel_value",
    "source_ip",
    "network",
    "country",
    "client",
    "user_agent",
    "session_uid",
    "raw_ref",
)
"""Of enriched events."""

TRIED = (Activity.IDENTIFY, Activity.SIGN_IN, Activity.CHALLENGE)
"""Told of where they did not succeed."""

TOLD = (
    Activity.RECOVERY_START,
    Activity.RECOVERY_MESSAGE,
    Activity.RECOVERY_PROOF,
    Activity.RECOVERY_COMPLETE,
    Activity.CREDENTIAL_CHANGE,
    Activity.FACTOR_CHANGE,
    Activity.CHANNEL_CHANGE,
    Activity.CONSENT,
    Activity.MAILBOX_RULE,
    Activity.PROVIDER_VERDICT,
)
"""Told of however they ended."""

AROUND_DAYS = 1
"""Of an account that is let in from a strange place, what it did from the day before to the day after is kept."""


@dataclass(frozen=True, kw_only=True)
class Observed:
    """Ibis tables. All but `events` are computed once and small."""

    events: ibis.Table  # enriched, all of them: dear
    days: ibis.Table  # as `enrich.owner_days`: on which an account was let in, and from where
    telling: ibis.Table  # COLUMNS, `source` and HABIT: what was refused, and every step of recovery and change
    entries: ibis.Table  # the same: who was let in, around the days on which that was from a strange place
    steps: ibis.Table  # `recovery.STEPS`
    sessions: ibis.Table  # `recovery.SESSIONS`
    kinds: ibis.Table  # `source_ip, kind` (`enrich.network.KINDS`) of the addresses of `entries`
    distances: ibis.Table  # `country, other, km`: the least between two countries that `entries` name


def observed(engine: Engine, events: ibis.Table, days: ibis.Table, recovery: RecoveryTables) -> Observed:
    """Enriched events and what was made of them, made ready for patterns."""
    known = habits(engine, days)
    told = engine.kept("told", _narrow(events, _telling(events)), coded=CODED)
    around = engine.kept("around_strange_days", _around(events, known), coded=CODED)
    telling = engine.kept("telling", with_habit(told, known))
    entries = engine.kept("entries", with_habit(around, known))
    return Observed(
        events=events,
        days=days,
        telling=telling,
        entries=entries,
        steps=recovery.steps,
        sessions=recovery.sessions,
        kinds=_kinds(engine, entries),
        distances=_distances(engine, entries),
    )


def _narrow(events: ibis.Table, wanted: ibis.Value) -> ibis.Table:
    rows = events.filter(wanted).select(*COLUMNS)
    # An IPv6 customer has a /64 at least, so its addresses are one source.
    several = rows.source_ip.contains(":")
    return rows.mutate(source=ibis.cases((several, network_of(rows.source_ip)), else_=rows.source_ip))


def _telling(events: ibis.Table) -> ibis.Value:
    interrupted = events.reason.fill_null("") == Reason.INTERRUPT.value
    refused = events.activity.isin([str(one) for one in TRIED]) & (events.outcome != Outcome.SUCCESS.value)
    legacy = (events.activity == Activity.SIGN_IN.value) & is_legacy(events.client)
    return (refused & ~interrupted) | events.activity.isin([str(one) for one in TOLD]) | legacy


def _around(events: ibis.Table, known: Habits) -> ibis.Table:
    """Events that let somebody in, of accounts around the days on which that was from a strange place."""
    strange = strange_days(known)
    around = [
        strange.select("account", day_number=(strange.day_number + shift).cast("int32"))
        for shift in range(-AROUND_DAYS, AROUND_DAYS + 1)
    ]
    kept = ibis.union(*around, distinct=True)
    return _narrow(events, let_in(events)).semi_join(kept, ["account", "day_number"])


def _kinds(engine: Engine, entries: ibis.Table) -> ibis.Table:
    addresses = engine.rows(entries.select("source_ip").distinct().filter(ibis._.source_ip.notnull()))
    kinds = network_kinds(addresses["source_ip"].to_pylist())
    return engine.table(
        "address_kinds",
        pa.table(
            {
                "source_ip": pa.array(list(kinds), pa.string()),
                "kind": pa.array([kind for kind, _ in kinds.values()], pa.string()),
            }
        ),
    )


def _distances(engine: Engine, entries: ibis.Table) -> ibis.Table:
    named = engine.rows(entries.select("country").distinct().filter(ibis._.country.notnull()))
    return engine.table("country_distances", distances(sorted(named["country"].to_pylist())))
