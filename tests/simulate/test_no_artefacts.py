"""Nothing about the shape of a campaign's record betrays it: benign records have all the same traits."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from .native_reading import Record, lines, pages

FILES = (
    ("okta", "okta-system-log.jsonl", "", "uuid"),
    ("entra", "entra-signins.json", "value", "id"),
    ("entra", "entra-audit.jsonl", "", "id"),
    ("keycloak", "keycloak-events.jsonl", "", "id"),
)


SCENARIOS = ("phosphorus", "spray", "stuffing", "mfa-fatigue", "pivot", "insider-test")


def _campaign_uids(world: Path) -> set[str]:
    """What campaigns did, and authorised tests, which are to be told from life by their acts alone, too."""
    truth = world / "truth"
    tables = (pq.read_table(truth / name) for name in ("events.parquet", "authorised.parquet"))
    return {uid for table in tables for uid in table["event_uid"].to_pylist()}


def _shape(value: Any, depth: int = 0) -> Any:
    if isinstance(value, dict) and depth < 4:
        return tuple(sorted((key, _shape(inner, depth + 1)) for key, inner in value.items()))
    return type(value).__name__ if not isinstance(value, (dict, list)) else "…"


def _what(record: Record) -> str:
    """The act that a record is of, as precisely as a detection could say it."""
    if "eventType" in record:
        debug = record["debugContext"]["debugData"]
        guarded = "deviceFingerprint" not in debug  # a fact of the client: some of everybody's withhold it
        return f"{record['eventType']} {record['outcome']} {debug.get('factor')} {guarded}"
    if "activityDisplayName" in record:
        return f"{record['activityDisplayName']} {record['resultReason']}"
    if "status" in record:
        return f"{record['status']} {record['isInteractive']}"
    asked = record.get("details", {}).get("credential_type")
    return f"{record.get('type')} {record.get('error')} {asked} {record['realmId']}"


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_shapes_of_campaign_records_are_those_of_benign_ones(world: Callable[[str], Path], scenario: str) -> None:
    """Compared where benign life has at least eight of the same act: a rare one may look so by chance."""
    mine, compared = _campaign_uids(world(scenario)), 0
    for provider, file, envelope, key in FILES:
        path = world(scenario) / "logs" / file
        campaign: dict[str, set[Any]] = defaultdict(set)
        benign: dict[str, list[Any]] = defaultdict(list)
        for record in pages(path, envelope) if envelope else lines(path):
            if record[key] in mine:
                campaign[_what(record)].add(_shape(record))
            else:
                benign[_what(record)].append(_shape(record))
        for what in campaign:
            if len(benign[what]) >= 8:
                compared += 1
                assert campaign[what] <= set(benign[what]), (provider, what)
    assert compared


def test_clients_and_addresses_are_shared(phosphorus: Path) -> None:
    """Some user agents of the campaign are common, and some of its addresses serve customers too."""
    campaign = json.loads((phosphorus / "truth" / "truth.json").read_text())["campaigns"][0]
    used = {(entry["kind"], entry["value"]) for entry in campaign["infrastructure"]}
    mine = _campaign_uids(phosphorus)
    agents, addresses = set(), set()
    for record in lines(phosphorus / "logs" / "okta-system-log.jsonl"):
        if record["uuid"] not in mine and record["outcome"]["result"] == "SUCCESS":
            agents.add(("client", record["client"]["userAgent"]["rawUserAgent"]))
    for record in pages(phosphorus / "logs" / "entra-signins-diagnostic.jsonl", "records"):
        if record["properties"]["id"] not in mine and record["resultType"] == "0":
            addresses.add(("ip", record["callerIpAddress"]))
            agents.add(("client", record["properties"]["userAgent"]))
    assert used & agents
    assert used & addresses


def test_times_are_not_round(phosphorus: Path) -> None:
    mine = _campaign_uids(phosphorus)
    milliseconds = [
        record["time"] % 1000 for record in lines(phosphorus / "logs" / "keycloak-events.jsonl") if record["id"] in mine
    ]
    assert len(set(milliseconds)) > 0.7 * min(len(milliseconds), 500)
