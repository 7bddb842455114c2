"""The unified audit log by Microsoft Graph gives the rows that the Management Activity API gives.

Records as the audit search returns them: https://learn.microsoft.com/graph/api/security-auditlogquery-list-records
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from normalised import expected, read, read_records

SAMPLES = Path(__file__).parent / "samples"

RECORD: dict[str, Any] = {
    "id": "g-1",
    "createdDateTime": "2026-03-02T12:00:00Z",
    "auditLogRecordType": "AzureActiveDirectoryStsLogon",
    "operation": "UserLoggedIn",
    "organizationId": "t-1",
    "userType": "Regular",
    "userId": "1003200000000001",
    "service": "AzureActiveDirectory",
    "objectId": None,
    "userPrincipalName": "Ada.Berg@party.example",
    "clientIp": None,
    "administrativeUnits": [""],
}


def test_sample_gives_the_expected_rows() -> None:
    events, rejected = read(SAMPLES / "m365_audit_graph/raw.json")
    assert rejected == []
    assert events == expected(SAMPLES / "m365_audit_graph/expected.jsonl")


def test_it_says_the_same_as_the_management_api() -> None:
    """Ids too: an act that came both ways counts once."""
    assert expected(SAMPLES / "m365_audit_graph/expected.jsonl") == expected(SAMPLES / "m365_audit/expected.jsonl")


@pytest.mark.parametrize("data", [{"@odata.type": "microsoft.graph.security.auditData"}, None, "hidden", []])
def test_the_envelope_says_what_its_data_lacks(data: Any, tmp_path: Path) -> None:
    """`userId` is the key of the user and `userPrincipalName` the name."""
    (event,) = read_records([{**RECORD, "clientIp": "203.0.113.7", "auditData": data}], tmp_path)
    wanted = {
        "event_uid": "g-1",
        "tenant": "t-1",
        "time": "2026-03-02 12:00:00.000",
        "activity": "sign_in",
        "outcome": "success",
        "account": "ada.berg@party.example",
        "account_uid": "1003200000000001",
        "source_ip": "203.0.113.7",
    }
    assert {name: event[name] for name in wanted} == wanted


def test_what_the_data_says_goes_before_the_envelope(tmp_path: Path) -> None:
    data = {"Id": "inner", "UserId": "bo@party.example", "ClientIP": "2001:db8::7", "ErrorNumber": "50126"}
    record = {**RECORD, "operation": "UserLoginFailed", "auditData": data}
    (event,) = read_records([record], tmp_path)
    assert (event["event_uid"], event["account"], event["source_ip"]) == ("inner", "bo@party.example", "2001:db8::7")
    assert (event["outcome"], event["reason"]) == ("failure", "wrong_password")


def test_the_type_in_words_names_a_directory_record(tmp_path: Path) -> None:
    """A self-service reset is known by the record's type, which stands in the envelope as a word (trap 4)."""
    record = {
        **RECORD,
        "auditLogRecordType": "azureActiveDirectory",
        "operation": "Reset user password.",
        "userPrincipalName": "fim_password_service@support.onmicrosoft.com",
        "objectId": "ada.berg@party.example",
        "auditData": {"ResultStatus": "Success"},
    }
    (event,) = read_records([record], tmp_path)
    assert (event["activity"], event["account"]) == ("recovery_complete", "ada.berg@party.example")
