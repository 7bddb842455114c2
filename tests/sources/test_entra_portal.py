"""What people download from the Entra admin centre becomes the same rows as what its interface gives.

Columns and values of the downloads: Microsoft's "Learn about the sign-in log activity details"
(https://learn.microsoft.com/entra/identity/monitoring-health/concept-sign-in-log-activity-details) and headers that
several public readers of these files name alike.
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest

from normalised import expected, read, read_records

SAMPLES = Path(__file__).parent / "samples"

SIGN_IN: dict[str, Any] = {
    "Date (UTC)": "2026-03-02T08:00:00Z",
    "Request ID": "s-1",
    "User ID": "11111111-aaaa-4bbb-8ccc-000000000001",
    "Username": "Ada.Berg@party.example",
    "IP address": "203.0.113.7",
    "Location": "Oslo, Oslo, NO",
    "Status": "Success",
}


def sign_in(folder: Path, **changes: Any) -> dict[str, Any]:
    renamed = {name.replace("_", " "): value for name, value in changes.items()}
    (event,) = read_records([{**SIGN_IN, **renamed}], folder)
    return event


@pytest.mark.parametrize("sample", ["entra_signin_portal", "entra_audit_portal"])
def test_sample_gives_the_expected_rows(sample: str) -> None:
    """Whole rows, in the order of the file."""
    events, rejected = read(SAMPLES / sample / "raw.csv")
    assert rejected == []
    assert events == expected(SAMPLES / sample / "expected.jsonl")


def test_a_sign_in_is_the_same_row_as_by_graph() -> None:
    """Both have the same id, so that an export of both ways counts once; only the fraction of the second is lost."""
    graph = {row["event_uid"]: row for row in expected(SAMPLES / "entra_signin_graph/expected.jsonl")}
    for row in expected(SAMPLES / "entra_signin_portal/expected.jsonl")[1:3]:
        other = graph[row["event_uid"]] | {"time": row["time"]}
        other.pop("session_uid")
        assert row == other


def test_a_download_in_json_is_the_graph_record(tmp_path: Path) -> None:
    record = {
        "id": "j-1",
        "createdDateTime": "2026-03-02T08:00:00Z",
        "userDisplayName": "Ada Berg",
        "userPrincipalName": "ada.berg@party.example",
        "userId": "11111111-aaaa-4bbb-8ccc-000000000001",
        "appId": "38aa3b87",
        "ipAddress": "203.0.113.7",
        "ipAddressFromResourceProvider": None,
        "clientAppUsed": "Browser",
        "userAgent": None,
        "originalRequestId": "",
        "isInteractive": True,
        "homeTenantId": "t-1",
        "homeTenantName": "",
        "servicePrincipalId": "",
        "signInEventTypes": ["interactiveUser"],
        "status": {"errorCode": 50126, "failureReason": "Error validating credentials", "additionalDetails": None},
        "deviceDetail": {"browser": "Edge 126.0.0", "operatingSystem": "Windows10"},
        "location": {"city": "Oslo", "state": "Oslo", "countryOrRegion": "NO"},
    }
    (event,) = read_records([record], tmp_path)
    assert (event["activity"], event["outcome"], event["reason"]) == ("sign_in", "failure", "wrong_password")
    assert (event["tenant"], event["client_key"]) == ("t-1", "Edge 126.0.0/Windows10")


@pytest.mark.parametrize(
    ("status", "code", "outcome"),
    [
        ("Success", "None", "success"),
        ("Success", None, "success"),
        ("Success", "0", "success"),
        ("Interrupted", "50058", "unknown"),
        ("Interrupted", None, "unknown"),
        ("Failure", None, "failure"),
        ("Failure", "50126", "failure"),
        (None, None, "unknown"),
    ],
)
def test_status_says_what_the_code_does_not(status: str | None, code: str | None, outcome: str, tmp_path: Path) -> None:
    assert sign_in(tmp_path, Status=status, **{"Sign-in error code": code})["outcome"] == outcome


@pytest.mark.parametrize(
    ("token", "activity"),
    [("None", "sign_in"), ("Refresh token", "session_use"), ("Primary refresh token", "session_use")],
)
def test_a_refresh_token_is_a_session_in_use(token: str, activity: str, tmp_path: Path) -> None:
    """Interactive and background downloads have the same columns."""
    assert sign_in(tmp_path, Incoming_token_type=token)["activity"] == activity


def test_a_password_tried_in_the_background_is_a_sign_in(tmp_path: Path) -> None:
    changes = {"Status": "Failure", "Sign-in error code": "50126", "Incoming token type": "Refresh token"}
    assert sign_in(tmp_path, **changes)["activity"] == "sign_in"


@pytest.mark.parametrize(("place", "country"), [("Oslo, Oslo, NO", "NO"), ("NO", "NO"), ("Oslo, Norway", None)])
def test_the_country_is_the_last_of_the_place(place: str, country: str | None, tmp_path: Path) -> None:
    assert sign_in(tmp_path, Location=place).get("source_country") == country


def test_a_service_that_signs_in_is_its_own_account(tmp_path: Path) -> None:
    """The download of service principals has no user."""
    record = {
        "Date (UTC)": "2026-03-02T08:00:00Z",
        "Request ID": "s-2",
        "Service principal ID": "sp-1",
        "Service principal name": "Backup",
        "IP address": "203.0.113.7",
        "Status": "Success",
    }
    (event,) = read_records([record], tmp_path)
    assert (event["account"], event["account_uid"], event["activity"]) == ("backup", "sp-1", "sign_in")


def test_an_audit_row_says_what_the_graph_record_says(tmp_path: Path) -> None:
    """Of a reset's steps: activity, outcome, reason, channel, whom and from where."""
    columns = ("activity", "outcome", "reason", "channel_kind", "account", "account_uid", "source_ip", "provider_code")
    graph = {
        row["provider_code"]: {name: row.get(name) for name in columns}
        for row in expected(SAMPLES / "entra_audit_graph/expected.jsonl")
    }
    for row in expected(SAMPLES / "entra_audit_portal/expected.jsonl")[:4]:
        assert {name: row.get(name) for name in columns} == graph[row["provider_code"]]


def test_the_audit_download_has_the_columns_of_the_admin_centre() -> None:
    with (SAMPLES / "entra_audit_portal/raw.csv").open(newline="", encoding="utf-8-sig") as file:
        header = next(csv.reader(file))
    assert len(header) == 17 + 3 * (4 + 5 * 3) + 6 * 2
