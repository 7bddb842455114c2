"""Field names as rules write them, found in the records as providers write them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from mapped_samples import MAPPED, SAMPLES
from sigma_site import Record, asked, okta, scanned
from tocsin.engines import Engine, opened
from tocsin.sources import SOURCES

SIGN_IN: dict[str, Any] = {
    "id": "s1",
    "createdDateTime": "2026-03-02T08:00:00Z",
    "userPrincipalName": "ada@example.org",
    "userId": "11111111-aaaa-4bbb-8ccc-000000000001",
    "appId": "1b730954-1685-4b74-9bfd-dac224a7b894",
    "appDisplayName": "Shell",
    "ipAddress": "203.0.113.5",
    "clientAppUsed": "IMAP4",
    "userAgent": "BAV2ROPC",
    "isInteractive": True,
    "authenticationRequirement": "singleFactorAuthentication",
    "authenticationProtocol": "deviceCode",
    "conditionalAccessStatus": "success",
    "status": {"errorCode": 50126, "failureReason": "Invalid username or password.", "additionalDetails": None},
    "deviceDetail": {"isCompliant": False, "trustType": ""},
    "location": {"city": "Oslo", "countryOrRegion": "NO"},
    "riskEventTypes_v2": ["unfamiliarFeatures", "passwordSpray"],
}
"""A sign-in as Graph gives it (https://learn.microsoft.com/graph/api/resources/signin)."""


def diagnostic(record: dict[str, Any]) -> dict[str, Any]:
    """The same as diagnostic settings deliver it."""
    return {
        "time": "2026-03-02T08:02:00Z",
        "resourceId": "/tenants/t/providers/Microsoft.aadiam",
        "operationName": "Sign-in activity",
        "category": "SignInLogs",
        "tenantId": "t",
        "resultType": str(record["status"]["errorCode"]),
        "resultDescription": record["status"]["failureReason"],
        "callerIpAddress": record["ipAddress"],
        "properties": record,
    }


def log_analytics(record: dict[str, Any]) -> dict[str, Any]:
    """The same as a row of the table SigninLogs, whose objects are texts."""
    row = {name[0].upper() + name[1:]: value for name, value in record.items()}
    row |= {"RiskEventTypes_V2": row.pop("RiskEventTypes_v2")}
    row |= {"IPAddress": row.pop("IpAddress"), "Location": record["location"]["countryOrRegion"]}
    row |= {"ResultType": str(record["status"]["errorCode"]), "ResultDescription": record["status"]["failureReason"]}
    return {name: json.dumps(value) if isinstance(value, dict | list) else value for name, value in row.items()}


SIGN_IN_NAMES = {
    "ResultType": 50126,
    "properties.status.errorCode": 50126,
    "status.errorCode": "50126",
    "ResultDescription|contains": "invalid username",
    "Status": "Failure",
    "Status|contains": "Invalid",
    "properties.message": "Device Code",
    "AuthenticationRequirement": "singleFactorAuthentication",
    "properties.authenticationProtocol": "deviceCode",
    "conditionalAccessStatus": "Success",
    "DeviceDetail.isCompliant": False,
    "DeviceDetail.trusttype": "",
    "userAgent|contains": "bav2ropc",
    "AppId": "1b730954-1685-4b74-9bfd-dac224a7b894",
    "ClientApp|startswith": "IMAP",
    "UserPrincipalName": "ADA@example.org",
    "Location": "NO",
    "IPAddress|cidr": "203.0.113.0/24",
    "IsInteractive": True,
    "riskEventTypes_v2": "passwordSpray",
}
"""Names of the three schemes, as rules mix them."""

OKTA_NAMES = {
    "eventtype": "user.session.start",
    "eventType": "user.session.start",
    "legacyeventtype": "core.user_auth.login_failed",
    "actor.alternateid": "ada@example.org",
    "outcome.result": "FAILURE",
    "target.displayName": "Okta Admin Console",
    "target.type|contains": "appinst",
    "target|contains|all": ["AppInstance", "Ada Berg"],
    "debugContext.debugData.behaviors|contains": "POSITIVE",
    "debugcontext.debugdata.LogOnlySecurityData|contains": '"level":"HIGH"',
    "securityContext.isProxy": "true",
    "client.userAgent.rawUserAgent|contains": "curl",
    "request.ipChain.ip|cidr": "198.51.100.0/24",
}


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    found = opened("duckdb", scratch=tmp_path_factory.mktemp("scratch"))
    yield found
    found.close()


def rules(names: dict[str, Any], product: str, service: str | None = None) -> str:
    """A rule for each field, named for it."""
    source = {"product": product} | ({"service": service} if service else {})
    documents = [
        {"title": name, "logsource": source, "detection": {"it": {name: value}, "condition": "it"}}
        for name, value in names.items()
    ]
    return yaml.safe_dump_all(documents)


def test_okta_names_are_found_without_regard_to_case_and_through_lists(engine: Engine, tmp_path: Path) -> None:
    """In each way in which the System Log comes; a record that differs in every value matches none."""
    record = okta(
        "u1",
        legacyEventType="core.user_auth.login_failed",
        target=[
            {"displayName": "Ada Berg", "type": "User", "alternateId": "ada@example.org"},
            {"displayName": "Okta Admin Console", "type": "AppInstance", "alternateId": "x"},
        ],
        debugContext={
            "debugData": {"behaviors": "{New Device=POSITIVE}", "logOnlySecurityData": '{"risk":{"level":"HIGH"}}'}
        },
        securityContext={"isProxy": True},
        client={"ipAddress": "203.0.113.5", "userAgent": {"rawUserAgent": "curl/8"}},
        request={"ipChain": [{"ip": "203.0.113.5"}, {"ip": "198.51.100.9"}]},
    )
    other = okta("u2", eventType="user.session.end", outcome={"result": "SUCCESS"}, actor={"alternateId": "b@x.org"})
    bridge = {
        "version": "0",
        "id": "b",
        "detail-type": "SystemLog",
        "source": "aws.partner/okta.com/x/y",
        "time": "2026-03-02T08:00:00Z",
        "detail": record | {"uuid": "u3"},
    }
    small = {name.lower(): value for name, value in (record | {"uuid": "u4"}).items()}
    files = {"okta.jsonl": [record, other], "bridge.jsonl": [bridge], "small.jsonl": [small]}
    site = asked(engine, tmp_path, rules(OKTA_NAMES, "okta", "okta"), files)
    assert site.rules.left == ()
    assert site.matched == {name: ["u1", "u3", "u4"] for name in OKTA_NAMES}


def test_the_three_naming_schemes_of_entra_are_found_in_each_format(engine: Engine, tmp_path: Path) -> None:
    other = SIGN_IN | {
        "id": "s9", "userPrincipalName": "b@example.org", "ipAddress": "198.51.100.1", "userAgent": "x", "appId": "y",
        "clientAppUsed": "Browser", "isInteractive": None, "authenticationRequirement": "multiFactorAuthentication",
        "authenticationProtocol": "none", "conditionalAccessStatus": "failure", "riskEventTypes_v2": [],
        "status": {"errorCode": 0, "failureReason": "Other.", "additionalDetails": None},
        "deviceDetail": {"isCompliant": True, "trustType": "Azure AD joined"},
        "location": {"city": "Rome", "countryOrRegion": "IT"},
    }  # fmt: skip
    files = {
        "graph.jsonl": [SIGN_IN, other],
        "diagnostic.jsonl": [diagnostic(SIGN_IN | {"id": "s2"}), diagnostic(other | {"id": "s8"})],
        "table.jsonl": [log_analytics(SIGN_IN | {"id": "s3"}), log_analytics(other | {"id": "s7"})],
    }
    site = asked(engine, tmp_path, rules(SIGN_IN_NAMES, "azure", "signinlogs"), files)
    assert site.rules.left == ()
    assert site.matched == {name: ["s1", "s2", "s3"] for name in SIGN_IN_NAMES}


def test_changes_in_lists_of_names_with_values_go_by_their_name(engine: Engine, tmp_path: Path) -> None:
    """Entra's modified properties, whose new values are JSON inside a text, as objects and as texts."""
    record = {
        "id": "a1",
        "activityDateTime": "2026-03-02T08:00:00Z",
        "activityDisplayName": "Consent to application",
        "category": "ApplicationManagement",
        "loggedByService": "Core Directory",
        "operationType": "Assign",
        "result": "success",
        "initiatedBy": {"user": {"userPrincipalName": "ada@example.org", "ipAddress": "203.0.113.5"}},
        "targetResources": [
            {
                "id": "t1", "type": "ServicePrincipal", "displayName": "Mail Helper",
                "modifiedProperties": [
                    {"displayName": "ConsentContext.IsAdminConsent", "oldValue": None, "newValue": '"False"'},
                    {"displayName": "ConsentAction.Permissions", "oldValue": "[]",
                     "newValue": '[{"Scope":"offline_access Mail.Read"}]'},
                ],
            }
        ],
    }  # fmt: skip
    envelope = {
        "time": "2026-03-02T08:00:00Z",
        "operationName": "Consent to application",
        "category": "AuditLogs",
        "resultType": "",
        "properties": record | {"id": "a2"},
    }
    row = {
        "Id": "a3",
        "ActivityDateTime": "2026-03-02T08:00:00Z",
        "ActivityDisplayName": "Consent to application",
        "OperationName": "Consent to application",
        "Category": "ApplicationManagement",
        "Result": "success",
        "LoggedByService": "Core Directory",
        "AADOperationType": "Assign",
        "Type": "AuditLogs",
        "InitiatedBy": json.dumps(record["initiatedBy"]),
        "TargetResources": json.dumps(record["targetResources"]),
    }
    names = {
        "properties.message": "Consent to application",
        "OperationName": "Consent to application",
        "operationType": "assign",
        "properties.loggedByService": "Core Directory",
        "Category": "ApplicationManagement",
        "Status": "Success",
        "InitiatedBy|contains": "ada@example.org",
        "ConsentContext.IsAdminConsent": "false",
        "TargetResources.modifiedProperties|contains": "ConsentAction",
        "TargetResources.ModifiedProperties.NewValue|contains|all": ["offline_access", "mail.read"],
        "TargetResources.displayName": "Mail Helper",
    }
    files: dict[str, list[Record]] = {"graph.jsonl": [record], "diagnostic.jsonl": [envelope], "table.jsonl": [row]}
    site = asked(engine, tmp_path, rules(names, "azure", "auditlogs"), files)
    assert site.matched == {name: ["a1", "a2", "a3"] for name in names}


def test_google_parameters_are_those_of_the_event_and_not_of_its_neighbour(engine: Engine, tmp_path: Path) -> None:
    """One record, two events: each has its own name and values."""
    activity = {
        "id": {"time": "2026-03-02T08:00:00Z", "uniqueQualifier": "9", "applicationName": "admin", "customerId": "C1"},
        "actor": {"email": "admin@example.org", "profileId": "1"},
        "ipAddress": "203.0.113.5",
        "events": [
            {"type": "SECURITY_SETTINGS", "name": "ENFORCE_STRONG_AUTHENTICATION",
             "parameters": [{"name": "NEW_VALUE", "value": "false"}]},
            {"type": "USER_SETTINGS", "name": "GRANT_ADMIN_PRIVILEGE",
             "parameters": [{"name": "USER_EMAIL", "value": "ada@example.org"}]},
        ],
    }  # fmt: skip
    names = {
        "eventName": "ENFORCE_STRONG_AUTHENTICATION",
        "new_value": "false",
        "protoPayload.metadata.event.eventName": "grant_admin_privilege",
        "user_email": "ada@example.org",
        "eventService": "admin.googleapis.com",
        "actor.email": "admin@example.org",
    }
    site = asked(engine, tmp_path, rules(names, "gcp", "google_workspace.admin"), {"a.jsonl": [activity]})
    assert site.matched == {
        "eventName": ["9/0"],
        "new_value": ["9/0"],
        "protoPayload.metadata.event.eventName": ["9/1"],
        "user_email": ["9/1"],
        "eventService": ["9/0", "9/1"],
        "actor.email": ["9/0", "9/1"],
    }


def test_microsoft_365_values_go_by_their_name(engine: Engine, tmp_path: Path) -> None:
    rule = {
        "Id": "m1",
        "CreationTime": "2026-03-02T08:00:00",
        "Operation": "New-InboxRule",
        "RecordType": 1,
        "Workload": "Exchange",
        "UserId": "ada@example.org",
        "OrganizationId": "o",
        "ResultStatus": "True",
        "Parameters": [{"Name": "ForwardTo", "Value": "x@mail.example"}, {"Name": "DeleteMessage", "Value": "True"}],
    }
    login = {
        "Id": "m2",
        "CreationTime": "2026-03-02T08:00:00",
        "Operation": "UserLoggedIn",
        "RecordType": 15,
        "Workload": "AzureActiveDirectory",
        "UserId": "ada@example.org",
        "OrganizationId": "o",
        "ResultStatus": "Success",
        "ObjectId": "0000000a",
        "ExtendedProperties": [{"Name": "RequestType", "Value": "Cmsi:Cmsi"}],
    }
    names = {
        "Operation": "New-InboxRule",
        "Parameters|contains|all": ["deletemessage", "True"],
        "ForwardTo": "x@mail.example",
        "RequestType": "Cmsi:Cmsi",
        "eventSource": "AzureActiveDirectory",
        "status": "success",
    }  # fmt: skip
    site = asked(engine, tmp_path, rules(names, "m365", "exchange"), {"m.jsonl": [rule, login]})
    assert site.matched == {
        "Operation": ["m1"], "Parameters|contains|all": ["m1"], "ForwardTo": ["m1"],
        "RequestType": ["m2"], "eventSource": ["m2"], "status": ["m1", "m2"],
    }  # fmt: skip


def test_columns_and_ocsf_names_are_asked_of_every_provider(engine: Engine, tmp_path: Path) -> None:
    own = """
title: column
logsource: {product: tocsin}
detection: {it: {activity: sign_in, outcome: failure, account|endswith: '@example.org', actor: null}, condition: it}
---
title: hour
logsource: {product: tocsin}
detection: {it: {time|hour: 8}, condition: it}
---
title: ocsf
taxonomy: ocsf
logsource: {category: authentication}
detection: {it: {class_uid: 3002, activity_id: 1, status: Failure, src_endpoint.ip|cidr: 203.0.113.0/24}, condition: it}
---
title: keyword
logsource: {product: okta}
detection: {words: ['ada@EXAMPLE', 'nothing'], condition: words}
---
title: same
logsource: {product: okta}
detection: {it: {actor.alternateId|fieldref: target.alternateId}, condition: it}
---
title: not there
logsource: {product: okta}
detection: {it: {transaction.id: null}, that: {outcome.reason|exists: true}, other: {transaction.id: x},
            condition: it and that and not other}
"""
    records = [
        okta("u1", target=[{"alternateId": "b@x.org"}, {"alternateId": "ADA@example.org"}]),
        okta("u2", 3600, transaction={"id": "x"}, actor={"alternateId": "bea@mail.example"}),
    ]
    site = asked(engine, tmp_path, own, {"okta.jsonl": records, "graph.jsonl": [SIGN_IN]})
    assert site.rules.left == ()
    assert site.matched == {
        "column": ["s1", "u1"], "hour": ["s1", "u1"], "ocsf": ["s1", "u1", "u2"],
        "keyword": ["u1"], "same": ["u1"], "not there": ["u1"],
    }  # fmt: skip


def test_an_event_matches_when_one_of_its_records_does(engine: Engine, tmp_path: Path) -> None:
    """A sign-in that Azure Monitor logged as it was interrupted, and again as it ended."""
    asked_for = SIGN_IN | {"status": {"errorCode": 50074, "failureReason": "Strong auth required."}}
    ended = SIGN_IN | {"status": {"errorCode": 0, "failureReason": "Other."}}
    site = asked(engine, tmp_path, rules({"ResultType": 50074}, "azure", "signinlogs"),
                 {"a.jsonl": [asked_for], "b.jsonl": [ended]})  # fmt: skip
    assert site.matched == {"ResultType": ["s1"]}
    assert site.events["outcome"].to_pylist() == ["success"]


def test_a_rule_about_a_log_that_is_not_read_is_counted_apart(engine: Engine, tmp_path: Path) -> None:
    others = rules({"a": "b"}, "windows", "security") + "---\n" + rules({"a": "b"}, "azure", "activitylogs")
    site = asked(engine, tmp_path, others + "---\n" + rules({"eventType": "*"}, "okta"), [okta("u1")])
    assert [(one.title, one.reason) for one in site.rules.elsewhere] == [
        ("a", "Tocsin reads no log of windows/security"),
        ("a", "Tocsin reads no log of azure/activitylogs"),
    ]
    assert site.matched == {"eventType": ["u1"]}


def test_fields_of_an_own_log_are_asked_by_the_name_of_its_provider(engine: Engine, tmp_path: Path) -> None:
    """The log of an own application that a mapping file describes: what the mapping reads, and what it does not."""
    names = {
        "user.login": "ada@example.org",
        "WHY": "password",
        "level": "warn",
        "request.headers.user-agent|contains": "Linux",
    }
    rule = tmp_path / "rules.yml"
    rule.write_text(rules(names, "club"), encoding="utf-8")
    site = scanned(engine, tmp_path / "store", rule, [SAMPLES / "club_portal" / "raw.jsonl"], (*MAPPED, *SOURCES))
    held = {title: uids[:2] for title, uids in site.matched.items()}
    assert held == {
        "user.login": ["e-1", "e-2"],
        "WHY": ["e-2"],
        "level": ["e-2", "e-3"],
        "request.headers.user-agent|contains": ["e-1"],
    }


def test_names_that_hold_quotes_and_worse_are_names(engine: Engine, tmp_path: Path) -> None:
    """A rule's names end up in paths and in SQL; what no path can hold is read as missing."""
    odd = ["it's", 'a "b" c', "back\\slash", "x') OR ('1'='1", "semi;colon", "naïve", "a.b's", "{0}"]
    names = {f"debugContext.debugData.{name}": name for name in odd} | {name: name for name in odd}
    inner = {name: name for name in odd if "." not in name} | {"a": {"b's": "a.b's"}}
    record = okta("u1", debugContext={"debugData": inner}) | inner
    site = asked(engine, tmp_path, rules(names | {"a*b": "x", "a[0]": "x"}, "okta"), [record, okta("u2")])
    assert site.rules.left == ()
    assert site.matched == {name: ["u1"] for name in names}


def test_a_text_that_begins_like_json_and_is_none_is_a_text(engine: Engine, tmp_path: Path) -> None:
    """And costs neither its record nor another."""
    field = "debugContext.debugData.risk"
    names = {f"{field}|contains": "level", f"{field}.level": "HIGH"}
    broken = ['{"level": "HIGH"', '[{"level": "HIGH"', '"level', "[" * 5000 + '"level"', '{"level": "HIGH"} and more']
    texts = ['{"level": "HIGH"}', *broken]
    records = [okta(f"u{number}", debugContext={"debugData": {"risk": text}}) for number, text in enumerate(texts)]
    site = asked(engine, tmp_path, rules(names, "okta"), records)
    assert site.intake.rejected == 0
    assert site.matched == {
        f"{field}|contains": [f"u{number}" for number in range(len(texts))],
        f"{field}.level": ["u0"],
    }
