"""Keycloak's events become the right rows: user events, admin events, the server log as text and as JSON."""

from __future__ import annotations

import json
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
        "keycloak_event_table/raw.csv",
        "keycloak_admin_event_table/raw.csv",
    ],
)
def test_sample_gives_the_expected_rows(sample: str) -> None:
    """Whole rows, in the order of the file."""
    events, rejected = read(SAMPLES / sample)
    assert rejected == []
    assert events == expected((SAMPLES / sample).parent / "expected.jsonl")


def test_a_table_of_events_as_other_databases_write_it(tmp_path: Path) -> None:
    """MySQL: large names, tabs, and the word NULL; a row of JSON: numbers, and details as text."""
    by_hand = {"ID": "t-1", "EVENT_TIME": "1772438401500", "TYPE": "LOGIN", "REALM_ID": "r-1", "USER_ID": "u-1"}
    by_hand |= {
        "ERROR": "NULL",
        "IP_ADDRESS": "203.0.113.7",
        "DETAILS_JSON": '{"username":"ada"}',
        "SESSION_ID": "NULL",
    }
    tabs = tmp_path / "events.tsv"
    tabs.write_text("\n".join("\t".join(row) for row in (by_hand, by_hand.values())) + "\n")
    rows = tmp_path / "rows.jsonl"
    small = {name.lower(): None if value == "NULL" else value for name, value in by_hand.items()}
    rows.write_text(json.dumps({**small, "event_time": 1772438401500}) + "\n")
    (event,), rejected = read(tabs)
    assert rejected == []
    assert said(event, "time", "outcome", "account") == ("2026-03-02 08:00:01.500", "success", "ada")
    assert "session_uid" not in event
    assert read(rows) == ([event], [])


def test_the_json_log_in_the_names_of_ecs(tmp_path: Path) -> None:
    """`--log-console-json-format=ecs`; elastic/integrations, packages/keycloak, has the shape. Shippers nest the names.
    What the server writes beside events is passed over, what another program writes is not of this format."""
    said = 'type="LOGIN_ERROR", realmId="r-1", clientId="mail", userId="u-1", ipAddress="203.0.113.7"'
    flat = {"@timestamp": "2026-03-02T08:00:01.591777597Z", "log.level": "WARN", "service.name": "Keycloak"}
    records = [
        {**flat, "log.logger": "org.keycloak.events", "message": f'{said}, error="user_not_found", username="ada"'},
        {"@timestamp": "2026-03-02T08:00:02Z", "log": {"logger": "org.keycloak.events"}, "message": said},
        {**flat, "log.logger": "io.quarkus", "message": "Profile prod activated."},
        {"@timestamp": "2026-03-02T08:00:03Z", "log.logger": "org.shop.Cart", "message": "empty"},
    ]
    path = tmp_path / "x.jsonl"
    path.write_text("".join(f"{json.dumps(one)}\n" for one in records))
    events, rejected = read(path)
    assert [(row["time"], row["tenant"], row.get("account"), row.get("source_ip")) for row in events] == [
        ("2026-03-02 08:00:01.591", "r-1", "ada", "203.0.113.7"),
        ("2026-03-02 08:00:02.000", "r-1", None, "203.0.113.7"),
    ]
    assert [row["line"] for row in rejected] == [4]


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


TRACE = """\
2024-05-01 10:00:02,500 ERROR [org.keycloak.services.error.KeycloakErrorHandler] (executor-thread-3) Uncaught error
java.lang.RuntimeException: HTTP 500
\tat org.keycloak.services.resources.LoginActionsService.authenticate(LoginActionsService.java:312)
\tat java.base/jdk.internal.reflect.DirectMethodHandleAccessor.invoke(DirectMethodHandleAccessor.java:103)
\tat org.keycloak.protocol.oidc.Handler$$Lambda/0x00007f.run(<generated>)
\tSuppressed: java.lang.IllegalStateException: closed
\t\tat io.vertx.core.impl.ContextInternal.dispatch(ContextInternal.java:270)
Caused by: jakarta.persistence.PersistenceException: no connection
\t... 23 more
Caused by: java.net.SocketTimeoutException
\t... 12 common frames omitted
"""
FAILED = '2024-05-01 10:00:01,000 WARN  [org.keycloak.events] (x) type="LOGIN_ERROR", realmId="r", username="ada"'


@pytest.mark.parametrize("prefix", ["", "kc-1  | "], ids=["plain", "by_compose"])
def test_a_stack_trace_is_passed_over_and_its_neighbours_live(prefix: str, tmp_path: Path) -> None:
    path = tmp_path / "server.log"
    lines = [FAILED.replace(":01,", ":00,"), *TRACE.splitlines(), FAILED]
    path.write_text("".join(f"{prefix}{line}\n" for line in lines))
    (block, _) = Reader(SOURCES, ingested_at=INGESTED_AT, workers=1).read(path)
    assert (len(block.events), len(block.rejected), block.ignored) == (2, 0, len(TRACE.splitlines()))


def test_free_text_below_a_message_costs_that_line_only(tmp_path: Path) -> None:
    """What an exception says over several lines may look like nothing at all: it is listed as not read."""
    path = tmp_path / "server.log"
    path.write_text(f"{FAILED}\nORA-00942: table or view does not exist\n{FAILED.replace(':01,', ':02,')}\n")
    (block, _) = Reader(SOURCES, ingested_at=INGESTED_AT, workers=1).read(path)
    assert len(block.events) == 2
    assert [(row["line"], row["reason"]) for row in block.rejected.to_pylist()] == [
        (2, "not a record of a format Tocsin reads")
    ]


def test_the_servers_other_messages_in_json_are_passed_over(tmp_path: Path) -> None:
    """With or without a stack trace in them."""
    shared = {"timestamp": "2024-05-01T10:00:01.000Z", "loggerName": "org.keycloak.events", "level": "WARN"}
    other = shared | {"loggerName": "io.quarkus", "message": "started", "exception": {"frames": [{"class": "x"}]}}
    event = shared | {"message": 'type="LOGIN_ERROR", realmId="r", username="ada"'}
    path = tmp_path / "server.log"
    path.write_text(f"{json.dumps(other)}\n{json.dumps(event)}\n")
    (block, _) = Reader(SOURCES, ingested_at=INGESTED_AT, workers=1).read(path)
    assert (len(block.events), len(block.rejected), block.ignored) == (1, 0, 1)


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


TYPED = (
    'x", realmId="evil',
    'x\\", realmId=\\"evil',
    "x, foo=",
    "x', 'type': 'y",
    'a\\", "realmId": "evil',
    "corp\\bob",
    "o'brien",
    '"ada"',
    "type=LOGIN, realmId=evil",
    "ends with \\",
)


@pytest.mark.parametrize("typed", TYPED)
@pytest.mark.parametrize("output", ["text", "json"])
def test_what_somebody_typed_is_no_entry_of_the_server_log(typed: str, output: str, tmp_path: Path) -> None:
    """The listener puts a backslash before quotes (`JBossLoggingEventListenerProvider.sanitize`)."""
    written = typed.replace('"', '\\"')
    entries = f'type="LOGIN_ERROR", realmId="r-1", userId="null", error="user_not_found", username="{written}"'
    path = tmp_path / "log"
    if output == "text":
        path.write_text(f"2026-03-02T08:00:00Z WARN  [org.keycloak.events] (executor-thread-1) {entries}\n")
    else:
        line = {"timestamp": "2026-03-02T08:00:00Z", "loggerName": "org.keycloak.events", "message": entries}
        path.write_text(json.dumps(line) + "\n")
    ((row,), rejected) = read(path)
    assert rejected == []
    assert said(row, "tenant", "activity", "outcome", "reason", "account_known") == (
        *("r-1", "sign_in", "failure", "unknown_account", "false"),
    )
