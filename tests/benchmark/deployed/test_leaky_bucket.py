"""A bucket overflows exactly when CrowdSec's does."""

from __future__ import annotations

import pytest
from deployed.crowdsec import AUTHENTIK_SCENARIOS, KEYCLOAK_SCENARIOS
from deployed.leaky_bucket import LeakyBucket
from deployed.peer import Alert

from acts_by_hand import at, at_each

BF = LeakyBucket(name="bf", capacity=5, leak_ms=10_000, blackhole_ms=60_000)
ENUM = LeakyBucket(name="enum", capacity=5, leak_ms=10_000, blackhole_ms=60_000, distinct=lambda act: act.account)


def test_the_event_that_finds_it_full_makes_it_overflow_and_all_poured_are_its_events() -> None:
    assert BF(at_each(0, 1, 2, 3, 4, 5)) == [
        Alert(
            rule="bf",
            group="address 203.0.113.7",
            ms=5_000,
            events=tuple(("keycloak", f"{second}") for second in range(6)),
            accounts=frozenset({("keycloak", "ada@example.org")}),
        )
    ]


def test_as_many_as_it_holds_do_not_overflow() -> None:
    assert BF(at_each(0, 1, 2, 3, 4)) == []


def test_what_leaked_makes_room() -> None:
    assert BF(at_each(0, 1, 2, 3, 4, 10)) == []  # one is out after ten seconds
    assert len(BF(at_each(0, 1, 2, 3, 4, 9.9))) == 1


def test_a_try_each_leak_never_overflows() -> None:
    assert BF(at_each(*range(0, 4_000, 10))) == []


@pytest.mark.parametrize(("gap", "alerts"), [(8, 1), (9, 1), (10, 0)])
def test_a_little_faster_than_the_leak_overflows_in_the_end(gap: int, alerts: int) -> None:
    assert bool(BF(at_each(*range(0, 600, gap)))) == bool(alerts)


def test_each_address_has_its_own() -> None:
    acts = [at(second, address=f"203.0.113.{second % 2}") for second in range(10)]
    assert BF(acts) == []


def test_an_event_without_an_address_is_in_no_bucket() -> None:
    assert BF(at_each(*range(10), address="")) == []


def test_after_an_overflow_it_is_empty_and_silent_for_the_blackhole() -> None:
    first, second, third = range(6), range(6, 12), range(70, 76)
    raised = BF(at_each(*first, *second, *third))
    assert [one.ms for one in raised] == [5_000, 75_000]  # the second overflow, at 11 s, falls into the blackhole


def test_distinct_pours_a_name_once() -> None:
    assert ENUM(at_each(*range(20))) == []


def test_distinct_overflows_on_the_sixth_name() -> None:
    raised = ENUM([at(second, account=f"{second}@example.org") for second in range(6)])
    assert [(one.ms, len(one.accounts)) for one in raised] == [(5_000, 6)]


def test_a_name_counts_as_there_though_it_leaked() -> None:
    """Names 0 to 4 over 45 s, all leaked but the last; they do not come in again while the bucket lives."""
    acts = [at(second, account=f"{name}@example.org") for second, name in ((0, 0), (11, 1), (22, 2), (33, 3), (44, 4))]
    again = [at(45 + name, account=f"{name}@example.org") for name in range(5)]
    assert ENUM([*acts, *again]) == []


def test_a_bucket_left_alone_is_forgotten_with_its_names() -> None:
    """After (5 + 1) x 10 s."""
    names = [at(second, account=f"{second}@example.org") for second in range(5)]
    later = [at(65 + second, account=f"{second}@example.org") for second in range(6)]
    assert [len(one.events) for one in ENUM([*names, *later])] == [6]
    sooner = [at(64 + second, account=f"{second}@example.org") for second in range(6)]
    assert ENUM([*names, *sooner]) == []


def test_the_scenarios_have_the_published_parameters() -> None:
    stated = {(one.name, one.capacity, one.leak_ms, one.blackhole_ms, one.distinct is not None) for one in (
        *KEYCLOAK_SCENARIOS, *AUTHENTIK_SCENARIOS)}  # fmt: skip
    assert stated == {
        ("keycloak-bf", 5, 10_000, 60_000, False),
        ("keycloak-user-enum-bf", 5, 10_000, 60_000, True),
        ("keycloak-slow-bf", 10, 60_000, 60_000, False),
        ("keycloak-user-enum-slow-bf", 10, 60_000, 60_000, True),
        ("authentik-bf", 5, 20_000, 60_000, False),
        ("authentik-bf_user-enum", 5, 60_000, 60_000, True),
    }
