"""Where owners are met, by how much is known of their account."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.campaigns.faithfulness import LEVELS, MOST_KNOWN, Faithfulness

ALIKE = st.integers(3, 40).flatmap(
    lambda days: st.tuples(
        st.just(days), st.integers(0, days), st.integers(0, days), st.integers(0, days), st.integers(1, 500)
    )
)


def test_all_other_days_tell_where_a_well_known_account_is_met() -> None:
    """By hand: of 100 days of use 90 at an address of another day, 6 in a network, 3 in a country, 1 nowhere known; one
    imagined day each."""
    measured = Faithfulness.measured([(20, 5, 9, 20, 90), (20, 1, 9, 20, 6), (20, 1, 1, 20, 3), (20, 1, 1, 1, 1)])
    known = np.array([float(MOST_KNOWN), 300.0])
    assert measured.share("source_ip", known) == pytest.approx([91 / 104] * 2)
    assert measured.share("network", known) == pytest.approx([7 / 104] * 2)
    assert measured.share("country", known) == pytest.approx([4 / 104] * 2)
    assert measured.elsewhere == pytest.approx(2 / 104)


def test_of_an_account_of_one_known_day_more_is_new() -> None:
    """By hand: an account of four days, two at home and two at the office, in one country. Of the three other days one
    is at the same place; one drawn of them is in a third of the cases, two in two thirds."""
    measured = Faithfulness.measured([(4, 2, 2, 4, 10_000_000)])
    one, two = (float(measured.share("source_ip", np.array([known]))[0]) for known in (1.0, 2.0))
    assert (one, two) == pytest.approx((1 / 3, 2 / 3), abs=1e-5)
    assert float(measured.share("country", np.array([1.0]))[0]) == pytest.approx(2 / 3, abs=1e-5)


@given(days=st.integers(3, 7), data=st.data())
def test_the_draw_is_that_of_every_choice_of_days(days: int, data: st.DataObject) -> None:
    places = data.draw(st.lists(st.integers(0, 3), min_size=days, max_size=days))
    known = data.draw(st.integers(1, days - 1))
    met = [
        places[day] in {places[other] for other in drawn}
        for day in range(days)
        for drawn in combinations([other for other in range(days) if other != day], known)
    ]
    counts = [(days, places.count(place), places.count(place), days, 1_000_000) for place in places]
    found = float(Faithfulness.measured(counts).share("source_ip", np.array([float(known)]))[0])
    every = float(Faithfulness.measured(counts).share("source_ip", np.array([float(MOST_KNOWN)]))[0])
    assert found == pytest.approx(min(float(np.mean(met)), every), abs=1e-4)


def test_who_is_known_at_the_address_is_known_though_the_log_names_no_network() -> None:
    measured = Faithfulness.measured([(10, 10, 0, 0, 1_000)])
    assert float(measured.share("source_ip", np.array([9.0]))[0]) == pytest.approx(1_001 / 1_004)
    assert measured.elsewhere == pytest.approx(1 / 1_004)


def test_where_no_account_was_used_for_long_all_levels_are_as_likely() -> None:
    measured = Faithfulness.measured([(2, 1, 1, 2, 50)])
    for level in LEVELS:
        assert measured.share(level, np.array([0.0, 1.0, 50.0])) == pytest.approx([0.25] * 3)


@given(counts=st.lists(ALIKE, max_size=8))
def test_the_less_is_known_the_more_is_new(counts: list[tuple[int, int, int, int, int]]) -> None:
    measured = Faithfulness.measured(counts)
    known = np.arange(0.0, 30.0)
    shares = {level: measured.share(level, known) for level in LEVELS}
    assert all(((share > 0.0) & (share < 1.0)).all() for share in shares.values())
    assert (shares["source_ip"] <= shares["source_ip"][-1]).all()
    assert (shares["network"] >= shares["network"][-1]).all()
    assert (shares["country"] >= shares["country"][-1]).all()
