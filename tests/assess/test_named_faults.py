"""Faults that users of other tools reported: one act counted as many. Each is read here as the provider wrote it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from attempt_folding import Folding
from stores import scan
from tocsin.events import EVENT
from tocsin.lake import Lake
from tocsin.recovery import sessions

Record = Mapping[str, Any]
Read = Callable[..., list[dict[str, Any]]]


@pytest.fixture(scope="module")
def folding() -> Folding:
    return Folding()


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Records or text, a file each, through the store: the events that it then holds, in order of time."""

    def read(*files: Sequence[Record] | str) -> list[dict[str, Any]]:
        logs = tmp_path / "logs"
        logs.mkdir(exist_ok=True)
        for number, file in enumerate(files):
            text = file if isinstance(file, str) else "".join(json.dumps(one) + "\n" for one in file)
            (logs / f"{number}.log").write_text(text, encoding="utf-8")
        intake = scan(tmp_path / "store", logs)
        assert intake.rejected == 0
        held = [pq.read_table(file, partitioning=None) for file in Lake(tmp_path / "store").event_files()]
        rows = pa.concat_tables([one.select(EVENT.names) for one in held]).to_pylist()
        return sorted(rows, key=lambda row: (row["ts"], row["event_uid"]))

    return read


def groups(folding: Folding, rows: list[dict[str, Any]], *activities: str) -> list[list[str]]:
    """The attempts of which a row is of one of these activities."""
    kept = {row["event_uid"] for row in rows if row["activity"] in activities}
    return [one for one in folding.groups(rows) if kept & set(one)]


def monitor(uid: str, code: int, time: str = "08:00:00", **facts: Any) -> Record:
    """A row of the Log Analytics table SigninLogs."""
    return {
        "Id": uid,
        "CreatedDateTime": f"2026-03-02T{time}Z",
        "UserPrincipalName": "ada@party.example",
        "UserId": "11111111-aaaa-4bbb-8ccc-000000000001",
        "AppId": "c44b4083",
        "IPAddress": "198.51.100.7",
        "ResultType": str(code),
        "CorrelationId": "c1",
        "OriginalRequestId": uid,
        "Category": "SignInLogs",
        **facts,
    }


def test_sentinel_9463_several_rows_of_one_sign_in_are_one_attempt(read: Read, folding: Folding) -> None:
    """SigninLogs holds "multiple records for 1 login activity, which can be grouped by either Id or
    OriginalRequestId"; what counts is the final result. https://github.com/Azure/Azure-Sentinel/issues/9463"""
    rows = read(
        [
            monitor("a", 50074),
            monitor("a", 50074, "08:00:01"),
            monitor("a", 0, "08:00:20"),
            monitor("b", 50074, "09:00:00", CorrelationId="c2"),
            monitor("c", 500121, "09:00:30", CorrelationId="c2", OriginalRequestId="b"),
            monitor("d", 0, "09:00:50", CorrelationId="c2", OriginalRequestId="b"),
        ]
    )
    assert [(row["event_uid"], row["activity"], row["outcome"]) for row in rows] == [
        ("a", "sign_in", "success"),
        ("b", "challenge", "unknown"),
        ("c", "challenge", "failure"),
        ("d", "sign_in", "success"),
    ]
    assert folding.groups(rows) == [["a"], ["b", "c", "d"]]


def test_the_order_of_a_sign_ins_states_does_not_matter(read: Read) -> None:
    """Exports list the newest first."""
    (row,) = read([monitor("a", 0, "08:00:20"), monitor("a", 500121, "08:00:10"), monitor("a", 50074)])
    assert (row["outcome"], row["provider_code"]) == ("success", "Sign-in activity/0")


def test_sentinel_12567_a_sign_in_split_by_its_policies_is_one_attempt(read: Read, folding: Folding) -> None:
    """With more than 34 conditional access policies one failure is written four times, at the same time, with other
    ConditionalAccessPolicies. https://github.com/Azure/Azure-Sentinel/issues/12567"""
    parts = [[{"id": f"policy {part * 34 + number}"} for number in range(34)] for part in range(4)]
    same_id = [monitor("a", 50126, ConditionalAccessPolicies=json.dumps(part)) for part in parts]
    own_ids = [
        monitor(f"b{number}", 50126, "09:00:00", ConditionalAccessPolicies=json.dumps(part))
        for number, part in enumerate(parts)
    ]
    again = [monitor("c", 50126, "09:00:03")]
    assert folding.groups(read([*same_id, *own_ids, *again])) == [["a"], ["b0", "b1", "b2", "b3"], ["c"]]


def test_sentinel_10230_four_denials_in_five_rows_are_four_prompts(read: Read, folding: Folding) -> None:
    """ "Type in a wrong MFA code for 4 times. We have 5 MFA denied events", told apart by no time.
    https://github.com/Azure/Azure-Sentinel/issues/10230"""
    denied = [
        monitor(f"{prompt}{row}", 500121, f"08:0{prompt}:00", OriginalRequestId=f"{prompt}0")
        for prompt, rows in enumerate((1, 2, 1, 1))
        for row in range(rows)
    ]
    rows = read(denied)
    assert len(rows) == 5
    assert folding.groups(rows) == [["00"], ["10", "11"], ["20"], ["30"]]


def test_splunk_3134_a_correlation_spans_prompts_and_an_original_request_is_one(read: Read, folding: Folding) -> None:
    """ "correlationId can span multiple MFA auth attempts, however the originalRequestId field is unique for each
    attempt". https://github.com/splunk/security_content/issues/3134"""
    rows = read(
        [
            monitor("a", 50074, "08:00:00"),
            monitor("b", 500121, "08:00:40", OriginalRequestId="a"),
            monitor("c", 500121, "08:00:47", OriginalRequestId="a"),
            monitor("d", 500121, "08:01:30", OriginalRequestId="d"),
            monitor("e", 500121, "08:01:37", OriginalRequestId="d"),
        ]
    )
    assert folding.groups(rows) == [["a", "b", "c"], ["d", "e"]]


def reset_step(uid: str, time: str, reason: str, **facts: Any) -> dict[str, Any]:
    ada: dict[str, Any] = {"id": "11111111-aaaa-4bbb-8ccc-000000000001", "userPrincipalName": "ada@party.example"}
    return {
        "id": f"SSPR_{uid}",
        "category": "UserManagement",
        "correlationId": "reset-1",
        "result": "success",
        "resultReason": reason,
        "activityDisplayName": "Self-service password reset flow activity progress",
        "activityDateTime": f"2026-03-02T{time}Z",
        "loggedByService": "Self-service Password Management",
        "operationType": "Update",
        "initiatedBy": {"app": None, "user": ada | {"ipAddress": "198.51.100.20"}},
        "targetResources": [ada | {"type": "User", "modifiedProperties": []}],
        "additionalDetails": [],
    } | facts


def recovered(rows: list[dict[str, Any]], engine: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = engine.rows(
        sessions(engine.table(pa.Table.from_pylist(rows, schema=EVENT))).sessions
    ).to_pylist()
    return found


def test_sentinel_3837_the_steps_of_one_self_service_reset_are_one_reset(read: Read, duck_engine: Any) -> None:
    """ "Multiple password reset by user" counts the steps of one reset as resets.
    https://github.com/Azure/Azure-Sentinel/issues/3837"""
    rows = read(
        [
            reset_step("1", "10:00:00", "User submitted their user ID"),
            reset_step("2", "10:00:01", "User was presented with verification options"),
            reset_step("3", "10:00:20", "User started the email verification option"),
            reset_step("4", "10:01:10", "User completed the email verification option"),
            reset_step("5", "10:01:40", "User submitted a new password"),
            reset_step("6", "10:01:42", "User successfully reset password"),
            reset_step("7", "10:01:43", "Successfully completed reset.")
            | {"activityDisplayName": "Reset password (self-service)"},
        ]
    )
    (one,) = recovered(rows, duck_engine)
    assert len(rows) == 7
    told = ("account", "starts", "messages", "proofs_failed", "proofs_passed", "completed", "reached", "start_ip")
    assert [one[name] for name in told] == ["ada@party.example", 1, 1, 0, 1, True, "completed", "198.51.100.20"]


def m365(uid: str, **facts: Any) -> Record:
    """The record of wazuh #20784, its names replaced: `Id` and `IntraSystemId` are the Entra request."""
    return {
        "CreationTime": "2026-03-02T08:00:00",
        "Id": uid,
        "Operation": "UserLoginFailed",
        "OrganizationId": "8b2f1c64-0f7e-4c53-9b8e-2a5f5d3c9e10",
        "RecordType": 15,
        "ResultStatus": "Success",
        "UserKey": "11111111-aaaa-4bbb-8ccc-000000000001",
        "UserType": 0,
        "Version": 1,
        "Workload": "AzureActiveDirectory",
        "ClientIP": "198.51.100.7",
        "UserId": "ada@party.example",
        "AzureActiveDirectoryEventType": 1,
        "ExtendedProperties": [{"Name": "RequestType", "Value": "SAS:EndAuth"}],
        "Actor": [{"ID": "ada@party.example", "Type": 5}],
        "ActorIpAddress": "198.51.100.7",
        "InterSystemsId": "c1",
        "IntraSystemId": uid,
        "ErrorNumber": "50126",
        **facts,
    }


def test_wazuh_20784_a_record_that_is_pulled_again_and_again_is_one_event(read: Read) -> None:
    """ "The same records are ingested repeatedly", for hours. https://github.com/wazuh/wazuh/issues/20784"""
    assert [
        row["event_uid"] for row in read([m365("a")] * 5, [m365("a"), m365("b", CreationTime="2026-03-02T08:01:00")])
    ] == ["a", "b"]


def test_office_docs_4677_duplicates_of_an_audit_search_are_one_event(read: Read) -> None:
    """PowerShell's and the portal's exports hold rows twice, with the same Id in AuditData.
    https://github.com/MicrosoftDocs/office-docs-powershell/issues/4677"""
    fields = ["RecordId", "CreationDate", "RecordType", "Operation", "UserId", "AuditData"]
    cells = [
        [row_id, "2026-03-02T08:00:00.0000000Z", "15", "UserLoginFailed", "ada@party.example", json.dumps(m365("a"))]
        for row_id in ("a", "a", "another-result-index")
    ]
    lines = [",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in [fields, *cells]]
    assert [(row["provider"], row["event_uid"]) for row in read("\n".join(lines) + "\n")] == [("m365", "a")]


GRAPH: Record = {
    "id": "a",
    "createdDateTime": "2026-03-02T08:00:00.3456789Z",
    "userPrincipalName": "ada@party.example",
    "userId": "11111111-aaaa-4bbb-8ccc-000000000001",
    "appId": "c44b4083",
    "ipAddress": "198.51.100.7",
    "clientAppUsed": "Browser",
    "correlationId": "c1",
    "originalRequestId": "a",
    "isInteractive": True,
    "status": {"errorCode": 50126, "failureReason": "Invalid username or password"},
}
DIAGNOSTIC: Record = {
    "time": "2026-03-02T08:01:35Z",
    "category": "SignInLogs",
    "resultType": "50126",
    "tenantId": "8b2f1c64-0f7e-4c53-9b8e-2a5f5d3c9e10",
    "correlationId": "c1",
    "properties": GRAPH,
}
PORTAL = (
    "Date (UTC),Request ID,Correlation ID,User ID,Username,IP address,Status,Sign-in error code,Failure reason\n"
    "2026-03-02T08:00:00Z,a,c1,11111111-aaaa-4bbb-8ccc-000000000001,ada@party.example,198.51.100.7,Failure,50126,"
    "Error validating credentials\n"
)


@pytest.mark.parametrize("mirror", ["a", "365a"], ids=["the request's id", "an id of its own"])
def test_one_sign_in_in_five_exports_is_one_attempt(mirror: str, read: Read, folding: Folding) -> None:
    """Graph, diagnostic settings, the same with escaped properties, Log Analytics and the portal say one event; the
    unified audit log repeats it."""
    escaped = {**DIAGNOSTIC, "properties": json.dumps(GRAPH)}
    rows = read([GRAPH], [DIAGNOSTIC], [escaped], [monitor("a", 50126)], PORTAL, [m365(mirror, IntraSystemId="a")])
    assert sorted((row["provider"], row["event_uid"]) for row in rows) == [("entra", "a"), ("m365", mirror)]
    assert set(folding.of(rows).values()) == {"entra:a"}
    other = [row if row["provider"] == "entra" else row | {"source_ip": "198.51.100.8"} for row in rows]
    assert set(folding.of(other).values()) == {"entra:a", f"m365:{mirror}"}


ADA = {"id": "00uada", "type": "User", "alternateId": "ada@example.org", "displayName": "Ada Berg"}
EVE = {"id": "00ueve", "type": "User", "alternateId": "eve@example.org", "displayName": "Eve Moe"}
SYSTEM = {"id": "okta.2b1959c8", "type": "SystemPrincipal", "alternateId": "system@okta.com", "displayName": "Okta"}


def okta(uid: str, time: str, event_type: str, transaction: str, result: str = "SUCCESS", **facts: Any) -> Record:
    debug = {name: facts.pop(name) for name in ("requestUri", "factor") if name in facts}
    session = facts.pop("session", "unknown")
    return {
        "uuid": uid,
        "published": f"2026-03-02T{time}Z",
        "eventType": event_type,
        "severity": "INFO",
        "actor": ADA,
        "client": {"ipAddress": "198.51.100.7", "userAgent": {"rawUserAgent": "Mozilla/5.0"}},
        "outcome": {"result": result, "reason": facts.pop("reason", None)},
        "authenticationContext": {"externalSessionId": session},
        "debugContext": {"debugData": debug},
        "transaction": {"id": transaction, "type": "WEB"},
        "target": [],
        **facts,
    }


def test_elastic_5073_a_denied_push_is_one_prompt_whatever_the_engine_writes(read: Read, folding: Folding) -> None:
    """Identity Engine: the push goes out, and `auth_via_mfa` fails with INVALID_CREDENTIALS. Classic writes
    `deny_push` beside it. https://github.com/elastic/detection-rules/pull/5073"""
    ada: dict[str, Any] = {"target": [ADA]}
    push = {"factor": "OKTA_VERIFY_PUSH", "reason": "INVALID_CREDENTIALS"}
    mfa = "user.authentication.auth_via_mfa"
    rows = read(
        [
            okta("e1", "08:00:00", "system.push.send_factor_verify_push", "t1", session="idx1", **ada),
            okta("e2", "08:00:20", mfa, "t2", "FAILURE", session="idx1", **push),
            okta("f1", "08:01:00", "system.push.send_factor_verify_push", "t3", session="idx1", **ada),
            okta("f2", "08:01:30", mfa, "t4", "FAILURE", session="idx1", **push),
            okta("c1", "09:00:00.100", "user.mfa.okta_verify.deny_push", "t5", "FAILURE"),
            okta("c2", "09:00:00.300", mfa, "t5", "FAILURE", factor="OKTA_VERIFY_PUSH", reason="User rejected push"),
        ]
    )
    assert {row["activity"] for row in rows} == {"challenge"}
    assert folding.groups(rows) == [["e1", "e2"], ["f1", "f2"], ["c1", "c2"]]


def test_the_rows_of_one_okta_transaction_are_one_attempt(read: Read, folding: Folding) -> None:
    """`policy.evaluate_sign_on`, `user.authentication.*` and `user.session.start` of one request; the wrong password
    of the request before, a second earlier, is another attempt."""
    rows = read(
        [
            okta("w", "08:00:00.000", "user.session.start", "t0", "FAILURE", reason="INVALID_CREDENTIALS"),
            okta("p", "08:00:01.000", "policy.evaluate_sign_on", "t1", "ALLOW"),
            okta("v", "08:00:01.100", "user.authentication.auth_via_mfa", "t1", factor="OKTA_VERIFY_PUSH"),
            okta("a", "08:00:01.100", "user.authentication.verify", "t1"),
            okta("s", "08:00:01.200", "user.session.start", "t1"),
        ]
    )
    assert groups(folding, rows, "sign_in", "challenge") == [["w"], ["a", "v", "s"]]


def test_elastic_1200_resets_written_by_the_system_are_their_users(read: Read, duck_engine: Any) -> None:
    """Grouping by the actor `system@okta.com` makes one user's many resets out of many users' one each; they are told
    apart by the target. https://github.com/elastic/detection-rules/pull/1200"""
    rows = read(
        [
            okta(
                f"{step}{user['id']}",
                f"08:00:0{number}",
                event_type,
                f"t-{user['id']}",
                actor=SYSTEM,
                target=[user],
                requestUri="/api/v1/authn/recovery/password",
            )
            for user in (ADA, EVE)
            for number, (step, event_type) in enumerate(
                (("r", "user.account.reset_password"), ("m", "system.email.password_reset.sent_message"))
            )
        ]
    )
    found = [(one["account"], one["starts"], one["messages"]) for one in recovered(rows, duck_engine)]
    assert sorted(found) == [("ada@example.org", 1, 1), ("eve@example.org", 1, 1)]


def google(uid: str, application: str, time: str, name: str) -> Record:
    return {
        "kind": "admin#reports#activity",
        "id": {
            "time": f"2026-03-02T{time}Z",
            "uniqueQualifier": uid,
            "applicationName": application,
            "customerId": "C01",
        },
        "actor": {"email": "ada@example.org", "profileId": "1001"},
        "ipAddress": "198.51.100.7",
        "events": [{"type": "change", "name": name}],
    }


def test_a_change_under_two_google_applications_is_one(read: Read, folding: Folding) -> None:
    """Recovery and two-step changes stand under `login` and again, with another id, under `user_accounts`."""
    rows = read(
        [
            google("1", "login", "08:00:00.500", "2sv_disable"),
            google("2", "user_accounts", "08:00:01.200", "2sv_disable"),
            google("3", "user_accounts", "08:00:01.300", "recovery_email_edit"),
            google("4", "login", "08:00:01.400", "recovery_email_edit"),
            google("5", "login", "08:00:02.000", "2sv_disable"),
        ]
    )
    assert folding.groups(rows) == [["1", "2"], ["3", "4"], ["5"]]
    assert folding.of(rows)["google", "3"] == "google:4"


def auth0(uid: str, time: str, kind: str, **facts: Any) -> Record:
    """A record of Auth0's Management API (https://github.com/auth0/auth0-log-schemas)."""
    plain = {"type": kind, "log_id": uid, "date": f"2026-03-02T{time}Z", "tenant_name": "acme", "client_id": "c1"}
    who = {"user_id": "auth0|1", "user_name": "ada@example.org", "ip": "203.0.113.7"}
    return plain | who | facts


def test_the_rows_of_one_auth0_sign_in_are_one_attempt(read: Read, folding: Folding) -> None:
    """Guardian's records name no transaction; the sign-in's own does. A second push is a second prompt."""
    rows = read(
        [
            auth0("w1", "07:50:00.000", "fp", description="Wrong email or password."),
            auth0("w2", "07:50:30.000", "fp", description="Wrong email or password."),
            auth0("lock", "07:50:30.200", "limit_wc", description="Address blocked"),
            auth0("m1", "08:00:00.000", "mfar", description="mfa_required"),
            auth0("m2", "08:00:00.300", "gd_start_auth"),
            auth0("m3", "08:00:00.900", "gd_send_pn"),
            auth0("no", "08:00:20.000", "gd_auth_rejected"),
            auth0("p2", "08:00:30.000", "gd_send_pn"),
            auth0("yes", "08:00:40.000", "gd_auth_succeed"),
            auth0("s", "08:00:41.000", "s", details={"transaction_id": "tx-1", "session_id": "s1"}),
            auth0("t", "08:00:41.600", "seacft"),
        ]
    )
    assert folding.groups(rows) == [["w1"], ["w2", "lock"], ["m1", "m2", "m3", "no"], ["p2", "yes", "s", "t"]]


def test_what_policies_say_beside_authentiks_failure_adds_no_attempt(read: Read, folding: Folding) -> None:
    """Rows of one request: the policy's own event is no sign-in."""

    def event(uid: str, action: str, request: str, second: int, **context: Any) -> Record:
        path = {"path": "/api/v3/flows/executor/default-authentication-flow/", "request_id": request}
        return {
            "pk": f"f00f54e7-2b38-421f-bc78-0000000000{uid}", "user": {"pk": 7, "email": "ada@example.org"},
            "action": action, "app": "authentik.events.signals", "context": context | {"http_request": path},
            "client_ip": "203.0.113.7", "created": f"2026-03-02T08:00:{second:02}.500000Z",
        }  # fmt: skip

    password = {"stage": {"model_name": "passwordstage"}, "username": "ada"}
    rows = read(
        [
            event("01", "policy_execution", "r1", 1, result={"passing": False}),
            event("02", "login_failed", "r1", 1, **password),
            event("03", "policy_exception", "r1", 1, message="x"),
            event("04", "login_failed", "r2", 3, **password),
        ]
    )
    tried = groups(folding, rows, "sign_in", "challenge", "identify")
    assert [[uid[-2:] for uid in one] for one in tried] == [["02"], ["04"]]


def test_an_enrolment_that_duo_writes_in_two_logs_is_not_counted_as_a_prompt(read: Read, folding: Folding) -> None:
    """The authentication log writes one row a prompt, whole with its answer; the administrator log writes changes."""

    def prompt(uid: str, second: int, kind: str = "authentication", **facts: Any) -> Record:
        plain = {"txid": uid, "isotimestamp": f"2026-03-02T08:00:{second:02}+00:00", "event_type": kind}
        who = {"user": {"name": "ada", "key": "DU1"}, "access_device": {"ip": "203.0.113.7"}}
        return plain | who | {"factor": "duo_push", "result": "denied", "reason": "user_mistake"} | facts

    rows = read(
        [
            prompt("p1", 0),
            prompt("p2", 20, result="fraud", reason="user_marked_fraud"),
            prompt("e1", 40, "enrollment", result="success", reason=None),
            {
                "action": "user_update", "description": "{}", "isotimestamp": "2026-03-02T08:00:41+00:00",
                "object": "ada", "timestamp": 1772438441, "username": "Ada Admin",
            },
        ]
    )  # fmt: skip
    assert len(rows) == 4
    assert groups(folding, rows, "challenge") == [["p1"], ["p2"]]
