"""One operator that keeps nothing but its list."""

from __future__ import annotations

from collections import Counter

import pytest

from tocsin.campaigns.successions import continued
from tocsin.campaigns.traits import TRAITS, Chance, Group

EVERYBODY, AT_RISK = range(2000), range(100)
CHANCE = Chance(base={}, rostered=frozenset(AT_RISK), roster_size=100, population=2000, existing=frozenset(EVERYBODY))


def operator(number: int, targets: range, days: range) -> Group:
    seen = {trait: Counter[str]() for trait in TRAITS}
    seen["day"] = Counter(map(str, days))
    return Group(seen=seen, targets=frozenset(targets), members=(number,))


def merged(*operators: Group) -> list[tuple[int, ...]]:
    return sorted(tuple(sorted(one.members)) for one in continued(operators, CHANCE))


def test_who_begins_with_the_same_list_when_another_ended_is_the_same() -> None:
    assert merged(operator(1, range(30), range(10)), operator(2, range(2, 30), range(11, 20))) == [(1, 2)]


def test_whichever_of_them_stands_first() -> None:
    assert merged(operator(2, range(2, 30), range(11, 20)), operator(1, range(30), range(10))) == [(1, 2)]


@pytest.mark.parametrize(("first_day", "one"), [(7, True), (6, False)])
def test_a_move_takes_a_weekend(first_day: int, one: bool) -> None:
    """Who is at work on four days beside the other is another."""
    told = merged(operator(1, range(30), range(10)), operator(2, range(30), range(first_day, 20)))
    assert (told == [(1, 2)]) is one


def test_two_lists_of_people_at_risk_share_some_by_chance() -> None:
    """Thirty and thirty of a hundred: ten in common tell nothing; 28 do (above)."""
    assert merged(operator(1, range(30), range(10)), operator(2, range(15, 45), range(11, 20))) == [(1,), (2,)]


def test_who_goes_for_the_whole_roster_shows_nothing_by_it() -> None:
    assert merged(operator(1, AT_RISK, range(10)), operator(2, AT_RISK, range(11, 20))) == [(1,), (2,)]


def test_a_small_part_of_a_list_is_no_continuation() -> None:
    assert merged(operator(1, range(100, 200), range(10)), operator(2, range(180, 280), range(11, 20))) == [(1,), (2,)]


def test_it_may_move_twice() -> None:
    parts = [operator(number, range(30), range(number * 10, number * 10 + 9)) for number in range(3)]
    assert merged(*parts) == [(0, 1, 2)]
