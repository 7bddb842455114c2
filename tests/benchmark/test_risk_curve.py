"""The world, the rules and the comparison of the risk benchmark."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from risk_curve import curve, rate_to_catch, threshold
from risk_rules import RULES, too_fast
from risk_world import RiskWorld, risk_world


@pytest.fixture(scope="module")
def world() -> RiskWorld:
    return risk_world(5, accounts=4000, takeovers=150)


def share(table: pa.Table, column: str, value: str) -> float:
    return float(np.mean(np.array(table[column].to_pylist()) == value))


def test_the_world_has_the_published_statistics(world: RiskWorld) -> None:
    """Within some points of the hundred, as shares of the ten countries that are named (90 % of all attempts); the
    round-trip time within a tenth."""
    events = world.events
    let_in = events.filter(pc.equal(events["outcome"], "success"))
    assert len(let_in) / len(events) == pytest.approx(0.415, abs=0.03)
    assert share(events, "country", "NO") == pytest.approx(0.439 / 0.9, abs=0.03)
    assert share(events, "country", "US") == pytest.approx(0.262 / 0.9, abs=0.03)
    at_home = let_in.filter(pc.equal(let_in["country"], "NO"))
    of_country = events.filter(pc.equal(events["country"], "NO"))
    assert len(at_home) / len(of_country) == pytest.approx(0.65, abs=0.03)
    mobile = np.mean([client.endswith(("iOS", "Android")) for client in let_in["client"].to_pylist()])
    assert mobile == pytest.approx((63.6 + 0.3 * 2.7) / 92.0, abs=0.04)
    trips = np.array([trip for trip in let_in["round_trip_ms"].to_pylist() if trip is not None])
    assert len(trips) / len(let_in) == pytest.approx(0.043, abs=0.01)
    assert np.median(trips) == pytest.approx(540, rel=0.1)


def test_takeovers_succeed_in_accounts_that_have_a_history(world: RiskWorld) -> None:
    rows = world.events.to_pylist()
    taken = [row for row in rows if row["event_uid"] in world.kind]
    assert {kind: list(world.kind.values()).count(kind) for kind in ("naive", "look-alike")} == {
        "naive": 150,
        "look-alike": 150,
    }
    assert len({row["account"] for row in taken}) == 300
    first: dict[str, int] = {}
    for row in rows:
        if row["outcome"] == "success" and row["event_uid"] not in world.kind:
            first[row["account"]] = min(row["ts"], first.get(row["account"], row["ts"]))
    assert all(first[row["account"]] < row["ts"] for row in taken)


def test_look_alikes_come_from_the_country_of_their_victim(world: RiskWorld) -> None:
    homes: dict[str, set[str]] = {}
    rows = [row for row in world.events.to_pylist() if row["outcome"] == "success"]
    for row in rows:
        if row["event_uid"] not in world.kind:
            homes.setdefault(row["account"], set()).add(row["country"])
    alike = [row for row in rows if world.kind.get(row["event_uid"]) == "look-alike"]
    assert all(row["country"] in homes[row["account"]] for row in alike)


def visits(*rows: tuple[str, int, str | None, int | None]) -> pa.Table:
    """RISK rows of (account, hour, country, earlier visits from there)."""
    return pa.table(
        {
            "account": [row[0] for row in rows],
            "ts": pa.array([row[1] * 3_600_000 for row in rows], pa.int64()),
            "country": pa.array([row[2] for row in rows], pa.string()),
            "country_own": pa.array([row[3] for row in rows], pa.int64()),
        }
    )


def test_a_new_country_is_one_that_the_account_never_had() -> None:
    rule = RULES["new country"]
    assert rule(visits(("a", 0, "NO", 3), ("a", 1, "SE", 0), ("a", 2, None, None))).tolist() == [False, True, False]


def test_too_fast_is_faster_than_an_airliner_from_the_same_account_s_last_visit() -> None:
    """Norway and Brazil are some 9,000 km apart: three hours are too few, thirty are enough."""
    table = visits(("a", 0, "NO", 1), ("a", 3, "BR", 1), ("b", 4, "NO", 1), ("b", 34, "BR", 1), ("b", 35, "BR", 1))
    assert too_fast(table).tolist() == [False, True, False, False, False]


def test_the_threshold_asks_no_more_owners_than_the_rule() -> None:
    owners = np.array([5.0, 4.0, 4.0, 1.0])
    for asked, above in ((0, 0), (1, 1), (2, 1), (3, 3), (4, 4)):
        assert int((owners > threshold(owners, asked)).sum()) == above


def test_the_rate_to_catch_a_share_counts_the_owners_at_or_above_the_last_one_caught() -> None:
    kinds: Any = np.array(["naive"] * 4 + ["owner"] * 5)
    scores = np.array([9.0, 8.0, 7.0, 2.0, 8.5, 3.0, 1.0, 0.0, -1.0])
    assert rate_to_catch(scores, kinds, "naive", 0.75) == pytest.approx(1 / 5)
    assert rate_to_catch(scores, kinds, "naive", 1.0) == pytest.approx(2 / 5)
    drawn = curve(scores, kinds, "naive")
    assert drawn[0][1] == 0.25
    assert drawn[-1][1] == 1.0
