"""Microsoft Entra sign-ins and audit log as PowerShell prints Microsoft's objects: the Graph record with capitals.

Writers: `Get-MgAuditLogSignIn` and `Get-MgAuditLogDirectoryAudit | ConvertTo-Json`, which Hawk saves
(T0pCyber/hawk, internal/functions/Out-MultipleFileType.ps1), and the older `Get-AzureADAuditSignInLogs`, which
Microsoft-Extractor-Suite saved (invictus-ir/Microsoft-Extractor-Suite, Scripts/Get-AzureADLogs.ps1). What the files do:

- Names begin with a capital, and the address is `IPAddress` or `IpAddress`.
- Windows PowerShell writes times as /Date(milliseconds)/, PowerShell 7 in ISO, and some commands as the console shows
  them.
- The CSV that Hawk saves beside the JSON holds the names of types where the record holds objects: no code, no client,
  nobody acted on. Such rows are passed over, since the same records stand whole in the JSON.
"""

from __future__ import annotations

import re

from tocsin.sources import entra_audit, entra_signin
from tocsin.sources.source import RawRecord, Source


def printed(path: str) -> str:
    """The path with capitals: "status.errorCode" -> "Status.ErrorCode"."""
    return re.sub(r"(^|\.)([a-z])", lambda found: found[1] + found[2].upper(), path)


def _is_sign_in(record: RawRecord) -> bool:
    whole = "CreatedDateTime" in record and "AppId" in record and ("Status" in record or "ClientAppUsed" in record)
    return whole and "ResultType" not in record


def _is_audit(record: RawRecord) -> bool:
    return "ActivityDateTime" in record and "ActivityDisplayName" in record and "OperationName" not in record


_TYPE_NAME = "^(Microsoft|System)\\.[A-Za-z.]+(\\[\\])?$"

ENTRA_SIGNIN_POWERSHELL = Source(
    format="entra_signin_powershell",
    provider="entra",
    title="Microsoft Entra sign-ins (PowerShell)",
    recognises=_is_sign_in,
    fields={
        **{name: f"$.{printed(path)}" for name, path in entra_signin.GRAPH.items() if name != "ip"},
        "ip_graph": "$.IPAddress",
        "ip_module": "$.IpAddress",
        "status": "$.Status",
    },
    ignores=f"regexp_matches(status, '{_TYPE_NAME}')",
    derived={
        "ip": "coalesce(ip_graph, ip_module)",
        **dict.fromkeys(entra_signin.ABSENT, "NULL::VARCHAR"),
        **entra_signin.READING,
    },
    columns={**entra_signin.COLUMNS, "time": "CASE WHEN app_id IS NOT NULL THEN event_time(created) END"},
)

ENTRA_AUDIT_POWERSHELL = Source(
    format="entra_audit_powershell",
    provider="entra",
    title="Microsoft Entra audit log (PowerShell)",
    recognises=_is_audit,
    fields={
        **{name: f"$.{printed(path)}" for name, path in entra_audit.GRAPH.items() if name != "actor_ip"},
        "actor_ip_graph": "$.InitiatedBy.User.IPAddress",
        "actor_ip_module": "$.InitiatedBy.User.IpAddress",
        "initiated": "$.InitiatedBy",
    },
    ignores=f"regexp_matches(initiated, '{_TYPE_NAME}')",
    derived={
        "actor_ip": "coalesce(actor_ip_graph, actor_ip_module)",
        **dict.fromkeys(("tenant_id", "caller"), "NULL::VARCHAR"),
        **entra_audit.READING,
    },
    columns={**entra_audit.COLUMNS, "time": "CASE WHEN activity_name IS NOT NULL THEN event_time(happened) END"},
)

ENTRA_POWERSHELL = (ENTRA_SIGNIN_POWERSHELL, ENTRA_AUDIT_POWERSHELL)
