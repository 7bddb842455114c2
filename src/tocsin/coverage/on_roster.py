"""Which accounts of the roster stand in the logs at all: nothing can be said of one that was never seen."""

from __future__ import annotations

import ibis
import msgspec
import pyarrow as pa

from tocsin.engines import Engine
from tocsin.events import Known, Outcome


class RosterSeen(msgspec.Struct, frozen=True, kw_only=True):
    """The roster against the logs."""

    accounts: int
    seen: int
    never_seen: list[str]


SIGHTING = pa.schema(
    [
        pa.field("account", pa.string()),
        pa.field("provider", pa.string()),
        pa.field("tenant", pa.string()),
        pa.field("events", pa.int64()),
    ]
)


def _of_existing(events: ibis.Table) -> ibis.Table:
    """Events of accounts that exist, by what the log says of them. A name that was only tried is none."""
    exists = (events.account_known == Known.TRUE.value) | (
        (events.outcome == Outcome.SUCCESS.value) & (events.account_known != Known.FALSE.value)
    )
    return events.filter(exists & events.account.notnull())


def sightings(events: ibis.Table) -> ibis.Table:
    """SIGHTING: where each account is known to exist."""
    named = _of_existing(events)
    return named.group_by("account", "provider", "tenant").aggregate(events=named.count())


def roster_seen(engine: Engine, events: ibis.Table, roster: pa.Table) -> RosterSeen | None:
    """None without a roster."""
    if not len(roster):
        return None
    # Under a name of its own, and beside accounts instead of events: who stands in no log has no code.
    people = engine.table("roster_accounts", roster.select(["account"]).rename_columns(["person"]))
    met = _of_existing(events).select("account").distinct()
    found = engine.rows(met.semi_join(people, met.account == people.person))
    seen = set(found["account"].to_pylist())
    accounts = roster["account"].to_pylist()
    return RosterSeen(
        accounts=len(accounts),
        seen=sum(one in seen for one in accounts),
        never_seen=sorted(one for one in accounts if one not in seen),
    )
