"""No confident wrong name on campaigns whose hand is known; the unknown stays unknown."""

from __future__ import annotations

from collections import Counter

import pytest
from attribution import Answer, answers, calibration, table
from attribution_worlds import PLOTS


@pytest.fixture(scope="module")
def found() -> list[Answer]:
    return list(answers(11, 6, shipped=False))


def test_no_name_is_wrong_whatever_is_played(found: list[Answer]) -> None:
    assert [(one.plot, one.suggestion.views[0].actor) for one in found if one.said == "wrong"] == []


def test_most_campaigns_of_a_described_hand_are_named(found: list[Answer]) -> None:
    said = Counter(one.said for one in found if one.plot == "own hand")
    assert said["right"] >= 4


def test_unknown_hands_stay_unknown(found: list[Answer]) -> None:
    for one in found:
        if one.truth is None:
            assert one.said == "not known", one.plot
            assert all(chance <= 0.45 for _, chance in one.chances), one.plot


def test_every_plot_and_band_stands_in_the_tables(found: list[Answer]) -> None:
    assert all(f"| {plot} | 6 |" in table(found) for plot in PLOTS)
    assert "| very likely (80-95%) |" in calibration(found)
