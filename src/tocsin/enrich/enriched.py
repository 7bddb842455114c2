"""Events with their network and client beside them."""

from __future__ import annotations

import ibis

DAY_MS = 86_400_000


def enriched(events: ibis.Table, networks: ibis.Table, clients: ibis.Table) -> ibis.Table:
    """`events` plus `day_number` (days since 1970), `prefix`, `network`, `country` and `client` (NULL: unknown).

    An event that names its account by the provider's id alone (Keycloak does at times) gets the name that other
    events give for that id.
    """
    named = events.filter(events.account.notnull(), events.account_uid.notnull())
    names = named.group_by("provider", "account_uid").aggregate(known_as=named.account.max())
    with_name = events.left_join(names, ["provider", "account_uid"]).drop("provider_right", "account_uid_right")
    with_name = with_name.mutate(account=ibis.coalesce(with_name.account, with_name.known_as)).drop("known_as")
    with_network = with_name.left_join(networks, "source_ip").drop("source_ip_right")
    with_client = with_network.left_join(clients, "user_agent").drop("user_agent_right")
    return with_client.mutate(
        day_number=(with_client.ts // DAY_MS).cast("int32"),
        country=ibis.coalesce(with_client.source_country, with_client.country),
        client=ibis.coalesce(with_client.client, with_client.client_key),
    )
