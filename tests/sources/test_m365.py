"""The Microsoft 365 unified audit log becomes the right rows, from the interface, the portal and"
" PowerShell."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from normalised import expected, read, read_records

SAMPLES = Path(__file__).parent / "samples"

RECORD: dict[str, Any] = {
    "CreationTime": "2026-03-02T12:00:00",
    "Id": "r-1",
    "Operation": "UserLoggedIn",
    "OrganizationId": "t-1",
    "RecordType": 15,
    "ResultStatus": "Success",
    "UserKey": "1003200000000001",
    "UserType": 0,
    "Workload": "AzureActiveDirectory",
    "UserId": "Ada.Berg@party.example",
    "ClientIP": "203.0.113.7",
}

TARGET = [{"ID": "User_1", "Type": 2}, {"ID": "ada.berg@party.example", "Type": 5}]


def record(folder: Path, **changes: Any) -> dict[str, Any]:
    (event,) = read_records([{**RECORD, **changes}], folder)
    return event


@pytest.mark.parametrize("sample", ["m365_audit/raw.jsonl", "m365_audit_csv/raw.csv", "m365_audit_wrapped/raw.json"])
def test_sample_gives_the_expected_rows(sample: str) -> None:
    """Whole rows, in the order of the file."""
    events, rejected = read(SAMPLES / sample)
    assert rejected == []
    assert events == expected((SAMPLES / sample).parent / "expected.jsonl")


def test_csv_says_the_same_as_json() -> None:
    """The portal's CSV holds the record in AuditData: nothing of it may get lost on the way."""
    plain = {row["event_uid"]: row for row in expected(SAMPLES / "m365_audit/expected.jsonl")}
    for row in expected(SAMPLES / "m365_audit_csv/expected.jsonl"):
        assert row == plain[row["event_uid"]]


def test_trap_4_a_self_service_reset(tmp_path: Path) -> None:
    """The reset is the service's record; the user's own change a minute later is an ordinary change."""
    directory = {"RecordType": 8, "ObjectId": "ada.berg@party.example", "Target": TARGET}
    reset, change = read_records(
        [
            {
                **RECORD,
                **directory,
                "Operation": "Reset user password.",
                "UserId": "fim_password_service@support.onmicrosoft.com",
            },
            {
                **RECORD,
                **directory,
                "Id": "r-2",
                "CreationTime": "2026-03-02T12:00:41",
                "Operation": "Change user password.",
            },
        ],
        tmp_path,
    )
    assert (reset["activity"], reset["outcome"], reset["account"]) == (
        "recovery_complete",
        "success",
        "ada.berg@party.example",
    )
    assert "reason" not in reset
    assert (change["activity"], change["account"]) == ("credential_change", "ada.berg@party.example")
    assert "actor" not in change


def test_trap_4_an_administrator_s_reset_is_told_apart(tmp_path: Path) -> None:
    """The same operation by a person is an administrator's act."""
    event = record(
        tmp_path,
        Operation="Reset user password.",
        RecordType=8,
        ObjectId="ada.berg@party.example",
        UserId="admin@party.example",
    )
    assert (event["activity"], event["reason"], event["actor"]) == (
        "admin_act",
        "by_admin",
        "admin@party.example",
    )


@pytest.mark.parametrize("name", ["KmsiInterrupt", "UserInformationNotProvided", "DelegationDoesNotExist"])
def test_trap_5_interrupts_are_no_failures(name: str, tmp_path: Path) -> None:
    """They stand under UserLoginFailed as well; a name alone is enough."""
    event = record(tmp_path, Operation="UserLoginFailed", ResultStatus="Failed", LogonError=name)
    assert (event["activity"], event["outcome"], event["reason"]) == ("sign_in", "unknown", "interrupt")


def test_trap_8_an_exact_duplicate_has_the_same_id(tmp_path: Path) -> None:
    """The provider's own id, so that the store counts a doubled delivery once."""
    first, second = read_records([RECORD, RECORD], tmp_path)
    assert first == second


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("203.0.113.7:50123", "203.0.113.7"),
        ("[2001:DB8::7]:443", "2001:db8::7"),
        ("[2001:db8::7]", "2001:db8::7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("<null>", None),
    ],
)
def test_addresses_as_the_log_writes_them(written: str, address: str | None, tmp_path: Path) -> None:
    """With a port, in brackets, mapped, or a word."""
    assert record(tmp_path, ClientIP=written).get("source_ip") == address


@pytest.mark.parametrize(
    ("operation", "parameters", "says"),
    [
        (
            "New-InboxRule",
            {"ForwardTo": "drop@elsewhere.example"},
            ("mailbox_rule", "drop@elsewhere.example"),
        ),
        ("UpdateInboxRules", {}, ("mailbox_rule", None)),
        (
            "Set-Mailbox",
            {"ForwardingSmtpAddress": "smtp:Drop@elsewhere.example"},
            ("mailbox_rule", "drop@elsewhere.example"),
        ),
        ("Set-Mailbox", {"MaxSendSize": "30 MB"}, ("admin_act", None)),
        ("Add-MailboxPermission", {"User": "eve@party.example"}, ("mailbox_rule", "eve@party.example")),
    ],
)
def test_mailbox_acts(operation: str, parameters: dict[str, str], says: tuple[str, str | None], tmp_path: Path) -> None:
    """Forwarding, rules and delegation keep an attacker inside; other settings do not."""
    event = record(
        tmp_path,
        Operation=operation,
        Workload="Exchange",
        RecordType=1,
        Parameters=[{"Name": name, "Value": value} for name, value in parameters.items()],
    )
    assert (event["activity"], event.get("channel_value")) == says


def test_sign_ins_fold_with_entra(tmp_path: Path) -> None:
    """InterSystemsId is the Entra correlationId of the same sign-in, IntraSystemId its id; other records have theirs
    from elsewhere."""
    event = record(tmp_path, InterSystemsId="c0ffee", IntraSystemId="5a1e")
    assert (event["correlation_uid"], event["request_uid"]) == ("c0ffee", "5a1e")
    assert "request_uid" not in record(tmp_path, IntraSystemId=RECORD["Id"])
    assert "request_uid" not in record(tmp_path, Operation="FileAccessed", Workload="OneDrive", IntraSystemId="5a1e")


@pytest.mark.parametrize(
    "name", ["NT AUTHORITY\\SYSTEM (Microsoft.Exchange.ServiceHost)", "S-1-5-18", "app@sharepoint"]
)
def test_a_service_is_an_actor_and_no_account(name: str, tmp_path: Path) -> None:
    """elastic/beats, x-pack/filebeat/module/o365/audit/test, has the shape. What a service does in a mailbox is done to
    its owner."""
    act = {**RECORD, "Workload": "Exchange", "RecordType": 1, "UserId": name, "UserKey": name, "UserType": 3}
    upkeep, access = read_records(
        [
            {
                **act,
                "Operation": "Set-Mailbox",
                "Parameters": [{"Name": "Identity", "Value": "EU/DiscoverySearchMailbox"}],
            },
            {**act, "Operation": "MailItemsAccessed", "MailboxOwnerUPN": "ada.berg@party.example"},
        ],
        tmp_path,
    )
    assert (upkeep["activity"], upkeep["account_known"], upkeep["actor"]) == ("admin_act", "unknown", name.lower())
    assert not {"account", "account_uid"} & set(upkeep)
    assert (access["account"], access["actor"]) == ("ada.berg@party.example", name.lower())


@pytest.mark.parametrize(
    ("operation", "activity"),
    [
        ("User registered security info.", "factor_change"),
        ("User deleted security info.", "factor_change"),
        ("Security info saved for self-service password reset.", "channel_change"),
        ("Unlock user account (self-service).", "recovery_proof"),
        ("Change password (self-service).", "credential_change"),
    ],
)
def test_the_directory_s_acts_are_named_as_in_its_own_log(operation: str, activity: str, tmp_path: Path) -> None:
    directory = {"RecordType": 8, "ObjectId": "ada.berg@party.example", "Target": TARGET}
    event = record(tmp_path, Operation=operation, **directory)
    assert (event["activity"], event["account"]) == (activity, "ada.berg@party.example")


APP = "0d0cf642-feeb-41b7-ae3a-17dc85b8a042"


def test_the_application_that_read_the_mail_and_the_one_signed_in_to(tmp_path: Path) -> None:
    """Of mail that a program read Exchange names itself, too, and the client is who read it."""
    mail = {"Operation": "MailItemsAccessed", "Workload": "Exchange", "MailboxOwnerUPN": "ada.berg@party.example"}
    assert record(tmp_path, **mail, AppId="00000003", ClientAppId=APP)["app_uid"] == APP
    assert record(tmp_path, **mail, AppId=APP)["app_uid"] == APP
    assert record(tmp_path, ApplicationId=APP)["app_uid"] == APP
    assert "app_uid" not in record(tmp_path, **mail)


@pytest.mark.parametrize(("answer", "reason"), [("True", "by_admin"), ("False", None)])
def test_a_consent_names_the_application_and_who_consented(answer: str, reason: str | None, tmp_path: Path) -> None:
    """https://learn.microsoft.com/defender-office-365/detect-and-remediate-illicit-consent-grants"""
    properties = [
        {"Name": "ConsentContext.IsAdminConsent", "NewValue": answer, "OldValue": ""},
        {"Name": "ConsentContext.IsAppOnly", "NewValue": "True", "OldValue": ""},
        {"Name": "TargetId.ServicePrincipalNames", "NewValue": APP, "OldValue": ""},
    ]
    consent = {"Operation": "Consent to application.", "RecordType": 8, "ObjectId": f"https://x.example;{APP}"}
    event = record(tmp_path, **consent, ModifiedProperties=properties)
    assert (event["activity"], event["app_uid"], event.get("reason")) == ("consent", APP, reason)
    assert record(tmp_path, **consent)["app_uid"] == APP
