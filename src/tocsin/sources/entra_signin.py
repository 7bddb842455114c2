"""Microsoft Entra sign-ins: the Graph record, the diagnostic-settings record, and Log Analytics rows.

Shapes (Graph `signIn`, https://learn.microsoft.com/graph/api/resources/signin; the tables SigninLogs and
AADNonInteractiveUserSignInLogs of Azure Monitor). What the records do:

- `time` of a diagnostic record is its delivery, one or two minutes late; `properties.createdDateTime` is
  the event.
- Some pipelines hand `properties` over as escaped JSON text.
- Codes are read from `entra_codes.csv`: interrupts are no failures (trap 5).
- A user id of zeros, or none, is written for a name that the directory does not hold.
- Background sign-ins (refresh tokens) are uses of a session, unless a password was presented in them: the
  password grant (ROPC) is where low-and-slow spraying hides.
- One sign-in is several records, and Azure Monitor holds one as often as its state changed
  (https://learn.microsoft.com/entra/identity/monitoring-health/concept-sign-in-log-activity-details, "Multifactor
  authentication"). `originalRequestId` names the first of them where it is another.
- Risk fields are the provider's later judgement and change no outcome.
"""

from __future__ import annotations

from collections.abc import Mapping

from tocsin.sources.entra_codes import OF_PASSWORD, by_code
from tocsin.sources.source import RawRecord, Source

GRAPH = {
    "id": "id",
    "created": "createdDateTime",
    "upn": "userPrincipalName",
    "identifier": "signInIdentifier",
    "user_id": "userId",
    "ip": "ipAddress",
    "status_code": "status.errorCode",
    "status_text": "status.failureReason",
    "status_details": "status.additionalDetails",
    "interactive": "isInteractive",
    "event_type": "signInEventTypes[0]",
    "protocol": "authenticationProtocol",
    "client_app": "clientAppUsed",
    "agent": "userAgent",
    "os": "deviceDetail.operatingSystem",
    "browser": "deviceDetail.browser",
    "country": "location.countryOrRegion",
    "asn": "autonomousSystemNumber",
    "correlation": "correlationId",
    "original": "originalRequestId",
    "session": "sessionId",
    "home_tenant": "homeTenantId",
    "resource_tenant": "resourceTenantId",
    "app_id": "appId",
    "service_name": "servicePrincipalName",
    "service_id": "servicePrincipalId",
}
"""Our name of a field -> its path in the Graph record, which diagnostic settings hold under `properties`."""

ABSENT = {
    "category": "NULL",
    "tenant_id": "NULL",
    "delivered": "NULL",
    "caller": "NULL",
    "result_type": "NULL",
}

ZEROS = "00000000-0000-0000-0000-000000000000"

READING = {
    # Pipelines that rename results write words into resultType; only a number is a code.
    "code": "CASE WHEN status_code IS NOT NULL THEN status_code"
    " WHEN regexp_full_match(result_type, '\\d+') THEN result_type"
    " WHEN lower(result_type) = 'success' THEN '0' END",
    "code_reason": by_code("reason", "code"),
    "reason_read": "CASE WHEN code = '50053' AND contains(lower(status_text), 'malicious') THEN 'risk'"
    " WHEN code = '50074' AND starts_with(lower(status_details), 'mfa denied') THEN 'mfa_denied'"
    " ELSE code_reason END",
    "background": "coalesce(starts_with(lower(category), 'noninteractive'), event_type ="
    " 'nonInteractiveUser',"
    " lower(interactive) = 'false', false) AND coalesce(lower(protocol), '') NOT IN ('ropc', 'devicecode')"
    " AND filled(service_id) IS NULL",
    "said_name": "coalesce(filled(upn), filled(identifier), service_name)",
    "said_agent": "filled(agent)",
    "address": "coalesce(ip, caller)",
}

COLUMNS = {
    "event_uid": "id",
    "tenant": "coalesce(tenant_id, home_tenant, resource_tenant, '')",
    "activity": f"CASE WHEN background AND coalesce(reason_read, '') NOT IN {OF_PASSWORD} THEN 'session_use'"
    f" WHEN code = '0' THEN 'sign_in' ELSE coalesce({by_code('activity', 'code')}, 'sign_in') END",
    "outcome": "CASE WHEN code = '0' THEN 'success' WHEN reason_read = 'mfa_denied' THEN 'failure'"
    f" ELSE coalesce({by_code('outcome', 'code')}, 'unknown') END",
    "reason": "reason_read",
    "provider_code": "'Sign-in activity' || coalesce('/' || code, '')",
    "account": "account_name(said_name)",
    "account_uid": f"CASE WHEN filled(user_id) <> '{ZEROS}' THEN user_id ELSE filled(service_id) END",
    "account_known": f"""CASE WHEN code = '0' THEN 'true'
        WHEN code_reason = 'unknown_account' THEN 'false'
        WHEN user_id = '{ZEROS}' THEN 'unknown'
        WHEN filled(user_id) IS NOT NULL AND coalesce(code, '') NOT IN ('50020', '16000', '16003') THEN 'true'
        ELSE coalesce({by_code("known", "code")}, 'unknown') END""",
    "source_ip": "ip_address(address)",
    "source_asn": "try_cast(asn AS BIGINT)",
    "source_country": "CASE WHEN length(country) = 2 THEN upper(country) END",
    "user_agent": "said_agent",
    "client_key": "CASE WHEN said_agent IS NULL THEN"
    " coalesce(nullif(concat_ws('/', filled(browser), filled(os)), ''), filled(client_app)) END",
    "app_uid": "filled(app_id)",
    "session_uid": "filled(session)",
    "correlation_uid": "correlation",
    "request_uid": "nullif(filled(original), id)",
}


def _is_graph(record: RawRecord) -> bool:
    return "createdDateTime" in record and "appId" in record and ("status" in record or "clientAppUsed" in record)


def _is_diagnostic(record: RawRecord) -> bool:
    return isinstance(record.get("properties"), Mapping) and _is_category(record.get("category"))


def _is_escaped(record: RawRecord) -> bool:
    return isinstance(record.get("properties"), str) and _is_category(record.get("category"))


def _is_category(name: object) -> bool:
    """SignInLogs, NonInteractiveUserSignInLogs, ServicePrincipalSignInLogs, ManagedIdentitySignInLogs,"
    " ADFS..."""
    return isinstance(name, str) and name.lower().endswith("signinlogs")


def _is_log_analytics(record: RawRecord) -> bool:
    return "UserPrincipalName" in record and "ResultType" in record and ("AppId" in record or "IPAddress" in record)


def _missing(names: Mapping[str, str], given: Mapping[str, str]) -> dict[str, str]:
    return {name: "NULL::VARCHAR" for name in names if name not in given}


_GRAPH_FIELDS = {name: f"$.{path}" for name, path in GRAPH.items()}

_DIAGNOSTIC_FIELDS = {
    **{name: f"$.properties.{path}" for name, path in GRAPH.items()},
    "category": "$.category",
    "tenant_upper": "$.tenantId",
    "tenant_lower": "$.tenantid",
    "delivered": "$.time",
    "caller": "$.callerIpAddress",
    "result_type": "$.resultType",
    "outer_correlation": "$.correlationId",
}

_LOG_ANALYTICS_FIELDS = {
    "id": "$.Id",
    "created_plain": "$.CreatedDateTime",
    "created_utc": '$."CreatedDateTime [UTC]"',
    "generated_plain": "$.TimeGenerated",
    "generated_utc": '$."TimeGenerated [UTC]"',
    "upn": "$.UserPrincipalName",
    "identifier": "$.SignInIdentifier",
    "user_id": "$.UserId",
    "ip": "$.IPAddress",
    "result_type": "$.ResultType",
    "status_text": "$.ResultDescription",
    "status": "$.Status",
    "interactive": "$.IsInteractive",
    "protocol": "$.AuthenticationProtocol",
    "client_app": "$.ClientAppUsed",
    "agent": "$.UserAgent",
    "device": "$.DeviceDetail",
    "location": "$.Location",
    "location_details": "$.LocationDetails",
    "asn": "$.AutonomousSystemNumber",
    "correlation": "$.CorrelationId",
    "original": "$.OriginalRequestId",
    "session": "$.SessionId",
    "tenant_id": "$.AADTenantId",
    "home_tenant": "$.HomeTenantId",
    "resource_tenant": "$.ResourceTenantId",
    "category_plain": "$.Category",
    "table_name": "$.Type",
    "app_id": "$.AppId",
    "service_name": "$.ServicePrincipalName",
    "service_plain": "$.ServicePrincipalId",
}

_NAMES = {**GRAPH, **ABSENT}

ENTRA_SIGNIN_GRAPH = Source(
    format="entra_signin_graph",
    provider="entra",
    title="Microsoft Entra sign-ins (Graph)",
    recognises=_is_graph,
    fields=_GRAPH_FIELDS,
    derived={**_missing(_NAMES, _GRAPH_FIELDS), **READING},
    columns={**COLUMNS, "time": "CASE WHEN app_id IS NOT NULL THEN event_time(created) END"},
)

_DIAGNOSTIC_TIME = (
    "CASE WHEN ends_with(lower(category), 'signinlogs') THEN event_time(coalesce(created, delivered)) END"
)

ENTRA_SIGNIN_DIAGNOSTIC = Source(
    format="entra_signin_diagnostic",
    provider="entra",
    title="Microsoft Entra sign-ins (diagnostic settings)",
    recognises=_is_diagnostic,
    fields=_DIAGNOSTIC_FIELDS,
    derived={"tenant_id": "coalesce(tenant_upper, tenant_lower)", **READING},
    columns={
        **COLUMNS,
        "time": _DIAGNOSTIC_TIME,
        "correlation_uid": "coalesce(correlation, outer_correlation)",
    },
)

UNESCAPED = "json_merge_patch(record, json_object('properties', json_extract_string(record, '$.properties')::JSON))"
"""SQL: the diagnostic record with `properties`, handed over as text, opened."""

ENTRA_SIGNIN_ESCAPED = Source(
    format="entra_signin_escaped",
    provider="entra",
    title="Microsoft Entra sign-ins (diagnostic settings, properties as text)",
    recognises=_is_escaped,
    unwraps=UNESCAPED,
    fields=_DIAGNOSTIC_FIELDS,
    derived=ENTRA_SIGNIN_DIAGNOSTIC.derived,
    columns=ENTRA_SIGNIN_DIAGNOSTIC.columns,
)

_OPENED = {
    "created": "coalesce(created_plain, created_utc, generated_plain, generated_utc)",
    "category": "coalesce(category_plain, replace(table_name, 'AADNon', 'Non'))",
    "service_id": "service_plain",
    # A row keeps these as JSON text: opened only where the plain columns do not say it already.
    "status_code": "CASE WHEN result_type IS NULL THEN json_extract_string(status, '$.errorCode') END",
    "status_details": "CASE WHEN result_type = '50074' THEN json_extract_string(status, '$.additionalDetails') END",
    "os": "CASE WHEN filled(agent) IS NULL THEN json_extract_string(device, '$.operatingSystem') END",
    "browser": "CASE WHEN filled(agent) IS NULL THEN json_extract_string(device, '$.browser') END",
    "country": "CASE WHEN length(location) = 2 THEN location"
    " WHEN starts_with(location_details,"
    " '{') THEN json_extract_string(location_details, '$.countryOrRegion') END",
}

ENTRA_SIGNIN_LOG_ANALYTICS = Source(
    format="entra_signin_log_analytics",
    provider="entra",
    title="Microsoft Entra sign-ins (Log Analytics)",
    recognises=_is_log_analytics,
    fields=_LOG_ANALYTICS_FIELDS,
    derived={**_OPENED, **_missing(_NAMES, {**_LOG_ANALYTICS_FIELDS, **_OPENED}), **READING},
    columns={
        **COLUMNS,
        "time": "CASE WHEN upn IS NOT NULL AND (result_type IS NOT NULL OR status IS NOT NULL)"
        " THEN event_time(created) END",
    },
)

ENTRA_SIGNIN = (
    ENTRA_SIGNIN_DIAGNOSTIC,
    ENTRA_SIGNIN_ESCAPED,
    ENTRA_SIGNIN_GRAPH,
    ENTRA_SIGNIN_LOG_ANALYTICS,
)
