"""Events by keys, with their surroundings, on every engine."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from event_rows import event_row
from tocsin.enrich import account_names, picking
from tocsin.events import EVENT

NETWORKS = pa.schema(
    [("source_ip", pa.string()), ("prefix", pa.string()), ("network", pa.string()), ("country", pa.string())]
)
CLIENTS = pa.schema([("user_agent", pa.string()), ("client", pa.string())])


def test_events_of_an_account_are_picked_also_where_a_log_names_it_by_its_id_alone(engine: Any) -> None:
    """Keycloak writes the name when somebody signs in and only the id when the session is used."""
    rows = [
        event_row("named", provider="keycloak", account="ada", account_uid="1f"),
        event_row("by id", provider="keycloak", account=None, account_uid="1f", activity="session_use"),
        event_row("another", provider="keycloak", account=None, account_uid="2e", activity="session_use"),
        event_row("elsewhere", provider="okta", account=None, account_uid="1f"),
        event_row("bob", provider="keycloak", account="bob", account_uid="2e"),
    ]
    events = engine.table(pa.Table.from_pylist(rows, schema=EVENT), "events")
    networks = engine.table(NETWORKS.empty_table(), "networks")
    clients = engine.table(CLIENTS.empty_table(), "clients")
    pick = picking(events, account_names(events), networks, clients)
    found = engine.rows(pick(engine.table(pa.table({"account": ["ada"]}), "asked"), ["account"]))
    assert {(row["event_uid"], row["account"]) for row in found.to_pylist()} == {("named", "ada"), ("by id", "ada")}
