"""A late record stands behind others of a later time; a sorted export or one of several pieces says nothing."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from tocsin.lake.file_order import late_by_order

MINUTE = 60_000


def late(minutes: Sequence[float], runs: list[int] | None = None) -> list[float]:
    """Minutes in, minutes late out."""
    times = (np.array(minutes) * MINUTE).astype(np.int64)
    found = late_by_order(times, np.array(runs) if runs else np.zeros(len(times), np.int32))
    return [float(one) / MINUTE for one in found]


def test_a_record_delivered_two_hours_late_is_late_by_what_has_passed_it() -> None:
    assert late([*range(200, 260), 130.0, *range(260, 300)]) == [0.0] * 60 + [122.0] + [0.0] * 40


def test_a_log_with_the_newest_first_is_read_from_its_end() -> None:
    assert late([*range(300, 260, -1), 130.0, *range(260, 200, -1)])[40] == 123.0


def test_a_sorted_export_has_none_that_is_late() -> None:
    assert set(late(list(range(500)))) == {0.0}


def test_a_clock_that_runs_ahead_makes_no_other_record_late() -> None:
    assert set(late([*range(100), 9_000.0, *range(100, 200)])) == {0.0}


def test_two_exports_one_behind_the_other_are_no_late_delivery() -> None:
    assert set(late([*range(5_000, 5_100), *range(100)])) == {0.0}


def test_records_in_no_order_tell_nothing() -> None:
    assert set(late(list(np.random.default_rng(1).permutation(300)))) == {0.0}


def test_another_format_in_between_is_another_order() -> None:
    """Sign-ins of today beside an audit log of last year, line by line."""
    today, before = list(range(1_000, 1_040)), list(range(40))
    mixed = [one for pair in zip(today, before, strict=True) for one in pair]
    assert set(late(mixed, [0, 1] * 40)) == {0.0}


@pytest.mark.parametrize("records", [0, 1, 8])
def test_too_few_records_tell_nothing(records: int) -> None:
    assert late(list(range(records))) == [0.0] * records
