"""Minimal access sets: those of small graphs by hand, the laws of AND and OR, cycles, and the bounds."""

from __future__ import annotations

from itertools import chain, combinations
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.exposure.access_sets import AccessSets, Ways, access_sets, minimal

Sets = set[frozenset[int]]


def found(ways: Ways, node: int, *, most_items: int = 99, most_sets: int = 10_000) -> Sets:
    given = access_sets(ways, [node], costs=[1.0] * len(ways), most_items=most_items, most_sets=most_sets)
    assert not given.cut
    return set(given.sets[node])


def sets(*several: tuple[int, ...]) -> Sets:
    return {frozenset(one) for one in several}


def test_a_password_and_a_second_step_are_needed_together() -> None:
    """Account 0 needs the password 1 and any of the codes 2 (phone) and 3 (app), by the inner node 4."""
    ways: Ways = [[(1, 4)], None, None, None, [(2,), (3,)]]
    assert found(ways, 0) == sets((1, 2), (1, 3))


def test_the_webshop_of_the_paper() -> None:
    """Figure 1 of Hammann et al.: acc_shop 0 by pwd_shop 1 or through acc_mail 2; acc_mail by pwd_mail 3 and a code 4,
    which the device 5 shows; the device is opened by a finger 6 or a PIN 7, with the device in hand 8."""
    ways: Ways = [[(1,), (2,)], None, [(3, 4)], None, [(5,)], [(8, 6), (8, 7)], None, None, None]
    assert found(ways, 0) == sets((1,), (3, 6, 8), (3, 7, 8))


def test_one_number_that_resets_the_password_and_takes_the_code_is_enough() -> None:
    """Account 0: credential 1 (password 2, or reset by the number 3) and second step 4 (the number 3, or the app 5)."""
    ways: Ways = [[(1, 4)], [(2,), (3,)], None, None, [(3,), (5,)], None]
    assert found(ways, 0) == sets((3,), (2, 5))


def test_mailboxes_that_recover_each_other_fall_to_any_of_their_passwords() -> None:
    """Accounts 0, 1 and 2 recover in a ring; 3, 4 and 5 are their passwords."""
    ways: Ways = [[(3,), (1,)], [(4,), (2,)], [(5,), (0,)], None, None, None]
    for account in (0, 1, 2):
        assert found(ways, account) == sets((3,), (4,), (5,))


def test_a_ring_without_a_way_in_gives_nothing() -> None:
    assert found([[(1,)], [(0,)]], 0) == set()


def test_a_way_that_needs_the_account_itself_is_none() -> None:
    assert found([[(0, 1), (2, 1)], None, None], 0) == sets((1, 2))


def test_a_set_that_holds_another_is_none() -> None:
    """The password 1 with the code 2, and the password alone for old clients."""
    assert found([[(1, 2), (1,)], None, None], 0) == sets((1,))


def test_larger_sets_than_asked_for_are_left_out_and_the_others_stay() -> None:
    ways: Ways = [[(1, 2, 3), (4,)], None, None, None, None]
    assert found(ways, 0, most_items=2) == sets((4,))


def test_marks_cost_nothing_and_count_for_no_size() -> None:
    ways: Ways = [[(1, 2, 3)], None, None, None]
    given = access_sets(ways, [0], costs=[0.0, 1.0, 0.0, 0.0], marks={2, 3}, most_items=1)
    assert given == AccessSets(sets={0: (frozenset((1, 2, 3)),)})


def test_of_too_many_sets_the_cheapest_are_kept_and_it_is_said() -> None:
    ways: Ways = [[(1,), (2,), (3,)], None, None, None, [(0,)]]
    given = access_sets(ways, [4], costs=[0.0, 3.0, 1.0, 2.0, 0.0], most_sets=2)
    assert given.sets == {4: (frozenset((2,)), frozenset((3,)))}
    assert given.cut == {0, 4}


def test_a_chain_as_long_as_there_are_accounts_needs_no_recursion() -> None:
    """Account n is recovered by account n + 1; the last one has a password."""
    length = 20_000
    ways: list[list[tuple[int, ...]] | None] = [[(number + 1,)] for number in range(length)]
    ways.append(None)
    assert found(ways, 0) == sets((length,))


def test_a_large_ring_keeps_the_cheapest_sets_and_says_so() -> None:
    """Every account of 2,000 has a password, cheaper the further on it stands."""
    size = 2_000
    ways: list[list[tuple[int, ...]] | None] = [[(size + one,), ((one + 1) % size,)] for one in range(size)]
    ways += [None] * size
    costs = [0.0] * size + [float(size - one) for one in range(size)]
    given = access_sets(ways, [0, size // 2], costs=costs, most_sets=4)
    cheapest = tuple(frozenset((2 * size - 1 - one,)) for one in range(4))
    assert given.sets == {0: cheapest, size // 2: cheapest}
    assert {0, size // 2} <= given.cut


def test_accounts_that_recover_each_other_crosswise_have_their_cheapest_sets() -> None:
    """Four hundred accounts, each with a password and two colleagues at random, told by marks: paths between them are
    without number, and the cheapest password that can be reached stands first all the same."""
    size, rng = 400, Random(5)
    passwords, marks = range(size, 2 * size), range(2 * size, 3 * size)
    colleagues = [[rng.randrange(size) for _ in range(2)] for _ in range(size)]
    ways: list[list[tuple[int, ...]] | None] = [
        [(passwords[one],), *((other, marks[other]) for other in colleagues[one])] for one in range(size)
    ]
    ways += [None] * (2 * size)
    costs = [0.0] * size + [rng.random() for _ in passwords] + [0.0] * size
    given = access_sets(ways, range(size), costs=costs, marks=set(marks))
    plain: Ways = [[(passwords[one],), *((other,) for other in colleagues[one])] for one in range(size)]
    for account in range(0, size, 40):
        within = reached([*plain, *[None] * (2 * size)], account)
        cheapest = min((costs[one], one) for one in within)[1]
        assert given.sets[account][0] - set(marks) == {cheapest}
    assert len(given.cut) > size / 2


def reached(ways: Ways, account: int) -> set[int]:
    """Base items by any of which alone the account can be reached."""
    seen, waiting = {account}, [account]
    while waiting:
        for needs in ways[waiting.pop()] or ():
            fresh = set(needs) - seen
            seen |= fresh
            waiting += fresh
    return {one for one in seen if ways[one] is None}


ITEMS = range(8, 13)


@st.composite
def graphs(draw: st.DrawFn) -> list[list[tuple[int, ...]] | None]:
    """Eight nodes with up to four ways each, over five base items; rings among them."""
    way = st.lists(st.integers(0, 12), min_size=1, max_size=3).map(lambda needs: tuple(dict.fromkeys(needs)))
    ways: list[list[tuple[int, ...]] | None] = [draw(st.lists(way, max_size=4, unique=True)) for _ in range(8)]
    return [*ways, *([None] * len(ITEMS))]


def reached_from(ways: Ways, start: frozenset[int]) -> set[int]:
    """`accessFrom` of the paper, word for word."""
    held = set(start)
    while True:
        more = {
            node
            for node, several in enumerate(ways)
            if node not in held and any(held.issuperset(needs) for needs in several or ())
        }
        if not more:
            return held
        held |= more


def by_force(ways: Ways, node: int) -> Sets:
    """Every subset of the base items is tried."""
    every = chain.from_iterable(combinations(ITEMS, size) for size in range(len(ITEMS) + 1))
    return set(minimal(one for one in map(frozenset, every) if node in reached_from(ways, one)))


@given(graphs())
@settings(max_examples=300, deadline=None)
def test_it_agrees_with_trying_every_set(ways: list[list[tuple[int, ...]] | None]) -> None:
    given = access_sets(ways, range(8), costs=[1.0] * len(ways), most_items=99, most_sets=10_000)
    assert {node: set(held) for node, held in given.sets.items()} == {node: by_force(ways, node) for node in range(8)}


@given(graphs(), st.integers(0, 3))
@settings(max_examples=200, deadline=None)
def test_a_bound_on_size_only_leaves_out(ways: list[list[tuple[int, ...]] | None], most: int) -> None:
    every = found(ways, 0)
    assert found(ways, 0, most_items=most) == {one for one in every if len(one) <= most}


@given(graphs())
@settings(max_examples=200, deadline=None)
def test_no_set_holds_another(ways: list[list[tuple[int, ...]] | None]) -> None:
    given = access_sets(ways, range(8), costs=[1.0] * len(ways), most_items=99)
    for held in given.sets.values():
        assert all(not one < other for one in held for other in held)


@given(graphs(), st.integers(0, 7), st.lists(st.integers(0, 12), min_size=1, max_size=2, unique=True))
@settings(max_examples=200, deadline=None)
def test_a_further_way_makes_nothing_safer(
    ways: list[list[tuple[int, ...]] | None], node: int, needs: list[int]
) -> None:
    """Whatever gave access before still does: each set of before holds one of after."""
    more = [list(one) if one is not None else None for one in ways]
    held = more[node]
    assert held is not None
    held.append(tuple(needs))
    for target in range(8):
        after = found(more, target)
        assert all(any(less <= one for less in after) for one in found(ways, target))


@given(graphs(), st.integers(0, 7), st.integers(0, 3))
@settings(max_examples=200, deadline=None)
def test_a_way_less_adds_no_way_in(ways: list[list[tuple[int, ...]] | None], node: int, place: int) -> None:
    """Whatever gives access afterwards gave it before."""
    fewer = [list(one) if one is not None else None for one in ways]
    held = fewer[node]
    assert held is not None
    del held[place : place + 1]
    for target in range(8):
        before = found(ways, target)
        assert all(any(less <= one for less in before) for one in found(fewer, target))


@given(graphs(), st.sampled_from(list(ITEMS)))
@settings(max_examples=200, deadline=None)
def test_without_an_item_the_sets_that_hold_it_are_gone_and_no_others(
    ways: list[list[tuple[int, ...]] | None], item: int
) -> None:
    """What `changes.py` rests on."""
    without = [one if number != item else [] for number, one in enumerate(ways)]
    for target in range(8):
        assert found(without, target) == {one for one in found(ways, target) if item not in one}
