"""Elastic's thresholds hold at the number that the rule states, and one short of it do not."""

from __future__ import annotations

from deployed.elastic import ELASTIC, GUESSING, locks, push_bombing, resets
from deployed.peer import Act, Rule

from acts_by_hand import at, at_each

SPRAY, STUFFING, SPRAY_FROM_MANY, GUESSED_FROM_MANY = GUESSING


def tries(rule: Rule, *acts: Act) -> list[int]:
    """When the rule raises, in seconds."""
    return [one.ms // 1000 for one in rule(sorted(acts, key=lambda act: act.ms))]


def spread(accounts: int, each: int, *, gap: float, addresses: int = 1, start: float = 0) -> list[Act]:
    """So many tries at each account, one round after the other."""
    return [
        at(start + gap * number, account=f"{number % accounts}@example.org", address=f"203.0.113.{number % addresses}")
        for number in range(accounts * each)
    ]


def test_five_messages_within_an_hour_of_one_actor() -> None:
    rule = resets(lambda act: act.actor or act.account)
    messages = [at(600 * number, actor="system@okta.com", account=f"{number}@example.org") for number in range(5)]
    assert tries(rule, *messages) == [2_400]
    assert tries(rule, *messages[:4], at(3_601, actor="system@okta.com")) == []


def test_three_locks_of_one_account_within_three_hours() -> None:
    assert tries(locks, *at_each(0, 5_000, 10_800)) == [10_800]
    assert tries(locks, *at_each(0, 5_000, 10_801)) == []


def test_a_spray_from_one_address() -> None:
    assert tries(SPRAY, *spread(5, 3, gap=30)) == [420]  # 5 accounts, 15 tries, 7 minutes
    assert tries(SPRAY, *spread(4, 4, gap=30)) == []  # 4 accounts
    assert tries(SPRAY, *spread(5, 3, gap=20)) == []  # within 5 minutes
    assert tries(SPRAY, *spread(15, 1, gap=30)) == []  # one try each is no spray
    assert tries(SPRAY, *spread(5, 3, gap=300)) == []  # 15 tries take longer than an hour


def test_stuffing_from_one_address() -> None:
    assert tries(STUFFING, *spread(25, 1, gap=10)) == [240]
    assert tries(STUFFING, *spread(24, 1, gap=10)) == []
    assert tries(STUFFING, *spread(9, 3, gap=10)) == []  # three tries at one account
    assert tries(STUFFING, *spread(25, 1, gap=40)) == []  # not within a quarter of an hour


def test_a_spray_from_many_addresses_is_judged_by_the_quarter_hour() -> None:
    assert tries(SPRAY_FROM_MANY, *spread(25, 1, gap=30, addresses=5)) == [900]
    assert tries(SPRAY_FROM_MANY, *spread(25, 1, gap=30, addresses=4)) == []
    assert tries(SPRAY_FROM_MANY, *spread(25, 1, gap=30, addresses=5, start=500)) == []  # across two quarters


def test_guessing_of_one_account_from_many_addresses() -> None:
    from_five = [at(60 * number, address=f"203.0.113.{number % 5}", country="NL") for number in range(10)]
    assert tries(GUESSED_FROM_MANY, *from_five) == []  # one country, one network, one client
    two_countries = [act._replace(country="DE" if act.ms else "NL") for act in from_five]
    assert tries(GUESSED_FROM_MANY, *two_countries) == [540]
    assert tries(GUESSED_FROM_MANY, *two_countries[:9]) == []


def refused(*seconds: float) -> list[Act]:
    return at_each(*seconds, activity="challenge", reason="mfa_denied")


def test_five_refused_prompts_within_ten_minutes() -> None:
    assert tries(push_bombing, *refused(0, 60, 120, 180, 240)) == [240]
    assert tries(push_bombing, *refused(0, 60, 120, 180)) == []
    assert tries(push_bombing, *refused(0, 200, 400, 550, 601)) == []


def test_a_success_between_ends_the_run_and_one_after_it_is_told() -> None:
    success = at(150, activity="sign_in", outcome="success", reason="")
    assert tries(push_bombing, *refused(0, 60, 120), success, *refused(180, 240)) == []
    after = success._replace(ms=300_000, event_uid="300")
    raised = push_bombing([*refused(0, 60, 120, 180, 240), after])
    assert [(one.rule, one.ms // 1000) for one in raised] == [("push bombing", 240), ("successful push bombing", 300)]


def test_a_refusal_that_dropped_out_of_the_ten_minutes_does_not_count_twice() -> None:
    assert tries(push_bombing, *refused(0, 60, 120, 180, 240, 300, 360, 420, 480, 540)) == [240, 540]


def test_as_published_it_reads_okta_alone() -> None:
    assert all("provider = 'okta'" in watch.where for watch in ELASTIC.watches)
