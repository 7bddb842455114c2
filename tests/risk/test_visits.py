"""What is weighed, and as which visit."""

from __future__ import annotations

from typing import Any

import pytest

from event_rows import Row
from small_site import act, sign_in

ADA = "ada@example.org"
HOME: Row = {"source_ip": "81.2.0.5", "network": "AS1", "country": "DE", "client": "Firefox/Windows"}
AWAY: Row = {"source_ip": "45.9.1.7", "network": "AS900", "country": "NL", "client": "Chrome/Linux"}
PHONE = HOME | {"client": "Safari/iOS"}


@pytest.mark.parametrize(
    ("facts", "weighed"),
    [
        ({"activity": "sign_in"}, True),
        ({"activity": "sign_in", "outcome": "failure", "reason": "wrong_password"}, False),
        ({"activity": "sign_in", "reason": "first_factor"}, False),
        ({"activity": "recovery_complete"}, True),
        ({"activity": "recovery_complete", "actor": "reset-service@example.org"}, True),
        ({"activity": "recovery_complete", "reason": "by_admin"}, False),
        ({"activity": "recovery_start"}, False),
        ({"activity": "factor_change"}, True),
        ({"activity": "factor_change", "outcome": "failure"}, False),
        ({"activity": "factor_change", "actor": ADA}, True),
        ({"activity": "factor_change", "actor": "helpdesk@example.org"}, False),
        ({"activity": "mailbox_rule", "outcome": "unknown"}, True),
        ({"activity": "consent", "reason": "by_system"}, False),
    ],
)
def test_acts_of_the_account_that_give_or_use_control_are_weighed(duck_risk: Any, facts: Row, weighed: bool) -> None:
    found = duck_risk([sign_in("1", ADA, HOME), act("2", ADA, HOME, day=1, **facts)])
    assert ("2" in found) == weighed


def test_an_account_seen_for_the_first_time_has_nothing_to_be_judged_by(duck_risk: Any) -> None:
    found = duck_risk([sign_in("1", ADA, HOME), sign_in("2", ADA, HOME, day=1)])
    assert found["1"]["log_odds"] is None
    assert found["2"]["log_odds"] < 0


def test_one_day_from_one_address_with_one_client_is_one_visit(duck_risk: Any) -> None:
    """It is judged once and counts once, however often one signs in."""
    day = [sign_in(f"b{hour}", ADA, AWAY, day=1, hour=hour) for hour in range(9, 15)]
    found = duck_risk([sign_in("a", ADA, HOME), *day, sign_in("c", ADA, AWAY, day=2)])
    assert {found[row["event_uid"]]["log_odds"] for row in day} == {found["b9"]["log_odds"]}
    assert [found[row["event_uid"]]["opened"] for row in day] == [True, *[False] * 5]
    assert (found["c"]["visits"], found["c"]["source_ip_own"]) == (2, 1)


def test_another_client_on_the_same_day_is_another_visit(duck_risk: Any) -> None:
    found = duck_risk([sign_in("a", ADA, HOME), sign_in("b", ADA, PHONE, hour=12), sign_in("c", ADA, HOME, day=1)])
    assert (found["b"]["visits"], found["b"]["source_ip_own"], found["b"]["client_own"]) == (1, 1, 0)
    assert (found["c"]["visits"], found["c"]["source_ip_own"], found["c"]["client_own"]) == (2, 2, 1)


def test_a_recovery_makes_no_history_and_the_sign_in_after_it_does(duck_risk: Any) -> None:
    """From the moment of the sign-in on: what lies between the two does not know of it."""
    rows = [
        sign_in("a", ADA, HOME),
        act("recovered", ADA, AWAY, activity="recovery_complete", day=1, hour=9),
        act("between", ADA, PHONE, activity="sign_in", day=1, hour=10),
        sign_in("entered", ADA, AWAY, day=1, hour=11),
        sign_in("later", ADA, HOME, day=1, hour=12),
    ]
    found = duck_risk(rows)
    assert {uid: found[uid]["visits"] for uid in found} == {
        "a": 0,
        "recovered": 1,
        "between": 1,
        "entered": 1,  # of the visit that the recovery began
        "later": 3,
    }
    assert found["entered"]["log_odds"] == found["recovered"]["log_odds"]


def test_an_unknown_client_weighs_nothing_and_parts_no_visit(duck_risk: Any) -> None:
    nameless = AWAY | {"client": None}
    found = duck_risk([sign_in("a", ADA, HOME), sign_in("b", ADA, nameless, day=1), sign_in("c", ADA, HOME, day=2)])
    assert found["b"]["client_log_odds"] == 0.0
    assert found["b"]["agent"] is None
    assert (found["c"]["source_known"], found["c"]["client_known"]) == (2, 1)


def test_a_client_that_the_provider_names_stands_for_the_user_agent(duck_risk: Any) -> None:
    keyed = HOME | {"client": None}
    found = duck_risk([sign_in(str(day), ADA, keyed, day=day, client_key="device-7") for day in range(2)])
    assert (found["1"]["agent"], found["1"]["agent_own"]) == ("device-7", 1)


def test_a_round_trip_is_that_of_the_act_that_the_visit_began_with(duck_risk: Any) -> None:
    """38 ms lie with 31 ms among the 30s and below 50; another network's 212 ms are new to the account."""
    rows = [
        sign_in("a", ADA, HOME) | {"round_trip_ms": 31},
        sign_in("b", ADA, HOME, day=1) | {"round_trip_ms": 38},
        sign_in("b2", ADA, HOME, day=1, hour=12) | {"round_trip_ms": 12},
        sign_in("c", ADA, HOME, day=2) | {"round_trip_ms": 212},
        sign_in("d", ADA, HOME, day=3),
    ]
    found = duck_risk(rows)
    assert [found[uid]["round_trip_10"] for uid in "abcd"] == ["30", "30", "210", None]
    assert found["b2"]["round_trip_10"] == "30"
    assert [found[uid]["round_trip_50_own"] for uid in "abcd"] == [0, 1, 0, None]
    assert found["b"]["round_trip_log_odds"] < 0 < found["c"]["round_trip_log_odds"]
    assert found["d"]["round_trip_log_odds"] == 0.0
