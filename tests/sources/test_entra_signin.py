"""Entra sign-ins become the right rows in every shape in which tenants export them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from normalised import expected, read, read_records
from shared_data import SHARED, needs_shared_data
from tocsin.events.schema import Activity, Known, Outcome, Reason
from tocsin.sources.entra_codes import rows

SAMPLES = Path(__file__).parent / "samples"

SIGN_IN: dict[str, Any] = {
    "id": "s-1",
    "createdDateTime": "2026-03-02T08:00:00Z",
    "userPrincipalName": "Ada.Berg@party.example",
    "userId": "11111111-aaaa-4bbb-8ccc-000000000001",
    "appId": "89bee1f7",
    "ipAddress": "203.0.113.7",
    "clientAppUsed": "Browser",
    "status": {"errorCode": 0},
}


def sign_in(folder: Path, **changes: Any) -> dict[str, Any]:
    (event,) = read_records([{**SIGN_IN, **changes}], folder)
    return event


def code(number: int, text: str = "") -> dict[str, Any]:
    return {"errorCode": number, "failureReason": text}


@pytest.mark.parametrize(
    "sample",
    [
        "entra_signin_graph/raw.jsonl",
        "entra_signin_diagnostic/raw.json",
        "entra_signin_escaped/raw.jsonl",
        "entra_signin_log_analytics/raw.csv",
    ],
)
def test_sample_gives_the_expected_rows(sample: str) -> None:
    """Whole rows, in the order of the file."""
    events, rejected = read(SAMPLES / sample)
    assert rejected == []
    assert events == expected((SAMPLES / sample).parent / "expected.jsonl")


def test_shapes_agree() -> None:
    """The same sign-in says the same whether it came by Graph, diagnostic settings or escaped text."""
    graph = {row["event_uid"]: row for row in expected(SAMPLES / "entra_signin_graph/expected.jsonl")}
    for shape in ("entra_signin_diagnostic", "entra_signin_escaped"):
        for row in expected(SAMPLES / shape / "expected.jsonl"):
            if row["event_uid"] in graph:
                assert row == graph[row["event_uid"]]


@pytest.mark.parametrize("number", [50058, 50072, 65001, 50011, 50140, 16000, 50097, 50125, 50129])
def test_trap_5_interrupts_are_no_failures(number: int, tmp_path: Path) -> None:
    """A step of the user interface is neither success nor failure: 30 % of the codes of a real tenant."""
    event = sign_in(tmp_path, status=code(number))
    assert (event["activity"], event["outcome"], event["reason"]) == ("sign_in", "unknown", "interrupt")


@pytest.mark.parametrize(
    ("number", "text", "says"),
    [
        (50126, "", ("sign_in", "failure", "wrong_password")),
        (50034, "", ("sign_in", "failure", "unknown_account")),
        (50053, "The account is locked", ("sign_in", "failure", "locked")),
        (
            50053,
            "blocked because it came from an IP address with malicious activity",
            ("sign_in", "failure", "risk"),
        ),
        (50074, "", ("challenge", "unknown", "mfa_required")),
        (50076, "", ("challenge", "unknown", "mfa_required")),
        (50079, "", ("challenge", "unknown", "mfa_required")),
        (500121, "", ("challenge", "failure", "mfa_denied")),
    ],
)
def test_trap_5_codes_that_detection_rests_on(
    number: int, text: str, says: tuple[str, str, str], tmp_path: Path
) -> None:
    """50053 is two things, told apart by its text; 50074 and 50076 mean that the password was right."""
    event = sign_in(tmp_path, status=code(number, text))
    assert (event["activity"], event["outcome"], event["reason"]) == says


def test_trap_8_an_exact_duplicate_has_the_same_id(tmp_path: Path) -> None:
    """The provider's own id, so that the store counts a doubled delivery once."""
    first, second = read_records([SIGN_IN, SIGN_IN], tmp_path)
    assert first == second
    assert first["event_uid"] == "s-1"


def test_trap_10_event_time_not_delivery_time() -> None:
    """The sample's diagnostic records were delivered at 09:30."""
    events, _ = read(SAMPLES / "entra_signin_diagnostic/raw.json")
    assert all(event["time"].startswith("2026-03-02 08:") for event in events)


def test_account_known_by_user_id(tmp_path: Path) -> None:
    """Entra writes zeros for the id of a name that it does not hold."""
    zeros = "00000000-0000-0000-0000-000000000000"
    assert sign_in(tmp_path, status=code(50053))["account_known"] == "true"
    assert sign_in(tmp_path, status=code(50053), userId=zeros)["account_known"] == "unknown"
    assert sign_in(tmp_path, status=code(50034))["account_known"] == "false"


def test_background_password_is_a_sign_in(tmp_path: Path) -> None:
    """A refresh token used is no sign-in; a wrong password in the background (ROPC) is one."""
    background = {"isInteractive": False, "signInEventTypes": ["nonInteractiveUser"]}
    assert sign_in(tmp_path, **background)["activity"] == "session_use"
    assert sign_in(tmp_path, **background, status=code(70008))["activity"] == "session_use"
    assert sign_in(tmp_path, **background, status=code(50126))["activity"] == "sign_in"
    assert sign_in(tmp_path, **background, authenticationProtocol="ropc")["activity"] == "sign_in"


def test_missing_status_is_unknown(tmp_path: Path) -> None:
    """A missing outcome is unknown, never failure."""
    event = sign_in(tmp_path, status=None)
    assert event["outcome"] == "unknown"
    assert "reason" not in event


def test_risk_fields_change_no_outcome(tmp_path: Path) -> None:
    """The provider's later judgement is not what happened."""
    plain = sign_in(tmp_path)
    assert sign_in(tmp_path, riskState="confirmedCompromised", riskLevelDuringSignIn="high") == plain


def test_one_diagnostic_file_mixes_categories(tmp_path: Path) -> None:
    """Sign-in and audit records stand in one export; each becomes its own kind."""
    records = [
        *msgspec.json.decode((SAMPLES / "entra_signin_diagnostic/raw.json").read_bytes())["records"],
        *msgspec.json.decode((SAMPLES / "entra_audit_diagnostic/raw.json").read_bytes())["records"],
    ]
    mixed = [records[place] for place in (0, 5, 1, 6, 2, 7, 3, 4)]
    uids = {event["event_uid"] for event in read_records(mixed, tmp_path)}
    assert uids == {record["properties"]["id"] for record in records}


def test_code_table_is_in_the_vocabulary() -> None:
    """Every row of the table uses the words of the event schema, and no code or name stands twice."""
    table = list(rows())
    for row in table:
        assert row["activity"] in set(Activity)
        assert row["outcome"] in set(Outcome)
        assert row["reason"] == "" or row["reason"] in set(Reason)
        assert row["known"] in set(Known)
        assert row["source"] in ("docs", "lookup")
    keys = [key for row in table for key in (row["code"], row["name"])]
    assert len(keys) == len(set(keys))


@needs_shared_data
def test_microsoft_sample() -> None:
    """Microsoft's own sample record: no user agent, so the client is named by browser and system."""
    (event,), rejected = read(SHARED / "logs/entra_signin_sample.json")
    assert rejected == []
    assert event == {
        "event_uid": "66ea54eb-6301-4ee5-be62-ff5a759b0100",
        "provider": "entra",
        "tenant": "",
        "time": "2020-03-13 19:15:41.619",
        "activity": "sign_in",
        "outcome": "success",
        "provider_code": "Sign-in activity/0",
        "account": "testaccount1@contoso.com",
        "account_uid": "26be570a-ae82-4189-b4e2-a37c6808512d",
        "account_known": "true",
        "source_ip": "131.107.159.37",
        "source_country": "US",
        "client_key": "Edge 80.0.361/Windows 10",
        "app_uid": "de8bc8b5-d9f9-48b1-a8ad-b748da725064",
        "correlation_uid": "d79f5bee-5860-4832-928f-3133e22ae912",
    }


@pytest.mark.parametrize(
    ("original", "request_uid"), [("s-0", "s-0"), ("s-1", None), ("", None), (None, None)], ids=str
)
def test_the_original_request_is_named_where_it_is_another(
    original: str | None, request_uid: str | None, tmp_path: Path
) -> None:
    """Most sign-ins name themselves, background ones nothing."""
    assert sign_in(tmp_path, originalRequestId=original).get("request_uid") == request_uid


def test_every_shape_names_the_original_request(tmp_path: Path) -> None:
    graph = {**SIGN_IN, "originalRequestId": "s-0"}
    shapes: list[dict[str, Any]] = [
        graph,
        {"category": "SignInLogs", "properties": graph},
        {"category": "SignInLogs", "properties": msgspec.json.encode(graph).decode()},
        {
            "Id": "s-1",
            "CreatedDateTime": "2026-03-02T08:00:00Z",
            "UserPrincipalName": "ada.berg@party.example",
            "ResultType": "0",
            "AppId": "89bee1f7",
            "OriginalRequestId": "s-0",
        },
    ]
    assert [event["request_uid"] for event in read_records(shapes, tmp_path)] == ["s-0"] * 4
