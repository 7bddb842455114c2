"""Acts come out of a store, and where an address is out of each log that says it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from deployed.acts import acts
from deployed.peer import Act
from deployed.places import places

import okta_records
from stores import scan


def okta(address: str, latitude: float, longitude: float) -> str:
    record = json.loads(okta_records.record(1))
    where = {"country": "Netherlands", "geolocation": {"lat": latitude, "lon": longitude}}
    return json.dumps(record | {"client": {"ipAddress": address, "geographicalContext": where}})


def entra(address: str, latitude: float, longitude: float) -> dict[str, object]:
    coordinates = {"altitude": None, "latitude": latitude, "longitude": longitude}
    return {"ipAddress": address, "location": {"countryOrRegion": "DE", "geoCoordinates": coordinates}}


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    folder = tmp_path / "logs"
    folder.mkdir()
    (folder / "okta-system-log.jsonl").write_text(okta("192.0.2.1", 52.37, 4.9) + "\n")
    (folder / "entra-signins.json").write_text(json.dumps({"value": [entra("192.0.2.2", 52.52, 13.4)]}) + "\n")
    batch = {"records": [{"category": "SignInLogs", "properties": entra("192.0.2.3", 53.55, 9.99)}]}
    (folder / "entra-signins-diagnostic.jsonl").write_text(json.dumps(batch) + "\n")
    return folder


def test_each_log_says_where_its_addresses_are(logs: Path, tmp_path: Path) -> None:
    scan(tmp_path / "store", logs / "okta-system-log.jsonl")
    assert places(logs, tmp_path / "store") == {
        "192.0.2.1": ((52.37, 4.9), "NL"),  # the store knows countries by their code
        "192.0.2.2": ((52.52, 13.4), ""),
        "192.0.2.3": ((53.55, 9.99), ""),
    }


def test_acts_are_the_events_that_are_asked_for_in_order_of_time(tmp_path: Path) -> None:
    (tmp_path / "okta.jsonl").write_text(okta_records.lines(0, 2) + okta_records.lines(2, 3, account="bob@example.org"))
    scan(tmp_path / "store", tmp_path / "okta.jsonl")
    eight = 1_772_438_400_000  # 2026-03-02 08:00:00 UTC
    assert list(acts(tmp_path / "store", "account = 'ada@example.org' ")) == [
        Act(
            provider="okta",
            event_uid=f"okta-{number:07}",
            ms=eight + 60_000 * number,
            activity="sign_in",
            outcome="success",
            reason="",
            code="user.session.start",
            account="ada@example.org",
            known="true",
            actor="",
            address="203.0.113.7",
            network=0,
            country="",
            user_agent="Mozilla/5.0 Chrome/138.0",
            tenant="",
        )
        for number in range(2)
    ]
