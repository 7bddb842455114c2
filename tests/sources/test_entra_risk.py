"""What Entra ID Protection thinks becomes a verdict at the time of the risky act, however late it was thought.

Shapes: https://learn.microsoft.com/graph/api/resources/riskdetection and .../riskyuser. The values of `riskEventType`:
the same page and https://learn.microsoft.com/entra/id-protection/concept-identity-protection-risks.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from normalised import expected, read, read_records

SAMPLES = Path(__file__).parent / "samples"

TYPES = (
    "adminConfirmedUserCompromised",
    "anomalousToken",
    "anomalousUserActivity",
    "anonymizedIPAddress",
    "attackerinTheMiddle",
    "attemptedPrtAccess",
    "generic",
    "investigationsThreatIntelligence",
    "investigationsThreatIntelligenceSigninLinked",
    "leakedCredentials",
    "maliciousIPAddress",
    "maliciousIPAddressValidCredentialsBlockedIP",
    "malwareInfectedIPAddress",
    "mcasFinSuspiciousFileAccess",
    "mcasImpossibleTravel",
    "mcasSuspiciousInboxManipulationRules",
    "nationStateIP",
    "newCountry",
    "passwordSpray",
    "riskyIPAddress",
    "suspiciousAPITraffic",
    "suspiciousAuthAppApproval",
    "suspiciousBrowser",
    "suspiciousInboxForwarding",
    "suspiciousIPAddress",
    "suspiciousSendingPatterns",
    "tokenIssuerAnomaly",
    "unfamiliarFeatures",
    "unknownFutureValue",
    "unlikelyTravel",
    "userReportedSuspiciousActivity",
)

DETECTION: dict[str, Any] = {
    "id": "r-1",
    "riskEventType": "unlikelyTravel",
    "riskState": "atRisk",
    "activityDateTime": "2026-03-02T08:00:00Z",
    "detectedDateTime": "2026-03-04T08:00:00Z",
    "userPrincipalName": "ada.berg@party.example",
    "userId": "11111111-aaaa-4bbb-8ccc-000000000001",
    "ipAddress": "203.0.113.7",
}

USER: dict[str, Any] = {
    "id": "11111111-aaaa-4bbb-8ccc-000000000001",
    "riskState": "atRisk",
    "riskLevel": "high",
    "riskDetail": "none",
    "riskLastUpdatedDateTime": "2026-03-04T01:45:10.24Z",
    "userPrincipalName": "ada.berg@party.example",
}


@pytest.mark.parametrize("kind", ["entra_risk", "entra_risky_user"])
@pytest.mark.parametrize("shape", ["graph", "diagnostic", "table"])
def test_sample_gives_the_expected_rows(kind: str, shape: str) -> None:
    """Whole rows, in the order of the file."""
    folder = SAMPLES / f"{kind}_{shape}"
    (raw,) = folder.glob("raw.*")
    events, rejected = read(raw)
    assert rejected == []
    assert events == expected(folder / "expected.jsonl")


@pytest.mark.parametrize("name", TYPES)
def test_every_type_is_a_verdict_under_its_own_name(name: str, tmp_path: Path) -> None:
    (event,) = read_records([{**DETECTION, "riskEventType": name}], tmp_path)
    assert (event["activity"], event["reason"]) == ("provider_verdict", "risk")
    assert event["provider_code"] == f"{name}/atRisk"


def test_a_detection_two_days_late_stands_at_the_time_of_the_act(tmp_path: Path) -> None:
    (event,) = read_records([DETECTION], tmp_path)
    assert event["time"] == "2026-03-02 08:00:00.000"


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        ("atRisk", "risk"),
        ("confirmedCompromised", "risk"),
        ("remediated", "risk"),
        ("dismissed", None),
        ("confirmedSafe", None),
        ("none", None),
    ],
)
def test_a_detection_that_was_withdrawn_marks_no_risk(state: str, reason: str | None, tmp_path: Path) -> None:
    """Remediated means that the owner proved themself afterwards: the act was risky nevertheless."""
    (event,) = read_records([{**DETECTION, "riskState": state}], tmp_path)
    assert event.get("reason") == reason


def test_a_detection_read_from_all_shapes_has_one_id() -> None:
    """So that it counts once, whichever exports somebody has."""
    ids = {
        row["event_uid"]
        for shape in ("diagnostic", "table")
        for row in expected(SAMPLES / f"entra_risk_{shape}/expected.jsonl")[:1]
    }
    assert ids == {"r-1"}


def test_powershell_writes_the_same_detection_as_json(tmp_path: Path) -> None:
    """As Get-MgRiskDetection | ConvertTo-Json prints it: capitals, and times as Windows PowerShell writes them."""
    printed = {
        "Activity": "signin",
        "ActivityDateTime": "/Date(1772438400000)/",
        "AdditionalInfo": '[{"Key":"userAgent","Value":"curl/8.5.0"}]',
        "CorrelationId": "corr-1",
        "DetectedDateTime": "/Date(1772611200000)/",
        "IPAddress": "203.0.113.7",
        "Id": "r-1",
        "Location": {"City": "Example", "CountryOrRegion": "NL", "State": None, "GeoCoordinates": {"Latitude": 52.7}},
        "RiskDetail": "none",
        "RiskEventType": "unlikelyTravel",
        "RiskState": "atRisk",
        "UserId": "11111111-aaaa-4bbb-8ccc-000000000001",
        "UserPrincipalName": "ada.berg@party.example",
        "AdditionalProperties": {},
    }
    graph = {
        **DETECTION,
        "correlationId": "corr-1",
        "location": {"countryOrRegion": "NL"},
        "additionalInfo": printed["AdditionalInfo"],
    }
    path = tmp_path / "Risk_Detections.json"
    path.write_text(
        json.dumps([printed], indent=4).replace("/Date", "\\/Date").replace(")/", ")\\/"), encoding="utf-16"
    )
    events, rejected = read(path)
    assert rejected == []
    assert events == read_records([graph], tmp_path)


def test_a_flattened_detection_keeps_country_and_client(tmp_path: Path) -> None:
    """Microsoft-Extractor-Suite prints the country with a line end; Hawk gives each additional information a column."""
    path = tmp_path / "RiskyDetections.csv"
    path.write_text(
        '"Activity","ActivityDateTime","AdditionalInfo_userAgent","IPAddress","Id","City","CountryOrRegion",'
        '"RiskEventType","RiskState","UserPrincipalName"\n'
        '"signin","3/2/2026 8:00:00 AM","curl/8.5.0","203.0.113.7","r-1","Example\r\n","NL\r\n",'
        '"anomalousToken","atRisk","ada.berg@party.example"\n'
    )
    (event,), rejected = read(path)
    assert rejected == []
    assert (event["source_country"], event["user_agent"]) == ("NL", "curl/8.5.0")
    assert event["time"] == "2026-03-02 08:00:00.000"


def test_the_same_state_of_a_user_is_one_row_from_list_and_history(tmp_path: Path) -> None:
    item = {**USER, "id": "h-9", "userId": USER["id"], "initiatedBy": None, "activity": {"riskEventTypes": []}}
    first, second = read_records([USER, item], tmp_path)
    assert first == second


def test_a_user_whose_state_changed_is_another_row(tmp_path: Path) -> None:
    later = {**USER, "riskState": "remediated", "riskLevel": "none", "riskLastUpdatedDateTime": "2026-03-05T00:00:00Z"}
    first, second = read_records([USER, later], tmp_path)
    assert first["event_uid"] != second["event_uid"]
    assert (first.get("reason"), second.get("reason")) == ("risk", None)


def test_a_user_without_time_of_change_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "users.json"
    path.write_text(json.dumps({"value": [{**USER, "riskLastUpdatedDateTime": None}]}))
    events, rejected = read(path)
    assert events == []
    assert [row["reason"] for row in rejected] == ["Microsoft Entra risky users (Graph): no time that can be read"]
