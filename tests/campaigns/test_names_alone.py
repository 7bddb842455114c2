"""Names that nobody has, tried at an operator's address by somebody else."""

from __future__ import annotations

import numpy as np
import pytest

from event_rows import Row, event_row, event_table
from tocsin.campaigns.names_alone import _Habit, without_strangers_names

PLACE = "203.0.113.9"


def tried(uid: str, account: str, *, hour: float, known: str = "true", place: str = PLACE, **facts: object) -> Row:
    return event_row(
        uid, activity="sign_in", outcome="failure", account=account, account_known=known, hour=hour, source_ip=place,
        **facts,
    )  # fmt: skip


def sprayed(days: int = 10) -> list[Row]:
    """Eight accounts a sitting, all of which exist but one in all."""
    rows = [
        tried(f"s{day}-{number}", f"user{day}-{number}@x.org", day=day, hour=9 + number / 60)
        for day in range(days)
        for number in range(8)
    ]
    return [*rows, tried("typo", "usr@x.org", known="false", hour=9.2)]


def names(number: int, *, start: float = 20.0) -> list[Row]:
    return [tried(f"n{one}", f"info{one}@x.org", known="false", day=one, hour=start) for one in range(number)]


def kept(rows: list[Row]) -> set[str]:
    return set(without_strangers_names(event_table(rows))["event_uid"].to_pylist())


def test_names_that_a_program_tries_at_other_hours_are_not_the_operators() -> None:
    operator = sprayed()
    assert kept([*operator, *names(10)]) == {row["event_uid"] for row in operator}


def test_a_name_that_nobody_has_among_the_accounts_of_a_sitting_is_the_operators() -> None:
    assert "typo" in kept([*sprayed(), *names(10)])


def test_one_fact_away_the_same_names_in_the_operators_sittings_are_its_own() -> None:
    rows = [*sprayed(), *names(10, start=9.05)]
    assert kept(rows) == {row["event_uid"] for row in rows}


def test_who_tries_a_stale_list_one_by_one_keeps_the_names_that_stand_alone() -> None:
    """Half of the list is gone: sittings of one try hold a name that nobody has as often as not."""
    pairs = [
        tried(f"p{day}-{side}", f"{side}{day}@x.org", known=known, day=day, hour=8 + number / 60)
        for day in range(12)
        for number, (side, known) in enumerate((("a", "true"), ("b", "false" if day % 2 else "true")))
    ]
    singles = [tried(f"o{day}", f"one{day}@x.org", day=day, hour=14) for day in range(12)]
    rows = [*pairs, *singles, *names(12)]
    assert kept(rows) == {row["event_uid"] for row in rows}


def test_one_try_that_two_logs_tell_of_is_one_try() -> None:
    """Else an operator who tries one account a sitting would seem to try two, and never a name that nobody has."""
    rows = [
        tried(f"{provider}{day}", f"one{day}@x.org", day=day, hour=14, provider=provider)
        for day in range(12)
        for provider in ("entra", "m365")
    ]
    mixed = [
        tried(f"x{day}-{side}", f"{side}{day}@x.org", known=known, day=day, hour=8 + number / 60)
        for day in range(12)
        for number, (side, known) in enumerate((("a", "true"), ("b", "false" if day % 2 else "true")))
    ]
    everything = [*rows, *mixed, *names(12)]
    assert kept(everything) == {row["event_uid"] for row in everything}


@pytest.mark.parametrize("rows", [[], sprayed(), names(5)], ids=["nothing", "no lonely name", "nothing but names"])
def test_what_cannot_be_compared_is_left_as_it_is(rows: list[Row]) -> None:
    assert kept(rows) == {row["event_uid"] for row in rows}


def test_the_order_of_the_rows_changes_nothing() -> None:
    rows = [*sprayed(), *names(10)]
    assert kept(rows) == kept(rows[::-1])


def test_expected_sittings_of_nothing_but_names_by_hand() -> None:
    """Beta(1, 3): a sitting of one is a name with 1/4, one of two both with 1/4 * 2/5 = 1/10; beside sittings that hold
    something else that is (1/4)/(3/4) + (1/10)/(9/10) = 1/3 + 1/9."""
    assert _Habit(1.0, 3.0).alone_beside(np.array([1, 2])) == pytest.approx(1 / 3 + 1 / 9)


def test_an_operators_share_of_names_leaves_out_what_makes_a_sitting_count() -> None:
    """Two sittings of four, in each of which one of the other three is a name: a third, not a quarter."""
    habit = _Habit.of(np.array([4, 4]), np.array([1, 1]))
    assert habit.alpha / (habit.alpha + habit.beta) == pytest.approx((2 + 0.5) / (6 + 1))
