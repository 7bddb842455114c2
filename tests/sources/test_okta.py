"""The Okta System Log becomes the right rows: Classic, Identity Engine, data lakes and EventBridge."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from normalised import expected, read, read_records
from shared_data import SHARED, needs_shared_data
from tocsin.sources.okta_codes import OKTA_TYPES

SAMPLES = Path(__file__).parent / "samples"

ADA = {"id": "00uada", "type": "User", "alternateId": "Ada@example.org", "displayName": "Ada Berg"}
BO = {"id": "00ubo", "type": "User", "alternateId": "bo@example.org", "displayName": "Bo"}
HELPDESK = {"id": "00uadm", "type": "User", "alternateId": "helpdesk@example.org", "displayName": "Help Desk"}
SYSTEM = {
    "id": "0sys",
    "type": "SystemPrincipal",
    "alternateId": "system@okta.com",
    "displayName": "Okta System",
}
NOBODY = {"id": "unknown", "type": "User", "alternateId": "Nobody@example.org", "displayName": "unknown"}


def record(event_type: str, **changes: Any) -> dict[str, Any]:
    """A record of Ada's; `uri`, `factor` and the like are entries of debugData, `reason` of the outcome."""
    debug = {name: changes.pop(name) for name in ("requestUri", "factor", "factorIntent") if name in changes}
    outcome = {"result": changes.pop("result", "SUCCESS"), "reason": changes.pop("reason", None)}
    return {
        "uuid": "okta-1",
        "published": "2026-03-02T08:00:01.500Z",
        "eventType": event_type,
        "actor": ADA,
        "client": {"ipAddress": "203.0.113.7", "userAgent": {"rawUserAgent": "Mozilla/5.0"}},
        "outcome": outcome,
        "debugContext": {"debugData": debug},
        "transaction": {"id": "tx-1"},
        "target": [],
        **changes,
    }


def event(folder: Path, event_type: str, **changes: Any) -> dict[str, Any]:
    (row,) = read_records([record(event_type, **changes)], folder)
    return row


def said(row: dict[str, Any], *names: str) -> tuple[Any, ...]:
    return tuple(row.get(name) for name in names)


@pytest.mark.parametrize("sample", ["okta_system_log", "okta_system_log_lower_case", "okta_eventbridge"])
def test_sample_gives_the_expected_rows(sample: str) -> None:
    """Whole rows, in the order of the file."""
    events, rejected = read(SAMPLES / sample / "raw.jsonl")
    assert rejected == []
    assert events == expected(SAMPLES / sample / "expected.jsonl")


def test_the_three_shapes_say_the_same() -> None:
    plain = {row["event_uid"]: row for row in expected(SAMPLES / "okta_system_log/expected.jsonl")}
    for sample in ("okta_system_log_lower_case", "okta_eventbridge"):
        for row in expected(SAMPLES / sample / "expected.jsonl"):
            assert row == plain[row["event_uid"]]


def test_trap_8_duplicates_keep_the_providers_id(tmp_path: Path) -> None:
    """44 % of one export were duplicates: both rows carry Okta's uuid, so that the store counts one."""
    rows = read_records([record("user.session.start")] * 2, tmp_path)
    assert [row["event_uid"] for row in rows] == ["okta-1", "okta-1"]
    assert rows[0] == rows[1]


LIFECYCLE = "/api/v1/users/00uada/lifecycle/reset_password"


@pytest.mark.parametrize(
    ("actor", "uri", "activity", "reason"),
    [
        (HELPDESK, LIFECYCLE, "admin_act", "by_admin"),
        (HELPDESK, None, "admin_act", "by_admin"),
        (SYSTEM, "/idp/idx/recover", "recovery_start", None),
        (SYSTEM, "/api/v1/authn/recovery/password", "recovery_start", None),
        (SYSTEM, None, "recovery_start", None),
        (HELPDESK, "/api/v1/users/00uada/credentials/forgot_password", "recovery_start", None),
        (ADA, "/idp/idx/recover", "recovery_start", None),
        (ADA, "/api/v1/authn/credentials/reset_password", "recovery_complete", None),
        (ADA, "/idp/idx/challenge/answer", "recovery_complete", None),
        (ADA, None, "recovery_complete", None),
    ],
)
def test_trap_9_who_reset_the_password(
    actor: dict[str, str], uri: str | None, activity: str, reason: str | None, tmp_path: Path
) -> None:
    """`user.account.reset_password` is logged for all of them: actor and address of the request tell
    which."""
    changes = {} if uri is None else {"requestUri": uri}
    row = event(tmp_path, "user.account.reset_password", actor=actor, target=[ADA], **changes)
    assert said(row, "activity", "reason", "account", "account_uid") == (
        activity,
        reason,
        "ada@example.org",
        "00uada",
    )
    assert row.get("actor") == (None if actor == ADA else actor["alternateId"])


@pytest.mark.parametrize(("uri", "reason"), [(LIFECYCLE, "by_admin"), ("/idp/idx/recover", None), (None, None)])
def test_trap_9_the_message_of_an_administrators_reset_is_no_recovery_of_the_owners(
    uri: str | None, reason: str | None, tmp_path: Path
) -> None:
    """Okta's system writes both; the address of the request is the administrator's interface."""
    changes = {} if uri is None else {"requestUri": uri}
    row = event(tmp_path, "system.email.password_reset.sent_message", actor=SYSTEM, target=[ADA], **changes)
    assert (row["activity"], row.get("reason")) == ("recovery_message", reason)


def test_trap_9_the_message_names_its_reader_in_target(tmp_path: Path) -> None:
    """Grouped by actor, all users of an organisation would be one (elastic #187)."""
    row = event(tmp_path, "system.email.password_reset.sent_message", actor=SYSTEM, target=[ADA])
    assert said(row, "activity", "account", "actor", "channel_kind") == (
        "recovery_message",
        "ada@example.org",
        "system@okta.com",
        "email",
    )


@pytest.mark.parametrize(
    ("uri", "activity"),
    [
        ("/api/v1/authn/credentials/reset_password", "recovery_complete"),
        ("/idp/idx/challenge/answer", "recovery_complete"),
        ("/api/v1/users/00uada/credentials/change_password", "credential_change"),
        ("/api/v1/authn/credentials/change_password", "credential_change"),
        ("/enduser/settings", "credential_change"),
        (None, "credential_change"),
    ],
)
def test_a_new_password_from_recovery_and_from_settings(uri: str | None, activity: str, tmp_path: Path) -> None:
    changes = {} if uri is None else {"requestUri": uri}
    row = event(tmp_path, "user.account.update_password", target=[ADA], **changes)
    assert said(row, "activity", "outcome", "actor") == (activity, "success", None)


def test_a_temporary_password_is_an_administrators_act(tmp_path: Path) -> None:
    row = event(tmp_path, "user.account.update_password", actor=HELPDESK, target=[ADA])
    assert said(row, "activity", "reason", "account", "actor") == (
        "admin_act",
        "by_admin",
        "ada@example.org",
        "helpdesk@example.org",
    )


@pytest.mark.parametrize(
    ("actor", "reason", "expected_reason", "known"),
    [
        (NOBODY, "VERIFICATION_ERROR", "unknown_account", "false"),
        (NOBODY, "INVALID_CREDENTIALS", "unknown_account", "false"),
        (NOBODY, None, "unknown_account", "false"),
        (NOBODY, "LOCKED_OUT", "locked", "unknown"),
        (NOBODY, "NETWORK_ZONE_BLACKLIST", "policy", "unknown"),
        (ADA, "INVALID_CREDENTIALS", "wrong_password", "true"),
        (ADA, "VERIFICATION_ERROR", "wrong_password", "true"),
        (ADA, "LOCKED_OUT", "locked", "true"),
        (ADA, "PASSWORD_EXPIRED", "expired", "true"),
        (ADA, "Sign-on policy evaluation resulted in DENY", "policy", "true"),
        (ADA, "The account was suspended", "disabled", "true"),
        (ADA, "Something new", "other", "true"),
    ],
)
def test_why_a_sign_in_failed(
    actor: dict[str, str], reason: str | None, expected_reason: str, known: str, tmp_path: Path
) -> None:
    """An unknown user has no code of its own: it is a wrong credential of the actor `unknown` (Sentinel
    #921)."""
    row = event(tmp_path, "user.session.start", actor=actor, result="FAILURE", reason=reason)
    assert said(row, "activity", "outcome", "reason", "account_known", "account") == (
        "sign_in",
        "failure",
        expected_reason,
        known,
        actor["alternateId"].lower(),
    )


@pytest.mark.parametrize(
    ("changes", "activity", "reason", "channel"),
    [
        ({"factor": "OKTA_VERIFY_PUSH"}, "challenge", "mfa_denied", "app"),
        ({"factor": "SMS_FACTOR"}, "challenge", "mfa_denied", "sms"),
        ({"factor": "FIDO_WEBAUTHN"}, "challenge", "mfa_denied", "key"),
        ({"factor": "PASSWORD_AS_FACTOR"}, "sign_in", "wrong_password", None),
        (
            {"factor": "EMAIL_FACTOR", "factorIntent": "CREDENTIAL_RECOVERY"},
            "recovery_proof",
            "wrong_proof",
            "email",
        ),
        ({"requestUri": "/api/v1/authn/recovery/factors/SMS/verify"}, "recovery_proof", "wrong_proof", None),
    ],
)
def test_what_a_failed_factor_was(
    changes: dict[str, str], activity: str, reason: str, channel: str | None, tmp_path: Path
) -> None:
    """Identity Engine writes passwords, denied pushes (elastic #5073) and recovery codes with one event
    type."""
    row = event(
        tmp_path,
        "user.authentication.auth_via_mfa",
        result="FAILURE",
        reason="INVALID_CREDENTIALS",
        target=[ADA],
        **changes,
    )
    assert said(row, "activity", "outcome", "reason", "channel_kind") == (
        activity,
        "failure",
        reason,
        channel,
    )


@pytest.mark.parametrize(
    ("result", "outcome"),
    [
        ("SUCCESS", "success"),
        ("ALLOW", "success"),
        ("FAILURE", "failure"),
        ("DENY", "failure"),
        ("CHALLENGE", "unknown"),
        ("SKIPPED", "unknown"),
        ("UNANSWERED", "unknown"),
        ("UNKNOWN", "unknown"),
        (None, "unknown"),
        (7, "unknown"),
    ],
)
def test_a_result_that_decides_nothing_is_unknown(result: Any, outcome: str, tmp_path: Path) -> None:
    assert event(tmp_path, "user.session.start", result=result)["outcome"] == outcome


def test_a_message_in_a_recovery_is_told_from_a_second_factor(tmp_path: Path) -> None:
    prompt, message = read_records(
        [
            record("system.sms.send_factor_verify_message", requestUri="/idp/idx/challenge", target=[ADA]),
            record("system.sms.send_factor_verify_message", requestUri="/idp/idx/recover", target=[ADA]),
        ],
        tmp_path,
    )
    assert said(prompt, "activity", "outcome", "channel_kind") == ("challenge", "unknown", "sms")
    assert said(message, "activity", "outcome", "channel_kind") == ("recovery_message", "success", "sms")


def test_a_failed_recovery_says_whether_the_account_exists(tmp_path: Path) -> None:
    start = {"result": "FAILURE", "requestUri": "/api/v1/authn/recovery/password"}
    unknown, not_set_up = read_records(
        [
            record("user.account.reset_password", actor=NOBODY, reason="User not found", **start),
            record(
                "user.account.reset_password",
                target=[ADA],
                reason="Recovery is not enabled for the user",
                **start,
            ),
        ],
        tmp_path,
    )
    assert said(unknown, "activity", "account_known", "reason") == (
        "recovery_start",
        "false",
        "unknown_account",
    )
    assert said(not_set_up, "activity", "account_known", "reason") == (
        "recovery_start",
        "true",
        "not_enrolled",
    )


def test_the_first_user_among_the_targets_is_the_account(tmp_path: Path) -> None:
    group = {"id": "00g1", "type": "UserGroup", "alternateId": "unknown", "displayName": "Staff"}
    row = event(tmp_path, "user.mfa.factor.reset_all", actor=HELPDESK, target=[group, BO, ADA])
    assert said(row, "account", "account_uid", "actor") == ("bo@example.org", "00ubo", "helpdesk@example.org")


@pytest.mark.parametrize("target", [None, [], {}, "text", [None, 1, "x", {}], {"type": "User", "alternateId": "x"}])
def test_a_target_of_another_shape_leaves_the_actor(target: Any, tmp_path: Path) -> None:
    row = event(tmp_path, "user.account.update_profile", target=target)
    assert said(row, "activity", "account", "account_uid") == ("profile_change", "ada@example.org", "00uada")


def test_one_person_with_two_ids_is_no_administrator(tmp_path: Path) -> None:
    """Panther's sample of a user's own reset has another id in actor and target, and the same name."""
    row = event(tmp_path, "user.mfa.factor.deactivate", target=[{**ADA, "id": "other"}])
    assert said(row, "activity", "actor") == ("factor_change", None)


def test_where_the_request_came_from(tmp_path: Path) -> None:
    row = event(
        tmp_path,
        "user.session.start",
        client={
            "ipAddress": "2001:DB8::1",
            "device": "Mobile",
            "userAgent": {"rawUserAgent": None, "os": "iOS", "browser": "UNKNOWN"},
            "geographicalContext": {"country": "Türkiye"},
        },
        securityContext={"asNumber": 64500, "asOrg": "example net", "isProxy": True},
        authenticationContext={"externalSessionId": "idx-1"},
    )
    assert said(row, "source_ip", "source_country", "source_asn", "source_org", "source_kind") == (
        "2001:db8::1",
        "TR",
        64500,
        "example net",
        "proxy",
    )
    assert said(row, "client_key", "user_agent", "session_uid", "correlation_uid") == (
        "Mobile iOS",
        None,
        "idx-1",
        "tx-1",
    )


def test_unknown_is_no_session_and_no_transaction(tmp_path: Path) -> None:
    row = event(
        tmp_path,
        "user.session.start",
        authenticationContext={"externalSessionId": "unknown"},
        transaction={"id": "unknown"},
    )
    assert said(row, "session_uid", "correlation_uid") == (None, None)


@needs_shared_data
def test_every_event_type_of_the_catalogue_is_read_and_means_what_the_table_says(tmp_path: Path) -> None:
    """1,178 types of release 2026.08.1; `mapped_types.txt` is the full list of those that are not `other`."""
    types = (SHARED / "facts/okta_event_types.txt").read_text().split()
    rows = read_records(
        [record(name, target=[ADA], uuid=f"uid {number}") for number, name in enumerate(types)], tmp_path
    )
    assert [row["provider_code"] for row in rows] == types
    mapped = sorted((row["activity"], row["provider_code"]) for row in rows if row["activity"] != "other")
    table = (SAMPLES / "okta_system_log/mapped_types.txt").read_text().splitlines()
    assert [f"{activity:<18} {name}" for activity, name in mapped] == table
    assert set(OKTA_TYPES) <= set(types)


def test_a_password_that_was_wrong_as_a_factor_needs_no_reason_to_say_so(tmp_path: Path) -> None:
    """Azure/Azure-Sentinel, Sample Data/Custom/Okta_CL.json: the result alone, and what was asked for."""
    wrong = event(
        tmp_path,
        "user.authentication.auth_via_mfa",
        outcome={"result": "FAILURE"},
        debugContext={"debugData": {"factor": "PASSWORD_AS_FACTOR"}},
    )
    assert said(wrong, "activity", "outcome", "reason") == ("sign_in", "failure", "wrong_password")


def test_a_consent_names_the_application(tmp_path: Path) -> None:
    app = {"id": "0oa1", "type": "PublicClientApp", "alternateId": "unknown", "displayName": "Viewer"}
    event_type = "app.oauth2.as.consent.grant"
    granted = event(tmp_path, event_type, target=[ADA, app])
    assert said(granted, "activity", "account", "app_uid") == ("consent", "ada@example.org", "0oa1")
    assert said(event(tmp_path, event_type), "activity", "app_uid") == ("consent", None)
