"""Microsoft Entra sign-ins and audit log as the admin centre's *Download* gives them in CSV.

Columns: those of the admin centre in English (it writes the header in the language of whoever downloads). The JSON
download is the Graph record. What the files do:

- The code is empty or `None` where the sign-in succeeded; `Status` then says so. `Interrupted` is no failure.
- Interactive and background sign-ins have the same columns, and only the file's name tells them apart. A refresh token
  that came in does so, too: then a session was used and nobody typed a password.
- `Multifactor authentication result` is what the Graph record calls `additionalDetails`.
- Two columns have two blanks or one at the end in their names, and `Incoming token type` stands there twice.
- The audit log's rows have no id: they are named after their text.
"""

from __future__ import annotations

from tocsin.sources import entra_audit, entra_signin
from tocsin.sources.source import RawRecord, Source


def _is_sign_in(record: RawRecord) -> bool:
    return "Date (UTC)" in record and "Request ID" in record


def _is_audit(record: RawRecord) -> bool:
    return "Date (UTC)" in record and "Activity" in record and "Request ID" not in record


_SIGN_IN_FIELDS = {
    "happened": '$."Date (UTC)"',
    "id": '$."Request ID"',
    "upn": "$.Username",
    "identifier": '$."Sign-in identifier"',
    "user_id": '$."User ID"',
    "app_id": '$."Application ID "',
    "ip": '$."IP address"',
    "status": "$.Status",
    "written_code": '$."Sign-in error code"',
    "status_text": '$."Failure reason"',
    "status_details": '$."Multifactor authentication result"',
    "token": '$."Incoming token type"',
    "written_protocol": '$."Authentication Protocol"',
    "client_app": '$."Client app"',
    "agent": '$."User agent"',
    "os": '$."Operating System"',
    "browser": "$.Browser",
    "place": "$.Location",
    "asn": '$."Autonomous system  number"',
    "correlation": '$."Correlation ID"',
    "session": '$."Session ID"',
    "home_tenant": '$."Home tenant ID"',
    "resource_tenant": '$."Resource tenant ID"',
    "service_name": '$."Service principal name"',
    "service_id": '$."Service principal ID"',
}

_SIGN_IN_READING = {
    "status_code": "CASE WHEN regexp_full_match(written_code, '\\d+') THEN written_code"
    " WHEN lower(status) = 'success' THEN '0' END",
    "protocol": "replace(lower(written_protocol), ' ', '')",
    "interactive": "CASE WHEN contains(lower(token), 'refresh') THEN 'false' END",
    "country": "upper(regexp_extract(place, '(?:^|, )([A-Za-z]{2})$', 1))",
}

ENTRA_SIGNIN_PORTAL = Source(
    format="entra_signin_portal",
    provider="entra",
    title="Microsoft Entra sign-ins (admin centre, CSV)",
    recognises=_is_sign_in,
    fields=_SIGN_IN_FIELDS,
    derived={
        **_SIGN_IN_READING,
        **{
            name: "NULL::VARCHAR"
            for name in (*entra_signin.GRAPH, *entra_signin.ABSENT)
            if name not in _SIGN_IN_FIELDS and name not in _SIGN_IN_READING
        },
        **entra_signin.READING,
    },
    columns={
        **entra_signin.COLUMNS,
        "time": "CASE WHEN id IS NOT NULL THEN event_time(happened) END",
        # A failure without code stays one.
        "outcome": f"CASE WHEN code IS NULL AND lower(status) = 'failure' THEN 'failure'"
        f" ELSE {entra_signin.COLUMNS['outcome']} END",
    },
)

DETAILS = 6
"""How many additional details the audit log's rows have columns for."""

_AUDIT_FIELDS = {
    "happened": '$."Date (UTC)"',
    "activity_name": "$.Activity",
    "service": "$.Service",
    "result_text": "$.Result",
    "result_reason": "$.ResultReason",
    "correlation": "$.CorrelationId",
    "agent": '$."User Agent"',
    "actor_kind": "$.ActorType",
    "actor_name": "$.ActorDisplayName",
    "actor_upn": "$.ActorUserPrincipalName",
    "actor_service": "$.ActorServicePrincipalName",
    "actor_ip": "$.IPAddress",
    "target_upn": "$.Target1UserPrincipalName",
    "target_id": "$.Target1ObjectId",
    "second_upn": "$.Target2UserPrincipalName",
    "second_id": "$.Target2ObjectId",
    "third_upn": "$.Target3UserPrincipalName",
    "third_id": "$.Target3ObjectId",
    **{f"detail_{number}_key": f"$.AdditionalDetail{number}Key" for number in range(1, DETAILS + 1)},
    **{f"detail_{number}_value": f"$.AdditionalDetail{number}Value" for number in range(1, DETAILS + 1)},
}

_PAIRS = ", ".join(
    f"json_object('key', detail_{number}_key, 'value', detail_{number}_value)" for number in range(1, DETAILS + 1)
)

_AUDIT_READING = {
    "actor_app": "coalesce(filled(actor_service), CASE WHEN lower(actor_kind) <> 'user' THEN actor_name END)",
    "details": f"CASE WHEN detail_1_key IS NOT NULL THEN json_array({_PAIRS})::VARCHAR END",
}

ENTRA_AUDIT_PORTAL = Source(
    format="entra_audit_portal",
    provider="entra",
    title="Microsoft Entra audit log (admin centre, CSV)",
    recognises=_is_audit,
    fields=_AUDIT_FIELDS,
    derived={
        **_AUDIT_READING,
        **{
            name: "NULL::VARCHAR"
            for name in (*entra_audit.GRAPH, "tenant_id", "caller")
            if name not in _AUDIT_FIELDS and name not in _AUDIT_READING
        },
        **entra_audit.READING,
    },
    columns={
        **entra_audit.COLUMNS,
        "time": "CASE WHEN activity_name IS NOT NULL THEN event_time(happened) END",
    },
)

ENTRA_PORTAL = (ENTRA_SIGNIN_PORTAL, ENTRA_AUDIT_PORTAL)
