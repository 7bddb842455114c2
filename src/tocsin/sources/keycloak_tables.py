"""Keycloak's events as its database keeps them: exports of the tables EVENT_ENTITY and ADMIN_EVENT_ENTITY.

Columns: Keycloak's migrations (model/jpa/src/main/resources/META-INF/jpa-changelog-*.xml); `DETAILS_JSON_LONG_VALUE`
came when details outgrew `DETAILS_JSON`. PostgreSQL writes their names small (`\\copy event_entity to 'events.csv' csv
header`), MySQL and Oracle large (`mysql --batch`, whose NULL is the word). A row has the id that the interface
gives the event, so that both count once; of the realm it knows the id alone.
"""

from __future__ import annotations

from dataclasses import replace

from tocsin.sources.keycloak import KEYCLOAK
from tocsin.sources.keycloak_admin import KEYCLOAK_ADMIN
from tocsin.sources.keycloak_events import DETAILS
from tocsin.sources.source import RawRecord

EVENT = {
    "uid": "id",
    "stamp": "event_time",
    "kind": "type",
    "realm_id": "realm_id",
    "user_id": "user_id",
    "ip": "ip_address",
    "error": "error",
    "session": "session_id",
    "details_short": "details_json",
    "details_long": "details_json_long_value",
}
ADMIN_EVENT = {
    "uid": "id",
    "stamp": "admin_event_time",
    "realm_id": "realm_id",
    "operation": "operation_type",
    "resource": "resource_type",
    "path": "resource_path",
    "error": "error",
    "admin_id": "auth_user_id",
    "ip": "ip_address",
    "representation": "representation",
}
"""Our name -> column."""


def _has(record: RawRecord, *columns: str) -> bool:
    return all(one in record for one in columns) or all(one.upper() in record for one in columns)


def _fields(columns: dict[str, str]) -> dict[str, str]:
    small = {f"small_{name}": f"$.{column}" for name, column in columns.items()}
    return small | {f"large_{name}": f"$.{column.upper()}" for name, column in columns.items()}


def _either(columns: dict[str, str]) -> dict[str, str]:
    return {name: f"nullif(coalesce(small_{name}, large_{name}), 'NULL')" for name in columns}


_DETAILS = tuple(f"{size}_details_{kind}" for kind in ("long", "short") for size in ("small", "large"))

KEYCLOAK_EVENT_TABLE = replace(
    KEYCLOAK,
    format="keycloak_event_table",
    title="Keycloak user events (database table)",
    # A row of JSON lacks the columns that are NULL.
    recognises=lambda record: _has(record, "event_time", "realm_id", "type"),
    fields=_fields(EVENT),
    inside=f"coalesce({', '.join(_DETAILS)})",
    fields_inside={name: f"$.{name}" for name in DETAILS},
    derived={
        **_either({name: column for name, column in EVENT.items() if not name.startswith("details")}),
        "realm_name": "NULL::VARCHAR",
        "operation": "NULL::VARCHAR",
        **KEYCLOAK.derived,
    },
)

KEYCLOAK_ADMIN_TABLE = replace(
    KEYCLOAK_ADMIN,
    format="keycloak_admin_event_table",
    title="Keycloak admin events (database table)",
    recognises=lambda record: _has(record, "admin_event_time", "realm_id", "operation_type"),
    fields=_fields(ADMIN_EVENT),
    derived={
        **_either(ADMIN_EVENT),
        "realm_name": "NULL::VARCHAR",
        "admin_name": "NULL::VARCHAR",
        **KEYCLOAK_ADMIN.derived,
    },
)

KEYCLOAK_TABLES = (KEYCLOAK_EVENT_TABLE, KEYCLOAK_ADMIN_TABLE)
