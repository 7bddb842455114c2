"""Keycloak's events become the right rows: user events, admin events, the server log as text and as JSON."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from normalised import INGESTED_AT, expected, read, read_records
from tocsin.sources import SOURCES, Reader

SAMPLES = Path(__file__).parent / "samples"


def record(kind: str, *, user: str | None = "u-1", error: str | None = None, **details: Any) -> dict[str, Any]:
    return {
        "id": "e-1",
        "time": 1772438401500,
        "type": kind,
        "realmId": "r-1",
        "clientId": "mail",
        "userId": user,
        "ipAddress": "203.0.113.7",
        "error": error,
        "details": details,
    }


def event(folder: Path, kind: str, **changes: Any) -> dict[str, Any]:
    (row,) = read_records([record(kind, **changes)], folder)
    return row


def said(row: dict[str, Any], *names: str) -> tuple[Any, ...]:
    return tuple(row.get(name) for name in names)


@pytest.mark.parametrize(
    "sample",
    [
        "keycloak_event/raw.jsonl",
        "keycloak_admin_event/raw.jsonl",
        "keycloak_log_line/raw.log",
        "keycloak_json_log/raw.jsonl",
    ],
)
def test_sample_gives_the_expected_rows(sample: str) -> None:
    """Whole rows, in the order of the file."""
    events, rejected = read(SAMPLES / sample)
    assert rejected == []
    assert events == expected((SAMPLES / sample).parent / "expected.jsonl")


def test_trap_7_an_unknown_name_and_a_wrong_password(tmp_path: Path) -> None:
    """`user_not_found` against `invalid_user_credentials` is the enumeration signal; a name may be
    missing."""
    unknown, nameless, wrong, wrong_nameless = read_records(
        [
            record("LOGIN_ERROR", user=None, error="user_not_found", username="Who@example.org"),
            record("LOGIN_ERROR", user=None, error="user_not_found"),
            record("LOGIN_ERROR", error="invalid_user_credentials", username="ada"),
            record("LOGIN_ERROR", error="invalid_user_credentials"),
        ],
        tmp_path,
    )
    names = ("reason", "account", "account_uid", "account_known")
    assert said(unknown, *names) == ("unknown_account", "who@example.org", None, "false")
    assert said(nameless, *names) == ("unknown_account", None, None, "false")
    assert said(wrong, *names) == ("wrong_password", "ada", "u-1", "true")
    assert said(wrong_nameless, *names) == ("wrong_password", None, "u-1", "true")


@pytest.mark.parametrize(
    ("error", "outcome", "reason"),
    [
        ("user_temporarily_disabled", "failure", "locked"),
        ("user_disabled", "failure", "disabled"),
        ("expired_code", "unknown", "interrupt"),
        ("invalid_code", "unknown", "interrupt"),
        ("rejected_by_user", "unknown", "cancelled"),
        ("client_not_found", "failure", "other"),
    ],
)
def test_why_a_sign_in_ended(error: str, outcome: str, reason: str, tmp_path: Path) -> None:
    """A page that timed out is an interrupt, not a wrong password."""
    row = event(tmp_path, "LOGIN_ERROR", error=error)
    assert said(row, "activity", "outcome", "reason") == ("sign_in", outcome, reason)


@pytest.mark.parametrize(
    ("kind", "error", "activity", "outcome", "reason", "known"),
    [
        ("SEND_RESET_PASSWORD", None, "recovery_start", "success", None, "true"),
        (
            "SEND_RESET_PASSWORD_ERROR",
            "user_not_found",
            "recovery_start",
            "failure",
            "unknown_account",
            "false",
        ),
        ("SEND_RESET_PASSWORD_ERROR", "invalid_email", "recovery_start", "failure", "not_enrolled", "true"),
        ("RESET_PASSWORD_ERROR", "user_not_found", "recovery_start", "failure", "unknown_account", "false"),
        ("RESET_PASSWORD_ERROR", "user_disabled", "recovery_start", "failure", "disabled", "true"),
        (
            "RESET_PASSWORD_ERROR",
            "invalid_user_credentials",
            "recovery_proof",
            "failure",
            "wrong_proof",
            "true",
        ),
        ("RESET_PASSWORD_ERROR", "expired_code", "recovery_proof", "failure", "expired", "true"),
        ("EXECUTE_ACTION_TOKEN", None, "recovery_proof", "success", None, "true"),
        ("EXECUTE_ACTION_TOKEN_ERROR", "expired_code", "recovery_proof", "failure", "expired", "true"),
        ("EXECUTE_ACTION_TOKEN_ERROR", "invalid_token", "recovery_proof", "failure", "wrong_proof", "true"),
        ("RESET_PASSWORD", None, "recovery_complete", "success", None, "true"),
        ("UPDATE_PASSWORD", None, "credential_change", "success", None, "true"),
        ("UPDATE_PASSWORD_ERROR", "password_rejected", "credential_change", "failure", "policy", "true"),
    ],
)
def test_the_steps_of_a_recovery(
    kind: str, error: str | None, activity: str, outcome: str, reason: str | None, known: str, tmp_path: Path
) -> None:
    user = None if error == "user_not_found" else "u-1"
    row = event(tmp_path, kind, user=user, error=error, username="ada", code_id="c-1")
    assert said(row, "activity", "outcome", "reason", "account_known", "correlation_uid") == (
        activity,
        outcome,
        reason,
        known,
        "c-1",
    )


@pytest.mark.parametrize(
    ("kind", "details", "activity", "channel"),
    [
        ("UPDATE_CREDENTIAL", {"credential_type": "password"}, "credential_change", None),
        ("UPDATE_CREDENTIAL", {"credential_type": "otp"}, "factor_change", "app"),
        ("REMOVE_CREDENTIAL", {"credential_type": "webauthn"}, "factor_change", "key"),
        ("UPDATE_CREDENTIAL", {"credential_type": "recovery-authn-codes"}, "factor_change", "code"),
        ("UPDATE_TOTP", {}, "factor_change", "app"),
        ("CUSTOM_REQUIRED_ACTION", {"custom_required_action": "webauthn-register"}, "factor_change", "key"),
        ("CUSTOM_REQUIRED_ACTION", {"custom_required_action": "TERMS"}, "other", None),
        ("UPDATE_EMAIL", {"updated_email": "New@mail.example"}, "channel_change", "email"),
        ("UPDATE_PROFILE", {"updated_email": "New@mail.example"}, "channel_change", "email"),
        ("UPDATE_PROFILE", {"updated_first_name": "Ada"}, "profile_change", None),
        ("EXECUTE_ACTION_TOKEN", {"action": "verify-email"}, "other", None),
        ("A_TYPE_OF_TOMORROW", {}, "other", None),
    ],
)
def test_what_was_changed(
    kind: str, details: dict[str, str], activity: str, channel: str | None, tmp_path: Path
) -> None:
    row = event(tmp_path, kind, **details)
    assert said(row, "activity", "channel_kind") == (activity, channel)
    assert row.get("channel_value") == ("new@mail.example" if activity == "channel_change" else None)


def line(entries: str, stamp: str = "2026-03-02 08:00:01,500") -> str:
    return f"{stamp} WARN  [org.keycloak.events] (executor-thread-1) {entries}\n"


QUOTED = (
    'type="LOGIN_ERROR", realmId="r-1", clientId="mail", userId="null", ipAddress="203.0.113.7",'
    ' error="user_not_found", code_id="c-1", username="bo"'
)


def test_the_log_says_the_same_quoted_and_unquoted(tmp_path: Path) -> None:
    (tmp_path / "log").write_text(line(QUOTED) + line(QUOTED.replace('"', "")))
    (quoted, plain), rejected = read(tmp_path / "log")
    assert rejected == []
    assert {**quoted, "event_uid": ""} == {**plain, "event_uid": ""}
    assert said(quoted, "account", "account_uid", "account_known", "time") == (
        "bo",
        None,
        "false",
        "2026-03-02 08:00:01.500",
    )


def test_a_name_cannot_forge_entries(tmp_path: Path) -> None:
    """Keycloak's own entries stand before what the user typed, and the first of a name counts."""
    typed = "eve, userId=u-9, ipAddress=192.0.2.1, type=LOGIN, error=none"
    (tmp_path / "log").write_text(
        line(QUOTED.replace('username="bo"', f'username="{typed}"'))
        + line(QUOTED.replace('username="bo"', f"username='{typed}'").replace('"', ""))
    )
    rows, _ = read(tmp_path / "log")
    for row in rows:
        assert said(row, "source_ip", "account_uid", "provider_code", "account") == (
            "203.0.113.7",
            None,
            "LOGIN_ERROR/user_not_found",
            typed.lower(),
        )


def test_times_without_zone_are_read_in_the_readers(tmp_path: Path) -> None:
    (tmp_path / "log").write_text(
        line(QUOTED, "2026-07-02 08:00:01,500") + line(QUOTED, "2026-07-02T08:00:01.500+02:00")
    )
    reader = Reader(SOURCES, ingested_at=INGESTED_AT, timezone="Europe/Berlin")
    times = [str(time) for block in reader.read(tmp_path / "log") for time in block.events["time"].to_pylist()]
    assert times == ["2026-07-02 06:00:01.500000"] * 2


def test_the_servers_other_messages_are_no_events_and_no_errors(tmp_path: Path) -> None:
    (tmp_path / "log").write_text(
        "2026-03-02 08:00:00,001 INFO  [io.quarkus] (main) Keycloak on JVM, powered by Quarkus, started\n"
        + line(QUOTED)
        + "\tat org.keycloak.Something.java:1\n"
    )
    blocks = list(Reader(SOURCES, ingested_at=INGESTED_AT).read(tmp_path / "log"))
    assert sum(len(block.events) for block in blocks) == 1
    assert sum(block.ignored for block in blocks) == 1
    assert [row["line"] for block in blocks for row in block.rejected.to_pylist()] == [3]


@pytest.mark.parametrize("representation", [None, "", "{broken", "[1]", "text", {"username": "Ada"}, '{"username": 7}'])
def test_an_admin_event_lives_with_any_representation(representation: Any, tmp_path: Path) -> None:
    (row,) = read_records(
        [
            {
                "time": 1772438401500,
                "realmId": "r-1",
                "authDetails": {"userId": "adm-1", "ipAddress": "192.0.2.9"},
                "operationType": "UPDATE",
                "resourceType": "USER",
                "resourcePath": "users/u-1",
                "representation": representation,
            }
        ],
        tmp_path,
    )
    assert said(row, "activity", "reason", "actor", "account_uid") == (
        "admin_act",
        "by_admin",
        "adm-1",
        "u-1",
    )
