"""Thresholds over time count what lies in their window, and no alert is told twice."""

from __future__ import annotations

from deployed.sigma import SIGMA_RECOVERIES, SIGMA_SPRAY
from deployed.window import FixedSlices, SlidingWindow, at_least, at_least_accounts

from acts_by_hand import at, at_each

THREE_A_MINUTE = SlidingWindow(
    name="three", span_ms=60_000, groupby=lambda act: act.address, group_word="address", judge=at_least(3), least=3
)


def test_the_window_includes_its_edge_and_no_more() -> None:
    assert [one.ms for one in THREE_A_MINUTE(at_each(0, 30, 60))] == [60_000]
    assert THREE_A_MINUTE(at_each(0, 30, 60.001)) == []


def test_what_goes_on_is_one_alert_and_what_comes_later_another() -> None:
    raised = THREE_A_MINUTE(at_each(0, 1, 2, 50, 100, 101, 500, 501, 502))
    assert [(one.ms, [uid for _, uid in one.events]) for one in raised] == [
        (2_000, ["0", "1", "2", "50", "100", "101"]),
        (502_000, ["500", "501", "502"]),
    ]


def test_events_of_one_moment_all_count() -> None:
    acts = [at(5, event_uid=name) for name in "abc"]
    assert [one.events for one in THREE_A_MINUTE(acts)] == [tuple(("keycloak", name) for name in "abc")]


def test_different_accounts_are_counted_and_not_tries() -> None:
    window = SlidingWindow(
        name="v", span_ms=60_000, groupby=lambda act: act.address, group_word="address", judge=at_least_accounts(3)
    )
    assert window(at_each(0, 1, 2, 3)) == []
    names = [at(second, account=f"{second}@example.org") for second in range(3)]
    assert [one.ms for one in window(names)] == [2_000]
    elsewhere = [act._replace(address=f"198.51.100.{act.ms}") for act in names]
    assert window(elsewhere) == []


def test_slices_are_cut_at_fixed_times() -> None:
    slices = FixedSlices(name="quarter", span_ms=900_000, judge=at_least(3))
    assert [(one.group, one.ms) for one in slices(at_each(10, 20, 30))] == [("slice 0", 900_000)]
    assert slices(at_each(880, 890, 910)) == []


def test_the_sigma_spray_rule_wants_more_than_three_accounts_in_ten_minutes() -> None:
    (watch,) = SIGMA_SPRAY.watches
    four = [at(200 * number, account=f"{number}@example.org") for number in range(4)]
    assert len(watch.rule(four)) == 1
    assert watch.rule(four[:3]) == []
    assert watch.rule([*four[:3], at(601, account="4@example.org")]) == []


def test_the_recovery_rule_wants_three_accounts_in_a_day() -> None:
    (watch,) = SIGMA_RECOVERIES.watches
    start = {"activity": "recovery_start", "outcome": "success", "reason": ""}
    three = [at(40_000 * number, account=f"{number}@example.org", **start) for number in range(3)]
    assert len(watch.rule(three)) == 1
    assert watch.rule(three[:2]) == []
