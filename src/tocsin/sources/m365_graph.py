"""Microsoft 365 unified audit log by Microsoft Graph: the records of an `auditLogQuery`.

Shape (Graph `auditLogRecord`, https://learn.microsoft.com/graph/api/resources/security-auditlogrecord): an envelope
with names in lower case around `auditData`, which is the record of the Management Activity API as an object. What the
records do:

- The envelope's `userId` is the record's UserKey, and its `userPrincipalName` the record's UserId. Its `clientIp` is
  mostly null.
- A record whose service fills `auditData` with less still has what the envelope says.
"""

from __future__ import annotations

from dataclasses import replace

from tocsin.sources.m365 import M365_AUDIT
from tocsin.sources.source import RawRecord

ENVELOPE = {
    "Id": "id",
    "CreationTime": "createdDateTime",
    "Operation": "operation",
    "OrganizationId": "organizationId",
    "Workload": "service",
    "UserId": "userPrincipalName",
    "UserKey": "userId",
    "ObjectId": "objectId",
    "ClientIP": "clientIp",
}
"""Name in the record -> name in the envelope."""

_PATHS = ", ".join(f"'$.{path}'" for path in ("auditData", "auditLogRecordType", *ENVELOPE.values()))
_PAIRS = ", ".join(f"'{name}', found[{number}]" for number, name in enumerate(ENVELOPE, 3))
_DIRECTORY = """CASE WHEN lower(found[2]) = '"azureactivedirectory"' THEN '8' END"""
_INNER = "CASE WHEN json_type(found[1]) = 'OBJECT' THEN found[1] ELSE '{}' END"


def _is_graph(record: RawRecord) -> bool:
    return "auditData" in record and "createdDateTime" in record


M365_AUDIT_GRAPH = replace(
    M365_AUDIT,
    format="m365_audit_graph",
    title="Microsoft 365 unified audit log (Graph audit search)",
    recognises=_is_graph,
    # The record is parsed once: a path by itself costs as much as all of them together.
    unwraps=f"list_transform([json_extract(record, [{_PATHS}])], lambda found:"
    f" json_merge_patch(json_object({_PAIRS}, 'RecordType', {_DIRECTORY}), {_INNER}))[1]",
)
