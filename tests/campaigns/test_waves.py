"""Runs of bots in an operator's hours and with its browser, and an operator's own busy days."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from random import Random

import pytest

from even_rates import DAYS, even_rates
from tocsin.campaigns.link import concentration
from tocsin.campaigns.traits import TRAITS, BaseRate, Chance, Group
from tocsin.campaigns.waves import LEAST, WAVE_DAYS, set_apart, waves

BROWSER, TOOL = "Chrome 144", "curl/8.5.0"
RISK = range(50)
"""Accounts on the roster, of a thousand."""

RATES = even_rates(client={BROWSER: 0.3, TOOL: 0.1}, way={"recovery_step": 0.3, "password_guess": 0.3})
CHANCE = Chance(
    base={trait: BaseRate(table=rates, unseen=1e-3) for trait, rates in RATES.items()},
    rostered=frozenset(RISK),
    roster_size=len(RISK),
    population=1000,
    existing=frozenset(range(1000)),
)
OFFICE = range(5, 13)


def source(
    number: int,
    dice: Random,
    *,
    days: Iterable[int],
    hours: Sequence[int],
    client: str,
    way: str,
    targets: Iterable[int],
) -> Group:
    held = [*days]
    seen = {
        "client": Counter({client: 1}),
        "network": Counter({f"AS{dice.randrange(40)}": 1}),
        "address": Counter({f"45.9.{number // 250}.{number % 250}": 1}),
        "hour": Counter(str(dice.choice(hours)) for _ in held),
        "weekday": Counter(str((day + 3) % 7) for day in held),
        "way": Counter({way: 1}),
        "insistence": Counter({"tries": 1}),
        "day": Counter(dict.fromkeys(map(str, held), 1)),
    }
    full = {trait: seen.get(trait, Counter()) for trait in TRAITS}
    return Group(seen=full, targets=frozenset(targets), members=(number,))


def operator(dice: Random, size: int = 40) -> list[Group]:
    """A team: addresses that it comes back to, people at risk."""
    return [
        source(
            number,
            dice,
            days=dice.sample(range(DAYS), 8),
            hours=OFFICE,
            client=BROWSER,
            way="recovery_step",
            targets=dice.sample(RISK, 5),
        )
        for number in range(size)
    ]


def run(
    dice: Random,
    first: int,
    size: int,
    *,
    day: int,
    hours: Sequence[int],
    targets: Sequence[int],
    client: str = BROWSER,
) -> list[Group]:
    """A list tried on one day, through addresses that never come back."""
    return [
        source(
            first + number,
            dice,
            days=[day],
            hours=hours,
            client=client,
            way="password_guess",
            targets=dice.sample(targets, 2),
        )
        for number in range(size)
    ]


def numbers(one: Iterable[Group]) -> frozenset[int]:
    return frozenset(number for group in one for number in group.members)


def apart(operators: Sequence[Sequence[Group]], others: Sequence[Group]) -> set[frozenset[int]]:
    """The members of the operators after the waves among all sources were looked at."""
    suspicious = [source for one in operators for source in one]
    single = {one.members[0]: one for one in suspicious}
    found = set_apart(
        [one[0].joined(one[1:]) for one in operators],
        waves([*suspicious, *others], DAYS),
        single,
        CHANCE,
        concentration(len(single)),
    )
    return {frozenset(one.members) for one in found}


@pytest.mark.parametrize("seed", range(5))
def test_bots_that_were_taken_for_an_operator_s_leave_it(seed: int) -> None:
    """Of a run through all hours of a day, with the team's browser, those in its hours were merged with it."""
    dice = Random(seed)
    team = operator(dice)
    bots = run(dice, 100, 90, day=9, hours=range(24), targets=range(1000))
    alike = [one for one in bots if int(next(iter(one.seen["hour"]))) in OFFICE]
    others = [one for one in bots if one not in alike]
    assert apart([[*team, *alike]], others) == {numbers(team), numbers(alike)}


@pytest.mark.parametrize("seed", range(5))
def test_an_operator_s_own_run_stays(seed: int) -> None:
    """One fact away: it is after the same people, in the team's hours."""
    dice = Random(seed)
    team = operator(dice)
    own = run(dice, 100, 90, day=9, hours=OFFICE, targets=RISK)
    assert apart([[*team, *own[:30]]], own[30:]) == {numbers([*team, *own[:30]])}


@pytest.mark.parametrize("seed", range(5))
def test_an_operator_at_work_on_the_day_of_a_wave_keeps_its_own(seed: int) -> None:
    """Its sources of that day have the wave's browser, and do what the operator does and the wave does not."""
    dice = Random(seed)
    team = operator(dice)
    busy = [
        source(
            number, dice, days=[9], hours=OFFICE, client=BROWSER, way="recovery_step", targets=dice.sample(RISK, 5)
        )
        for number in range(60, 66)
    ]  # fmt: skip
    owners = run(dice, 100, 90, day=9, hours=range(24), targets=range(50, 1000))
    strays = owners[:12]
    assert apart([[*team, *busy, *strays]], owners[12:]) == {numbers([*team, *busy]), numbers(strays)}


def test_an_operator_that_is_a_wave_stays_as_it_is() -> None:
    dice = Random(3)
    bots = run(dice, 0, 60, day=9, hours=range(24), targets=range(1000))
    assert apart([bots[:20]], bots[20:]) == {numbers(bots[:20])}


def test_sources_of_one_wave_in_two_operators_are_one_afterwards() -> None:
    dice = Random(4)
    first, second = operator(dice), [
        source(
            number, dice, days=dice.sample(range(DAYS), 8), hours=OFFICE, client=TOOL, way="recovery_step",
            targets=dice.sample(RISK, 5),
        )
        for number in range(50, 90)
    ]  # fmt: skip
    bots = run(dice, 100, 90, day=9, hours=range(24), targets=range(1000))
    found = apart([[*first, *bots[:12]], [*second, *bots[12:20]]], bots[20:])
    assert found == {numbers(first), numbers(second), numbers(bots[:20])}


def test_a_sudden_day_is_a_wave_and_steady_use_of_a_browser_is_none() -> None:
    dice = Random(5)
    steady = [
        source(
            number, dice, days=[number % DAYS], hours=range(24), client=BROWSER, way="password_guess",
            targets=dice.sample(range(1000), 2),
        )
        for number in range(280)
    ]  # fmt: skip
    assert waves(steady, DAYS) == []
    sudden = run(dice, 300, 80, day=9, hours=range(24), targets=range(1000))
    (found,) = waves([*steady, *sudden], DAYS)
    assert found.members > numbers(sudden)
    assert len(found.members - numbers(sudden)) <= 10 * WAVE_DAYS


def test_two_waves_with_one_client_are_two() -> None:
    dice = Random(6)
    first = run(dice, 0, 60, day=9, hours=range(24), targets=range(1000))
    second = run(dice, 100, 40, day=20, hours=range(24), targets=range(1000))
    assert [one.members for one in waves([*first, *second], DAYS)] == [numbers(first), numbers(second)]


def test_few_sources_are_no_wave() -> None:
    dice = Random(7)
    assert waves(run(dice, 0, LEAST - 1, day=9, hours=range(24), targets=range(1000)), DAYS) == []
