"""Auth0's tenant logs become the right rows, whichever way they come."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from normalised import expected, read, read_records
from tocsin.events.schema import Activity, ChannelKind, Outcome, Reason
from tocsin.sources.auth0 import TABLE
from tocsin.sources.code_file import rows

SAMPLES = Path(__file__).parent / "samples"
ADA = "auth0|6459776e974703f3a65dc258"


def record(kind: str, **more: Any) -> dict[str, Any]:
    plain = {"date": "2026-03-02T08:00:00.000Z", "type": kind, "ip": "203.0.113.7", "log_id": "1", "client_id": "c"}
    return plain | {"user_id": ADA, "user_name": "ada@example.org"} | more


def event(folder: Path, kind: str, **more: Any) -> dict[str, Any]:
    (row,) = read_records([record(kind, **more)], folder)
    return row


@pytest.mark.parametrize("sample", ["auth0_log/raw.json", "auth0_stream/raw.jsonl", "auth0_eventbridge/raw.jsonl"])
def test_sample_gives_the_expected_rows(sample: str) -> None:
    events, rejected = read(SAMPLES / sample)
    assert rejected == []
    assert events == expected((SAMPLES / sample).parent / "expected.jsonl")


def test_the_same_record_streamed_and_fetched_is_one_event(tmp_path: Path) -> None:
    """The id is the log's, not the envelope's: both exports of one event count once."""
    one = record("fp")
    stream = {"log_id": one["log_id"], "data": one}
    bridge = {"id": "bridge-1", "source": "aws.partner/auth0.com/x", "detail": stream}
    assert {row["event_uid"] for row in read_records([one, stream, bridge], tmp_path)} == {"1"}


def test_the_table_holds_each_code_once_in_the_vocabulary() -> None:
    listed = list(rows(TABLE))
    codes = [row["code"] for row in listed]
    assert len(codes) == len(set(codes)) == 176
    for column, words in (("activity", Activity), ("outcome", Outcome), ("reason", Reason), ("channel", ChannelKind)):
        assert {row[column] for row in listed if row[column]} <= {str(word) for word in words}, column
    assert all(row["meaning"] for row in listed)


def test_every_code_gives_what_the_table_says(tmp_path: Path) -> None:
    """Beside those whose record decides more: an administrator's act has its own reason."""
    listed = list(rows(TABLE))
    events = read_records([record(row["code"], log_id=row["code"]) for row in listed], tmp_path)
    for row, said in zip(listed, events, strict=True):
        assert said["activity"] == row["activity"], row["code"]
        if row["code"] not in ("fn", "fcp"):
            assert said["outcome"] == (row["outcome"] or "unknown"), row["code"]
            assert said.get("reason", "") == row["reason"], row["code"]


@pytest.mark.parametrize(
    ("kind", "description", "activity", "outcome", "reason"),
    [
        ("f", "access_denied: not authorized", "sign_in", "failure", "policy"),
        ("f", "You have been blocked: too many attempts", "sign_in", "failure", "locked"),
        ("f", "Callback URL mismatch.", "sign_in", "unknown", "interrupt"),
        ("fepft", "Wrong email or password.", "sign_in", "failure", "wrong_password"),
        ("fepft", "mfa_required", "challenge", "unknown", "mfa_required"),
        ("fcpr", "The user does not exist.", "recovery_start", "failure", "unknown_account"),
        ("fcpr", "Too many requests", "recovery_start", "failure", "locked"),
        ("fcp", "This link has already been used.", "recovery_proof", "failure", "expired"),
        ("fcp", "Password was used before: history", "recovery_complete", "failure", "policy"),
        ("fsa", "login_required", "session_use", "unknown", "interrupt"),
        ("fsa", "Unknown client", "session_use", "failure", "other"),
    ],
)
def test_a_failure_says_why_in_its_description(
    kind: str, description: str, activity: str, outcome: str, reason: str, tmp_path: Path
) -> None:
    row = event(tmp_path, kind, description=description)
    assert (row["activity"], row["outcome"], row["reason"]) == (activity, outcome, reason)


@pytest.mark.parametrize(
    ("strategy", "activity", "actor"),
    [("jwt_api2_internal_token", "admin_act", "google-oauth2|1"), ("jwt_mfa", "factor_change", None)],
)
def test_a_factor_removed_over_the_management_api_is_an_administrators_act(
    strategy: str, activity: str, actor: str | None, tmp_path: Path
) -> None:
    """Guardian writes `gd_unenroll` for both: the token of the request tells them apart."""
    auth = {"strategy": strategy, "subject": "google-oauth2|1"}
    row = event(tmp_path, "gd_unenroll", details={"request": {"auth": auth}})
    assert (row["activity"], row.get("actor"), row["account"]) == (activity, actor, "ada@example.org")


@pytest.mark.parametrize(
    ("path", "account", "uid"),
    [
        ("/api/v2/users/auth0%7C1", "eve@example.org", "auth0|1"),
        ("/api/v2/users/auth0%7C1/multifactor/duo", "eve@example.org", "auth0|1"),
        ("/api/v2/users/%ff%00x", "eve@example.org", "%ff%00x"),
        ("/api/v2/users", None, None),
        ("/api/v2/clients/auth0%7C1", None, None),
    ],
)
def test_the_account_of_a_management_act_is_the_one_that_the_path_names(
    path: str, account: str | None, uid: str | None, tmp_path: Path
) -> None:
    user = {"user_id": "google-oauth2|1", "email": "Grace@example.org"}
    details = {"request": {"path": path, "auth": {"user": user}}, "response": {"body": {"email": "Eve@example.org"}}}
    row = event(tmp_path, "sapi", user_id="google-oauth2|1", user_name=None, details=details)
    assert (row.get("account"), row.get("account_uid"), row["actor"]) == (account, uid, "grace@example.org")


def test_other_mails_that_could_not_go_out_are_no_recovery(tmp_path: Path) -> None:
    assert event(tmp_path, "fn", details={"email_type": "reset_email"})["activity"] == "recovery_message"
    assert event(tmp_path, "fn", details={"email_type": "verify_email"})["activity"] == "other"
