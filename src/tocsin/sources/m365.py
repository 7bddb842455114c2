"""Microsoft 365 unified audit log: Management API records, and the portal's and PowerShell's CSV.

Schema:
https://learn.microsoft.com/office/office-365-management-api/office-365-management-activity-api-schema. The
CSV holds the record in its column `AuditData`. What the records do:

- A self-service reset is "Reset user password." by fim_password_service@support.onmicrosoft.com, followed
  within about a minute by the user's own "Change user password." (trap 4): the first is the recovery.
- Sign-ins mirror Entra's, mostly under another id. `InterSystemsId` is the Entra correlationId and `IntraSystemId` the
  Entra request, so that both fold.
- `ErrorNumber` and `LogonError` are Entra's codes and their names; interrupts stand under "UserLoginFailed"
  too.
- Services act in the names of `NT AUTHORITY\\SYSTEM (...)` or `app@sharepoint`: these are actors and no accounts.
- `CreationTime` is UTC without a zone; tools that print the record write it as the console shows it. Addresses come
  with a port, in brackets, or in another field.
"""

from __future__ import annotations

from dataclasses import replace

from tocsin.sources.code_table import inverted, looked_up, quoted
from tocsin.sources.entra_audit import BY_NAME, CHANNELS, FACTORS, GUID, RESET_SERVICE, granted, named_there
from tocsin.sources.entra_codes import by_code
from tocsin.sources.source import RawRecord, Source

ACTIVITIES = {
    "sign_in": ("userloggedin", "userloginfailed"),
    "session_end": (
        "userloggedoff",
        "update stsrefreshtokenvalidfrom timestamp",
        "signouteverywhere",
    ),
    "session_use": (
        "mailitemsaccessed",
        "mailboxlogin",
        "send",
        "sendas",
        "sendonbehalf",
        "softdelete",
        "harddelete",
        "movetodeleteditems",
        "move",
        "create",
        "update",
        "fileaccessed",
        "fileaccessedextended",
        "filedownloaded",
        "filepreviewed",
        "filesyncdownloadedfull",
        "fileuploaded",
        "filemodified",
        "filedeleted",
        "searchqueryperformed",
        "pageviewed",
        "messagesent",
        "teamssessionstarted",
    ),
    "credential_change": ("change user password", "set user password", "change password (self-service)"),
    "mailbox_rule": (
        "new-inboxrule",
        "set-inboxrule",
        "enable-inboxrule",
        "updateinboxrules",
        "add-mailboxpermission",
        "add-recipientpermission",
        "addfolderpermissions",
        "modifyfolderpermissions",
        "new-transportrule",
        "set-transportrule",
    ),
    "consent": (
        "consent to application",
        "add oauth2permissiongrant",
        "add delegated permission grant",
    ),
    # As the directory's own log names them.
    **{name: BY_NAME[name] for name in ("factor_change", "channel_change", "recovery_proof", "provider_verdict")},
    "profile_change": ("update user",),
}
"""Activity -> lower-case operations without their final dot."""

RULE_TARGETS = ("ForwardingSmtpAddress", "ForwardTo", "RedirectTo", "ForwardAsAttachmentTo", "User")
"""Parameters of a mailbox act that name who gets the mail or the access."""

BY_IDENTITY = ("set-mailbox", "add-mailboxpermission", "set-inboxrule")
"""Mailbox acts whose parameter `Identity` names the mailbox."""

SYSTEMS = ("s-1-5-18", "app@sharepoint", "sharepoint\\system")
"""Users, besides those of NT AUTHORITY, in whose names services do what nobody's account did."""

FIELDS = {
    "id": "$.Id",
    "created": "$.CreationTime",
    "operation": "$.Operation",
    "workload": "$.Workload",
    "record_type": "$.RecordType",
    "result_status": "$.ResultStatus",
    "user_id": "$.UserId",
    "user_key": "$.UserKey",
    "object_id": "$.ObjectId",
    "client_ip": "$.ClientIP",
    "client_ip_address": "$.ClientIPAddress",
    "actor_ip": "$.ActorIpAddress",
    "tenant_id": "$.OrganizationId",
    "error_number": "$.ErrorNumber",
    "logon_error": "$.LogonError",
    "agent": "$.UserAgent",
    "client_info": "$.ClientInfoString",
    "extended": "$.ExtendedProperties",
    "device": "$.DeviceProperties",
    "parameters": "$.Parameters",
    "mailbox_owner": "$.MailboxOwnerUPN",
    "session": "$.SessionId",
    "context_session": "$.AppAccessContext.AADSessionId",
    "context_correlation": "$.AppAccessContext.CorrelationId",
    "inter_systems": "$.InterSystemsId",
    "intra_system": "$.IntraSystemId",
    "targets": "$.Target",
    "client_app": "$.ClientAppId",
    "app": "$.AppId",
    "application": "$.ApplicationId",
}


LOOKS_INTO = dict.fromkeys(("extended", "device", "parameters"), ("[*].Name", "[*].Value")) | {
    "targets": ("[*].ID", "[*].Type")
}
"""Lists that are searched as they stand."""


def _pair(pairs: str, name: str) -> str:
    """SQL: the value of a name in a list of {"Name": ..., "Value": ...}, without parsing the list again."""
    return f"CASE WHEN contains({pairs}, '\"{name}\"') THEN filled_once({_spaced(pairs, name)}) END"


def _spaced(pairs: str, name: str) -> str:
    return f'regexp_extract({pairs}, \'"Name"\\s*:\\s*"{name}"\\s*,\\s*"Value"\\s*:\\s*"([^"]*)"\', 1)'


def _paired(pairs: str, name: str) -> str:
    """The same, untrimmed, for what every record has: a quarter of the cost where the list stands without blanks."""
    begin = quoted(f'Name":"{name}","Value":"')
    return (
        f"CASE WHEN contains({pairs}, {begin}) THEN string_split(string_split({pairs}, {begin})[2], '\"')[1]"
        f" WHEN {_named_in(pairs, name)} THEN {_spaced(pairs, name)} END"
    )


def _named_in(pairs: str, name: str) -> str:
    """Searched first is what begins with a letter, since quotes are all over such a list."""
    return f"contains({pairs}, '{name}\"') AND contains({pairs}, '\"{name}\"')"


def _changed(names: str, within: str) -> str:
    return f'{named_there(names, within)} AND regexp_matches({within}, \'"Name"\\s*:\\s*"({names})s?"\')'


def told_apart(within: str) -> str:
    """SQL: what the act is where its name leaves that to who did it to whom, to a parameter, or to the properties that
    were modified, which are looked for in this text.

    By itself, since all else that `listed` says rests on names and codes that come again (`division.py`).
    """
    return f"""CASE
        WHEN name = 'reset user password' THEN CASE WHEN by_service THEN 'recovery_complete'
            WHEN user_name = target THEN 'credential_change' ELSE 'admin_act' END
        WHEN name = 'set-mailbox' THEN CASE WHEN contains(parameters, 'Forwarding')
            THEN 'mailbox_rule' ELSE 'admin_act' END
        WHEN name = 'update user' AND {_changed(CHANNELS, within)} THEN 'channel_change'
        WHEN name = 'update user' AND {_changed(FACTORS, within)} THEN 'factor_change' END"""


READING = {
    "name": "CASE WHEN suffix(operation, '.') THEN lower(rtrim(operation, '.')) ELSE lower(operation) END",
    "logon": "name IN ('userloggedin', 'userloginfailed')",
    "code": "CASE WHEN NOT logon THEN NULL WHEN name = 'userloggedin' AND coalesce(error_number, '') IN"
    " ('', '0')"
    " THEN '0' WHEN coalesce(error_number, '') NOT IN ('', '0') THEN error_number ELSE"
    " filled(logon_error) END",
    "user_name": "account_name(user_id)",
    "by_system": "coalesce(prefix(user_name, 'nt authority\\') OR user_name IN"
    f" ({', '.join(map(quoted, SYSTEMS))}), false)",
    "directory": "record_type IN ('8', 'AzureActiveDirectory')",
    "identity": f"CASE WHEN name IN {BY_IDENTITY} THEN {_pair('parameters', 'Identity')} END",
    # Whom a directory act is about: its object, or the name (type 5) of its target; for mail the mailbox.
    "typed": "CASE WHEN directory AND NOT coalesce(contains(object_id, '@'), false)"
    " AND list_contains(json_extract_string(targets, '$[*].Type'), '5')"
    " AND name NOT LIKE '%application%' AND name NOT LIKE '%grant%' THEN"
    " list_extract(list_filter(json_extract(targets, '$[*]'), lambda t: t->>'$.Type' = '5'), 1)->>'$.ID' END",
    "whom": "CASE WHEN directory THEN CASE WHEN contains(object_id, '@') THEN object_id ELSE typed END"
    " WHEN contains(mailbox_owner, '@') THEN mailbox_owner"
    " WHEN contains(identity, '@') THEN regexp_extract(identity, '[^\\\\]+$') END",
    "target": "account_name(whom)",
    "by_service": f"coalesce(user_name = '{RESET_SERVICE}', false)",
    "told_apart": told_apart("record"),
    "listed": f"""coalesce(told_apart, CASE WHEN logon THEN coalesce({by_code("activity", "code")}, 'sign_in')
        ELSE {looked_up("name", inverted(ACTIVITIES))} END)""",
    **granted("record"),
    "on_nobody": "coalesce(target IS NULL AND (by_system OR directory AND listed IS NULL), false)",
    "acted_on": "CASE WHEN NOT on_nobody THEN coalesce(target, user_name) END",
    "stated": "CASE lower(result_status) WHEN 'success' THEN 'success' WHEN 'succeeded' THEN 'success'"
    " WHEN 'true' THEN 'success' WHEN 'partiallysucceeded' THEN 'success' WHEN 'failed' THEN 'failure'"
    " WHEN 'failure' THEN 'failure' WHEN 'false' THEN 'failure' ELSE 'unknown' END",
    "address": "coalesce(filled(client_ip), filled(client_ip_address), filled(actor_ip))",
    "agent_said": "filled(agent)",
    "agent_paired": _paired("extended", "UserAgent"),
    "agent_told": f"agent_said IS NOT NULL OR coalesce({_named_in('extended', 'UserAgent')}, false)",
    "browser": f"CASE WHEN NOT agent_told THEN {_pair('device', 'BrowserType')} END",
    "system": f"CASE WHEN NOT agent_told THEN {_pair('device', 'OS')} END",
    "forwarded": "CASE WHEN listed = 'mailbox_rule' THEN regexp_replace(coalesce("
    + ", ".join(_pair("parameters", name) for name in RULE_TARGETS)
    + "), '^smtp:', '', 'i') END",
    "session_paired": _paired("device", "SessionId"),
    "reason_read": by_code("reason", "code"),
    # A mailbox or file record is written when the thing was done; only some say so.
    "outcome_read": "CASE WHEN code = '0' THEN 'success'"
    f" WHEN logon THEN coalesce({by_code('outcome', 'code')}, 'failure')"
    " WHEN stated = 'unknown' AND listed IN ('session_use', 'mailbox_rule') THEN 'success' ELSE stated END",
}

COLUMNS = {
    "event_uid": "id",
    "tenant": "coalesce(tenant_id, '')",
    "time": "CASE WHEN operation IS NOT NULL AND workload IS NOT NULL THEN"
    " CASE WHEN length(created) = 19 AND NOT suffix(created, 'M') THEN try_cast(created AS TIMESTAMP)"
    " ELSE event_time(created) END END",
    "activity": "coalesce(listed, CASE WHEN user_name IS DISTINCT FROM acted_on THEN 'admin_act' ELSE 'other' END)",
    "outcome": "outcome_read",
    "reason": "CASE WHEN for_all THEN 'by_admin'"
    " WHEN logon THEN CASE WHEN code IS NULL THEN 'other' ELSE reason_read END"
    " WHEN directory AND user_name <> acted_on AND NOT by_service AND contains(user_name, '@')"
    " AND coalesce(listed, 'admin_act') NOT IN ('profile_change', 'session_end', 'consent') THEN"
    " 'by_admin' END",
    "provider_code": "CASE WHEN coalesce(logon_error, error_number) IS NULL THEN operation ELSE"
    " operation || coalesce('/' || coalesce(filled(logon_error), nullif(filled(error_number), '0')), '') END",
    "account": "acted_on",
    "account_uid": "CASE WHEN target IS NULL AND NOT by_system AND NOT contains(user_key, ' ')"
    " AND user_key <> '00000000-0000-0000-0000-000000000000' THEN filled(user_key) END",
    "account_known": "CASE WHEN logon AND reason_read = 'unknown_account' THEN 'false' "
    f"WHEN logon THEN coalesce({by_code('known', 'code')}, 'unknown')"
    " WHEN NOT on_nobody AND (target IS NOT NULL OR user_name IS NOT NULL) THEN 'true' ELSE 'unknown' END",
    "actor": "CASE WHEN user_name IS DISTINCT FROM acted_on THEN user_name END",
    "channel_value": "account_name(forwarded)",
    "source_ip": "ip_address(address)",
    "user_agent": "coalesce(agent_said, filled(agent_paired))",
    "client_key": "CASE WHEN agent_said IS NULL THEN coalesce(filled(client_info),"
    " CASE WHEN extended IS NOT NULL THEN nullif(concat_ws('/', browser, system), '') END) END",
    # Of a consent the object is the application's names, of which its id is one.
    "app_uid": "CASE WHEN listed = 'consent' THEN coalesce(granted_app,"
    f" nullif(regexp_extract(object_id, '{GUID}'), '')) ELSE"
    " coalesce(filled(client_app), filled(app), filled(application)) END",
    "session_uid": "coalesce(filled(session), filled(context_session), filled(session_paired))",
    "correlation_uid": "coalesce(filled(inter_systems), filled(context_correlation))",
    "request_uid": "CASE WHEN logon THEN nullif(filled(intra_system), id) END",
}


def _is_record(record: RawRecord) -> bool:
    whole = "CreationTime" in record and "Operation" in record and "Workload" in record
    return whole and "AuditCreationTime" not in record  # flattened by Hawk: m365_hawk.py


def _is_wrapped(record: RawRecord) -> bool:
    return "AuditData" in record


M365_AUDIT = Source(
    format="m365_audit",
    provider="m365",
    title="Microsoft 365 unified audit log",
    recognises=_is_record,
    fields=FIELDS,
    looks_into=LOOKS_INTO,
    derived=READING,
    columns=COLUMNS,
)

M365_AUDIT_WRAPPED = replace(
    M365_AUDIT,
    format="m365_audit_wrapped",
    title="Microsoft 365 unified audit log (in AuditData)",
    recognises=_is_wrapped,
    csv_record_column="AuditData",
    unwraps="json_extract_string(record, '$.AuditData')",
)
"""The portal's and PowerShell's exports, CSV or JSON: the record is in `AuditData`, as text or object."""

M365 = (M365_AUDIT_WRAPPED, M365_AUDIT)
