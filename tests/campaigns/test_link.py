"""Bayes factors between groups of sources, by hand and against an urn; and their merging."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import comb, exp, log
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.campaigns.absorb import TAKEN, absorbed
from tocsin.campaigns.background import Background
from tocsin.campaigns.link import NEW_OPERATOR, agglomerated, concentration, log_odds, prior
from tocsin.campaigns.profiles import LIST_MOST, TARGETS_MOST
from tocsin.campaigns.traits import TRAITS, BaseRate, Chance, Group

RATES = {
    "client": {"curl": 0.01, "Chrome": 0.5, "Firefox": 0.2},
    "network": {"AS900": 0.01, "AS901": 0.01, "AS1": 0.3},
    "prefix": {"45.9.1.0/24": 0.001, "185.5.5.0/24": 0.3},
    "address": {"45.9.1.7": 0.001, "185.5.5.5": 0.3},
    "hour": {str(hour): 1 / 24 for hour in range(24)},
    "weekday": {str(day): 1 / 7 for day in range(7)},
    "way": {"password_guess": 0.9, "recovery_step": 0.1},
    "insistence": {"tries": 0.95, "insists": 0.05},
    "doggedness": {"1": 0.8, "2": 0.2},
    "day": {str(day): 1 / 30 for day in range(30)},
}


def group(*, member: int = 0, targets: Sequence[int] = (), **seen: dict[str, int]) -> Group:
    counters = {trait: Counter(seen.get(trait, {})) for trait in TRAITS}
    return Group(seen=counters, targets=frozenset(targets), members=(member,))


def chance(*, rostered: Sequence[int] = (), roster_size: int = 0, population: int = 1000) -> Chance:
    """Targets below 1000 exist."""
    return Chance(
        base={
            trait: BaseRate(table=rates, unseen=1e-3 if trait == "client" else 1e-4) for trait, rates in RATES.items()
        },
        rostered=frozenset(rostered),
        roster_size=roster_size,
        population=population,
        existing=frozenset(range(1000)),
    )


def odds(one: Group, other: Group) -> float:
    """With the prior of two single sources."""
    return log_odds(one, other, chance()) - log(NEW_OPERATOR)


def test_what_a_log_does_not_carry_weighs_nothing() -> None:
    assert log_odds(group(), group(client={"curl": 3}, network={"AS900": 1}), chance()) == 0.0
    assert log_odds(group(), group(), chance()) == 0.0


def test_one_list_says_more_than_people_in_common() -> None:
    """Thirty of a thousand accounts, and as many of which every third is the other's too; or a handful, all alike."""
    listed, handful = range(30), range(6)
    same = log_odds(group(targets=listed), group(targets=listed), chance())
    some = log_odds(group(targets=listed), group(targets=range(20, 50)), chance())
    few = log_odds(group(targets=handful), group(targets=handful), chance())
    assert same == pytest.approx(LIST_MOST)
    assert some == few == pytest.approx(TARGETS_MOST)


def test_the_prior_counts_the_ways_to_part_a_group() -> None:
    """One in twenty for two sources; ten sources fall into six and four in 210 ways, of which the restaurant makes
    6 x 4 / (10 x 20) times as many as whole groups."""
    assert prior(np.array([1.0]), 1.0)[0] == pytest.approx(-log(20))
    assert prior(np.array([6.0]), 4.0)[0] == pytest.approx(log(comb(10, 4) * 6 * 4 / 10 / 20))


def test_sharing_a_rare_client_joins_and_a_common_one_does_not() -> None:
    """By hand: the mean over concentrations w of (w p + 1) / (w + 1), over p; 160 for a p of 0.001."""
    rare, common = group(client={"a tool of its own": 1}), group(client={"Chrome": 1})
    for one, share in ((rare, 1e-3), (common, 0.5)):
        weights = TRAITS["client"].concentrations
        by_hand = sum((w * share + 1) / (w + 1) for w in weights) / len(weights) / share
        assert log_odds(one, one, chance()) == pytest.approx(log(by_hand))
    assert odds(rare, rare) > 0.0 > odds(common, common)


def test_one_other_value_says_little_and_firm_habits_that_disagree_split() -> None:
    """Once each: the mean of w / (w + 1), whatever the values."""
    weights = TRAITS["client"].concentrations
    once = log_odds(group(client={"curl": 1}), group(client={"Chrome": 1}), chance())
    assert once == pytest.approx(log(sum(w / (w + 1) for w in weights) / len(weights)))
    assert log_odds(group(client={"curl": 10}), group(client={"Chrome": 10}), chance()) < -5.0


def test_an_operator_that_draws_its_browsers_at_random_is_not_told_by_a_new_one() -> None:
    """Against one that is firm in its browser others speak; against one that shows another each time they hardly do."""
    drawn = group(client={f"browser {number}": 1 for number in range(40)})
    firm = group(client={"browser 0": 40})
    others = group(client={f"browser {number}": 1 for number in range(100, 120)})
    assert log_odds(drawn, others, chance()) > -2.5
    assert log_odds(firm, others, chance()) < -5.0


def test_who_never_comes_back_to_a_network_is_not_told_by_a_new_one() -> None:
    """Against an operator that is firm in one network a new one speaks, against one that roams it hardly does."""
    roaming, firm = group(network={f"AS{n}": 1 for n in range(100, 160)}), group(network={"AS100": 60})
    new = group(network={f"AS{n}": 1 for n in range(200, 204)})
    assert log_odds(roaming, new, chance()) > -2.0
    assert log_odds(firm, new, chance()) < -4.0


def test_neighbouring_addresses_join_and_addresses_far_apart_part_nobody() -> None:
    here = group(prefix={"45.9.1.0/24": 1})
    near, far = (group(prefix={f"45.9.{number}.0/24": 1}) for number in (1, 9))
    one, other = (group(network={name: 1}) for name in ("AS900", "AS901"))
    assert log_odds(here, here, chance()) == TRAITS["prefix"].most
    assert log_odds(near, far, chance()) == 0.0
    assert log_odds(one, other, chance()) < 0.0


def test_other_days_off_part_those_who_worked_side_by_side_for_two_weeks() -> None:
    """Mondays to Fridays against Sundays to Thursdays, at many addresses each. One fact away: the one came after the
    other, so that their days off were never seen side by side."""

    def team(days_off: set[int], first_day: int) -> Group:
        worked = [day for day in range(first_day, first_day + 28) if (day + 3) % 7 not in days_off]
        weekdays = Counter(str((day + 3) % 7) for day in worked for _ in range(4))
        return group(day={str(day): 4 for day in worked}, weekday=weekdays)

    office, other = team({5, 6}, 0), team({4, 5}, 0)
    together = log_odds(office, other, chance())
    assert together < -5.0 < 0.0 < log_odds(office, team({5, 6}, 0), chance())
    later = log_odds(office, team({4, 5}, 28), chance())
    assert later > together + 4.0


def urn(counts: Counter[str], weight: float) -> float:
    """P(a sequence with these counts), drawn one by one from Polya's urn."""
    held: Counter[str] = Counter()
    total = 0.0
    for value in counts.elements():
        total += log((held[value] + weight * RATES["network"][value]) / (held.total() + weight))
        held[value] += 1
    return exp(total)


COUNTS = st.dictionaries(st.sampled_from(["AS900", "AS901", "AS1"]), st.integers(1, 4), min_size=1)


@given(COUNTS, COUNTS)
def test_the_factor_is_that_of_one_urn_or_two(one: dict[str, int], other: dict[str, int]) -> None:
    """P(both from one urn) / (P(one) P(other)), each the mean over urns of every concentration."""
    weights = TRAITS["network"].concentrations
    both, first, second = (
        sum(urn(Counter(drawn), weight) for weight in weights) / len(weights)
        for drawn in (Counter(one) + Counter(other), Counter(one), Counter(other))
    )
    by_hand = log(both / first / second)
    found = log_odds(group(network=one), group(network=other), chance())
    assert found == pytest.approx(min(by_hand, TRAITS["network"].most), abs=1e-9)


def test_shared_targets_beyond_chance_join_and_those_that_chance_shares_do_not() -> None:
    """Six of eight targets of a thousand accounts in common, against six of eight of ten accounts."""
    one, other = group(targets=range(8)), group(targets=range(2, 10))
    assert log_odds(one, other, chance()) == TARGETS_MOST
    assert log_odds(one, other, chance(population=10)) == 0.0


def test_shared_targets_are_weighed_by_hand() -> None:
    """Two of three targets shared with four of ten accounts off the roster: p = 4/10.
    log(1 / 4) - log(3 p^2 (1 - p))."""
    one, other = group(targets=[1, 2, 3]), group(targets=[2, 3, 4, 5])
    p = 4 / 10
    expected = -log(4) - log(3 * p**2 * (1 - p))
    assert log_odds(one, other, chance(population=10)) == pytest.approx(expected)


def test_shared_names_that_do_not_exist_weigh_nothing() -> None:
    """Names that nobody has (from 1000 on)."""
    assert log_odds(group(targets=[1001, 1002, 1003]), group(targets=[1001, 1002, 1004]), chance()) == 0.0


def test_an_exit_that_many_people_share_joins_nobody() -> None:
    shared, own = group(address={"185.5.5.5": 1}), group(address={"45.9.1.7": 1})
    assert odds(shared, shared) < 0.0 < odds(own, own)


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


def team(name: str, tools: int, dice: Random, *, first: int) -> list[Group]:
    """Thirty sources of an operator: any of its tools, any of its six networks, office hours, the same forty people."""
    return [
        group(
            member=first + number,
            targets=dice.sample(range(40), 3),
            client={f"{name}/{dice.randrange(tools)}": 1},
            network={f"AS-{name}-{dice.randrange(6)}": 1},
            hour=Counter(str(dice.randrange(5, 13)) for _ in range(4)),
        )
        for number in range(30)
    ]


@pytest.mark.parametrize("seed", range(4))
def test_one_team_of_many_tools_is_one_and_two_with_the_same_hours_and_targets_are_two(seed: int) -> None:
    dice = Random(seed)
    first, second = team("a", 3, dice, first=0), team("b", 3, dice, first=30)
    assert clusters(agglomerated([*first, *second], chance())) == {frozenset(range(30)), frozenset(range(30, 60))}


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
        assert clusters(absorbed(operators, Random(seed).sample(quiet, 3), lambda _: chance())) == expected


def test_absorbing_needs_clear_odds() -> None:
    """A common client alone does not make a source the operator's."""
    (operator, *_) = two_operators()
    common = group(member=8, targets=[600], client={"Chrome": 1})
    assert log_odds(operator, common, chance()) < TAKEN
    assert clusters(absorbed([operator], [common], lambda _: chance())) == {frozenset([0])}
    assert absorbed([], [common], lambda _: chance()) == []


def test_an_operators_own_quiet_sources_do_not_make_its_habits_look_common() -> None:
    """Six in seven of the quiet sources are its own, so that none looks like it at first: by as much as each may be
    its own it stops telling what is usual, until all of them do."""
    dice = Random(4)
    core = [group(member=number, client={"curl": 1}, hour={str(number % 3): 1}) for number in range(12)]
    operator = core[0]
    for one in core[1:]:
        operator = operator.merged(one)
    own = [group(member=100 + number, client={"curl": 1}, hour={str(number % 3): 1}) for number in range(60)]
    others = [
        group(member=200 + number, client={dice.choice(("Chrome", "Firefox", "Edge")): 1}, hour={str(8 + number): 1})
        for number in range(10)
    ]
    background = Background([*core, *own, *others], {}, range(3))

    def beside(likely: Mapping[int, float]) -> Chance:
        return replace(chance(), base=background.beside(range(12), likely))

    (grown,) = absorbed([operator], [*own, *others], beside)
    assert set(grown.members) == {*range(12), *range(100, 160)}
    at_first = log(12 / 70) + log_odds(operator, own[0], beside({}))
    assert at_first < 0.0


def test_a_browser_that_hardly_any_owner_uses_does_not_hide_behind_itself() -> None:
    """Of a hundred strangers' sources sixty show an old browser, twenty that of most owners, twenty a library."""
    shown = ["Mozilla/5.0 old"] * 60 + ["Mozilla/5.0 new"] * 20 + ["python-requests/2.32"] * 20
    sources = [group(member=number, client={client: 1}) for number, client in enumerate(shown)]
    owners = {"Mozilla/5.0 old": 0.001, "Mozilla/5.0 new": 0.6}
    usual = {"client": {"Mozilla/5.0 old": 0.1, "Mozilla/5.0 new": 0.1}}

    def rates(agents: Mapping[str, float] | None) -> list[float]:
        base = Background(sources, usual, (), agents).beside((), {})["client"]
        return [base.of(one) for one in ("Mozilla/5.0 old", "Mozilla/5.0 new", "python-requests/2.32")]

    hidden, told = rates(None), rates(owners)
    assert hidden[0] > 0.3
    assert told[0] < 0.1
    # What owners use, and what every other script is, stays as usual as it is.
    assert told[1] >= hidden[1]
    assert told[2] >= hidden[2]


def weak(member: int, client: str) -> Group:
    return group(member=member, client={client: 1}, hour={str(member % 3): 1})


def test_sources_that_show_little_are_one_operators_all_together() -> None:
    """No two of them are more likely one operator's than not; forty with the same habits are."""
    alike = [weak(number, "Firefox") for number in range(40)]
    one, other, third = alike[0], alike[1], alike[3]
    apart = float(prior(np.array([1.0]), 1.0, concentration(len(alike)))[0])
    assert all(log_odds(one, two, chance()) + apart < 0.0 for two in alike[1:])
    assert clusters(agglomerated(alike, chance())) == {frozenset(range(40))}
    # Two or three are not.
    assert clusters(agglomerated([one, other, third], chance())) == {frozenset([n]) for n in (0, 1, 3)}


def test_what_has_nothing_in_common_stays_apart_however_patient_the_search() -> None:
    """One fact away: every hour and client as among strangers."""
    dice = Random(3)
    mixed = [
        group(
            member=number,
            client={dice.choices(("Chrome", "Firefox", f"client {number}"), (5, 2, 3))[0]: 1},
            hour={str(dice.randrange(24)): 1},
        )
        for number in range(40)
    ]
    assert all(len(one.members) <= 2 for one in agglomerated(mixed, chance()))
