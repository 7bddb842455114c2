"""Columns as numbers."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.campaigns import texts as module
from tocsin.campaigns.texts import coded, firsts, together

ROWS = st.lists(st.tuples(*[st.sampled_from(["a", "b", "c", None])] * 3), min_size=1, max_size=20)


def table(rows: list[tuple[str | None, ...]]) -> pa.Table:
    return pa.table(
        {str(number): pa.array(column, pa.string()) for number, column in enumerate(zip(*rows, strict=True))}
    )


@given(ROWS)
def test_rows_have_one_number_where_all_columns_are_alike(rows: list[tuple[str | None, ...]]) -> None:
    numbers = together(map(coded, table(rows).columns)).tolist()
    assert len({*zip(rows, numbers, strict=True)}) == len({*rows}) == len({*numbers})
    assert firsts(table(rows)).to_pylist() == [number for number, row in enumerate(rows) if row not in rows[:number]]


def test_columns_of_more_values_than_numbers_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """Four columns of a hundred values each, where a thousand numbers are all there are."""
    rows = [(f"{one}", f"{one % 7}", f"{one // 7}", f"{one % 3}") for one in range(100)]
    monkeypatch.setattr(module, "MOST_NUMBERS", 100 * 101)
    numbers = together(map(coded, table([*rows, *rows]).columns))
    assert len({*numbers.tolist()}) == len(rows)
    assert np.array_equal(numbers[: len(rows)], numbers[len(rows) :])
