"""Bayes factors between groups of sources, by hand and against an urn; and their merging."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from math import log
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.campaigns.absorb import TAKEN, absorbed
from tocsin.campaigns.link import PRIOR, TARGETS_MOST, TRAITS, BaseRate, Chance, Group, agglomerated, log_odds

RATES = {
    "client": {"curl": 0.01, "Chrome": 0.5, "Firefox": 0.2},
    "network": {"AS900": 0.01, "AS901": 0.01, "AS1": 0.3},
    "address": {"45.9.1.7": 0.001, "185.5.5.5": 0.3},
    "hour": {str(hour): 1 / 24 for hour in range(24)},
}


def group(*, member: int = 0, targets: Sequence[int] = (), **seen: dict[str, int]) -> Group:
    counters = {trait: Counter(seen.get(trait, {})) for trait in TRAITS}
    return Group(seen=counters, targets=frozenset(targets), members=(member,))


def chance(*, rostered: Sequence[int] = (), roster_size: int = 0, population: int = 1000) -> Chance:
    """Targets below 1000 exist."""
    return Chance(
        base={trait: BaseRate(table=rates, unseen=1e-4) for trait, rates in RATES.items()},
        rostered=frozenset(rostered),
        roster_size=roster_size,
        population=population,
        existing=frozenset(range(1000)),
    )


def factor(one: Group, other: Group, by: Chance | None = None) -> float:
    """The log Bayes factor alone, without the prior."""
    return log_odds(one, other, by or chance(), prior=0.0)


def test_what_a_log_does_not_carry_weighs_nothing() -> None:
    assert factor(group(), group(client={"curl": 3}, network={"AS900": 1})) == 0.0
    assert log_odds(group(), group(), chance()) == PRIOR


def test_sharing_a_rare_client_joins_and_a_common_one_does_not() -> None:
    """By hand, concentration 4: (4 x 0.01 + 1) / 5 / 0.01 = 20.8 and (4 x 0.5 + 1) / 5 / 0.5 = 1.2."""
    rare, common = group(client={"curl": 1}), group(client={"Chrome": 1})
    assert factor(rare, rare) == pytest.approx(log(20.8))
    assert factor(common, common) == pytest.approx(log(1.2))
    assert log_odds(rare, rare, chance()) > 0.0 > log_odds(common, common, chance())


def test_one_other_value_says_little_and_disagreeing_firm_habits_split() -> None:
    """Once each: 4 / 5, whatever the values. Ten times each: as far against as the trait may go."""
    once = factor(group(client={"curl": 1}), group(client={"Chrome": 1}))
    assert once == pytest.approx(log(4 / 5))
    firm = factor(group(client={"curl": 10}), group(client={"Chrome": 10}))
    assert firm == TRAITS["client"].least


def urn(counts: Counter[str], weight: float, start: Counter[str] | None = None) -> float:
    """log P(a sequence with these counts), drawn one by one from Polya's urn that already gave `start`."""
    held, total = Counter(start or {}), 0.0
    for value in counts.elements():
        total += log((held[value] + weight * RATES["network"][value]) / (held.total() + weight))
        held[value] += 1
    return total


COUNTS = st.dictionaries(st.sampled_from(["AS900", "AS901", "AS1"]), st.integers(1, 4), min_size=1)


@given(COUNTS, COUNTS)
def test_the_factor_is_that_of_an_urn_drawn_from_once_or_twice(one: dict[str, int], other: dict[str, int]) -> None:
    """P(both from one urn) / (P(one) P(other)) = P(other after one) / P(other), within the bounds of the trait."""
    rule = TRAITS["network"]
    by_hand = urn(Counter(other), rule.concentration, Counter(one)) - urn(Counter(other), rule.concentration)
    found = factor(group(network=one), group(network=other))
    assert found == pytest.approx(min(max(by_hand, rule.least), rule.most))


def test_shared_targets_beyond_chance_join_and_those_that_chance_shares_do_not() -> None:
    """Six of eight targets of a thousand accounts in common, against six of eight of ten accounts."""
    one, other = group(targets=range(8)), group(targets=range(2, 10))
    assert factor(one, other) == TARGETS_MOST
    assert factor(one, other, chance(population=10)) == 0.0


def test_shared_targets_are_weighed_by_hand() -> None:
    """Two of three targets shared with four of 91 accounts off the roster: p = 4/91.
    log(1 / 4) - log(3 p^2 (1 - p))."""
    one, other = group(targets=[1, 2, 3]), group(targets=[2, 3, 4, 5])
    p = 4 / 91
    expected = -log(4) - log(3 * p**2 * (1 - p))
    assert factor(one, other, chance(population=91)) == pytest.approx(expected)


def test_shared_names_that_do_not_exist_weigh_nothing() -> None:
    """Names that nobody has (from 1000 on)."""
    assert factor(group(targets=[1001, 1002, 1003]), group(targets=[1001, 1002, 1004])) == 0.0


def test_an_exit_that_many_people_share_joins_nobody() -> None:
    shared, own = group(address={"185.5.5.5": 1}), group(address={"45.9.1.7": 1})
    assert log_odds(shared, shared, chance()) < 0.0 < log_odds(own, own, chance())


OBSERVED = st.fixed_dictionaries(
    {
        trait: st.dictionaries(st.sampled_from(sorted(rates)), st.integers(1, 5), max_size=3)
        for trait, rates in RATES.items()
    }
)
GROUPS = st.builds(
    lambda seen, targets: group(targets=targets, **seen),
    OBSERVED,
    st.lists(st.integers(990, 1010), max_size=6),
)  # fmt: skip


@given(GROUPS, GROUPS)
def test_the_odds_are_symmetric(one: Group, other: Group) -> None:
    by = chance(rostered=range(990, 995), roster_size=100)
    assert log_odds(one, other, by) == pytest.approx(log_odds(other, one, by))


def two_operators() -> list[Group]:
    """Four sources each: one with curl from AS900 at night, one with Firefox from AS901 in the afternoon."""
    first = [
        group(member=n, targets=range(n, n + 4), client={"curl": 1}, network={"AS900": 1}, hour={"3": 3, "4": 2})
        for n in range(4)
    ]
    second = [
        group(member=n, targets=range(50 + n, 54 + n), client={"Firefox": 1}, network={"AS901": 1}, hour={"15": 4})
        for n in range(4, 8)
    ]
    return [*first, *second]


def clusters(groups: Sequence[Group]) -> set[frozenset[int]]:
    return {frozenset(one.members) for one in groups}


def test_two_operators_stay_two_in_whatever_order_they_come() -> None:
    groups = two_operators()
    expected = {frozenset(range(4)), frozenset(range(4, 8))}
    for seed in range(10):
        assert clusters(agglomerated(Random(seed).sample(groups, len(groups)), chance())) == expected


@given(st.lists(GROUPS, max_size=6))
def test_merging_loses_and_doubles_nothing(groups: list[Group]) -> None:
    numbered = [Group(seen=one.seen, targets=one.targets, members=(number,)) for number, one in enumerate(groups)]
    merged = agglomerated(numbered, chance())
    assert sorted(number for one in merged for number in one.members) == list(range(len(groups)))
    assert sum((one.seen["client"] for one in merged), Counter()) == sum(
        (one.seen["client"] for one in groups), Counter()
    )


def test_merging_is_a_sum() -> None:
    """Whichever way round, and whichever two first: the same observations, targets and members."""
    one, two, three = two_operators()[2:5]
    left, right = one.merged(two).merged(three), three.merged(two.merged(one))
    assert (left.seen, left.targets, set(left.members)) == (right.seen, right.targets, set(right.members))


def test_a_quiet_source_goes_to_the_operator_that_explains_it_and_a_stranger_stays_out() -> None:
    operators = agglomerated(two_operators(), chance())
    like_first = group(member=8, targets=[2], client={"curl": 1}, network={"AS900": 1}, hour={"3": 1})
    like_second = group(member=9, targets=[53], client={"Firefox": 1}, network={"AS901": 1}, hour={"15": 1})
    background = group(member=10, targets=[700], client={"Chrome": 1}, network={"AS1": 1}, hour={"10": 1})
    quiet = [like_first, like_second, background]
    expected = {frozenset([0, 1, 2, 3, 8]), frozenset([4, 5, 6, 7, 9])}
    for seed in range(6):
        assert clusters(absorbed(operators, Random(seed).sample(quiet, 3), chance())) == expected


def test_absorbing_needs_clear_odds() -> None:
    """A common client alone does not make a source the operator's."""
    (operator, *_) = two_operators()
    common = group(member=8, targets=[600], client={"Chrome": 1})
    assert log_odds(operator, common, chance(), prior=0.0) < TAKEN
    assert clusters(absorbed([operator], [common], chance())) == {frozenset([0])}
    assert absorbed([], [common], chance()) == []
