"""Google Workspace events shared with Google Cloud: the log entries of Cloud Logging.

Entry: https://cloud.google.com/logging/docs/audit/gsuite-audit-logging; samples of the login audit:
https://cloud.google.com/logging/docs/audit/gsuite-login-samples. What the entries do:

- `protoPayload.metadata` is the activity of the Reports API under other names: `event` for its list of events,
  `parameter` and `multiStrValue` for its parameters, `uniqQualifier` for its id. So an event that came both ways counts
  once.
- The application is told by the service. SAML sign-ins have the service of the login audit and a method of their own.
- Customer id, network and the user's profile id are missing. The tenant is the number of the organisation.
- An export holds entries of every other Google Cloud service, too: those are passed over.
"""

from __future__ import annotations

from collections.abc import Mapping

from tocsin.sources import google
from tocsin.sources.source import RawRecord, Source

APPLICATIONS = {"login.googleapis.com": "login", "admin.googleapis.com": "admin", "oauth2.googleapis.com": "token"}
"""Service -> application of the Reports API."""

EVENTS = (
    """'[{"eventName": "VARCHAR", "parameter": [{"name": "VARCHAR", "value": "VARCHAR","""
    """ "boolValue": "VARCHAR", "multiStrValue": ["VARCHAR"]}]}]'"""
)


def _is_entry(record: RawRecord) -> bool:
    payload = record.get("protoPayload")
    return isinstance(payload, Mapping) and "serviceName" in payload and "methodName" in payload


_APPLICATION = " ".join(f"WHEN '{service}' THEN '{application}'" for service, application in APPLICATIONS.items())

GOOGLE_CLOUD_LOGGING = Source(
    format="google_cloud_logging",
    provider="google",
    title="Google Workspace events in Cloud Logging",
    recognises=_is_entry,
    fields={
        "happened": "$.timestamp",
        "insert_id": "$.insertId",
        "log": "$.logName",
        "resource": "$.protoPayload.resourceName",
        "service": "$.protoPayload.serviceName",
        "method": "$.protoPayload.methodName",
        "email": "$.protoPayload.authenticationInfo.principalEmail",
        "caller": "$.protoPayload.requestMetadata.callerIp",
        "caller_upper": "$.protoPayload.requestMetadata.callerIP",
        "qualifier": "$.protoPayload.metadata.activityId.uniqQualifier",
        "events": "$.protoPayload.metadata.event",
    },
    looks_into={
        "events": (
            "[*].eventName",
            *(f"[*].parameter[*].{name}" for name in ("name", "value", "boolValue")),
            "[*].parameter[*].multiStrValue[*]",
        )
    },
    ignores="service IS NOT NULL AND application IS NULL",
    # A record that is passed over counts as one, whatever it lists.
    explode=f"CASE WHEN service IN {tuple(APPLICATIONS)} AND starts_with(events, '[')"
    f" THEN from_json(events, {EVENTS}) END",
    derived={
        "uid": "coalesce(qualifier, insert_id)",
        "application": f"CASE WHEN service = 'login.googleapis.com' AND contains(method, '.SamlLogin') THEN 'saml'"
        f" ELSE CASE service {_APPLICATION} END END",
        "event_name": "coalesce(item.eventName, CASE WHEN suffix(method, 'SamlLoginSucceeded') THEN 'login_success'"
        " WHEN suffix(method, 'SamlLoginFailed') THEN 'login_failure' ELSE regexp_extract(method, '[^.]+$') END)",
        "customer": "regexp_extract(coalesce(resource, log), '^organizations/([^/]+)', 1)",
        "ip": "coalesce(caller, caller_upper)",
        **dict.fromkeys(("profile", "actor_key", "asn", "region"), "NULL::VARCHAR"),
        **{name: google.parameter(name, "item.parameter") for name in google.PARAMETERS},
        "methods": f"CASE WHEN {google.CHALLENGED} THEN list_extract(list_filter(item.parameter,"
        " lambda p: p.name = 'login_challenge_method'), 1).multiStrValue END",
        **google.READING,
    },
    columns={
        **google.COLUMNS,
        "time": "CASE WHEN application IS NOT NULL AND method IS NOT NULL THEN event_time(happened) END",
    },
)
