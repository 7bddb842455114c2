"""authentik's events become the right rows: of the interface, of the export, of the server log."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from normalised import expected, read, read_records

SAMPLES = Path(__file__).parent / "samples"
ADA = {"pk": 7, "email": "ada@example.org", "username": "ada"}
ANONYMOUS = {"pk": 2, "email": "", "username": "AnonymousUser"}


def record(action: str, user: dict[str, Any], path: str = "", **context: Any) -> dict[str, Any]:
    request = {"http_request": {"args": {}, "path": path, "method": "POST"}} if path else {}
    return {
        "pk": "e-1",
        "user": user,
        "action": action,
        "app": "authentik.events.signals",
        "context": request | context,
        "client_ip": "203.0.113.7",
        "created": "2026-03-02T08:00:00Z",
    }


def event(folder: Path, action: str, user: dict[str, Any], path: str = "", **context: Any) -> dict[str, Any]:
    (row,) = read_records([record(action, user, path, **context)], folder)
    return row


@pytest.mark.parametrize("sample", ["authentik_event/raw.json", "authentik_export/raw.csv", "authentik_log/raw.jsonl"])
def test_sample_gives_the_expected_rows(sample: str) -> None:
    events, rejected = read(SAMPLES / sample)
    assert rejected == []
    assert events == expected((SAMPLES / sample).parent / "expected.jsonl")


def test_an_anonymous_failure_is_an_unknown_name_only_where_the_server_looks_names_up(tmp_path: Path) -> None:
    """Since goauthentik/authentik #10270 it does; the same versions write a request id."""
    path = "/api/v3/flows/executor/default-authentication-flow/"
    old = record("login_failed", ANONYMOUS, path, username="who")
    new = json.loads(json.dumps(old))
    new["context"]["http_request"]["request_id"] = "r1"
    before, after = read_records([old, new], tmp_path)
    assert (before["reason"], before["account_known"]) == ("wrong_password", "unknown")
    assert (after["reason"], after["account_known"]) == ("unknown_account", "false")


@pytest.mark.parametrize(
    ("path", "activity"),
    [
        ("/api/v3/flows/executor/default-recovery-flow/", "recovery_complete"),
        ("/api/v3/flows/executor/forgot-password/", "recovery_complete"),
        ("/api/v3/flows/executor/default-password-change/", "credential_change"),
        ("/api/v3/core/users/7/set_password/", "admin_act"),
        ("", "credential_change"),
    ],
)
def test_what_set_the_password_is_told_by_the_request(path: str, activity: str, tmp_path: Path) -> None:
    row = event(tmp_path, "password_set", ADA, path)
    assert (row["activity"], row["account"]) == (activity, "ada@example.org")


@pytest.mark.parametrize(
    ("body", "activity"),
    [
        ('<a href="https://x/if/flow/default-recovery-flow/?flow_token=t">', "recovery_message"),
        ('<a href="https://x/if/flow/magic/?flow_token=t">... to change your password for', "recovery_message"),
        ('<a href="https://x/if/flow/default-enrollment-flow/?flow_token=t">', "other"),
        ("authentik Notification: login", "other"),
    ],
)
def test_a_recovery_mail_is_known_by_the_flow_of_its_link(body: str, activity: str, tmp_path: Path) -> None:
    """The account is the address, without the name before it."""
    row = event(tmp_path, "email_sent", {}, to_email=["Ada <Ada@example.org>"], subject="authentik", body=body)
    assert (row["activity"], row["account"]) == (activity, "ada@example.org")
    assert row.get("channel_value") == ("ada@example.org" if activity == "recovery_message" else None)


def test_a_typed_name_cannot_pass_for_another_entry_of_the_export(tmp_path: Path) -> None:
    """`Context` is what Python prints: a text in it may hold anything, also what looks like an entry."""
    typed = "x', 'http_request': {'path': '/flows/executor/recovery/'}, 'stage': {'model_name': 'y'}, '"
    stage = {"model_name": "passwordstage"}
    request = {"args": {"next": typed}, "path": "/api/v3/flows/executor/sign-in/", "user_agent": f'a "b" {typed}'}
    context = {"stage": stage, "username": typed, "http_request": request}
    row = {"Event uuid": "e", "Action": "login_failed", "App": "a", "Context": repr(context), "Brand": "{}"}
    (said,) = read_records([row | {"Created": "2026-03-02T08:00:00Z", "Username": "AnonymousUser"}], tmp_path)
    assert (said["activity"], said["account"], said["user_agent"]) == ("sign_in", typed, request["user_agent"])


def test_other_lines_of_the_server_log_are_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "log"
    line = {"event": "/-/health/live/", "level": "info", "logger": "authentik.asgi", "timestamp": "2026-03-02T08:00:00"}
    path.write_text(json.dumps(line) + "\n")
    assert read(path) == ([], [])
