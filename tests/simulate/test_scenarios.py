"""What each scenario promises beyond the campaign of 2019."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from tocsin.simulate import simulate

from .native_reading import read_all


def values(campaign: dict[str, Any], kind: str) -> set[str]:
    return {one["value"] for one in campaign["infrastructure"] if one["kind"] == kind}


def share_on_roster(campaign: dict[str, Any]) -> float:
    return sum(one["category"] is not None for one in campaign["accounts"]) / len(campaign["accounts"])


def test_two_actors_share_targets_and_at_least_one_exit_and_little_else(tmp_path: Path) -> None:
    for seed in (1, 2):
        truth = simulate("two-actors", seed=seed, out=tmp_path / str(seed), accounts=4_000, events=1_000)
        first, second = truth.campaigns()
        assert first["verdict"] == second["verdict"] == "targeted"
        both = {one["account"] for one in first["accounts"]} & {one["account"] for one in second["accounts"]}
        assert 0.1 < len(both) / len(second["accounts"]) < 0.9
        addresses = values(first, "ip") & values(second, "ip")
        assert 1 <= len(addresses) < len(values(second, "ip")) / 3
        assert all(campaign["counts"]["accounts_compromised"] >= 2 for campaign in (first, second))


def test_home_proxies_are_used_once_or_twice_each(tmp_path: Path) -> None:
    truth = simulate("residential", seed=1, out=tmp_path, accounts=4_000, events=1_000)
    (campaign,) = truth.campaigns()
    counts = campaign["counts"]
    assert counts["accounts_attacked"] > 100
    assert counts["accounts_compromised"] >= 3
    addresses = values(campaign, "ip")
    assert len(addresses) > 300
    assert len(values(campaign, "network")) > 15
    # A burst is at most nine looks or one sitting with an account.
    assert len(truth.by_id["residential"].events) / len(addresses) < 20


@pytest.mark.parametrize("seed", [1, 2, 3, 7])
def test_a_spray_is_weeks_of_a_few_tries_at_people_at_risk(tmp_path: Path, seed: int) -> None:
    truth = simulate("spray", seed=seed, out=tmp_path, accounts=4_000, events=1_000)
    (campaign,) = truth.campaigns()
    counts = campaign["counts"]
    assert campaign["verdict"] == "targeted"
    assert share_on_roster(campaign) > 2 * truth.sizes["roster"] / 4_000
    assert 2 <= counts["accounts_compromised"] < counts["accounts_attacked"] / 10
    assert counts["accounts_probed"] == 0  # a password is offered to whoever exists
    roles = pq.read_table(tmp_path / "truth" / "events.parquet")["role"].to_pylist()
    assert 1.5 <= roles.count("attack") / counts["accounts_attacked"] <= 9
    assert campaign["first_seen"][:10] < "2026-02-07"
    assert campaign["last_seen"][:10] > "2026-02-20"
    assert len(values(campaign, "ip")) >= 20


def test_sprays_differ_in_where_they_come_from_and_in_whom_they_try(tmp_path: Path) -> None:
    """Nothing about them is a constant that a detection could be fitted to."""
    campaigns = []
    for seed in range(20, 26):
        truth = simulate("spray", seed=seed, out=tmp_path / str(seed), accounts=1_000, events=500)
        campaigns += truth.campaigns()
        assert share_on_roster(campaigns[-1]) > 2 * truth.sizes["roster"] / 1_000
    assert len({len({one["organisation"] for one in campaign["accounts"]}) for campaign in campaigns}) >= 3
    assert len({len(values(campaign, "client")) for campaign in campaigns}) >= 3
    assert len({len(values(campaign, "network")) for campaign in campaigns}) >= 4


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_stuffing_is_large_and_seeks_nobody(tmp_path: Path, seed: int) -> None:
    truth = simulate("stuffing", seed=seed, out=tmp_path, accounts=10_000, events=1_000)
    (campaign,) = truth.campaigns()
    counts = campaign["counts"]
    assert campaign["verdict"] == "opportunistic"
    assert counts["identifiers_tried"] > 1_500
    assert counts["identification_attempts"] > counts["accounts_attacked"]  # most names do not exist
    assert 2 <= counts["accounts_compromised"] < 0.06 * counts["accounts_attacked"]
    population = truth.sizes["roster"] / 10_000
    spread = (population / counts["accounts_attacked"]) ** 0.5
    assert abs(share_on_roster(campaign) - population) < 3.5 * spread
    assert len(values(campaign, "ip")) > 200


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_push_bombing_ends_in_a_prompt_accepted_and_a_factor_added(tmp_path: Path, seed: int) -> None:
    truth = simulate("mfa-fatigue", seed=seed, out=tmp_path, accounts=4_000, events=1_000)
    (campaign,) = truth.campaigns()
    assert campaign["verdict"] == "targeted"
    assert share_on_roster(campaign) > 0.5
    counts = campaign["counts"]
    assert counts["identification_attempts"] == 0
    assert 2 <= counts["accounts_compromised"] < 0.6 * counts["accounts_attacked"]
    fallen = {one["account"]: one["provider"] for one in campaign["accounts"] if one["stage"] == "compromised"}
    assert set(fallen.values()) <= {"okta", "entra", "google"}
    prompted = pq.read_table(tmp_path / "truth" / "events.parquet").to_pylist()
    readings = {(one.provider, one.uid): one for one in read_all(tmp_path)}
    mine = [readings[row["provider"], row["event_uid"]] for row in prompted]
    for account in fallen:
        kinds = [one.kind for one in sorted(mine, key=lambda one: one.time) if one.name == account]
        entered = kinds.index("in")
        assert set(kinds[:entered]) <= {"proof", "asked"}
        assert entered >= 1
        assert "setting" in kinds[entered:]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_pivot_takes_the_secondary_mailbox_first_and_reads_it_while_it_recovers(tmp_path: Path, seed: int) -> None:
    truth = simulate("pivot", seed=seed, out=tmp_path, accounts=4_000, events=1_000)
    (campaign,) = truth.campaigns()
    assert campaign["verdict"] == "targeted"
    accounts = {one["account"]: one for one in campaign["accounts"]}
    with (tmp_path / "roster.csv").open(encoding="utf-8", newline="") as file:
        recovery = {row["account"]: row["recovery"].split(";") for row in csv.DictReader(file)}
    through_account = [chain for chain in campaign["chains"] if chain["through"] in accounts]
    planted = [chain for chain in campaign["chains"] if chain["through"] not in accounts]
    assert len(through_account) >= 3
    assert len(planted) >= 2
    for chain in campaign["chains"]:
        assert accounts[chain["account"]]["stage"] == "compromised"
    for chain in through_account:
        first, second = accounts[chain["account"]], accounts[chain["through"]]
        assert second["stage"] == "compromised"
        assert second["provider"] in ("google", "keycloak")
        assert first["organisation"] != second["organisation"]
        if first["category"]:
            assert chain["through"] in recovery[chain["account"]]
    readings = {(one.provider, one.uid): one for one in read_all(tmp_path)}
    rows = pq.read_table(tmp_path / "truth" / "events.parquet").to_pylist()
    mine = [readings[row["provider"], row["event_uid"]] for row in rows]
    for chain in through_account:
        entered = min(one.moment for one in mine if one.name == chain["through"] and one.kind in ("in", "done"))
        restored = max(one.moment for one in mine if one.name == chain["account"] and one.kind in ("done", "password"))
        assert entered < restored
        assert any(entered < one.moment <= restored + 60 for one in mine if one.name == chain["through"])
    for chain in planted:
        added = min(one.moment for one in mine if one.name == chain["account"] and one.kind == "setting")
        used = [one.moment for one in mine if one.name == chain["account"] and one.kind in ("done", "password")]
        assert max(used) - added > 2 * 86_400


@pytest.mark.parametrize("seed", range(1, 7))
def test_an_insider_test_takes_staff_as_they_stand_in_the_directory(tmp_path: Path, seed: int) -> None:
    """One house, office hours of a few work days, and people at risk no likelier in it than their colleagues."""
    truth = simulate("insider-test", seed=seed, out=tmp_path, accounts=4_000, events=1_000)
    assert truth.campaigns() == []
    (test,) = truth.tests.values()
    tested = [one.account for one in test.reached.values()]
    (house,) = {one.organisation.domain: one.organisation for one in tested}.values()
    assert (test.last - test.first) < 12 * 86_400_000
    assert len(test.addresses) <= 4
    at_risk = sum(one.category is not None for one in tested) / len(tested)
    with (tmp_path / "roster.csv").open(encoding="utf-8", newline="") as file:
        enrolled = sum(row["organisation"] == house.name for row in csv.DictReader(file)) / house.size
    spread = (max(enrolled, 0.02) / len(tested)) ** 0.5
    assert abs(at_risk - enrolled) < 4 * spread
