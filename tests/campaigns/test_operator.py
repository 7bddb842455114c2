"""Owners and an operator compared by shares."""

from __future__ import annotations

from math import log

import pytest

from tocsin.campaigns.operator import RETURNS, _contrast, returned


def test_without_any_of_either_there_is_no_difference() -> None:
    assert _contrast([(0, 0), (0, 0)]) == 0.0


def test_few_of_one_are_drawn_to_what_both_show() -> None:
    """By hand: the share of both is (8 + 1) / (10 + 2) = 3/4, and counts as two accounts of each."""
    assert _contrast([(0, 0), (8, 2)]) == pytest.approx(log(0.75 / ((8 + 1.5) / 12)))


def test_equal_shares_are_no_difference_and_unequal_ones_are_their_ratio() -> None:
    assert _contrast([(500, 500), (500, 500)]) == pytest.approx(0.0)
    assert _contrast([(20, 980), (600, 400)]) == pytest.approx(log(0.02 / 0.6), abs=0.05)


def test_each_further_day_at_an_address_speaks_for_who_lives_there() -> None:
    assert [returned(days) for days in (0, 1)] == [0.0, 0.0]
    assert returned(4) == pytest.approx(3 * -log(RETURNS))
