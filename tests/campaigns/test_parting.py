"""Two teams behind sources that were merged by what they share, and one team whose sources differ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import reduce
from random import Random

import pytest

from even_rates import even_rates
from tocsin.campaigns.link import concentration
from tocsin.campaigns.parting import LEAST, parted
from tocsin.campaigns.traits import TRAITS, BaseRate, Chance, Group

RATES = even_rates(
    client={"Chrome 144": 0.3, "Firefox 131": 0.02, "Edge 144": 0.2},
    way={"recovery_step": 0.2, "unknown_identifier": 0.5},
)
CHANCE = Chance(
    base={trait: BaseRate(table=rates, unseen=1e-3) for trait, rates in RATES.items()},
    rostered=frozenset(),
    roster_size=0,
    population=1000,
    existing=frozenset(),
)
OFFICE = ("Chrome 144", range(5, 12), (0, 1, 2, 3, 4))
OTHER = ("Firefox 131", range(8, 15), (6, 0, 1, 2, 3))


Habit = tuple[str, Sequence[int], Sequence[int]]


def source(number: int, habit: Habit, dice: Random, own: float, sittings: int) -> Group:
    """One rented address: some sittings in a month, some of the team's with the client that everybody has."""
    client, hours, weekdays = habit
    days = dice.sample([day for day in range(28) if (day + 3) % 7 in weekdays], sittings)
    seen = {
        "client": Counter({client if dice.random() < own else "Edge 144": 1}),
        "network": Counter({f"AS{dice.randrange(40)}": 1}),
        "address": Counter({f"45.9.{number}.7": 1}),
        "hour": Counter(str(dice.choice(hours)) for _ in days),
        "weekday": Counter(str((day + 3) % 7) for day in days),
        "way": Counter({"recovery_step": 1}),
        "insistence": Counter({"tries": 1}),
        "day": Counter(dict.fromkeys(map(str, days), 1)),
    }
    return Group(seen={trait: seen.get(trait, Counter()) for trait in TRAITS}, targets=frozenset(), members=(number,))


def teams(*sizes: tuple[Habit, int], seed: int, own: float = 0.75, sittings: int = 9) -> list[Group]:
    dice = Random(seed)
    habits = [habit for habit, size in sizes for _ in range(size)]
    return [source(number, habit, dice, own, sittings) for number, habit in enumerate(habits)]


def members(found: Iterable[Group]) -> set[frozenset[int]]:
    return {frozenset(one.members) for one in found}


def merged(sources: Iterable[Group]) -> Group:
    return reduce(Group.merged, sources)


def told_apart(operators: Sequence[Group], sources: Sequence[Group]) -> set[frozenset[int]]:
    single = {one.members[0]: one for one in sources}
    return members(parted(operators, single, CHANCE, concentration(len(sources))))


@pytest.mark.parametrize("seed", range(5))
def test_two_teams_that_were_merged_are_parted(seed: int) -> None:
    """At most two of fifty sources on the wrong side: some show little."""
    sources = teams((OFFICE, 30), (OTHER, 20), seed=seed)
    found = told_apart([merged(sources)], sources)
    assert len(found) == 2
    wrong = [min(len(side - frozenset(range(30))), len(side & frozenset(range(30)))) for side in found]
    assert sum(wrong) <= 2


@pytest.mark.parametrize("seed", range(5))
def test_one_team_is_not_parted(seed: int) -> None:
    """One fact away: the same clients, hours and days off."""
    sources = teams((OFFICE, 50), seed=seed)
    assert told_apart([merged(sources)], sources) == {frozenset(range(50))}


def test_sources_that_two_operators_took_from_each_other_are_dealt_again() -> None:
    sources = teams((OFFICE, 30), (OTHER, 30), seed=7)
    crossed = [merged([*sources[:22], *sources[52:]]), merged([*sources[22:30], *sources[30:52]])]
    found = told_apart(crossed, sources)
    assert len(found) == 2
    assert sum(min(len(side - frozenset(range(30))), len(side & frozenset(range(30)))) for side in found) <= 2


def test_operators_that_are_right_stay_as_they_are() -> None:
    sources = teams((OFFICE, 30), (OTHER, 30), seed=8)
    right = [merged(sources[:30]), merged(sources[30:])]
    assert told_apart(right, sources) == members(right)


def test_few_sources_are_left_alone() -> None:
    sources = teams((OFFICE, LEAST // 2), (OTHER, LEAST // 2 - 1), seed=3)
    assert told_apart([merged(sources)], sources) == {frozenset(range(LEAST - 1))}


def test_sources_without_habits_are_left_alone() -> None:
    """A log that names neither clients nor times."""
    bare = [
        Group(seen={trait: Counter() for trait in TRAITS}, targets=frozenset(), members=(number,))
        for number in range(12)
    ]
    assert told_apart([merged(bare)], bare) == {frozenset(range(12))}


EARLY = ("Chrome 144", range(4, 12), (0, 1, 2, 3, 4))
LATE = ("Firefox 131", range(7, 15), (0, 1, 2, 3, 4))


@pytest.mark.parametrize("seed", range(3))
def test_two_teams_are_parted_though_many_a_source_could_be_either_s(seed: int) -> None:
    """The same days off, most hours, half of the clients and few sittings: no dealing of the sources is by itself more
    likely two operators' than one's."""
    sources = teams((EARLY, 100), (LATE, 60), seed=seed, own=0.5, sittings=2)
    assert len(told_apart([merged(sources)], sources)) == 2


@pytest.mark.parametrize("seed", range(3))
def test_one_team_with_all_clients_in_all_hours_is_not_parted(seed: int) -> None:
    """One fact away: either client at any of the hours."""
    both = range(4, 15)
    sources = teams(
        *[((client, both, EARLY[2]), 1) for client in ("Chrome 144", "Firefox 131")] * 80,
        seed=seed,
        own=0.5,
        sittings=3,
    )
    assert told_apart([merged(sources)], sources) == {frozenset(range(160))}


def wrong(sides: Iterable[frozenset[int]], first: frozenset[int]) -> int:
    return sum(min(len(side - first), len(side & first)) for side in sides)


def test_whom_they_go_for_tells_which_team_a_source_is_of() -> None:
    """Each team has its list of forty people, and each source goes for four of it; many a source could be either's by
    its browser and hours. One fact away: both have one list."""
    plain = teams((EARLY, 100), (LATE, 60), seed=0, own=0.5, sittings=2)
    dice = Random(5)
    lists = [range(40)] * 100 + [range(40, 80)] * 60
    listed = [replace(one, targets=frozenset(dice.sample(names, 4))) for one, names in zip(plain, lists, strict=True)]
    alike = [replace(one, targets=frozenset(dice.sample(range(80), 4))) for one in plain]
    chance = replace(CHANCE, existing=frozenset(range(80)))
    first = frozenset(range(100))
    sides = [
        members(parted([merged(sources)], {one.members[0]: one for one in sources}, chance, concentration(160)))
        for sources in (plain, listed, alike)
    ]
    assert [len(found) for found in sides] == [2, 2, 2]
    of_none, of_lists, of_one = (wrong(found, first) for found in sides)
    assert of_lists < of_none / 2
    assert of_one <= of_none * 1.5


RUNS = 6
RISK = range(50)


@pytest.mark.parametrize("seed", [0, 5, 11])
def test_runs_of_bots_do_not_change_over_to_a_team(seed: int) -> None:
    """Six runs of bots found as one, each with its tool on its day, beside a team. Two sides of so many are best told
    apart by hours, which puts the run in the team's hours with the team; but neither tools nor targets make it so."""
    dice = Random(seed)
    team = [replace(one, targets=frozenset(dice.sample(RISK, 3))) for one in teams((OFFICE, 40), seed=seed, own=0.6)]
    bots: list[Group] = []
    for run in range(RUNS):
        start = dice.randrange(24)
        hours = [(start + hour) % 24 for hour in range(dice.choice((7, 12, 24)))] if run else [*OFFICE[1]]
        for _ in range(20):
            plain = source(40 + len(bots), (f"tool {run}", hours, range(7)), dice, 1.0, 2)
            seen = {**plain.seen, "day": Counter({str(run * 4): 1})}
            bots.append(replace(plain, seen=seen, targets=frozenset(dice.sample(range(1000), 2))))
    clients = {**RATES["client"], **{f"tool {run}": 0.1 for run in range(RUNS)}}
    chance = replace(
        CHANCE,
        base={**CHANCE.base, "client": BaseRate(table=clients, unseen=1e-3)},
        rostered=frozenset(RISK),
        roster_size=len(RISK),
        existing=frozenset(range(1000)),
    )
    single = {one.members[0]: one for one in (*team, *bots)}
    found = parted([merged(bots), merged(team)], single, chance, concentration(len(single)))
    assert frozenset(range(40)) in members(found)
