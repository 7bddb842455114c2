"""What patterns look at: two narrow tables instead of all events, made in one go for all of them.

Nearly every event of a site is somebody let into his own account from where he always is. Patterns need those only
around something strange, so they are left out of both tables otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count

import ibis
import pyarrow as pa

from tocsin.detect.distances import distances
from tocsin.detect.habits import HABIT, Habits, around_strange_days, with_habit
from tocsin.detect.legacy_clients import is_legacy
from tocsin.detect.password_guess import PASSWORD_GUESS
from tocsin.detect.sliding import Keep
from tocsin.detect.unknown_identifier import UNKNOWN_IDENTIFIER
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

COMMON = (
    "provider",
    "tenant",
    "event_uid",
    "ts",
    "day_number",
    "activity",
    "outcome",
    "account",
    "source_ip",
    "source",
    "raw_ref",
)
"""Of tables of which many patterns each join a few columns, what all of them ask for: each more makes joins dearer."""

STEP = {
    "recovery_session_uid": "string",
    "step": "string",
    "is_first_of_act": "boolean",
    "from_requester": "boolean",
    "left": "boolean",
}
"""Of a row of recovery: as in `recovery.STEPS`, and whether the recovery was left without a proof or completion."""

RELAYS = ("Apple Private Relay",)
"""Owners of exits through which people's own devices go by themselves: where these stand says nothing."""

RENTED = ("hosting", "vpn", "tor")
"""Kinds of network that nobody lives in."""

SEEN = (*HABIT, "kind", "elsewhere")
"""Beside COLUMNS. `kind` is the network's (`enrich.network.KINDS`, and "relay"), of `entries` and of rows whose network
and client or country are new to the account. Here, less is `strange`: neither a relay nor, outside rented networks, a
client that is usual, for people travel with what is theirs. `elsewhere`: strange, and in a country that is new to the
account or in a rented network.
"""

TRY = (*COMMON, "network", "client", "unknown", "fleet")
"""Of a refused sign-in. `unknown`: the provider knows no such name; `fleet`: network and client in one, where both are
known."""

_TOLD, _STEP, _ENTRY = range(3)
"""Which part of the table of all a row is."""


@dataclass(frozen=True, kw_only=True)
class Observed:
    """Ibis tables. All but `events` are computed once and small."""

    events: ibis.Table  # enriched, all of them: dear
    days: ibis.Table  # as `enrich.owner_days`: on which an account was let in, and from where
    telling: ibis.Table  # COLUMNS, `source` and SEEN: what was refused, and every step of recovery and change
    tried: ibis.Table  # TRY: of these, sign-ins refused to somebody who is not at home there
    recovery: ibis.Table  # COMMON, `reason`, `channel_kind`, `history`, `own` and STEP of recovery steps, under the
    # account that the recovery is of
    entries: ibis.Table  # as `telling`: who was let in, around the days on which that was from a strange place
    distances: ibis.Table  # `country, other, km`: the least between two countries that `entries` name
    keep: Keep


def observed(
    engine: Engine,
    events: ibis.Table,
    days: ibis.Table,
    recovery: RecoveryTables,
    known: Habits,
    *,
    some: ibis.Table | None = None,
) -> Observed:
    """Enriched events and what was made of them, made ready for patterns. `known` are the `habits` of `days`; `some`
    those of the events that are `looked_at`, if they are kept."""
    some = events if some is None else some
    told = engine.kept("told", _narrow(some, tells(some)), coded=CODED)
    narrow = ibis.union(
        _as_part(told, _TOLD), _as_part(_recovery(told, recovery.steps), _STEP), _as_part(_around(some, known), _ENTRY)
    )
    # One table of all three, for what is usual is asked of whole columns of accounts.
    narrow = engine.kept("observed", narrow, coded=CODED)
    engine.forget(told)
    rows = engine.kept("observed_rows", with_habit(narrow, known))
    engine.forget(narrow)
    kinds = _kinds(engine, rows.filter(rows.strange | (rows.part == _ENTRY)))
    # No table of its own: each of the three below takes its part of the rows, and to write them takes longer.
    placed = engine.named("observed_places", _placed(rows, kinds))
    columns = (*COLUMNS, "source", *SEEN)
    telling = engine.kept("telling", placed.filter(placed.part == _TOLD).select(*columns))
    entries = engine.kept("entries", placed.filter(placed.part == _ENTRY).select(*columns))
    steps = placed.filter(placed.part == _STEP)
    acts = engine.kept("recovery_acts", steps.select(*COMMON, "reason", "channel_kind", "history", "own", *STEP))
    engine.forget(rows)
    numbers = count(1)
    return Observed(
        events=events,
        days=days,
        telling=telling,
        tried=engine.kept("tried", _tried(telling)),
        recovery=acts,
        entries=entries,
        distances=_distances(engine, entries),
        keep=lambda rows: engine.kept(f"pattern_rows_{next(numbers)}", rows),
    )


def _as_part(rows: ibis.Table, part: int) -> ibis.Table:
    """The rows with all columns of STEP, NULL where they have none."""
    missing = {name: ibis.null(kind).name(name) for name, kind in STEP.items() if name not in rows.columns}
    return rows.select(*COLUMNS, "source", *(missing.get(name, name) for name in STEP), part=ibis.literal(part, "int8"))


def _placed(rows: ibis.Table, kinds: ibis.Table) -> ibis.Table:
    """Rows with SEEN."""
    rows = rows.left_join(kinds, "source_ip").drop("source_ip_right")
    kind = rows.kind.fill_null("")
    rented = kind.isin(RENTED)
    brought = rows.client.notnull() & rows.usual_client
    rows = rows.mutate(strange=rows.strange & (kind != "relay") & (rented | ~brought))
    abroad = rows.country.notnull() & ~rows.usual_country
    return rows.mutate(elsewhere=rows.strange & (abroad | rows.kind.fill_null("").isin(RENTED)))


def _narrow(events: ibis.Table, wanted: ibis.Value) -> ibis.Table:
    rows = events.filter(wanted).select(*COLUMNS)
    # An IPv6 customer has a /64 at least, so its addresses are one source.
    several = rows.source_ip.contains(":")
    return rows.mutate(source=ibis.cases((several, network_of(rows.source_ip)), else_=rows.source_ip))


def tells(events: ibis.Table) -> ibis.Value:
    """Was something refused or changed, or an account acted on by an administrator?"""
    interrupted = (events.reason == Reason.INTERRUPT.value).fill_null(False)
    refused = events.activity.isin([str(one) for one in TRIED]) & (events.outcome != Outcome.SUCCESS.value)
    # As the record names it: a column that stands in the store is looked at before anything is joined.
    legacy = (events.activity == Activity.SIGN_IN.value) & (is_legacy(events.user_agent) | is_legacy(events.client_key))
    helped = (events.activity == Activity.ADMIN_ACT.value) & (events.reason == Reason.BY_ADMIN.value).fill_null(False)
    return (refused & ~interrupted) | events.activity.isin([str(one) for one in TOLD]) | helped | legacy


def _tried(telling: ibis.Table) -> ibis.Table:
    unknown = UNKNOWN_IDENTIFIER.matches(telling).fill_null(False)
    rows = telling.mutate(unknown=unknown, fleet=telling.network.concat(" ", telling.client))
    return rows.filter(
        rows.activity == Activity.SIGN_IN.value,
        rows.unknown | PASSWORD_GUESS.matches(rows),
        rows.account.notnull(),
        rows.source.notnull(),
        ~rows.own,
    ).select(*TRY)


def _recovery(told: ibis.Table, steps: ibis.Table) -> ibis.Table:
    ended = steps.filter(steps.step.isin(("proof", "completed"))).select("recovery_session_uid").distinct()
    ended = ended.mutate(ended=True)
    marked = steps.left_join(ended, "recovery_session_uid").drop("recovery_session_uid_right")
    marked = marked.select(
        "provider", "event_uid", "recovery_session_uid", "step", "is_first_of_act", "from_requester",
        left=marked.ended.isnull(), recovered=marked.account,
    )  # fmt: skip
    rows = told.inner_join(marked, ["provider", "event_uid"])
    rows = rows.mutate(account=ibis.coalesce(rows.recovered, rows.account))
    return rows.select(*COLUMNS, "source", *STEP)


def _around(events: ibis.Table, known: Habits) -> ibis.Table:
    """Events that let somebody in, of accounts around the days on which that was from a strange place."""
    return _narrow(events, let_in(events)).semi_join(around_strange_days(known), ["account", "day_number"])


def _kinds(engine: Engine, rows: ibis.Table) -> ibis.Table:
    """`source_ip, kind` of the rows' addresses: few."""
    addresses = engine.rows(rows.select("source_ip").distinct())["source_ip"]
    kinds = {
        text: "relay" if kind == "cdn" or owner in RELAYS else kind
        for text, (kind, owner) in network_kinds(addresses.drop_null().to_pylist()).items()
    }
    table = {"source_ip": pa.array(kinds.keys(), pa.string()), "kind": pa.array(kinds.values(), pa.string())}
    return engine.table("address_kinds", pa.table(table))


def _distances(engine: Engine, entries: ibis.Table) -> ibis.Table:
    named = engine.rows(entries.select("country").distinct().filter(ibis._.country.notnull()))
    return engine.table("country_distances", distances(sorted(named["country"].to_pylist())))
