"""A hidden cell stays hidden for whoever knows the total and the rule."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.share.small_cells import SMALLEST, told

CELLS = st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 40), min_size=1)


@pytest.mark.parametrize(
    ("cells", "zeros", "shown"),
    [
        ({"a": 20, "b": 7, "c": 5}, "", {"a": 20, "b": 7, "c": 5}),
        # One small cell alone would be the total less the others: the smallest other goes with it.
        ({"a": 20, "b": 7, "c": 3}, "", {"a": 20, "b": None, "c": None}),
        # Two small ones that add up to less than five are as good as told.
        ({"a": 20, "b": 7, "c": 1, "d": 2}, "", {"a": 20, "b": None, "c": None, "d": None}),
        ({"a": 20, "b": 4, "c": 4}, "", {"a": 20, "b": None, "c": None}),
        # A zero is a small cell, unless it was approved.
        ({"a": 20, "b": 0, "c": 0}, "", {"a": None, "b": None, "c": None}),
        ({"a": 20, "b": 0, "c": 0}, "bc", {"a": 20, "b": 0, "c": 0}),
        # The announcement: four compromised, none of a campaign, none of a government.
        ({"a": 1, "b": 1, "c": 2, "campaign": 0}, ["campaign"], {"a": None, "b": None, "c": None, "campaign": 0}),
        # An approved zero that would leave one hidden cell alone is not told either.
        ({"a": 4, "campaign": 0}, ["campaign"], {"a": None, "campaign": None}),
    ],
)
def test_these_cells_are_told(cells: dict[str, int], zeros: str, shown: dict[str, int | None]) -> None:
    assert told(cells, zeros=zeros) == shown


@given(CELLS, st.sets(st.sampled_from("abcdefgh")))
def test_no_small_cell_is_told(cells: dict[str, int], zeros: set[str]) -> None:
    for name, count in told(cells, zeros=zeros).items():
        assert count is None or count == cells[name]
        assert count is None or count >= SMALLEST or (count == 0 and name in zeros)


@given(CELLS, st.sets(st.sampled_from("abcdefgh")))
def test_the_total_leaves_every_hidden_cell_open(cells: dict[str, int], zeros: set[str]) -> None:
    """Two cells at least are hidden, and their sum allows each of them as many values as small cells have, or, where
    the total itself is smaller, all that it allows; else nothing is told."""
    shown = told(cells, zeros=zeros)
    hidden = [name for name, count in shown.items() if count is None]
    if not hidden or len(hidden) == len(cells):
        return
    assert len(hidden) >= 2
    known = sum(count for count in shown.values() if count is not None)
    assert sum(cells.values()) - known >= min(SMALLEST, sum(cells.values()))
