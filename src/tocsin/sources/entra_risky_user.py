"""Microsoft Entra risky users: whom Entra ID Protection holds for compromised, and since when.

Shapes (Graph `riskyUser`, https://learn.microsoft.com/graph/api/resources/riskyuser, and `riskyUserHistoryItem`; the
diagnostic categories RiskyUsers and RiskyServicePrincipals; the tables AADRiskyUsers and AADRiskyServicePrincipals of
Azure Monitor; what Get-MgRiskyUser prints). What the records do:

- A record is a state, not an event, and its `id` is the user's. The event is the last change: user and time name it, so
  that the same state read from the list, the history and the diagnostic log is one row.
- A history item has an id of its own and the user's in `userId`.
- `initiatedBy` is the id of the administrator who dismissed or confirmed.
- A user whose risk was remediated, dismissed or confirmed safe has the level `none`: no risk is marked any more.
"""

from __future__ import annotations

from collections.abc import Mapping

from tocsin.sources.entra_risk import OPENED, WITHDRAWN
from tocsin.sources.source import RawRecord, Source

GRAPH = {
    "id": "id",
    "history_user": "userId",
    "risk_state": "riskState",
    "risk_level": "riskLevel",
    "risk_detail": "riskDetail",
    "changed": "riskLastUpdatedDateTime",
    "upn": "userPrincipalName",
    "service_name": "displayName",
    "initiated_by": "initiatedBy",
    "risk_types": "activity.riskEventTypes",
}
"""Our name of a field -> its path in the Graph record, which diagnostic settings hold under `properties`."""

READING = {
    "said_state": "lower(risk_state)",
    "said_name": "account_name(coalesce(filled(upn), service_name))",
    "subject": "coalesce(filled(history_user), filled(id))",
    "when_changed": "event_time(changed)",
    "said_detail": "nullif(nullif(filled(risk_detail), 'none'), 'hidden')",
    "types": "CASE WHEN starts_with(risk_types, '[') THEN"
    " nullif(array_to_string(from_json(risk_types, '[\"VARCHAR\"]'), ','), '') END",
}

COLUMNS = {
    "event_uid": "subject || '/' || epoch_ms(when_changed)",
    "tenant": "coalesce(tenant_id, '')",
    "time": "when_changed",
    "activity": "'provider_verdict'",
    "outcome": "'unknown'",
    "reason": f"CASE WHEN said_state IN {WITHDRAWN} OR lower(risk_level) = 'none' THEN NULL ELSE 'risk' END",
    "provider_code": "concat_ws('/', 'risky user', filled(risk_state), said_detail, types)",
    "account": "said_name",
    "account_uid": "subject",
    "account_known": "CASE WHEN said_name IS NULL THEN 'unknown' ELSE 'true' END",
    "actor": "CASE WHEN lower(filled(initiated_by)) <> lower(subject) THEN account_name(initiated_by) END",
}

CATEGORIES = ("riskyusers", "riskyserviceprincipals")


def _is_graph(record: RawRecord) -> bool:
    return "riskLastUpdatedDateTime" in record


def _is_diagnostic(record: RawRecord) -> bool:
    return str(record.get("category")).lower() in CATEGORIES and isinstance(record.get("properties"), Mapping | str)


def _is_table(record: RawRecord) -> bool:
    return "RiskLastUpdatedDateTime" in record or "RiskLastUpdatedDateTime [UTC]" in record


ENTRA_RISKY_USER_GRAPH = Source(
    format="entra_risky_user_graph",
    provider="entra",
    title="Microsoft Entra risky users (Graph)",
    recognises=_is_graph,
    fields={name: f"$.{path}" for name, path in GRAPH.items()},
    derived={"tenant_id": "NULL::VARCHAR", **READING},
    columns=COLUMNS,
)

ENTRA_RISKY_USER_DIAGNOSTIC = Source(
    format="entra_risky_user_diagnostic",
    provider="entra",
    title="Microsoft Entra risky users (diagnostic settings)",
    recognises=_is_diagnostic,
    unwraps=OPENED,
    fields={
        **{name: f"$.properties.{path}" for name, path in GRAPH.items()},
        "category": "$.category",
        "tenant_upper": "$.tenantId",
        "tenant_lower": "$.tenantid",
    },
    derived={"tenant_id": "coalesce(tenant_upper, tenant_lower)", **READING},
    columns={**COLUMNS, "time": f"CASE WHEN lower(category) IN {CATEGORIES} THEN when_changed END"},
)

_TABLE_FIELDS = {
    "id": "$.Id",
    "history_user": "$.UserId",
    "risk_state": "$.RiskState",
    "risk_level": "$.RiskLevel",
    "risk_detail": "$.RiskDetail",
    "changed_plain": "$.RiskLastUpdatedDateTime",
    "changed_utc": '$."RiskLastUpdatedDateTime [UTC]"',
    "upn": "$.UserPrincipalName",
    "service_name": "$.DisplayName",
    "initiated_by": "$.InitiatedBy",
    "risk_types": "$.Activity.RiskEventTypes",
}

ENTRA_RISKY_USER_TABLE = Source(
    format="entra_risky_user_table",
    provider="entra",
    title="Microsoft Entra risky users (Log Analytics, PowerShell)",
    recognises=_is_table,
    fields=_TABLE_FIELDS,
    derived={"tenant_id": "NULL::VARCHAR", "changed": "coalesce(changed_plain, changed_utc)", **READING},
    columns=COLUMNS,
)

ENTRA_RISKY_USER = (ENTRA_RISKY_USER_DIAGNOSTIC, ENTRA_RISKY_USER_GRAPH, ENTRA_RISKY_USER_TABLE)
