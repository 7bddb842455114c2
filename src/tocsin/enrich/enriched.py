"""Events with their network and client beside them."""

from __future__ import annotations

import ibis

DAY_MS = 86_400_000


def enriched(events: ibis.Table, networks: ibis.Table, clients: ibis.Table) -> ibis.Table:
    """`events` plus `day_number` (days since 1970), `prefix`, `network`, `country` and `client` (NULL: unknown)."""
    with_network = events.left_join(networks, "source_ip").drop("source_ip_right")
    with_client = with_network.left_join(clients, "user_agent").drop("user_agent_right")
    return with_client.mutate(
        day_number=(with_client.ts // DAY_MS).cast("int32"),
        country=ibis.coalesce(with_client.source_country, with_client.country),
        client=ibis.coalesce(with_client.client, with_client.client_key),
    )
