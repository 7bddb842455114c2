"""What evidence may say is bounded by what may be planted and what may have changed."""

from __future__ import annotations

from math import exp, isclose, log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.attribute.icd203 import BANDS, band, band_of
from tocsin.attribute.weights import (
    EVER,
    GROUPS,
    HOURS,
    INDICATORS,
    KINDS,
    LANGUAGE,
    TECHNIQUES,
    Bounds,
    Evidence,
    Kind,
    bounded,
    by_group,
    together,
)


def of(kind: Kind, factor: float) -> Evidence:
    return Evidence(kind=kind, log_ratio=log(factor), reason="")


def test_what_says_nothing_still_says_nothing() -> None:
    assert bounded(0.0, Bounds(0.1, 0.3)) == 0.0


@given(st.floats(-1000, 1000), st.floats(0.01, 0.5), st.floats(0.01, 0.5))
def test_no_evidence_says_more_than_its_bounds_let_it(raw: float, planted: float, changed: float) -> None:
    factor = exp(bounded(raw, Bounds(planted, changed)))
    assert changed * 0.99 <= factor <= 1 / planted * 1.01


@given(st.floats(-20, 20), st.floats(-20, 20))
def test_stronger_evidence_never_says_less(one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert bounded(low, INDICATORS.bounds) <= bounded(high, INDICATORS.bounds)


def test_evidence_of_one_group_counts_less_together_than_evidence_of_two() -> None:
    assert isclose(together([of(HOURS, 4), of(LANGUAGE, 4)]), log(4) * 1.5)
    assert isclose(together([of(HOURS, 4), of(TECHNIQUES, 4)]), log(16))
    assert by_group([of(HOURS, 4), of(LANGUAGE, 0.25)]) == {"place": pytest.approx(log(2))}


def test_everything_together_leaves_room_for_another_hand() -> None:
    assert together([of(kind, 1000) for kind in KINDS]) == log(EVER)
    assert len(GROUPS) == 4


BANDS_OF_ICD_203 = [
    ("almost no chance", 1, 5),
    ("very unlikely", 5, 20),
    ("unlikely", 20, 45),
    ("roughly even chance", 45, 55),
    ("likely", 55, 80),
    ("very likely", 80, 95),
    ("almost certainly", 95, 99),
]
"""ICD 203 (2 January 2015), D.6.e(2)(a)."""


def test_the_bands_are_those_of_icd_203() -> None:
    assert [tuple(one) for one in BANDS] == BANDS_OF_ICD_203


@pytest.mark.parametrize(
    ("chance", "term"),
    [
        (0, "almost no chance"),
        (0.05, "almost no chance"),
        (0.0501, "very unlikely"),
        (0.55, "roughly even chance"),
        (0.56, "likely"),
        (0.95, "very likely"),
        (1, "almost certainly"),
    ],
)
def test_a_probability_has_its_term(chance: float, term: str) -> None:
    assert band(chance).term == term


def test_a_term_is_known_however_it_is_written() -> None:
    assert band_of(" Very  Likely") == ("very likely", 80, 95)
    assert band_of("certain") is None
