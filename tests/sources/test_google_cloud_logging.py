"""Google Workspace events that come by way of Cloud Logging give the rows of the Reports API.

Samples of entries: https://cloud.google.com/logging/docs/audit/gsuite-login-samples
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from normalised import expected, read, read_records
from tocsin.sources import SOURCES, Reader

SAMPLES = Path(__file__).parent / "samples"

ONLY_BY_REPORTS = ("account_uid", "source_asn", "source_country", "tenant", "actor")


def entry(service: str, method: str, *events: dict[str, Any], **changes: Any) -> dict[str, Any]:
    payload: dict[str, Any] = {
        "@type": "type.googleapis.com/google.cloud.audit.AuditLog",
        "authenticationInfo": {"principalEmail": "Ada@news.example"},
        "requestMetadata": {"callerIp": "203.0.113.7"},
        "serviceName": service,
        "methodName": method,
        "resourceName": "organizations/809036120291",
    }
    if events:
        payload["metadata"] = {"activityId": {"uniqQualifier": "-1"}, "event": list(events)}
    return {
        "protoPayload": payload,
        "insertId": "mh9fqkc4a2",
        "timestamp": "2026-03-02T14:00:00.250734201Z",
        "logName": "organizations/809036120291/logs/cloudaudit.googleapis.com%2Fdata_access",
        **changes,
    }


def test_sample_gives_the_expected_rows() -> None:
    events, rejected = read(SAMPLES / "google_cloud_logging/raw.jsonl")
    assert rejected == []
    assert events == expected(SAMPLES / "google_cloud_logging/expected.jsonl")


def test_an_entry_says_what_the_reports_api_says() -> None:
    """Ids too: an event that came both ways counts once."""
    reports = {row["event_uid"]: row for row in expected(SAMPLES / "google_activity/expected.jsonl")}
    for row in expected(SAMPLES / "google_cloud_logging/expected.jsonl"):
        other = reports[row["event_uid"]]
        assert {name: value for name, value in row.items() if name not in ONLY_BY_REPORTS} == {
            name: value for name, value in other.items() if name not in ONLY_BY_REPORTS
        }


def test_a_saml_sign_in_is_told_by_its_method(tmp_path: Path) -> None:
    """The service is that of the login audit."""
    good, bad = read_records(
        [
            entry("login.googleapis.com", "google.apps.login.v1.SamlLoginSucceeded", insertId="a"),
            entry("login.googleapis.com", "google.apps.login.v1.SamlLoginFailed", insertId="b"),
        ],
        tmp_path,
    )
    assert (good["activity"], good["outcome"], good["account"]) == ("sign_in", "success", "ada@news.example")
    assert (bad["activity"], bad["outcome"], bad["event_uid"]) == ("sign_in", "failure", "b")


def test_entries_of_other_services_are_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "entries.json"
    others = [entry("compute.googleapis.com", "v1.compute.instances.insert"), entry("iam.googleapis.com", "x.Create")]
    good = entry("login.googleapis.com", "google.login.LoginService.loginSuccess", {"eventName": "login_success"})
    path.write_text(json.dumps([*others, good], indent=1))
    (block, _) = Reader(SOURCES, ingested_at=datetime(2026, 4, 1, tzinfo=UTC), workers=1).read(path)
    assert (len(block.events), len(block.rejected), block.ignored) == (1, 0, 2)
    assert pa.compute.max(block.events["provider_code"]).as_py() == "login/login_success"


def test_an_entry_with_several_events_gives_a_row_each(tmp_path: Path) -> None:
    events = [{"eventName": "login_verification"}, {"eventName": "login_success"}]
    path = tmp_path / "entries.jsonl"
    path.write_text(json.dumps(entry("login.googleapis.com", "google.login.LoginService.loginSuccess", *events)) + "\n")
    rows, rejected = read(path)
    assert rejected == []
    assert [(row["event_uid"], row["activity"]) for row in rows] == [("-1/0", "challenge"), ("-1/1", "sign_in")]
