"""Events with their network and client beside them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import ibis

from tocsin.enrich.habit import ENTERED, let_in

Pick = Callable[[ibis.Table, Sequence[str]], ibis.Table]
"""Enriched events by keys: a table, and the columns of EVENT in which the events agree with one of its rows."""

Fill = Callable[[ibis.Table, Sequence[str]], ibis.Table]
"""Rows of GIST, with `provider`, `event_uid` and `source_ip` at least, and the columns of enriched events that they are
to have."""

DAY_MS = 86_400_000

CODED = (
    "provider",
    "tenant",
    "activity",
    "outcome",
    "reason",
    "account",
    "account_known",
    "source_ip",
    "network",
    "country",
    "client",
    "user_agent",
    "client_key",
    "app_uid",
)
"""Columns of enriched events whose values come again and again."""

GIST = ("event_uid", "ts", "day_number", *CODED)
"""Columns that are asked of all events at once, or of whatever some accounts or addresses did: counts, days, who was
let in. Kept as numbers, but for the ids, they are small enough to be held in memory for millions of events; what else
is asked of few events is read from the store (`Pick`), which takes ten times as long."""


def gist_of(events: ibis.Table) -> ibis.Table:
    """GIST of enriched events, and whether each let somebody in."""
    return events.select(*GIST, let_in(events).name(ENTERED))


def account_names(events: ibis.Table) -> ibis.Table:
    """The names of accounts that some event gives by the provider's id alone (Keycloak does at times), as other events
    give them for that id: `provider, account_uid, known_as`. Few: compute it once and hand it to `enriched`."""
    nameless = events.filter(events.account.isnull(), events.account_uid.notnull())
    asked = nameless.select("provider", "account_uid").distinct()
    named = events.filter(events.account.notnull(), events.account_uid.notnull())
    named = named.semi_join(asked, ["provider", "account_uid"])
    return named.group_by("provider", "account_uid").aggregate(known_as=named.account.max())


def enriched(events: ibis.Table, names: ibis.Table, networks: ibis.Table, clients: ibis.Table) -> ibis.Table:
    """`events` plus `day_number` (days since 1970), `prefix`, `network`, `country` and `client` (NULL: unknown), with
    the names of `account_names` for accounts without one."""
    return _surrounded(_named(events, names), networks, clients)


def _named(events: ibis.Table, names: ibis.Table) -> ibis.Table:
    """`events` plus `day_number`, each with the name of its account."""
    with_name = events.left_join(names, ["provider", "account_uid"]).drop("provider_right", "account_uid_right")
    with_name = with_name.mutate(
        account=ibis.coalesce(with_name.account, with_name.known_as), day_number=(with_name.ts // DAY_MS).cast("int32")
    )
    return with_name.drop("known_as")


def _surrounded(rows: ibis.Table, networks: ibis.Table, clients: ibis.Table) -> ibis.Table:
    with_network = rows.left_join(networks, "source_ip").drop("source_ip_right")
    with_client = with_network.left_join(clients, "user_agent").drop("user_agent_right")
    return with_client.mutate(
        country=ibis.coalesce(with_client.source_country, with_client.country),
        client=ibis.coalesce(with_client.client, with_client.client_key),
    )


def coded_values(events: ibis.Table, networks: ibis.Table, clients: ibis.Table) -> Sequence[ibis.Table]:
    """Tables that hold all values of the columns CODED of what is `enriched` from these, under the same names."""
    # Of what has tables of its own, the events need not be looked through.
    logged = [name for name in CODED if name in events.columns and name not in ("source_ip", "user_agent")]
    return (
        events.select(*logged, country="source_country", client="client_key"),
        networks.select("source_ip", "network", "country"),
        clients.select("user_agent", "client"),
    )


def picking(events: ibis.Table, names: ibis.Table, networks: ibis.Table, clients: ibis.Table) -> Pick:
    """A `Pick` from these. Events are picked before anything is joined to them: joined first, all of them would be."""

    def pick(keys: ibis.Table, by: Sequence[str]) -> ibis.Table:
        picked = events.semi_join(keys, list(by))
        if list(by) == ["account"]:
            # Events that give the account by its id alone.
            asked = names.semi_join(keys.select(known_as="account"), "known_as").select("provider", "account_uid")
            picked = picked.union(events.filter(events.account.isnull()).semi_join(asked, ["provider", "account_uid"]))
        return enriched(picked, names, networks, clients)

    return pick


def filling(events: ibis.Table, networks: ibis.Table) -> Fill:
    """A `Fill` from these."""

    def fill(rows: ibis.Table, columns: Sequence[str]) -> ibis.Table:
        lacking = [name for name in columns if name not in rows.columns]
        told = events.semi_join(rows.select("ts").distinct(), "ts")
        told = told.select(*(name for name in lacking if name in events.columns), asked=_key(told))
        filled = rows.mutate(asked=_key(rows)).inner_join(told, "asked")
        if "prefix" in lacking and "prefix" not in told.columns:
            filled = filled.left_join(networks.select("source_ip", "prefix"), "source_ip")
        return filled.select(*columns)

    return fill


def _key(rows: ibis.Table) -> ibis.Value:
    """An event's key as one value that is worked out. A join by columns as they stand in the store has all values of
    these read to see whether they lie between the least and the greatest that are asked for: ids always do."""
    return rows.provider.concat("\x1f", rows.event_uid)
