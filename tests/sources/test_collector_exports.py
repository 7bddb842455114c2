"""What incident responders' collectors save is read as the records that it holds, whatever they wrapped around them.

How each writes: invictus-ir/Microsoft-Extractor-Suite (Scripts/Get-UAL.ps1, Get-UALGraph.ps1,
Get-AzureEntraGraphLogs.ps1), T0pCyber/hawk (internal/functions/Out-MultipleFileType.ps1,
Import-AzureAuthenticationLog.ps1) and cisagov/untitledgoosetool (goosey/m365_datadumper.py, goosey/utils.py).
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from normalised import INGESTED_AT, expected, read
from shared_data import SHARED, needs_shared_data
from tocsin.sources import SOURCES, Reader
from tocsin.sources.containers import read_blocks
from tocsin.sources.entra_powershell import printed

SAMPLES = Path(__file__).parent / "samples"

Record = dict[str, Any]


def sample(name: str) -> list[Record]:
    return [json.loads(line) for line in (SAMPLES / name / "raw.jsonl").read_text().splitlines()]


def table(rows: list[Record], path: Path, *, encoding: str = "utf-8-sig") -> None:
    """As `Export-Csv` writes: every cell in quotes, a byte order mark."""
    with path.open("w", newline="", encoding=encoding) as file:
        writer = csv.DictWriter(file, list(dict.fromkeys(name for row in rows for name in row)), quoting=csv.QUOTE_ALL)
        writer.writeheader()
        writer.writerows(rows)


def found(record: Record) -> Record:
    """A result of Search-UnifiedAuditLog: the record is text in AuditData."""
    return {
        "RecordType": "AzureActiveDirectoryStsLogon",
        "CreationDate": "3/2/2026 12:01:00 PM",
        "UserIds": record["UserId"],
        "Operations": record["Operation"],
        "AuditData": json.dumps(record),
        "ResultIndex": "1",
        "ResultCount": "21",
        "Identity": record["Id"],
    }


def extractor_lines(records: list[Record], path: Path) -> None:
    """Microsoft-Extractor-Suite, -Output JSON: the records one a line, appended by Windows PowerShell in UTF-16."""
    path.write_text("".join(json.dumps(record) + "\r\n" for record in records), encoding="utf-16")


def extractor_csv(records: list[Record], path: Path) -> None:
    table([found(record) for record in records], path)


def extractor_merged(records: list[Record], path: Path) -> None:
    """Several answers of the search, each a JSON array, one after another in a file."""
    pieces = [records[:5], records[5:6], records[6:]]
    path.write_text("\r\n".join(json.dumps([found(one) for one in piece], indent=4) for piece in pieces))


def extractor_graph(records: list[Record], path: Path) -> None:
    """Get-UALGraph: the answers of Graph, less the page around them."""
    wrapped = [
        {"id": one["Id"], "createdDateTime": one["CreationTime"] + "Z", "operation": one["Operation"], "auditData": one}
        for one in records
    ]
    path.write_text(json.dumps(wrapped, indent=2))


def goosey(records: list[Record], path: Path) -> None:
    """untitledgoosetool: the contents of AuditData in one array on one line."""
    path.write_text(json.dumps(records))


def hawk_json(records: list[Record], path: Path) -> None:
    path.write_text(json.dumps([found(record) for record in records], indent=4), encoding="utf-16")


def purview(records: list[Record], path: Path) -> None:
    """The export of the audit search in the Purview portal."""
    rows = [
        {
            "RecordId": one["Id"],
            "CreationDate": one["CreationTime"] + ".0000000Z",
            "RecordType": str(one["RecordType"]),
            "Operation": one["Operation"],
            "UserId": one["UserId"],
            "AuditData": json.dumps(one),
            "AssociatedAdminUnits": "",
            "AssociatedAdminUnitsNames": "",
        }
        for one in records
    ]
    table(rows, path)


@pytest.mark.parametrize(
    "write", [extractor_lines, extractor_csv, extractor_merged, extractor_graph, goosey, hawk_json, purview]
)
def test_the_unified_audit_log_is_the_same_from_each(
    write: Callable[[list[Record], Path], None], tmp_path: Path
) -> None:
    path = tmp_path / "export"
    write(sample("m365_audit"), path)
    events, rejected = read(path)
    assert rejected == []
    assert events == expected(SAMPLES / "m365_audit/expected.jsonl")


def capitals(value: Any) -> Any:
    """The names of the Graph record as PowerShell prints them."""
    match value:
        case dict():
            renamed = {printed(name): capitals(held) for name, held in value.items()}
            if "IpAddress" in renamed:
                renamed["IPAddress"] = renamed.pop("IpAddress")
            return renamed
        case list():
            return [capitals(one) for one in value]
        case _:
            return value


@pytest.mark.parametrize("log", ["entra_signin", "entra_audit"])
def test_powershell_gives_the_same_rows_as_graph(log: str, tmp_path: Path) -> None:
    """Hawk's JSON of Get-MgAuditLogSignIn and Get-MgAuditLogDirectoryAudit."""
    path = tmp_path / "export.json"
    path.write_text(json.dumps([capitals(record) for record in sample(f"{log}_graph")], indent=4), encoding="utf-16")
    events, rejected = read(path)
    assert rejected == []
    assert events == expected(SAMPLES / f"{log}_graph/expected.jsonl")


@needs_shared_data
@pytest.mark.parametrize("name", ["entra_signin_sample.json", "entra_directoryaudit_sample.jsonl"])
def test_powershell_gives_the_same_rows_of_microsoft_s_own_samples(name: str, tmp_path: Path) -> None:
    whole = read(SHARED / "logs" / name)
    records = [json.loads(text) for block in read_blocks(SHARED / "logs" / name) for text in block.records.to_pylist()]
    path = tmp_path / "export.json"
    path.write_text(json.dumps([capitals(record) for record in records]), encoding="utf-16")
    assert whole[0]
    assert read(path) == whole


@pytest.mark.parametrize("log", ["entra_signin_powershell", "entra_audit_powershell"])
def test_sample_gives_the_expected_rows(log: str) -> None:
    events, rejected = read(SAMPLES / log / "raw.json")
    assert rejected == []
    assert events == expected(SAMPLES / log / "expected.jsonl")


def test_a_flattened_audit_log_gives_the_expected_rows() -> None:
    events, rejected = read(SAMPLES / "m365_audit_flat/raw.csv")
    assert rejected == []
    assert events == expected(SAMPLES / "m365_audit_flat/expected.jsonl")


@pytest.mark.parametrize(
    "row",
    [
        {
            "Id": "s-1",
            "CreatedDateTime": "3/2/2026 8:00:10 AM",
            "AppId": "app",
            "UserPrincipalName": "ada.berg@party.example",
            "Status": "Microsoft.Graph.PowerShell.Models.MicrosoftGraphSignInStatus",
        },
        {
            "Id": "a-1",
            "ActivityDateTime": "3/2/2026 8:00:10 AM",
            "ActivityDisplayName": "Update user",
            "InitiatedBy": "Microsoft.Graph.PowerShell.Models.MicrosoftGraphAuditActivityInitiator",
            "TargetResources": "Microsoft.Graph.PowerShell.Models.MicrosoftGraphTargetResource[]",
        },
    ],
    ids=["sign-in", "audit"],
)
def test_a_table_that_holds_names_of_types_is_passed_over(row: Record, tmp_path: Path) -> None:
    """It could only say that something happened; and would take the id of the whole record in the JSON beside it."""
    path = tmp_path / "RiskySignInLog.csv"
    table([row], path)
    assert read(path) == ([], [])
    assert sum(block.ignored for block in Reader(SOURCES, ingested_at=INGESTED_AT, workers=1).read(path)) == 1


def test_converted_sign_ins_of_hawk_keep_the_minute_and_the_client(tmp_path: Path) -> None:
    """Its `Converted_Authentication_Logs`: hoisted properties, and times as Get-Date prints them."""
    row = {
        "CreationTime": "12/22/2026 10:00 AM",
        "UserId": "ada.berg@party.example",
        "Workload": "AzureActiveDirectory",
        "ClientIP": "203.0.113.7",
        "Id": "u-1",
        "Operation": "UserLoginFailed",
        "RecordType": "15",
        "ErrorNumber": "50126",
        "UserAgent": "curl/8.5.0",
        "ExtendedProperties": "ResultStatusDetail:,UserAgent:",
        "Actor": "11111111:0,ada.berg@party.example:5",
    }
    path = tmp_path / "Converted_Authentication_Logs.csv"
    table([row], path)
    (event,), rejected = read(path)
    assert rejected == []
    assert (event["time"], event["account"], event["source_ip"], event["user_agent"], event["reason"]) == (
        "2026-12-22 10:00:00.000",
        "ada.berg@party.example",
        "203.0.113.7",
        "curl/8.5.0",
        "wrong_password",
    )


def goosey_lines(pages: Iterable[list[Record]]) -> str:
    """untitledgoosetool's answers of Graph: one record a line, an empty line where a page was empty."""
    return "".join("\n".join(map(json.dumps, page)) + "\n" for page in pages)


def test_the_lines_of_goosey_are_those_of_graph(tmp_path: Path) -> None:
    records = sample("entra_signin_graph")
    path = tmp_path / "rt_signin_log_2026-03-02.json"
    path.write_text(goosey_lines([records[:4], [], records[4:]]))
    events, rejected = read(path)
    assert rejected == []
    assert events == expected(SAMPLES / "entra_signin_graph/expected.jsonl")
