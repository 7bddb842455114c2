"""Keycloak admin events: what administrators and helpdesks did, by the admin interface or console.

The record names the administrator by id only, and the account in the path of the resource
(`users/<id>/reset-password`). The account's name stands in `representation`, JSON inside a string, when the
realm keeps it. A resource that is no user's is put down to the administrator's own account.
"""

from __future__ import annotations

from tocsin.sources.source import RawRecord, Source


def _is_admin_event(record: RawRecord) -> bool:
    return (
        isinstance(record.get("operationType"), str)
        and isinstance(record.get("authDetails"), dict)
        and ("resourcePath" in record or "resourceType" in record)
    )


KEYCLOAK_ADMIN = Source(
    format="keycloak_admin_event",
    provider="keycloak",
    title="Keycloak admin event",
    recognises=_is_admin_event,
    fields={
        "uid": "$.id",
        "stamp": "$.time",
        "realm_id": "$.realmId",
        "realm_name": "$.realmName",
        "operation": "$.operationType",
        "resource": "$.resourceType",
        "path": "$.resourcePath",
        "error": "$.error",
        "admin_id": "$.authDetails.userId",
        "admin_name": "$.authDetails.username",
        "ip": "$.authDetails.ipAddress",
        "representation": "$.representation",
    },
    derived={
        "target_id": "filled_once(regexp_extract(path, '^/?users/([^/?]+)', 1))",
        "act": "filled_once(regexp_extract(path, '^/?users/[^/]+/([^/?]+)', 1))",
        # In a step of its own: the engine may pull a macro's argument out of the CASE that guards it.
        "named": """CASE WHEN target_id IS NOT NULL AND act IS NULL
            AND starts_with(ltrim(representation), '{')
            THEN CASE WHEN json_valid(representation) THEN coalesce(
              json_extract_string(representation, '$.username'),
              json_extract_string(representation, '$.email')) END END""",
        "target": "account_name(named)",
        "on_own": "target_id IS NULL OR coalesce(target_id = admin_id, false)",
    },
    columns={
        "event_uid": "filled(uid)",
        "tenant": "coalesce(realm_id, realm_name, '')",
        "time": "CASE WHEN operation IS NOT NULL THEN event_time(stamp) END",
        "activity": "'admin_act'",
        "outcome": "CASE WHEN error IS NULL THEN 'success' ELSE 'failure' END",
        "reason": "'by_admin'",
        "provider_code": """operation || coalesce(' ' || resource, '') || coalesce(' ' || act, '')
            || coalesce('/' || error, '')""",
        "account": "CASE WHEN target_id IS NULL THEN account_name(admin_name) ELSE target END",
        "account_uid": "coalesce(target_id, admin_id)",
        "account_known": "CASE WHEN target_id IS NULL AND admin_id IS NULL THEN 'unknown' ELSE 'true' END",
        "actor": "CASE WHEN NOT on_own THEN coalesce(account_name(admin_name), admin_id) END",
        "source_ip": "ip_address(ip)",
    },
)
