"""The truth is what a second, independent reading of the written logs finds."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from .native_reading import Reading, read_all, roster

_ROLES = {"unknown": "identification", "proof": "attack", "asked": "attack", "setting": "persistence"}
_ROLES |= {"done": "access", "in": "access", "use": "access"}


def _campaign(world: Path) -> dict[str, Any]:
    (campaign,) = json.loads((world / "truth" / "truth.json").read_text())["campaigns"]
    assert isinstance(campaign, dict)
    return campaign


def _truth_roles(world: Path) -> dict[tuple[str, str], str]:
    rows = pq.read_table(world / "truth" / "events.parquet").to_pylist()
    return {(row["provider"], row["event_uid"]): row["role"] for row in rows}


@pytest.fixture(scope="module", params=["phosphorus", "spray", "stuffing", "mfa-fatigue", "pivot"])
def labelled(request: pytest.FixtureRequest, world: Callable[[str], Path]) -> Path:
    """A world with one campaign in it."""
    return world(request.param)


@pytest.fixture(scope="module")
def readings(labelled: Path) -> list[Reading]:
    """The campaign's records, read again; membership is from the truth, their meaning from the logs alone."""
    mine = _truth_roles(labelled)
    return [reading for reading in read_all(labelled) if (reading.provider, reading.uid) in mine]


def _recounted_roles(readings: list[Reading]) -> dict[tuple[str, str], str]:
    """The counting rules, applied afresh: a start that its source goes on from is no identification."""
    proofs: dict[str, set[str]] = defaultdict(set)
    for reading in readings:
        if reading.kind in ("proof", "done", "password"):
            proofs[reading.name].add(f"{reading.address} {_minute(reading)}")
    roles = {}
    for reading in readings:
        role = _ROLES.get(reading.kind, "")
        if reading.kind == "start":
            soon = {f"{reading.address} {_minute(reading) + later}" for later in range(60)}
            role = "attack" if soon & proofs[reading.name] else "identification"
        elif reading.kind == "password":
            role = "access"
        roles[reading.provider, reading.uid] = role
    return roles


def _minute(reading: Reading) -> int:
    if reading.time.isdigit():
        return int(reading.time) // 60_000
    day, hour, minute = int(reading.time[8:10]), int(reading.time[11:13]), int(reading.time[14:16])
    month = int(reading.time[5:7])
    return ((month * 31 + day) * 24 + hour) * 60 + minute


def test_every_campaign_record_is_in_the_logs_once(labelled: Path, readings: list[Reading]) -> None:
    roles = _truth_roles(labelled)
    rows = pq.read_table(labelled / "truth" / "events.parquet").num_rows
    assert len(readings) == len(roles) == rows


def test_roles_follow_from_what_the_logs_say(labelled: Path, readings: list[Reading]) -> None:
    truth, recounted = _truth_roles(labelled), _recounted_roles(readings)
    differing = [
        (reading, truth[key], recounted[key])
        for reading in readings
        if truth[key := (reading.provider, reading.uid)] != recounted[key]
    ]
    assert differing == []


def test_counts_follow_from_the_roles(labelled: Path, readings: list[Reading]) -> None:
    recounted = _recounted_roles(readings)
    names, stages = set(), Counter[str]()
    for reading in readings:
        if reading.name.startswith("id:"):
            continue  # a Keycloak record without the name typed; its account is reached by others too
        names.add(reading.name)
        if reading.kind == "unknown":
            continue
        role = recounted[reading.provider, reading.uid]
        stage = {"identification": 0, "attack": 1}.get(role, 2)
        stages[reading.name] = max(stages[reading.name], stage)
    counted = {
        "identification_attempts": sum(role == "identification" for role in recounted.values()),
        "identifiers_tried": len(names),
        "accounts_probed": sum(stage == 0 for stage in stages.values()),
        "accounts_attacked": sum(stage >= 1 for stage in stages.values()),
        "accounts_compromised": sum(stage == 2 for stage in stages.values()),
    }
    campaign = _campaign(labelled)
    assert counted == campaign["counts"]
    categories = roster(labelled)
    by_category: dict[str, Counter[str]] = defaultdict(Counter)
    for name, stage in stages.items():
        if name in categories:
            counts = by_category[categories[name]]
            counts["probed"] += stage == 0
            counts["attacked"] += stage >= 1
            counts["compromised"] += stage == 2
    assert {category: dict(counts) for category, counts in by_category.items()} == campaign["by_category"]


def test_accounts_lie_in_the_campaigns_span(labelled: Path) -> None:
    campaign = _campaign(labelled)
    for account in campaign["accounts"]:
        assert campaign["first_seen"] <= account["first_seen"] <= account["last_seen"] <= campaign["last_seen"]


def test_nobody_of_campaign_or_government_falls(phosphorus: Path) -> None:
    fallen = [a for a in _campaign(phosphorus)["accounts"] if a["stage"] == "compromised"]
    assert fallen
    assert {a["category"] for a in fallen} & {"campaign", "government"} == set()


def test_owners_own_activity_is_never_the_campaigns(phosphorus: Path) -> None:
    """Targets live on: records of theirs that are nobody's attack, from addresses the campaign never used."""
    campaign, mine = _campaign(phosphorus), set(_truth_roles(phosphorus))
    companions = pq.read_table(phosphorus / "truth" / "companions.parquet").to_pylist()
    mine |= {(row["provider"], row["event_uid"]) for row in companions}
    used = {entry["value"] for entry in campaign["infrastructure"] if entry["kind"] == "ip"}
    targets = {account["account"] for account in campaign["accounts"]}
    own = [r for r in read_all(phosphorus) if r.name in targets and (r.provider, r.uid) not in mine]
    assert len({r.name for r in own}) > len(targets) / 2
    assert {r.address for r in own} - used
    assert not [r for r in read_all(phosphorus) if (r.provider, r.uid) in mine and r.address not in used | {""}]


def test_by_products_name_the_record_they_go_with(labelled: Path) -> None:
    """Messages, mirrors and second copies are no evidence of their own, and never counted twice."""
    events = set(_truth_roles(labelled))
    companions = pq.read_table(labelled / "truth" / "companions.parquet").to_pylist()
    assert companions
    assert not {(row["provider"], row["event_uid"]) for row in companions} & events
    written = {reading.uid for reading in read_all(labelled)}
    assert {row["of"] for row in companions} - {""} <= written


def test_quiet_has_no_campaign(quiet: Path) -> None:
    truth = json.loads((quiet / "truth" / "truth.json").read_text())
    assert truth["campaigns"] == truth["authorised"] == []
    assert pq.read_table(quiet / "truth" / "events.parquet").num_rows == 0


def test_an_authorised_test_is_written_down_and_counts_as_benign(world: Callable[[str], Path]) -> None:
    folder = world("insider-test") / "truth"
    truth = json.loads((folder / "truth.json").read_text())
    (test,) = truth["authorised"]
    assert truth["campaigns"] == []
    assert test["verdict"] == "authorised"
    assert pq.read_table(folder / "events.parquet").num_rows == 0
    assert pq.read_table(folder / "companions.parquet").num_rows == 0
    records = pq.read_table(folder / "authorised.parquet").to_pylist()
    readings = {(one.provider, one.uid): one for one in read_all(world("insider-test"))}
    read = [readings[row["provider"], row["event_uid"]] for row in records]
    assert len({(one.provider, one.uid) for one in read}) == len(records) > 0
    used = {entry["value"] for entry in test["infrastructure"] if entry["kind"] == "ip"}
    assert {one.address for one in read} <= used | {""}
    assert len({one["organisation"] for one in test["accounts"]}) == 1
    noted = (folder / "benign.csv").read_text()
    assert all(f"insider_test,{one['account']}," in noted for one in test["accounts"])


def test_quiet_is_the_same_life_without_the_campaign(phosphorus: Path, quiet: Path) -> None:
    """But for the owners of lost accounts, every record of the quiet world stands in the other one too."""
    mine = set(_truth_roles(phosphorus))
    companions = pq.read_table(phosphorus / "truth" / "companions.parquet").to_pylist()
    mine |= {(row["provider"], row["event_uid"]) for row in companions}
    with_campaign = {(r.address, r.name, r.time) for r in read_all(phosphorus) if (r.provider, r.uid) not in mine}
    without = {(r.address, r.name, r.time) for r in read_all(quiet)}
    assert len(without - with_campaign) < 0.05 * len(without)
