"""Microsoft 365 unified audit log as Hawk flattens it: a column for each field, in its files named `Simple_...`.

Writer: T0pCyber/hawk, internal/functions/Get-SimpleUnifiedAuditLog.ps1. What the files do:

- The record's fields stand beside those of the search, the type of the record as `AuditRecordType`; lists that nobody
  flattened are left as the name of their type in the CSV (client and session are lost) and as lists in the JSON.
- `Parameters` is one text: `Name=Value | Name=Value`.
- `RecordType` is the name of the type. Hawk's `Converted_Authentication_Logs` are the records themselves with times to
  the minute, and its other files hold the record in `AuditData`: those are read as the unified audit log.
"""

from __future__ import annotations

from dataclasses import replace

from tocsin.sources.entra_audit import granted
from tocsin.sources.m365 import FIELDS, M365_AUDIT, READING, told_apart
from tocsin.sources.source import RawRecord


def _is_flat(record: RawRecord) -> bool:
    return "AuditCreationTime" in record and "AuditId" in record and "Operation" in record


# As the list that it was, for those who look for a name in it.
_LISTED = """'[' || array_to_string(list_transform(string_split(replace(parameters_text, '"', ''), ' | '), lambda one:
    '{"Name":"' || split_part(one, '=', 1) || '","Value":"' || substr(one, strpos(one, '=') + 1) || '"}'), ',')
    || ']'"""

M365_AUDIT_FLAT = replace(
    M365_AUDIT,
    format="m365_audit_flat",
    title="Microsoft 365 unified audit log (Hawk, flattened)",
    recognises=_is_flat,
    fields={
        **{name: path for name, path in FIELDS.items() if name not in ("parameters", "context_session")},
        "id": "$.AuditId",
        "created": "$.AuditCreationTime",
        "record_type": "$.AuditRecordType",
        "parameters_text": "$.Parameters",
        "context_session": "$.AADSessionId",
        "modified": "$.ModifiedProperties",
    },
    derived={
        "parameters": f"CASE WHEN contains(parameters_text, '=') THEN {_LISTED} END",
        **READING,
        "told_apart": told_apart("modified"),  # the row's whole text would have to be made for it
        **granted("modified"),
    },
)
