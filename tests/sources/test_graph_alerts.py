"""Microsoft's security alerts become verdicts where they judge an account, and nothing where they judge a machine.

Shapes: https://learn.microsoft.com/graph/api/resources/security-alert and .../resources/alert.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from normalised import INGESTED_AT, expected, read, read_records
from tocsin.sources import SOURCES, Reader

SAMPLES = Path(__file__).parent / "samples"


def user(name: str | None) -> dict[str, Any]:
    return {"@odata.type": "#microsoft.graph.security.userEvidence", "userAccount": {"userPrincipalName": name}}


def address(ip: str, country: str | None = None) -> dict[str, Any]:
    return {"@odata.type": "#microsoft.graph.security.ipEvidence", "ipAddress": ip, "countryLetterCode": country}


ALERT: dict[str, Any] = {
    "id": "ad1",
    "providerAlertId": "r-1",
    "serviceSource": "microsoftDefenderForIdentity",
    "title": "Suspected brute-force attack (LDAP)",
    "firstActivityDateTime": "2026-03-02T08:00:00Z",
    "createdDateTime": "2026-03-02T09:00:00Z",
    "evidence": [user("ada.berg@party.example"), address("203.0.113.7", "NL")],
}


def ignored(path: Path) -> int:
    return sum(block.ignored for block in Reader(SOURCES, ingested_at=INGESTED_AT, workers=1).read(path))


@pytest.mark.parametrize(("sample", "passed_over"), [("graph_alert", 2), ("graph_alert_v1", 2), ("graph_alert_csv", 2)])
def test_sample_gives_the_expected_rows(sample: str, passed_over: int) -> None:
    """Whole rows, in the order of the file; alerts that judge no account are counted."""
    (raw,) = (SAMPLES / sample).glob("raw.*")
    events, rejected = read(raw)
    assert rejected == []
    assert events == expected(SAMPLES / sample / "expected.jsonl")
    assert ignored(raw) == passed_over


@pytest.mark.parametrize(
    "change",
    [
        {"serviceSource": "microsoftDefenderForEndpoint"},
        {"serviceSource": "dataLossPrevention"},
        {"evidence": []},
        {"evidence": [address("203.0.113.7")]},
        {"evidence": [user(None)]},
        {"evidence": [user("")]},
        {"evidence": "[]"},
    ],
    ids=str,
)
def test_an_alert_that_judges_no_account_is_passed_over(change: dict[str, Any], tmp_path: Path) -> None:
    """Each is one fact away from an alert that does."""
    assert len(read_records([ALERT], tmp_path)) == 1
    path = tmp_path / "alerts.jsonl"
    path.write_text(json.dumps(ALERT | change) + "\n")
    assert read(path) == ([], [])
    assert ignored(path) == 1


def test_which_of_two_addresses_was_whose_is_not_guessed(tmp_path: Path) -> None:
    one, two = read_records(
        [ALERT, ALERT | {"id": "ad2", "evidence": [*ALERT["evidence"], address("198.51.100.9", "NO")]}], tmp_path
    )
    assert (one["source_ip"], one["source_country"]) == ("203.0.113.7", "NL")
    assert not {"source_ip", "source_country"} & two.keys()


def test_the_same_address_twice_is_one(tmp_path: Path) -> None:
    (event,) = read_records([ALERT | {"evidence": [*ALERT["evidence"], address("203.0.113.7")]}], tmp_path)
    assert event["source_ip"] == "203.0.113.7"


def test_an_alert_of_entra_takes_the_id_of_its_risk_detection(tmp_path: Path) -> None:
    """So that the alert and the detection count once; other products' alerts keep their own id."""
    entra, other = read_records([ALERT | {"serviceSource": "azureAdIdentityProtection"}, ALERT], tmp_path)
    assert (entra["event_uid"], other["event_uid"]) == ("r-1", "ad1")


@pytest.mark.parametrize(
    ("classification", "reason"),
    [
        ("truePositive", "risk"),
        ("unknown", "risk"),
        (None, "risk"),
        ("falsePositive", None),
        ("informationalExpectedActivity", None),
    ],
)
def test_an_alert_that_was_judged_false_marks_no_risk(
    classification: str | None, reason: str | None, tmp_path: Path
) -> None:
    (event,) = read_records([ALERT | {"classification": classification}], tmp_path)
    assert event.get("reason") == reason
