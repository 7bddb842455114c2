"""Which of the logs that Tocsin reads a rule is about, by its `logsource`.

Products and services as the rules of SigmaHQ name them (https://github.com/SigmaHQ/sigma, `rules/identity` and
`rules/cloud`), and the names of Tocsin's own providers for rules that people write themselves. Rules about anything
else (endpoints, proxies, cloud resources) load as well and wait: there is no log for them here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from tocsin.sources.source import Source


@dataclass(frozen=True, kw_only=True)
class Logs:
    """A log, or several formats of one, whose fields rules name alike."""

    name: str
    title: str  # for people
    formats: tuple[str, ...] = ()  # of `SOURCES`; none for rules on event columns
    providers: tuple[str, ...] = ()  # of the events that such rules are about
    blind: tuple[str, ...] = ()  # formats of the same log that have other fields, or none
    prefixes: tuple[str, ...] = ()  # of field names, which some formats have and others have not
    aliases: Mapping[str, tuple[str, ...]] = field(
        default_factory=dict
    )  # a rule's name, lower case -> names in a format
    computed: Mapping[str, str] = field(default_factory=dict)  # a rule's name, lower case -> SQL giving one text
    worded: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # field -> value -> what rules call it
    named_in: tuple[str, ...] = ()  # lists of names with values; a field that is nowhere else may be one of them
    columns: bool = False  # rules name columns of Tocsin's event table
    ocsf: bool = False  # rules name attributes of OCSF


# The word of Entra's admin centre for how a sign-in ended.
_STATUS = "CASE outcome WHEN 'success' THEN 'Success' WHEN 'failure' THEN 'Failure' ELSE 'Interrupted' END"

_SIGNED_IN = {
    "resulttype": ("status.errorCode", "resultType", "Sign-in error code"),
    "errorcode": ("status.errorCode", "resultType", "Sign-in error code"),
    "resultdescription": ("status.failureReason", "resultDescription", "Failure reason"),
    "failurereason": ("status.failureReason", "resultDescription", "Failure reason"),
    "location": ("location.countryOrRegion", "location"),
    "countryorregion": ("location.countryOrRegion", "location"),
    "clientapp": ("clientAppUsed", "Client app"),
    "clientappused": ("clientAppUsed", "Client app"),
    "username": ("userPrincipalName", "Username"),
    "userprincipalname": ("userPrincipalName", "Username"),
    "accountupn": ("userPrincipalName", "Username"),
    "mfanotificationoutcome": ("status.additionalDetails", "mfaDetail.authDetail"),
    "appdisplayname": ("appDisplayName", "Application"),
    "appid": ("appId", "Application ID"),
    "message": ("authenticationProtocol", "originalTransferMethod"),
    "status": ("status", "status.failureReason", "status.additionalDetails"),
    "trusttype": ("deviceDetail.trustType", "Join Type"),
    "devicedetail.trusttype": ("deviceDetail.trustType", "Join Type"),
    "devicedetail.iscompliant": ("deviceDetail.isCompliant", "Compliant"),
}
# What rules call what the exports and the admin centre write.
_SIGN_IN_WORDS = {
    "message": {"deviceCode": "Device Code", "ropc": "ROPC"},
    "resulttype": {"None": "0"},
    "errorcode": {"None": "0"},
    "authenticationrequirement": {
        "Single-factor authentication": "singleFactorAuthentication",
        "Multifactor authentication": "multiFactorAuthentication",
        "Multi-factor authentication": "multiFactorAuthentication",
    },
}

_AUDITED = {
    "message": ("activityDisplayName", "operationName"),
    "operationname": ("activityDisplayName", "operationName"),
    "activitydisplayname": ("activityDisplayName", "operationName", "Activity"),
    "activity": ("activityDisplayName", "operationName", "Activity"),
    "activitytype": ("activityDisplayName", "operationName"),
    "operationtype": ("operationType", "AADOperationType"),
    "result": ("result", "resultType"),
    "status": ("result", "resultReason", "resultDescription"),
    "service": ("loggedByService",),
    "initiatedby": ("initiatedBy", "ActorUserPrincipalName"),
    "targetresources": ("targetResources", "Target1UserPrincipalName"),
}

_RISK = {
    "riskeventtype": ("riskEventType", "riskType", "alertType"),
    "riskdetectiontype": ("riskEventType", "riskType"),
}

_M365 = {
    "eventsource": ("Workload", "EventSource"),
    "eventname": ("Operation", "Name"),
    "operation": ("Operation", "Operations"),
    "operations": ("Operation", "Operations"),
    "status": ("ResultStatus", "Status"),
    "payload": ("Parameters",),
    "clientip": ("ClientIP", "ClientIPAddress", "ActorIpAddress"),
    "recordtype": ("RecordType", "AuditRecordType"),
    "id": ("Id", "AuditId"),
    "user.email": ("UserId",),
}

_GOOGLE = {
    "protopayload.authenticationinfo.principalemail": ("protoPayload.authenticationInfo.principalEmail", "actor.email"),
    "protopayload.requestmetadata.callerip": ("protoPayload.requestMetadata.callerIp", "ipAddress"),
    "actor.email": ("actor.email", "protoPayload.authenticationInfo.principalEmail"),
    "actoremail": ("actor.email", "protoPayload.authenticationInfo.principalEmail"),
    "ipaddress": ("ipAddress", "protoPayload.requestMetadata.callerIp"),
}
_GOOGLE_SERVICE = (
    "CASE application WHEN 'token' THEN 'oauth2' WHEN 'saml' THEN 'login' ELSE application END || '.googleapis.com'"
)
_GOOGLE_WORDS = {
    "eventservice": _GOOGLE_SERVICE,
    "protopayload.servicename": _GOOGLE_SERVICE,
    "eventname": "event_name",
    "protopayload.metadata.event.eventname": "event_name",
    "event.name": "event_name",
    "events.name": "event_name",
    "name": "event_name",
    "applicationname": "application",
    "id.applicationname": "application",
}

ENTRA_SIGN_INS = Logs(
    name="entra_signin",
    title="Microsoft Entra sign-ins",
    formats=(
        *("entra_signin_diagnostic", "entra_signin_escaped", "entra_signin_graph", "entra_signin_log_analytics"),
        *("entra_signin_portal", "entra_signin_powershell"),
    ),
    providers=("entra",),
    prefixes=("properties.",),
    aliases=_SIGNED_IN,
    computed={"status": _STATUS, "authentication_result": "outcome"},
    worded=_SIGN_IN_WORDS,
)
ENTRA_AUDIT = Logs(
    name="entra_audit",
    title="Microsoft Entra audit log",
    formats=(
        *("entra_audit_diagnostic", "entra_audit_escaped", "entra_audit_graph", "entra_audit_log_analytics"),
        *("entra_audit_portal", "entra_audit_powershell"),
    ),
    providers=("entra",),
    prefixes=("properties.",),
    aliases=_AUDITED,
    computed={"status": "CASE outcome WHEN 'success' THEN 'Success' WHEN 'failure' THEN 'Failure' END"},
    named_in=("targetResources.modifiedProperties", "additionalDetails"),
)
ENTRA_RISK = Logs(
    name="entra_risk",
    title="Microsoft Entra risk detections",
    formats=("entra_risk_diagnostic", "entra_risk_graph", "entra_risk_table"),
    providers=("entra",),
    prefixes=("properties.",),
    aliases=_RISK,
)
M365 = Logs(
    name="m365",
    title="Microsoft 365 unified audit log",
    formats=("m365_audit", "m365_audit_wrapped", "m365_audit_graph", "m365_audit_flat"),
    providers=("m365",),
    prefixes=("AuditData.", "o365.audit."),
    aliases=_M365,
    computed={"status": "outcome"},
    named_in=(
        *("Parameters", "ExtendedProperties", "ModifiedProperties", "OperationProperties", "DeviceProperties"),
        *("ExtendedData", "Data"),
    ),
)
GOOGLE = Logs(
    name="google",
    title="Google Workspace activities",
    formats=("google_activity", "google_activity_flat", "google_cloud_logging"),
    blind=("google_console",),
    providers=("google",),
    prefixes=(
        *("protoPayload.metadata.event.parameter.", "protoPayload.metadata.event.", "protoPayload."),
        *("events.parameters.", "parameters.", "events."),
    ),
    aliases=_GOOGLE,
    computed=_GOOGLE_WORDS,
    named_in=("events.parameters", "parameters", "protoPayload.metadata.event.parameter"),
)
OKTA = Logs(
    name="okta",
    title="Okta System Log",
    formats=("okta_system_log", "okta_system_log_lower_case", "okta_eventbridge"),
    blind=("ocsf_okta",),
    aliases={"alternateid": ("actor.alternateId",)},
    providers=("okta",),
    prefixes=("detail.",),
)
COLUMNS = Logs(name="tocsin", title="all events", columns=True)
OCSF = Logs(name="ocsf", title="all events, in the words of OCSF", ocsf=True)

PRODUCTS: Mapping[tuple[str, str | None], Logs] = {
    ("okta", None): OKTA,
    ("azure", "signinlogs"): ENTRA_SIGN_INS,
    ("azure", "auditlogs"): ENTRA_AUDIT,
    ("azure", "audit"): ENTRA_AUDIT,
    ("azure", "entra_id"): ENTRA_AUDIT,
    ("azure", "riskdetection"): ENTRA_RISK,
    ("azure", "identityprotection"): ENTRA_RISK,
    ("entra", "signinlogs"): ENTRA_SIGN_INS,
    ("entra", "auditlogs"): ENTRA_AUDIT,
    ("entra", "riskdetection"): ENTRA_RISK,
    ("m365", None): M365,
    ("gcp", "google_workspace"): GOOGLE,
    ("google_workspace", None): GOOGLE,
    ("tocsin", None): COLUMNS,
    ("ocsf", None): OCSF,
}
"""Product, and service where a product has several logs -> log. A service counts up to its first full stop."""

OF_PROVIDERS = ("auth0", "authentik", "duo", "keycloak", "onelogin", "lemonldap", "django_allauth")
"""Providers whose name is a product of its own, with all formats that hold fields."""

SAME: Mapping[tuple[str, str | None], tuple[str, str | None]] = {("cisco", "duo"): ("duo", None)}


def logs_of(product: str | None, service: str | None, taxonomy: str, sources: Iterable[Source]) -> Logs | None:
    """The log that a rule is about; None when Tocsin reads no such log."""
    if taxonomy.lower().startswith("ocsf"):
        return OCSF
    if taxonomy.lower() == "tocsin":
        return COLUMNS
    asked: tuple[str, str | None] = ((product or "").lower(), (service or "").lower().split(".")[0] or None)
    asked = SAME.get(asked, asked)
    found = PRODUCTS.get(asked) or PRODUCTS.get((asked[0], None))
    if found is not None:
        return found
    every = [one for one in sources if one.provider == asked[0]]
    of_provider = [one for one in every if one.recognises_line is None]
    mapped = [one for one in of_provider if one.known is not None]
    if not mapped and asked[0] not in OF_PROVIDERS:
        return None
    if not of_provider:
        return None
    return Logs(
        name=asked[0],
        title=of_provider[0].title if len(of_provider) == 1 else asked[0],
        formats=tuple(one.format for one in of_provider),
        providers=(asked[0],),
        blind=tuple(one.format for one in every if one not in of_provider),
        prefixes=("data.", "detail.", "detail.data."),
    )
