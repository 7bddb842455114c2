"""Entra's directory audit becomes the right rows, above all every step of a self-service password reset."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from normalised import expected, read, read_records
from shared_data import SHARED, needs_shared_data
from tocsin.assess.roles import role

SAMPLES = Path(__file__).parent / "samples"

PROGRESS = "Self-service password reset flow activity progress"

AUDIT: dict[str, Any] = {
    "id": "a-1",
    "correlationId": "c-1",
    "result": "success",
    "resultReason": "",
    "activityDateTime": "2026-09-03T20:14:27Z",
    "loggedByService": "Self-service Password Management",
    "initiatedBy": {
        "user": {"userPrincipalName": "Victim@lab.example", "ipAddress": "198.51.100.20"},
        "app": None,
    },
    "targetResources": [{"id": "u-1", "type": "User", "userPrincipalName": "victim@lab.example"}],
    "additionalDetails": [],
}


def audit(folder: Path, name: str, **changes: Any) -> dict[str, Any]:
    (event,) = read_records([{**AUDIT, "activityDisplayName": name, **changes}], folder)
    return event


def said(event: dict[str, Any]) -> tuple[str, str, str | None]:
    return event["activity"], event["outcome"], event.get("reason")


@pytest.mark.parametrize(
    "sample",
    [
        "entra_audit_graph/raw.jsonl",
        "entra_audit_diagnostic/raw.json",
        "entra_audit_escaped/raw.jsonl",
        "entra_audit_log_analytics/raw.csv",
    ],
)
def test_sample_gives_the_expected_rows(sample: str) -> None:
    """Whole rows, in the order of the file."""
    events, rejected = read(SAMPLES / sample)
    assert rejected == []
    assert events == expected((SAMPLES / sample).parent / "expected.jsonl")


STEPS = [
    ("success", "User submitted their user ID", ("recovery_start", "success", None)),
    ("failure", "Password reset is not enabled for this user", ("recovery_start", "failure", "not_enrolled")),
    (
        "failure",
        "User's account has insufficient authentication methods defined. Add authentication info to resolve this ",
        ("recovery_start", "failure", "not_enrolled"),
    ),
    (
        "failure",
        "User does not have a license. You can add a license",
        ("recovery_start", "failure", "not_enrolled"),
    ),
    ("success", "User was presented with verification options", ("identify", "success", None)),
    ("success", "User started the email verification option", ("recovery_message", "success", None)),
    (
        "success",
        "User started the mobile voice call verification option",
        ("recovery_message", "success", None),
    ),
    ("success", "User completed the mobile SMS verification option", ("recovery_proof", "success", None)),
    (
        "failure",
        "User completed the mobile SMS verification option",
        ("recovery_proof", "failure", "wrong_proof"),
    ),
    ("failure", "User failed the email verification option", ("recovery_proof", "failure", "wrong_proof")),
    (
        "failure",
        "User cancelled before passing the required authentication methods",
        ("identify", "unknown", "cancelled"),
    ),
    (
        "failure",
        "User canceled before passing the required authentication methods",
        ("identify", "unknown", "cancelled"),
    ),
    ("failure", "User abandoned after entering their user ID", ("identify", "unknown", "cancelled")),
    (
        "failure",
        "User abandoned after starting the mobile SMS verification option",
        ("recovery_proof", "unknown", "cancelled"),
    ),
    (
        "failure",
        "User tried to answer security questions too many times and is blocked for 24 hours",
        ("recovery_proof", "failure", "locked"),
    ),
    ("success", "User submitted a new password", ("recovery_complete", "unknown", None)),
    ("failure", "PasswordDoesnotComplyFuzzyPolicy", ("recovery_complete", "failure", "policy")),
    ("success", "Successfully completed reset.", ("recovery_complete", "success", None)),
    ("success", "User successfully reset password", ("recovery_complete", "success", None)),
    ("success", "A step that Microsoft will invent next year", ("other", "success", None)),
]


@pytest.mark.parametrize(("result", "text", "says"), STEPS, ids=[f"{text[:60]}-{result}" for result, text, _ in STEPS])
def test_every_step_of_a_reset(result: str, text: str, says: tuple[str, str, str | None], tmp_path: Path) -> None:
    """Each wording of the published lists has its own meaning; an unlisted one stays visible as `other`."""
    assert said(audit(tmp_path, PROGRESS, result=result, resultReason=text)) == says


@pytest.mark.parametrize(
    ("method", "kind"),
    [
        ("email", "email"),
        ("mobile SMS", "sms"),
        ("mobile voice call", "voice"),
        ("office voice call", "voice"),
        ("mobile app notification", "app"),
        ("mobile app code", "app"),
        ("security questions", "question"),
    ],
)
def test_the_channel_of_a_step(method: str, kind: str, tmp_path: Path) -> None:
    """Which secondary mailbox or phone is used is the heart of the 2019 attack."""
    for text in (
        f"User started the {method} verification option",
        f"User completed the {method} verification option",
    ):
        assert audit(tmp_path, PROGRESS, resultReason=text)["channel_kind"] == kind


def test_trap_1_steps_before_authentication(tmp_path: Path) -> None:
    """`initiatedBy` is the victim, not proof that the victim acted: no actor, and the address is the"
    " requester's."""
    event = audit(tmp_path, PROGRESS, resultReason="User submitted their user ID")
    assert event["account"] == "victim@lab.example"
    assert event["account_known"] == "true"
    assert event["source_ip"] == "198.51.100.20"
    assert "actor" not in event


def test_trap_2_one_probe_is_two_rows_and_blocked_says_success(tmp_path: Path) -> None:
    """Both rows of a probe share correlation and second, so that sessions can fold them; a throttle is a"
    " failure."""
    start = audit(tmp_path, PROGRESS, resultReason="User submitted their user ID")
    refused = audit(tmp_path, PROGRESS, result="failure", resultReason="Password reset is not enabled for this user")
    assert said(start) == ("recovery_start", "success", None)
    assert said(refused) == ("recovery_start", "failure", "not_enrolled")
    assert start["correlation_uid"] == refused["correlation_uid"]
    assert start["time"] == refused["time"]
    blocked = audit(tmp_path, "Blocked from self-service password reset", result="success")
    assert said(blocked) == ("recovery_start", "failure", "locked")


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("Reset password (self-service)", ("recovery_complete", "success", None)),
        ("Unlock user account (self-service)", ("recovery_proof", "success", None)),
        ("Change password (self-service)", ("credential_change", "success", None)),
        ("User started password reset", ("recovery_start", "success", None)),
        ("User Password Reset", ("recovery_complete", "success", None)),
        ("User registered for self-service password reset", ("channel_change", "success", None)),
        ("Security info saved for self-service password reset", ("channel_change", "success", None)),
    ],
)
def test_trap_3_names_are_verb_first(name: str, says: tuple[str, str, str | None], tmp_path: Path) -> None:
    """A substring "password reset" would miss every completed reset: names are compared whole."""
    assert said(audit(tmp_path, name)) == says


@pytest.mark.parametrize(
    ("name", "text"),
    [("Unlock user account (self-service)", ""), (PROGRESS, "User successfully unlocked account")],
    ids=["closing record", "step"],
)
def test_an_unlocked_account_keeps_its_password(name: str, text: str, tmp_path: Path) -> None:
    """The proofs were passed and nothing was replaced: the account is attacked, and falls only by what follows."""
    event = audit(tmp_path, name, resultReason=text)
    assert said(event) == ("recovery_proof", "success", None)
    shown = {"activity": event["activity"], "outcome": event["outcome"], "reason": event.get("reason")}
    assert role(**shown, exists=True, continued=True) == "attack"


def test_an_unlock_that_failed_is_no_wrong_proof(tmp_path: Path) -> None:
    event = audit(tmp_path, "Unlock user account (self-service)", result="failure", resultReason="OnPremisesError")
    assert said(event) == ("recovery_proof", "failure", "other")


@pytest.mark.parametrize("name", ["Reset password (by admin)", "Reset user password", "Admin started password reset"])
def test_trap_3_an_administrator_is_told_apart(name: str, tmp_path: Path) -> None:
    """The same verb by somebody else is an administrator's act; the account is the one acted on."""
    admin = {"user": {"userPrincipalName": "Admin@lab.example", "ipAddress": "192.0.2.1"}}
    event = audit(tmp_path, name, initiatedBy=admin)
    assert said(event) == ("admin_act", "success", "by_admin")
    assert (event["account"], event["actor"]) == ("victim@lab.example", "admin@lab.example")


def test_one_completed_reset_is_written_by_both_services(tmp_path: Path) -> None:
    """Core Directory's record by fim_password_service is a recovery as well, under the same correlation."""
    service = {"user": {"userPrincipalName": "fim_password_service@support.onmicrosoft.com", "ipAddress": None}}
    core = audit(tmp_path, "Reset user password", initiatedBy=service, loggedByService="Core Directory")
    own = audit(tmp_path, "Reset password (self-service)")
    assert said(core) == said(own) == ("recovery_complete", "success", None)
    assert core["correlation_uid"] == own["correlation_uid"]


def test_real_lab_sequence(tmp_path: Path) -> None:
    """A lab tenant on 2026-09-03: five refused changes, a change, one probe of the reset form, an"
    " admin's reset."""
    admin = {"user": {"userPrincipalName": "admin@lab.example", "ipAddress": "192.0.2.1"}}
    change, fuzzy = "Change password (self-service)", "PasswordDoesnotComplyFuzzyPolicy"
    sequence: list[tuple[str, str, str, str, dict[str, Any]]] = [
        *((at, change, "failure", fuzzy, {}) for at in ("19:55:48", "19:57:53", "19:58:30", "20:02:07", "20:05:21")),
        ("20:12:18", change, "success", "None", {}),
        ("20:14:27", PROGRESS, "success", "User submitted their user ID", {}),
        ("20:14:27", PROGRESS, "failure", "Password reset is not enabled for this user", {}),
        (
            "20:29:54",
            "Reset password (by admin)",
            "success",
            "Successfully completed reset.",
            {"initiatedBy": admin},
        ),
        ("20:33:21", change, "success", "None", {}),
    ]
    events = read_records(
        [
            {
                **AUDIT,
                "id": f"lab-{number}",
                "activityDateTime": f"2026-09-03T{at}Z",
                "activityDisplayName": name,
                "result": result,
                "resultReason": reason,
                **more,
            }
            for number, (at, name, result, reason, more) in enumerate(sequence)
        ],
        tmp_path,
    )
    assert [(event["time"][11:19], *said(event)) for event in events] == [
        ("19:55:48", "credential_change", "failure", "policy"),
        ("19:57:53", "credential_change", "failure", "policy"),
        ("19:58:30", "credential_change", "failure", "policy"),
        ("20:02:07", "credential_change", "failure", "policy"),
        ("20:05:21", "credential_change", "failure", "policy"),
        ("20:12:18", "credential_change", "success", None),
        ("20:14:27", "recovery_start", "success", None),
        ("20:14:27", "recovery_start", "failure", "not_enrolled"),
        ("20:29:54", "admin_act", "success", "by_admin"),
        ("20:33:21", "credential_change", "success", None),
    ]
    assert {event["account"] for event in events} == {"victim@lab.example"}


@pytest.mark.parametrize(
    ("names", "activity"),
    [
        (["StrongAuthenticationMethod"], "factor_change"),
        (["StrongAuthenticationPhoneAppDetail"], "factor_change"),
        (["StrongAuthenticationUserDetails"], "channel_change"),
        (["AlternateEmail", "Included Updated Properties"], "channel_change"),
        (["StrongAuthenticationMethod", "StrongAuthenticationUserDetails"], "channel_change"),
        (["Department"], "profile_change"),
    ],
)
def test_what_an_update_of_a_user_changed(names: list[str], activity: str, tmp_path: Path) -> None:
    """The properties tell; a recovery channel outweighs a factor, because it can restore the account."""
    changed = [{"displayName": name, "oldValue": "[]", "newValue": '"x"'} for name in names]
    target = {
        "id": "u-1",
        "type": "User",
        "userPrincipalName": "victim@lab.example",
        "modifiedProperties": changed,
    }
    assert audit(tmp_path, "Update user", targetResources=[target])["activity"] == activity


@pytest.mark.parametrize(
    ("details", "agent"),
    [
        ([{"key": "User-Agent", "value": "curl/8.5.0"}], "curl/8.5.0"),
        ([{"Key": "x", "Value": "y"}, {"Key": "User-Agent", "Value": " curl "}], "curl"),
        ([{"value": "curl/8.5.0", "key": "User-Agent"}], "curl/8.5.0"),
        ([{"key": "User-Agent", "value": 'a "quoted" \\ one'}], 'a "quoted" \\ one'),
        ([{"key": "x", "value": '","key":"User-Agent","value":"no'}, {"key": "User-Agent", "value": "true"}], "true"),
        ([{"key": "User-Agent", "value": ""}, {"key": "x", "value": "y"}], None),
        ([{"key": "User-Agent", "value": None}], None),
        ([{"key": "x", "value": "User-Agent"}], None),
        ([], None),
    ],
)  # fmt: skip
def test_the_user_agent_stands_among_the_details(
    details: list[dict[str, Any]], agent: str | None, tmp_path: Path
) -> None:
    assert audit(tmp_path, "Update user", additionalDetails=details).get("user_agent") == agent


@needs_shared_data
def test_microsoft_samples() -> None:
    """Microsoft's own sample records: a group act on a user in second place, and one of nobody on nothing."""
    events, rejected = read(SHARED / "logs/entra_directoryaudit_sample.jsonl")
    assert rejected == []
    member, policy = events
    assert said(member) == ("admin_act", "success", "by_admin")
    assert (member["account"], member["actor"]) == ("bob@contoso.com", "bob@wingtiptoysonline.com")
    assert said(policy) == ("other", "success", None)
    assert "account" not in policy


APP = "0d0cf642-feeb-41b7-ae3a-17dc85b8a042"


@pytest.mark.parametrize(("answer", "reason"), [('"True"', "by_admin"), ('"False"', None)])
def test_a_consent_names_the_application_and_who_consented(answer: str, reason: str | None, tmp_path: Path) -> None:
    """The target's id is that of the directory's object for it; the application's own stands among the properties."""
    properties = [
        {"displayName": "ConsentContext.IsAdminConsent", "oldValue": None, "newValue": answer},
        {"displayName": "ConsentContext.IsAppOnly", "oldValue": None, "newValue": '"True"'},
        {"displayName": "TargetId.ServicePrincipalNames", "oldValue": None, "newValue": f'"{APP}"'},
    ]
    target = {"id": "object-1", "type": "ServicePrincipal", "userPrincipalName": None}
    event = audit(tmp_path, "Consent to application", targetResources=[{**target, "modifiedProperties": properties}])
    assert (event["activity"], event["app_uid"], event.get("reason")) == ("consent", APP, reason)
    assert audit(tmp_path, "Consent to application", targetResources=[target])["app_uid"] == "object-1"
    assert "app_uid" not in audit(tmp_path, "Update user", targetResources=[target])
