"""Records look as the providers write them: the fields, codes and quirks that readers must cope with."""

from __future__ import annotations

import re
from collections import Counter
from datetime import datetime
from pathlib import Path

import pytest

from .native_reading import Record, lines, pages

_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@pytest.fixture(scope="module")
def okta(phosphorus: Path) -> list[Record]:
    return list(lines(phosphorus / "logs" / "okta-system-log.jsonl"))


@pytest.fixture(scope="module")
def keycloak(phosphorus: Path) -> list[Record]:
    return list(lines(phosphorus / "logs" / "keycloak-events.jsonl"))


@pytest.fixture(scope="module")
def audits(phosphorus: Path) -> list[Record]:
    plain = list(lines(phosphorus / "logs" / "entra-audit.jsonl"))
    wrapped = pages(phosphorus / "logs" / "entra-audit-diagnostic.jsonl", "records")
    return plain + [record["properties"] for record in wrapped]


def test_okta_events_have_the_fields_of_a_log_event(okta: list[Record]) -> None:
    fields = {
        "actor", "client", "device", "authenticationContext", "displayMessage", "eventType", "outcome",
        "published", "securityContext", "severity", "debugContext", "legacyEventType", "transaction", "uuid",
        "version", "request", "target",
    }  # fmt: skip
    assert all(set(record) == fields for record in okta)
    assert all(_GUID.fullmatch(record["uuid"]) for record in okta)
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", record["published"]) for record in okta)


def test_okta_unknown_user_is_a_verification_error_of_nobody(okta: list[Record]) -> None:
    unknown = [r for r in okta if r["outcome"]["reason"] == "VERIFICATION_ERROR"]
    assert unknown
    assert all(r["actor"]["id"] == "unknown" and "@" in r["actor"]["alternateId"] for r in unknown)
    assert {r["eventType"] for r in unknown} == {"user.session.start"}


def test_okta_reset_message_goes_out_from_okta_and_names_the_owner(okta: list[Record]) -> None:
    messages = [r for r in okta if r["eventType"] == "system.email.password_reset.sent_message"]
    assert messages
    assert all(r["actor"]["alternateId"] == "system@okta.com" for r in messages)
    assert all(r["target"][0]["type"] == "User" for r in messages)


def test_okta_resets_by_owner_and_by_administrator_differ_in_actor_and_uri(okta: list[Record]) -> None:
    resets = [r for r in okta if r["eventType"] == "user.account.reset_password"]
    for record in resets:
        own = record["actor"]["id"] == record["target"][0]["id"]
        by_admin = "/lifecycle/reset_password" in record["debugContext"]["debugData"]["requestUri"]
        assert own != by_admin
    assert resets


def test_okta_has_classic_and_engine_organisations(okta: list[Record]) -> None:
    uris = {r["debugContext"]["debugData"]["requestUri"] for r in okta if r["eventType"] == "user.session.start"}
    assert {"/api/v1/authn", "/idp/idx/identify"} <= uris


def test_entra_sign_ins_come_as_graph_pages_and_diagnostic_records(phosphorus: Path) -> None:
    graph = next(lines(phosphorus / "logs" / "entra-signins.json"))
    assert set(graph) == {"@odata.context", "value"}
    diagnostic = next(pages(phosphorus / "logs" / "entra-signins-diagnostic.jsonl", "records"))
    inner = diagnostic["properties"]
    assert set(inner) == set(graph["value"][0])
    assert diagnostic["category"] in ("SignInLogs", "NonInteractiveUserSignInLogs")
    assert diagnostic["resultType"] == str(inner["status"]["errorCode"])
    assert diagnostic["time"] > inner["createdDateTime"]


def test_entra_failures_are_codes_and_many_are_interrupts(phosphorus: Path) -> None:
    codes = Counter(r["status"]["errorCode"] for r in _entra_sign_ins(phosphorus))
    assert {0, 50126, 50034, 500121, 50140} <= set(codes)
    failures = sum(count for code, count in codes.items() if code)
    interrupts = sum(codes[code] for code in (50058, 50074, 50076, 50125, 50140, 65001))
    assert 0.15 < interrupts / failures < 0.6


def test_entra_unknown_user_has_an_id_of_zeros(phosphorus: Path) -> None:
    unknown = [r for r in _entra_sign_ins(phosphorus) if r["status"]["errorCode"] == 50034]
    assert unknown
    assert {r["userId"] for r in unknown} == {"00000000-0000-0000-0000-000000000000"}


def _entra_sign_ins(world: Path) -> list[Record]:
    graph = list(pages(world / "logs" / "entra-signins.json", "value"))
    wrapped = pages(world / "logs" / "entra-signins-diagnostic.jsonl", "records")
    return graph + [record["properties"] for record in wrapped]


def test_entra_reset_steps_precede_any_proof_and_name_the_victim(audits: list[Record]) -> None:
    """Traps 1 to 3: initiatedBy is the victim whoever sits there; completed resets are verb-first."""
    starts = [r for r in audits if r["resultReason"] == "User submitted their user ID"]
    assert starts
    for record in starts:
        user = record["initiatedBy"]["user"]
        assert user["userPrincipalName"] == record["targetResources"][0]["userPrincipalName"]
        assert user["ipAddress"]
    assert "Reset password (self-service)" in {r["activityDisplayName"] for r in audits}
    blocked = [r for r in audits if r["activityDisplayName"].startswith("Blocked from")]
    assert {r["result"] for r in blocked} <= {"success"}


def test_entra_accounts_without_reset_fail_at_once(audits: list[Record]) -> None:
    refused = [r for r in audits if r["resultReason"] == "Password reset is not enabled for this user"]
    starts = {r["correlationId"]: r for r in audits if r["resultReason"] == "User submitted their user ID"}
    assert len(refused) < len(starts)
    for record in refused:
        start = starts[record["correlationId"]]
        assert (start["result"], record["result"]) == ("success", "failure")
        assert 0 <= _seconds(record) - _seconds(start) < 1


def _seconds(record: Record) -> float:
    return datetime.fromisoformat(record["activityDateTime"]).timestamp()


def test_google_writes_changes_under_two_applications(phosphorus: Path) -> None:
    by_application: dict[str, Counter[str]] = {"login": Counter(), "user_accounts": Counter()}
    ids: dict[str, set[str]] = {"login": set(), "user_accounts": set()}
    several = 0
    for record in pages(phosphorus / "logs" / "google-login.json", "items"):
        several += len(record["events"]) > 1
        application = record["id"]["applicationName"]
        if application in ids and record["id"]["uniqueQualifier"] not in ids[application]:
            ids[application].add(record["id"]["uniqueQualifier"])
            by_application[application].update(event["name"] for event in record["events"])
    assert several
    assert by_application["user_accounts"]
    for name, count in by_application["user_accounts"].items():
        assert by_application["login"][name] == count
    assert not ids["login"] & ids["user_accounts"]


def test_keycloak_unknown_users_have_no_id_and_events_no_user_agent(keycloak: list[Record]) -> None:
    events = [r for r in keycloak if "type" in r]
    unknown = [r for r in events if r["error"] == "user_not_found"]
    assert {r["type"] for r in unknown} == {"LOGIN_ERROR", "RESET_PASSWORD_ERROR"}
    assert all(r["userId"] is None and r["details"]["username"] for r in unknown)
    assert not any("user_agent" in str(r).lower() for r in keycloak)
    assert any("operationType" in r for r in keycloak)


def test_keycloak_runs_are_tied_by_code_id(keycloak: list[Record]) -> None:
    sent = {r["details"]["code_id"] for r in keycloak if r.get("type") == "SEND_RESET_PASSWORD"}
    changed = {
        r["details"]["code_id"]
        for r in keycloak
        if r.get("type") == "UPDATE_PASSWORD" and r["clientId"] != "account-console"
    }
    assert changed
    assert changed <= sent
    by_type = Counter(r["type"] for r in keycloak if "type" in r)
    assert by_type["UPDATE_CREDENTIAL"] <= by_type["UPDATE_PASSWORD"] + by_type["UPDATE_TOTP"]


def test_unified_audit_mirrors_the_sign_ins_of_one_tenant(phosphorus: Path) -> None:
    signins = {r["id"] for r in pages(phosphorus / "logs" / "entra-signins.json", "value")}
    records = list(lines(phosphorus / "logs" / "m365-audit.jsonl"))
    mirrored = {r["IntraSystemId"] for r in records if r["Operation"] in ("UserLoggedIn", "UserLoginFailed")}
    assert mirrored == signins
    assert not signins & {r["Id"] for r in records}
    resets = [r for r in records if r["Operation"] == "Reset user password."]
    assert {"fim_password_service@support.onmicrosoft.com"} <= {r["UserId"] for r in resets}


def test_records_are_as_large_as_real_ones(phosphorus: Path) -> None:
    sizes = {}
    for file, envelope in (("okta-system-log.jsonl", ""), ("google-login.json", "items")):
        path = phosphorus / "logs" / file
        count = sum(1 for _ in (pages(path, envelope) if envelope else lines(path)))
        sizes[file] = path.stat().st_size / count
    assert 1_700 < sizes["okta-system-log.jsonl"] < 3_000
    assert 450 < sizes["google-login.json"] < 900
