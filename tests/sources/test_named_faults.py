"""Faults that users of other tools reported of reading these logs, each with its thread. Those of counting one act once
are in tests/assess/test_named_faults.py."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from normalised import read, read_records

WHO = {"userPrincipalName": "ada@party.example", "userId": "11111111-aaaa-4bbb-8ccc-000000000001"}
SIGN_IN: dict[str, Any] = {
    **WHO,
    "id": "s-1",
    "createdDateTime": "2026-03-02T08:01:05Z",
    "appId": "89bee1f7",
    "ipAddress": "2001:db8::7",
    "clientAppUsed": "Browser",
    "correlationId": "c1",
    "status": {"errorCode": 50126, "failureReason": "Error validating credentials"},
}
"""A wrong password, as Graph gives it."""


def streamed(properties: Any) -> dict[str, Any]:
    """The same by diagnostic settings, delivered later."""
    return {
        "time": "2026-03-02T08:03:30Z",
        "category": "SignInLogs",
        "operationName": "Sign-in activity",
        "tenantId": "t1",
        "resultType": "50126",
        "callerIpAddress": "2001:db8::7",
        "properties": properties,
    }


ROW = ("s-1", "2026-03-02 08:01:05.000", "sign_in", "failure", "wrong_password", "ada@party.example", "2001:db8::7")


def said(event: dict[str, Any]) -> tuple[str, ...]:
    names = ("event_uid", "time", "activity", "outcome", "reason", "account", "source_ip")
    return tuple(event[name] for name in names)


@pytest.mark.parametrize(
    "record",
    [
        pytest.param(streamed(SIGN_IN), id="integrations-20287-time-is-the-delivery"),
        pytest.param(streamed(json.dumps(SIGN_IN)), id="integrations-15421-properties-as-escaped-text"),
        pytest.param(SIGN_IN, id="suzaku-113-as-graph-gives-it"),
        pytest.param(
            streamed(SIGN_IN | {"createdDateTime": "2026-03-02T08:01:05.0000000+00:00"}), id="offset-for-zone"
        ),
    ],
)
def test_a_sign_in_says_the_same_however_it_was_exported(record: dict[str, Any], tmp_path: Path) -> None:
    """https://github.com/elastic/integrations/issues/20287 and /15421, https://github.com/Yamato-Security/suzaku/pull/113,
    and IPv6 (https://github.com/Azure/Azure-Sentinel/issues/8882) in each."""
    (event,) = read_records([record], tmp_path)
    assert said(event) == ROW


def test_microsoft_analyzer_suite_2_merged_exports_are_read_record_by_record(tmp_path: Path) -> None:
    """One array in one array, pages one after another, and a byte order mark before them.
    https://github.com/LETHAL-FORENSICS/Microsoft-Analyzer-Suite/issues/2"""
    records = [SIGN_IN | {"id": f"s-{number}"} for number in range(4)]
    path = tmp_path / "merged.json"
    for text in (
        json.dumps([records[:2], records[2:]]),
        json.dumps([{"value": records[:2]}, {"value": records[2:]}]),
        "".join(json.dumps({"value": one}) + "\r\n" for one in (records[:2], records[2:])),
    ):
        path.write_bytes(b"\xef\xbb\xbf" + text.encode())
        events, rejected = read(path)
        assert rejected == []
        assert [event["event_uid"] for event in events] == [record["id"] for record in records]


@pytest.mark.parametrize("written", ['"\\"True\\""', '"True"', "[true]", "[]", ""])
def test_sigma_5993_a_new_value_is_text_in_text_and_the_property_tells(written: str, tmp_path: Path) -> None:
    """https://github.com/SigmaHQ/sigma/issues/5993"""
    changed = [{"displayName": "StrongAuthenticationUserDetails", "oldValue": "[]", "newValue": written}]
    target = {"id": WHO["userId"], "type": "User", "userPrincipalName": "ada@party.example"}
    (event,) = read_records(
        [
            {
                "id": "a-1",
                "category": "UserManagement",
                "activityDateTime": "2026-03-02T08:00:00Z",
                "activityDisplayName": "Update user",
                "result": "success",
                "loggedByService": "Core Directory",
                "initiatedBy": {"user": {"id": WHO["userId"], "userPrincipalName": "ada@party.example"}},
                "targetResources": [target | {"modifiedProperties": changed}],
            }
        ],
        tmp_path,
    )
    assert (event["activity"], event["account"], event["outcome"]) == ("channel_change", "ada@party.example", "success")


@pytest.mark.parametrize("column", ["UserPrincipalName", "userPrincipalName"])
def test_sigma_5992_names_in_either_case_are_the_same_field(column: str, tmp_path: Path) -> None:
    """Log Analytics begins its columns with capitals, event hubs do not. https://github.com/SigmaHQ/sigma/issues/5992"""
    capitals = {
        "Id": "s-1", "CreatedDateTime": "2026-03-02T08:01:05Z", "UserPrincipalName": WHO["userPrincipalName"],
        "UserId": WHO["userId"], "AppId": "89bee1f7", "IPAddress": "2001:db8::7", "ResultType": "50126",
        "CorrelationId": "c1", "Category": "SignInLogs",
    }  # fmt: skip
    (event,) = read_records([capitals if column == "UserPrincipalName" else SIGN_IN], tmp_path)
    assert said(event) == ROW
