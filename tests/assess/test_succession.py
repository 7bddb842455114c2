"""Which campaign is which of the last scan: by the events they share, in any order, and by nothing else."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.assess.succession import SAME_CAMPAIGN, Key, id_of, succession

START = datetime(2026, 2, 28, 23, tzinfo=UTC).replace(tzinfo=None)


def keys(*ranges: tuple[int, int]) -> set[Key]:
    return {("okta", str(number)) for start, end in ranges for number in range(start, end)}


def test_a_campaign_that_grew_keeps_its_id() -> None:
    found = succession({"a": keys((0, 10))}, [keys((0, 500))])
    assert (found.kept, found.merged, found.split, found.gone) == ({0: "a"}, {}, {}, ())


def test_of_several_in_one_the_id_of_the_larger_lives() -> None:
    old = {"small": keys((0, 40)), "large": keys((40, 140)), "tiny": keys((140, 145))}
    found = succession(old, [keys((0, 145))])
    assert (found.kept, found.merged) == ({0: "large"}, {"small": 0, "tiny": 0})


def test_of_two_as_large_in_one_the_id_of_the_older_lives() -> None:
    found = succession({"older": keys((0, 40)), "younger": keys((40, 80))}, [keys((0, 80))])
    assert (found.kept, found.merged) == ({0: "older"}, {"younger": 0})


def test_of_one_in_several_the_larger_part_keeps_the_id() -> None:
    found = succession({"a": keys((0, 100))}, [keys((0, 30)), keys((30, 100)), keys((200, 210))])
    assert (found.kept, found.split, found.gone) == ({1: "a"}, {0: "a"}, ())
    assert found.shared == {("a", 0): 30, ("a", 1): 70}


def test_a_handful_of_another_ones_events_makes_no_heir() -> None:
    """Forty of a hundred, in a campaign of three hundred: most of it is gone."""
    found = succession({"a": keys((0, 100))}, [keys((60, 100), (1_000, 1_260))])
    assert (found.kept, found.merged, found.split, found.gone) == ({}, {}, {}, ("a",))
    assert succession({"a": keys((0, 100))}, [keys((50, 100), (1_000, 1_250))]).kept == {0: "a"}


def test_as_many_events_as_possible_stay_with_their_campaign() -> None:
    """The first one's larger part would leave the second one with nothing."""
    old = {"a": keys((0, 38)), "b": keys((100, 119))}
    found = succession(old, [keys((0, 20), (100, 119)), keys((20, 38))])
    assert found.kept == {0: "b", 1: "a"}
    assert (found.merged, found.split) == ({}, {})


CAMPAIGNS = st.lists(st.sets(st.integers(0, 30).map(lambda number: ("okta", str(number))), min_size=1), max_size=5)


@settings(deadline=None)
@given(CAMPAIGNS, CAMPAIGNS, st.randoms(use_true_random=False))
def test_every_campaign_is_accounted_for_once_and_the_order_of_the_new_ones_changes_nothing(
    old: list[set[Key]], new: list[set[Key]], random: Any
) -> None:
    named: Mapping[str, Collection[Key]] = {f"c{number}": one for number, one in enumerate(old)}
    found = succession(named, new)
    fates = [*found.kept.values(), *found.merged, *found.gone]
    assert sorted(fates) == sorted(named)
    assert not found.kept.keys() & found.split.keys()
    for number, one in found.kept.items():
        smaller = min(len(named[one]), len(new[number]))
        assert len(set(named[one]) & new[number]) >= SAME_CAMPAIGN * smaller
    order = list(range(len(new)))
    random.shuffle(order)
    shuffled = succession(named, [new[place] for place in order])
    staying = sum(len(set(named[one]) & new[number]) for number, one in found.kept.items())
    assert staying == sum(len(set(named[one]) & new[order[place]]) for place, one in shuffled.kept.items())
    best = (
        max(
            (
                sum(
                    shared
                    for one, number in zip(chosen, range(len(new)), strict=False)
                    if one is not None
                    and (shared := len(set(named[one]) & new[number])) * 2 >= min(len(named[one]), len(new[number]))
                )
                for chosen in permutations([*named, *[None] * len(new)], len(new))
            ),
            default=0,
        )
        if len(old) <= 3 and len(new) <= 3
        else staying
    )
    assert staying == best


def events(*numbers: int) -> list[tuple[datetime, Key]]:
    return [(START + timedelta(minutes=number), ("okta", str(number))) for number in numbers]


def test_a_new_id_rests_on_the_first_event_alone() -> None:
    """More data after it, or another reading of the rest, does not change the id; another first event does."""
    assert id_of(events(1, 2, 3)) == id_of(events(1)) != id_of(events(2, 3))
    assert id_of(events(1)).startswith("2026-02-")


def test_an_id_that_another_campaign_bears_is_passed_over() -> None:
    first, second = id_of(events(1)), id_of(events(2))
    assert id_of(events(1, 2), {first}) == second
    every = id_of(events(1, 2), {first, second})
    assert every not in {first, second}
    assert every.startswith("2026-02-")
