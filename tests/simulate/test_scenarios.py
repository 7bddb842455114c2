"""What each scenario promises beyond the campaign of 2019."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tocsin.simulate import simulate


def values(campaign: dict[str, Any], kind: str) -> set[str]:
    return {one["value"] for one in campaign["infrastructure"] if one["kind"] == kind}


def test_two_actors_share_targets_and_at_least_one_exit_and_little_else(tmp_path: Path) -> None:
    for seed in (1, 2):
        truth = simulate("two-actors", seed=seed, out=tmp_path / str(seed), accounts=4_000, events=1_000)
        first, second = truth.campaigns()
        assert first["verdict"] == second["verdict"] == "targeted"
        both = {one["account"] for one in first["accounts"]} & {one["account"] for one in second["accounts"]}
        assert 0.1 < len(both) / len(second["accounts"]) < 0.9
        addresses = values(first, "address") & values(second, "address")
        assert 1 <= len(addresses) < len(values(second, "address")) / 3
        assert all(campaign["counts"]["accounts_compromised"] >= 2 for campaign in (first, second))


def test_home_proxies_are_used_once_or_twice_each(tmp_path: Path) -> None:
    truth = simulate("residential", seed=1, out=tmp_path, accounts=4_000, events=1_000)
    (campaign,) = truth.campaigns()
    counts = campaign["counts"]
    assert counts["accounts_attacked"] > 100
    assert counts["accounts_compromised"] >= 3
    addresses = values(campaign, "address")
    assert len(addresses) > 300
    assert len(values(campaign, "network")) > 15
    # A burst is at most nine looks or one sitting with an account.
    assert len(truth.by_id["residential"].events) / len(addresses) < 20
