"""Google Workspace activities become the right rows, in the interface's shape and with the events hoisted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from normalised import expected, read, read_records

SAMPLES = Path(__file__).parent / "samples"


def activity(application: str, events: Any, **changes: Any) -> dict[str, Any]:
    return {
        "kind": "admin#reports#activity",
        "id": {
            "time": "2026-03-02T14:00:00.250Z",
            "uniqueQualifier": "-9001",
            "applicationName": application,
            "customerId": "C01abcd",
        },
        "actor": {"email": "Ada@news.example", "profileId": "100200300"},
        "ipAddress": "203.0.113.7",
        "events": events,
        **changes,
    }


def event(name: str, **parameters: Any) -> dict[str, Any]:
    return {"name": name, "parameters": [{"name": key, **_value(value)} for key, value in parameters.items()]}


def _value(value: Any) -> dict[str, Any]:
    if isinstance(value, bool):
        return {"boolValue": value}
    return {"multiValue": value} if isinstance(value, list) else {"value": value}


@pytest.mark.parametrize("sample", ["google_activity/raw.json", "google_activity_flat/raw.jsonl"])
def test_sample_gives_the_expected_rows(sample: str) -> None:
    """Whole rows, in the order of the file."""
    events, rejected = read(SAMPLES / sample)
    assert rejected == []
    assert events == expected((SAMPLES / sample).parent / "expected.jsonl")


def test_hoisted_events_say_the_same() -> None:
    """A collector that splits records and flattens parameters loses nothing that a row holds."""
    listed = {row["event_uid"]: row for row in expected(SAMPLES / "google_activity/expected.jsonl")}
    for row in expected(SAMPLES / "google_activity_flat/expected.jsonl"):
        assert row == listed[row["event_uid"]]


def test_trap_6_events_as_object_or_list(tmp_path: Path) -> None:
    """Older exports hold one event as an object."""
    one = event("login_success", is_suspicious=False)
    as_list, as_object = read_records([activity("login", [one]), activity("login", one)], tmp_path)
    assert as_list == as_object
    assert as_list["event_uid"] == "-9001"


def test_trap_6_several_events_in_a_record_are_numbered(tmp_path: Path) -> None:
    """Each has its own id; a lone event keeps the record's."""
    rows = read_records([activity("login", [event("login_verification"), event("login_success")])], tmp_path)
    assert [row["event_uid"] for row in rows] == ["-9001/0", "-9001/1"]


def test_trap_6_the_same_act_in_two_applications(tmp_path: Path) -> None:
    """Nothing in the records ties the two: they differ in id and code only, and a later room folds them."""
    first, second = read_records(
        [
            activity("login", [event("recovery_email_edit")]),
            activity("user_accounts", [event("recovery_email_edit")]),
        ],
        tmp_path,
    )
    assert {**first, "provider_code": ""} == {**second, "provider_code": ""}
    assert (first["activity"], first["channel_kind"]) == ("channel_change", "email")
    assert "correlation_uid" not in first


def test_trap_8_an_exact_duplicate_has_the_same_id(tmp_path: Path) -> None:
    """The provider's own id, so that the store counts a doubled delivery once."""
    first, second = read_records([activity("login", [event("logout")])] * 2, tmp_path)
    assert first == second


def test_a_record_without_events_still_gives_a_row(tmp_path: Path) -> None:
    """Nothing is dropped silently."""
    (row,) = read_records([activity("login", [])], tmp_path)
    assert (row["activity"], row["outcome"], row["event_uid"]) == ("other", "unknown", "-9001")


@pytest.mark.parametrize(
    ("parameters", "says"),
    [
        ({"login_failure_type": "login_failure_invalid_password"}, ("sign_in", "failure", "wrong_password")),
        (
            {"login_failure_type": "login_failure_invalid_second_factor"},
            ("challenge", "failure", "mfa_denied"),
        ),
        (
            {"login_failure_type": "login_failure_missing_second_factor"},
            ("challenge", "unknown", "mfa_required"),
        ),
        ({"login_failure_type": "login_failure_account_disabled"}, ("sign_in", "failure", "disabled")),
        ({"login_challenge_method": ["password"]}, ("sign_in", "failure", "wrong_password")),
        ({"login_challenge_method": ["password", "google_prompt"]}, ("challenge", "failure", "mfa_denied")),
        ({}, ("sign_in", "failure", "other")),
    ],
)
def test_why_a_sign_in_failed(parameters: dict[str, Any], says: tuple[str, str, str], tmp_path: Path) -> None:
    """The type where it is written; else the method of the last challenge."""
    (row,) = read_records([activity("login", [event("login_failure", **parameters)])], tmp_path)
    assert (row["activity"], row["outcome"], row["reason"]) == says
    assert row["account_known"] == "true"


@pytest.mark.parametrize(
    ("status", "says"),
    [
        ("Challenge Passed.", ("success", None)),
        ("passed", ("success", None)),
        ("Challenge Failed.", ("failure", "mfa_denied")),
        ("incorrect_answer_entered", ("failure", "mfa_denied")),
        ("", ("unknown", "mfa_required")),
    ],
)
def test_how_a_challenge_ended(status: str, says: tuple[str, str | None], tmp_path: Path) -> None:
    """A challenge over a recovery channel keeps the channel: with a password change it is Google's"
    " recovery."""
    challenge = event(
        "login_challenge", login_challenge_method=["idv_preregistered_email"], login_challenge_status=status
    )
    (row,) = read_records([activity("login", [challenge])], tmp_path)
    assert (row["activity"], row["channel_kind"]) == ("challenge", "email")
    assert (row["outcome"], row.get("reason")) == says


@pytest.mark.parametrize(
    ("name", "activity_name"),
    [
        ("CHANGE_PASSWORD", "admin_act"),
        ("CHANGE_RECOVERY_EMAIL", "channel_change"),
        ("CHANGE_RECOVERY_PHONE", "channel_change"),
        ("TURN_OFF_2_STEP_VERIFICATION", "factor_change"),
        ("RESET_SIGNIN_COOKIES", "session_end"),
    ],
)
def test_an_administrator_acts_on_somebody(name: str, activity_name: str, tmp_path: Path) -> None:
    """The account is the one acted on; the administrator is the actor."""
    (row,) = read_records([activity("admin", [event(name, USER_EMAIL="Bo@news.example")])], tmp_path)
    assert (row["activity"], row["reason"]) == (activity_name, "by_admin")
    assert (row["account"], row["actor"]) == ("bo@news.example", "ada@news.example")


@pytest.mark.parametrize("method", ["backup_code", ["password", "backup_code"]])
def test_a_challenge_s_method_is_one_text_or_a_list(method: str | list[str], tmp_path: Path) -> None:
    """elastic/integrations, packages/google_workspace/data_stream/login, has both shapes."""
    passed = event("login_challenge", login_challenge_method=method, login_challenge_status="Challenge Passed.")
    refused = event("login_failure", login_challenge_method=method, login_type="exchange")
    one, other = read_records([activity("login", passed), activity("login", refused)], tmp_path)
    assert (one["activity"], one["outcome"], one["channel_kind"]) == ("challenge", "success", "code")
    assert (other["activity"], other["reason"], other["channel_kind"]) == ("challenge", "mfa_denied", "code")
