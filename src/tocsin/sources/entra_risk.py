"""Microsoft Entra risk detections: what Entra ID Protection thought of a sign-in or an account.

Shapes (Graph `riskDetection`, https://learn.microsoft.com/graph/api/resources/riskdetection; the diagnostic categories
UserRiskEvents and ServicePrincipalRiskEvents; the tables AADUserRiskEvents and AADServicePrincipalRiskEvents of Azure
Monitor; what the PowerShell commands Get-MgRiskDetection print). What the records do:

- The event is the risky act (`activityDateTime`). Most detections are made offline, hours or two days later
  (`detectedDateTime`), and `time` of a diagnostic record is later still.
- A detection is delivered again whenever its state changes, under the same id: the first that is read stays.
- A detection that the provider or an administrator withdrew (`dismissed`, `confirmedSafe`) marks no risk any more.
- Leaked credentials have no sign-in, so no address and no correlation.
- The type is kept as it is written: Microsoft adds types, and without a P2 licence all are `generic`.
- The client stands in `additionalInfo`, a list of keys and values as text. Microsoft's own proxy is named where the
  provider itself checked the password ("Windows-AzureAD-Authentication-Provider").
"""

from __future__ import annotations

from collections.abc import Mapping

from tocsin.sources.entra_signin import UNESCAPED, ZEROS
from tocsin.sources.source import RawRecord, Source

GRAPH = {
    "id": "id",
    "risk_type": "riskEventType",
    "risk_state": "riskState",
    "risk_level": "riskLevel",
    "risk_detail": "riskDetail",
    "happened": "activityDateTime",
    "detected": "detectedDateTime",
    "upn": "userPrincipalName",
    "user_id": "userId",
    "service_name": "servicePrincipalDisplayName",
    "service_id": "servicePrincipalId",
    "ip": "ipAddress",
    "country": "location.countryOrRegion",
    "correlation": "correlationId",
    "more": "additionalInfo",
}
"""Our name of a field -> its path in the Graph record, which diagnostic settings hold under `properties`."""

WITHDRAWN = ("dismissed", "confirmedsafe", "none")
"""States in which nobody holds the account or the sign-in for risky."""

READING = {
    "said_state": "lower(risk_state)",
    "said_name": "account_name(coalesce(filled(upn), service_name))",
    "said_detail": "nullif(nullif(filled(risk_detail), 'none'), 'hidden')",
    "more_read": "CASE WHEN json_valid(more) THEN more END",
    "agent_told": "told_value(more_read, 'userAgent')",
    "agent": "told_or_named(agent_told, more_read, 'userAgent')",
    # Of those without an address only: `more_read`, which is worked out once for each text, would have to be handed on.
    "address": "CASE WHEN filled(ip) IS NOT NULL THEN ip WHEN json_valid(more) THEN named_value(more, 'clientIp') END",
}

COLUMNS = {
    "event_uid": "id",
    "tenant": "coalesce(tenant_id, '')",
    "time": "CASE WHEN risk_type IS NOT NULL THEN coalesce(event_time(happened), event_time(detected)) END",
    "activity": "'provider_verdict'",
    "outcome": "'unknown'",
    "reason": f"CASE WHEN said_state IN {WITHDRAWN} THEN NULL ELSE 'risk' END",
    "provider_code": "concat_ws('/', risk_type, filled(risk_state), said_detail)",
    "account": "said_name",
    "account_uid": f"coalesce(nullif(filled(user_id), '{ZEROS}'), filled(service_id))",
    "account_known": "CASE WHEN said_name IS NULL THEN 'unknown' ELSE 'true' END",
    "source_ip": "ip_address(address)",
    "source_country": "CASE WHEN regexp_full_match(country, '[A-Za-z]{2}\\s*') THEN upper(left(country, 2)) END",
    "user_agent": "filled(agent)",
    "correlation_uid": "filled(correlation)",
}

CATEGORIES = ("userriskevents", "serviceprincipalriskevents")


def _is_graph(record: RawRecord) -> bool:
    return "riskEventType" in record and "detectedDateTime" in record


def _is_diagnostic(record: RawRecord) -> bool:
    return str(record.get("category")).lower() in CATEGORIES and isinstance(record.get("properties"), Mapping | str)


def _is_table(record: RawRecord) -> bool:
    return "RiskEventType" in record and ("UserPrincipalName" in record or "ServicePrincipalId" in record)


ENTRA_RISK_GRAPH = Source(
    format="entra_risk_graph",
    provider="entra",
    title="Microsoft Entra risk detections (Graph)",
    recognises=_is_graph,
    fields={name: f"$.{path}" for name, path in GRAPH.items()},
    derived={"tenant_id": "NULL::VARCHAR", **READING},
    columns=COLUMNS,
)

OPENED = f"CASE WHEN json_type(record, '$.properties') = 'VARCHAR' THEN {UNESCAPED} ELSE record END"
"""SQL: the diagnostic record, with `properties` opened where a pipeline handed it over as text."""

ENTRA_RISK_DIAGNOSTIC = Source(
    format="entra_risk_diagnostic",
    provider="entra",
    title="Microsoft Entra risk detections (diagnostic settings)",
    recognises=_is_diagnostic,
    unwraps=OPENED,
    fields={
        **{name: f"$.properties.{path}" for name, path in GRAPH.items()},
        "category": "$.category",
        "tenant_upper": "$.tenantId",
        "tenant_lower": "$.tenantid",
    },
    derived={"tenant_id": "coalesce(tenant_upper, tenant_lower)", **READING},
    columns={
        **COLUMNS,
        "time": f"CASE WHEN lower(category) IN {CATEGORIES}"
        " THEN coalesce(event_time(happened), event_time(detected)) END",
    },
)

_TABLE_FIELDS = {
    "id": "$.Id",
    "risk_type": "$.RiskEventType",
    "risk_state": "$.RiskState",
    "risk_detail": "$.RiskDetail",
    "happened_plain": "$.ActivityDateTime",
    "happened_utc": '$."ActivityDateTime [UTC]"',
    "detected_plain": "$.DetectedDateTime",
    "detected_utc": '$."DetectedDateTime [UTC]"',
    "upn": "$.UserPrincipalName",
    "user_id": "$.UserId",
    "service_name": "$.ServicePrincipalDisplayName",
    "service_id": "$.ServicePrincipalId",
    "ip_table": "$.IpAddress",
    "ip_printed": "$.IPAddress",
    "place": "$.Location",
    "country_printed": "$.CountryOrRegion",
    "correlation": "$.CorrelationId",
    "more": "$.AdditionalInfo",
    "agent_printed": "$.AdditionalInfo_userAgent",
}

ENTRA_RISK_TABLE = Source(
    format="entra_risk_table",
    provider="entra",
    title="Microsoft Entra risk detections (Log Analytics, PowerShell)",
    recognises=_is_table,
    fields=_TABLE_FIELDS,
    derived={
        # `TenantId` of the table is the workspace, not the directory.
        "tenant_id": "NULL::VARCHAR",
        "happened": "coalesce(happened_plain, happened_utc)",
        "detected": "coalesce(detected_plain, detected_utc)",
        "ip": "coalesce(ip_table, ip_printed)",
        "country": "coalesce(country_printed, CASE WHEN starts_with(place, '{') THEN"
        " coalesce(json_extract_string(place, '$.countryOrRegion'), json_extract_string(place, '$.CountryOrRegion'))"
        " END)",
        **READING,
        "agent": f"coalesce(agent_printed, {READING['agent']})",
    },
    columns=COLUMNS,
)

ENTRA_RISK = (ENTRA_RISK_DIAGNOSTIC, ENTRA_RISK_GRAPH, ENTRA_RISK_TABLE)
