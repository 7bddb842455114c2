"""The Alert Center's warnings about accounts become verdicts of the provider, and its other alerts nothing.

Which alert holds which data: https://developers.google.com/workspace/admin/alertcenter/reference/alert-types.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from normalised import INGESTED_AT, expected, read, read_records
from tocsin.sources import SOURCES, Reader
from tocsin.sources.google_alerts import WARNINGS

SAMPLE = Path(__file__).parent / "samples/google_alert"

TYPE = "type.googleapis.com/google.apps.alertcenter.type."

ALERT: dict[str, Any] = {
    "customerId": "C03az79cb",
    "alertId": "a-1",
    "createTime": "2026-03-02T09:30:00Z",
    "startTime": "2026-03-02T08:15:00Z",
    "type": "Suspicious login",
    "source": "Google identity",
    "data": {"@type": TYPE + "AccountWarning", "email": "ada.berg@party.example"},
}


def ignored(path: Path) -> int:
    return sum(block.ignored for block in Reader(SOURCES, ingested_at=INGESTED_AT, workers=1).read(path))


def test_sample_gives_the_expected_rows() -> None:
    """A page of the interface, streamed; alerts on mail and devices are counted as passed over."""
    events, rejected = read(SAMPLE / "raw.json")
    assert rejected == []
    assert events == expected(SAMPLE / "expected.jsonl")
    assert ignored(SAMPLE / "raw.json") == 2


def test_a_page_larger_than_what_is_read_at_a_time_loses_nothing(tmp_path: Path) -> None:
    alerts = [{**ALERT, "alertId": f"a-{number}", "etag": "x" * 400} for number in range(3000)]
    path = tmp_path / "page.json"
    path.write_text(json.dumps({"alerts": alerts, "nextPageToken": "t"}, indent=1))
    events, rejected = read(path)
    assert rejected == []
    assert {event["event_uid"] for event in events} == {alert["alertId"] for alert in alerts}


def test_an_empty_page_is_no_record(tmp_path: Path) -> None:
    path = tmp_path / "page.json"
    path.write_text('{"alerts": [], "nextPageToken": ""}')
    assert read(path) == ([], [])


def test_an_alert_that_names_several_accounts_gives_each_a_row(tmp_path: Path) -> None:
    alert = {**ALERT, "data": {**ALERT["data"], "email": ["ada.berg@party.example", "bo.chen@party.example"]}}
    events = read_records([alert], tmp_path)
    assert [(event["event_uid"], event["account"]) for event in events] == [
        ("a-1/0", "ada.berg@party.example"),
        ("a-1/1", "bo.chen@party.example"),
    ]


def test_a_warning_that_names_nobody_is_kept_without_account(tmp_path: Path) -> None:
    (event,) = read_records([{**ALERT, "data": {"@type": TYPE + "AccountWarning"}}], tmp_path)
    assert "account" not in event
    assert event["account_known"] == "unknown"


@pytest.mark.parametrize("name", WARNINGS)
def test_a_warning_is_known_by_its_type_where_the_data_lost_theirs(name: str, tmp_path: Path) -> None:
    (event,) = read_records(
        [{**ALERT, "type": name.capitalize(), "data": {"email": "ada.berg@party.example"}}], tmp_path
    )
    assert (event["activity"], event["reason"]) == ("provider_verdict", "risk")


@pytest.mark.parametrize("kind", ["MailPhishing", "ActivityRule", "AppsOutage", "UserChanges", "DeviceCompromised"])
def test_an_alert_on_something_else_is_passed_over(kind: str, tmp_path: Path) -> None:
    """One fact away: the same alert with other data."""
    path = tmp_path / "alerts.jsonl"
    path.write_text(json.dumps({**ALERT, "data": {**ALERT["data"], "@type": TYPE + kind}}) + "\n")
    assert read(path) == ([], [])
    assert ignored(path) == 1


def test_the_time_is_of_what_is_warned_of(tmp_path: Path) -> None:
    """The login's time, else when it started, else when the alert was made."""
    login = {**ALERT["data"], "loginDetails": {"loginTime": "2026-03-02T08:14:00Z"}}
    late = {name: value for name, value in ALERT.items() if name != "startTime"}
    events = read_records([{**ALERT, "data": login}, ALERT, late], tmp_path)
    assert [event["time"][11:16] for event in events] == ["08:14", "08:15", "09:30"]
