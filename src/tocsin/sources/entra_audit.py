"""Microsoft Entra directory audit: the Graph record, the diagnostic-settings record, and Log Analytics rows.

Shapes: Graph `directoryAudit` (https://learn.microsoft.com/graph/api/resources/directoryaudit), the same
under `properties` of a diagnostic record, and the table AuditLogs of Azure Monitor. What the records do:

- Names are verb-first ("Reset password (self-service)"), so they are compared whole (trap 3).
- "Blocked from self-service password reset" carries the result success (trap 2).
- A completed self-service reset is written by both services under one correlationId: "Reset password
  (self-service)" and, by fim_password_service, Core Directory's "Reset user password". Both become
  `recovery_complete`.
- An act on no user (a policy, an application) has no account; the administrator is its actor.
"""

from __future__ import annotations

from collections.abc import Mapping

from tocsin.sources.code_table import inverted, looked_up
from tocsin.sources.entra_signin import UNESCAPED
from tocsin.sources.entra_sspr import channel, step, step_number
from tocsin.sources.source import RawRecord, Source

GRAPH = {
    "id": "id",
    "happened": "activityDateTime",
    "activity_name": "activityDisplayName",
    "operation_name": "operationName",
    "service": "loggedByService",
    "result_text": "result",
    "result_reason": "resultReason",
    "correlation": "correlationId",
    "agent": "userAgent",
    "actor_upn": "initiatedBy.user.userPrincipalName",
    "actor_ip": "initiatedBy.user.ipAddress",
    "actor_app": "initiatedBy.app.displayName",
    "target_upn": "targetResources[0].userPrincipalName",
    "target_id": "targetResources[0].id",
    "second_upn": "targetResources[1].userPrincipalName",
    "second_id": "targetResources[1].id",
    "third_upn": "targetResources[2].userPrincipalName",
    "third_id": "targetResources[2].id",
    "details": "additionalDetails",
}
"""Our name of a field -> its path in the Graph record, which diagnostic settings hold under `properties`."""

LOOKS_INTO = {"details": ("[*].key", "[*].value")}

PROGRESS = (
    "self-service password reset flow activity progress",
    "self-serve password reset flow activity progress",
)

RESET_SERVICE = "fim_password_service@support.onmicrosoft.com"
"""The account in whose name the directory writes what a self-service reset does
(https://learn.microsoft.com/troubleshoot/entra/entra-id/governance/unknown-actors-in-audit-reports)."""

BY_NAME = {
    "recovery_start": ("blocked from self-service password reset", "user started password reset"),
    # Who unlocks has passed the proofs; the password stays as it was, and signing in still needs it.
    "recovery_proof": ("unlock user account (self-service)",),
    "recovery_complete": ("reset password (self-service)", "user password reset"),
    "credential_change": ("change password (self-service)", "change user password"),
    "admin_act": ("reset password (by admin)", "admin started password reset"),
    "channel_change": (
        "user registered for self-service password reset",
        "security info saved for self-service password reset",
    ),
    "factor_change": (
        "user registered security info",
        "user registered all required security info",
        "user deleted security info",
        "user updated security info",
        "user changed default security info",
        "admin registered security info",
        "admin deleted security info",
        "admin updated security info",
        "enable strong authentication",
        "disable strong authentication",
        "delete passkey (device-bound)",
        "add passkey (device-bound)",
        "add passwordless phone sign-in credential",
        "delete passwordless phone sign-in credential",
        "add windows hello for business credential",
    ),
    "consent": ("consent to application", "add oauth2permissiongrant", "add delegated permission grant"),
    "session_end": ("update stsrefreshtokenvalidfrom timestamp",),
    "provider_verdict": (
        "suspicious activity reported",
        "fraud reported - no action taken",
        "fraud reported - user is blocked for mfa",
    ),
    "profile_change": ("update user",),
}
"""Activity -> lower-case `activityDisplayName`s (Microsoft Entra audit log categories and activities,
https://learn.microsoft.com/entra/identity/monitoring-health/reference-audit-activities)."""

FACTORS = "|".join(
    (
        "StrongAuthenticationMethod",
        "StrongAuthenticationPhoneAppDetail",
        "StrongAuthenticationRequirement",
        "SearchableDeviceKey",
    )
)
CHANNELS = "|".join(
    (
        "StrongAuthenticationUserDetails",
        "AlternateEmail",
        "AlternateEmailAddresses",
        "OtherMail",
        "otherMails",
        "MobilePhone",
        "Mobile",
    )
)


_PARTS = {
    FACTORS: ("StrongAuthentication", "SearchableDeviceKey"),
    CHANNELS: ("UserDetails", "AlternateEmail", "therMail", "Mobile"),
}
"""Of which each of the names has one: to look for these first costs a tenth of looking for the pattern."""


def named_there(names: str, within: str) -> str:
    """SQL: is one of the names somewhere in the text, be it as part of something else?"""
    return "(" + " OR ".join(f"contains({within}, '{part}')" for part in _PARTS[names]) + ")"


def _changed(names: str, within: str) -> str:
    """SQL: one of the modified properties has such a name, however deep the text that holds them is escaped. It stands
    under `displayName` or `Name`: a pattern that begins with the letters of both is found faster than a choice."""
    there = named_there(names, within)
    return f'{there} AND regexp_matches({within}, \'Name\\\\*"\\s*:\\s*\\\\*"({names})s?\\\\*"\')'


def _told_apart(within: str) -> str:
    """SQL: what the act is where its name leaves that to who did it to whom, or to the properties that were modified.

    By itself, since all else that `listed` says rests on names and texts that come again (`division.py`).
    """
    return f"""CASE
        WHEN name = 'reset user password' THEN CASE WHEN by_service THEN 'recovery_complete'
            WHEN doer = target THEN 'credential_change' ELSE 'admin_act' END
        WHEN name = 'update user' THEN CASE WHEN {_changed(CHANNELS, within)} THEN 'channel_change'
            WHEN {_changed(FACTORS, within)} THEN 'factor_change' ELSE 'profile_change' END END"""


GUID = "[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"


def granted(within: str) -> dict[str, str]:
    """SQL of what a consent grants to whom, of the properties that it modified, however deep their text is escaped:
    `granted_app`, the application's own id, which the directory's object for it in this tenant does not have; and
    `for_all`: an administrator consented. (Microsoft, "Detect and remediate illicit consent grants".)"""
    consent = "name = 'consent to application'"
    return {
        "granted_app": f"CASE WHEN {consent} AND contains({within}, 'ServicePrincipalNames') THEN"
        f" nullif(regexp_extract({within}, 'ServicePrincipalNames[^{{}}]{{0,200}}?({GUID})', 1), '') END",
        "for_all": f"CASE WHEN {consent} THEN contains({within}, 'IsAdminConsent') AND regexp_matches({within},"
        " 'IsAdminConsent[^{}]{0,100}?[Tt]rue') END",
    }


READING = {
    "words": "coalesce(activity_name, operation_name)",
    # Trimmed of blanks and full stops, which costs four times as much where nothing is to be trimmed.
    "name": "lower(CASE WHEN words >= '/' AND NOT suffix(words, ' ') AND NOT suffix(words, '.') THEN words"
    " ELSE trim(words, ' .') END)",
    "progress": f"name IN {PROGRESS}",
    "text": "lower(CASE WHEN trimmed(result_reason) THEN result_reason ELSE trim(result_reason) END)",
    "whom": "coalesce(filled(target_upn), filled(second_upn), filled(third_upn))",
    "target": "account_name(whom)",
    "person": "account_name(actor_upn)",
    "doer": "coalesce(person, account_name(actor_app))",
    "by_person": "person IS NOT NULL",
    "by_service": f"coalesce(doer = '{RESET_SERVICE}', false)",
    "told_apart": _told_apart("record"),
    "listed": f"""coalesce(told_apart, CASE WHEN name = 'user registered security info'
        THEN CASE WHEN regexp_matches(text, 'email|question') THEN 'channel_change' ELSE 'factor_change' END
        ELSE {looked_up("name", inverted(BY_NAME))} END)""",
    **granted("record"),
    "step": f"CASE WHEN progress THEN {step_number('text')} END",
    "step_activity": f"CASE WHEN progress THEN coalesce({step('activity', 'step')}, 'other') END",
    "step_outcome": step("outcome", "step"),
    "step_reason": step("reason", "step"),
    "invited": "CASE WHEN name = 'invite external user' THEN named_value(details, 'invitedUserEmailAddress') END",
    # Privileged Identity Management keeps the address among the details.
    "ip_told": "told_value(details, 'ipaddr')",
    "ip_named": "told_or_named(ip_told, details, 'ipaddr')",
    "address": "coalesce(filled(actor_ip), filled(ip_named), caller)",
    "agent_told": "told_value(details, 'User-Agent')",
    "agent_named": "told_or_named(agent_told, details, 'User-Agent')",
    "guest": "account_name(invited)",
    # Of a consent or a registered device the target is the application or device: the account is who did it.
    "acted_on": "coalesce(target, guest, CASE WHEN by_person AND (listed IS NOT NULL OR progress) THEN doer END)",
    "to_other": "doer <> coalesce(target, guest)",
    "by_admin": "listed = 'admin_act' OR coalesce(for_all, false)"
    " OR (to_other AND actor_upn IS NOT NULL AND NOT by_service AND NOT progress"
    " AND coalesce(listed, 'admin_act') NOT IN ('profile_change', 'session_end', 'consent'))",
    "stated": "CASE lower(result_text) WHEN 'success' THEN 'success' WHEN 'failure' THEN 'failure'"
    " WHEN 'failed' THEN 'failure' WHEN 'clienterror' THEN 'failure' ELSE 'unknown' END",
}

COLUMNS = {
    "event_uid": "id",
    "tenant": "coalesce(tenant_id, '')",
    "activity": "coalesce(step_activity, listed, CASE WHEN doer IS NOT NULL AND doer IS DISTINCT FROM"
    " acted_on"
    " THEN 'admin_act' ELSE 'other' END)",
    "outcome": "CASE WHEN name = 'blocked from self-service password reset' THEN 'failure'"
    " WHEN progress THEN coalesce(step_outcome, stated) ELSE stated END",
    "reason": """CASE WHEN name = 'blocked from self-service password reset' THEN 'locked'
        WHEN progress THEN CASE WHEN step_activity = 'recovery_proof' AND stated = 'failure'
            THEN coalesce(step_reason, 'wrong_proof') ELSE step_reason END
        WHEN by_admin THEN 'by_admin'
        WHEN listed IN ('recovery_complete', 'recovery_proof', 'credential_change') AND stated = 'failure'
            THEN CASE WHEN regexp_matches(text, 'policy|banned|comply') THEN 'policy' ELSE 'other' END
        WHEN listed = 'provider_verdict' THEN 'risk' END""",
    "provider_code": "words || coalesce('/' || nullif(filled(result_reason), 'None'), '')",
    "account": "acted_on",
    "account_uid": "CASE WHEN target IS NULL THEN NULL WHEN filled(target_upn) IS NOT NULL THEN"
    " filled(target_id)"
    " WHEN filled(second_upn) IS NOT NULL THEN filled(second_id) ELSE filled(third_id) END",
    "account_known": """CASE WHEN step_reason = 'unknown_account' THEN 'false'
        WHEN target IS NOT NULL OR by_person AND (listed IS NOT NULL OR progress) THEN 'true' ELSE 'unknown' END""",
    "actor": "CASE WHEN doer IS DISTINCT FROM acted_on THEN doer END",
    "channel_kind": f"CASE WHEN progress OR listed IN ('factor_change', 'channel_change') THEN {channel('text')} END",
    "source_ip": "ip_address(address)",
    "user_agent": "coalesce(filled(agent), filled(agent_named))",
    "app_uid": "CASE WHEN listed = 'consent' THEN coalesce(granted_app,"
    " CASE WHEN filled(target_upn) IS NULL THEN filled(target_id) END) END",
    "correlation_uid": "correlation",
}


def _is_graph(record: RawRecord) -> bool:
    return "activityDateTime" in record and "activityDisplayName" in record


def _is_diagnostic(record: RawRecord) -> bool:
    inner = record.get("properties")
    return isinstance(inner, Mapping) and "activityDateTime" in inner and "initiatedBy" in inner


def _is_escaped(record: RawRecord) -> bool:
    inner = record.get("properties")
    return isinstance(inner, str) and '"activityDateTime"' in inner and '"initiatedBy"' in inner


def _is_log_analytics(record: RawRecord) -> bool:
    return "OperationName" in record and "InitiatedBy" in record and "TargetResources" in record


def _missing(given: Mapping[str, str]) -> dict[str, str]:
    wanted = (*GRAPH, "tenant_id", "caller")
    return {name: "NULL::VARCHAR" for name in wanted if name not in given}


_GRAPH_FIELDS = {name: f"$.{path}" for name, path in GRAPH.items()}

ENTRA_AUDIT_GRAPH = Source(
    format="entra_audit_graph",
    provider="entra",
    title="Microsoft Entra audit log (Graph)",
    recognises=_is_graph,
    fields=_GRAPH_FIELDS,
    looks_into=LOOKS_INTO,
    derived={**_missing(_GRAPH_FIELDS), **READING},
    columns={**COLUMNS, "time": "CASE WHEN activity_name IS NOT NULL THEN event_time(happened) END"},
)

_DIAGNOSTIC_FIELDS = {
    **{name: f"$.properties.{path}" for name, path in GRAPH.items() if name not in ("result_text", "operation_name")},
    "result_inner": "$.properties.result",
    "result_outer": "$.result",
    "operation_name": "$.operationName",
    "tenant_id": "$.tenantId",
    "caller": "$.callerIpAddress",
    "outer_correlation": "$.correlationId",
}

ENTRA_AUDIT_DIAGNOSTIC = Source(
    format="entra_audit_diagnostic",
    provider="entra",
    title="Microsoft Entra audit log (diagnostic settings)",
    recognises=_is_diagnostic,
    fields=_DIAGNOSTIC_FIELDS,
    looks_into=LOOKS_INTO,
    derived={"result_text": "coalesce(result_inner, result_outer)", **READING},
    columns={
        **COLUMNS,
        "time": "CASE WHEN service IS NOT NULL OR activity_name IS NOT NULL THEN event_time(happened) END",
        "correlation_uid": "coalesce(correlation, outer_correlation)",
    },
)

ENTRA_AUDIT_ESCAPED = Source(
    format="entra_audit_escaped",
    provider="entra",
    title="Microsoft Entra audit log (diagnostic settings, properties as text)",
    recognises=_is_escaped,
    unwraps=UNESCAPED,
    fields=_DIAGNOSTIC_FIELDS,
    looks_into=LOOKS_INTO,
    derived=ENTRA_AUDIT_DIAGNOSTIC.derived,
    columns=ENTRA_AUDIT_DIAGNOSTIC.columns,
)

_LOG_ANALYTICS_FIELDS = {
    "id": "$.Id",
    "happened_plain": "$.ActivityDateTime",
    "happened_utc": '$."ActivityDateTime [UTC]"',
    "generated_plain": "$.TimeGenerated",
    "generated_utc": '$."TimeGenerated [UTC]"',
    "activity_name": "$.ActivityDisplayName",
    "operation_name": "$.OperationName",
    "service": "$.LoggedByService",
    "result_text": "$.Result",
    "reason_plain": "$.ResultReason",
    "reason_described": "$.ResultDescription",
    "correlation": "$.CorrelationId",
    "initiated": "$.InitiatedBy",
    "targets": "$.TargetResources",
    "details": "$.AdditionalDetails",
    "tenant_id": "$.AADTenantId",
}

_OPENED = {
    "happened": "coalesce(happened_plain, happened_utc, generated_plain, generated_utc)",
    "result_reason": "coalesce(filled(reason_plain), filled(reason_described))",
    "initiator": "json_extract_string(initiated, ['$.user.userPrincipalName', '$.user.ipAddress',"
    " '$.app.displayName'])",
    "actor_upn": "initiator[1]",
    "actor_ip": "initiator[2]",
    "actor_app": "initiator[3]",
    "on_whom": "json_extract_string(targets, ['$[0].userPrincipalName', '$[0].id',"
    " '$[1].userPrincipalName', '$[1].id',"
    " '$[2].userPrincipalName', '$[2].id'])",
    "target_upn": "on_whom[1]",
    "target_id": "on_whom[2]",
    "second_upn": "on_whom[3]",
    "second_id": "on_whom[4]",
    "third_upn": "on_whom[5]",
    "third_id": "on_whom[6]",
}

ENTRA_AUDIT_LOG_ANALYTICS = Source(
    format="entra_audit_log_analytics",
    provider="entra",
    title="Microsoft Entra audit log (Log Analytics)",
    recognises=_is_log_analytics,
    fields=_LOG_ANALYTICS_FIELDS,
    derived={
        **_OPENED,
        **_missing({**_LOG_ANALYTICS_FIELDS, **_OPENED}),
        **READING,
        "told_apart": _told_apart("targets"),  # the row's whole text would have to be made for it
        **granted("targets"),
    },
    columns={
        **COLUMNS,
        "time": "CASE WHEN initiated IS NOT NULL AND operation_name IS NOT NULL THEN event_time(happened) END",
    },
)

ENTRA_AUDIT = (
    ENTRA_AUDIT_DIAGNOSTIC,
    ENTRA_AUDIT_ESCAPED,
    ENTRA_AUDIT_GRAPH,
    ENTRA_AUDIT_LOG_ANALYTICS,
)
