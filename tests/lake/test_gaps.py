"""Gaps: silences that a tenant's own rhythm does not explain."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.lake.gaps import gaps, window

MONDAY = 492_336  # hours since 1970: 2026-03-02 00:00 UTC
OFFICE = [
    0.02,
    0.01,
    0.01,
    0.01,
    0.01,
    0.05,
    0.2,
    0.6,
    1,
    1,
    1,
    0.9,
    0.7,
    0.9,
    1,
    0.9,
    0.7,
    0.5,
    0.3,
    0.2,
    0.2,
    0.1,
    0.1,
    0.05,
]
ROUND_THE_CLOCK = [1.0] * 24


def life(
    seed: int, *, a_day: float, days: int = 30, shape: list[float] = OFFICE, weekend: float = 0.15
) -> dict[int, int]:
    """Events by hour: sittings at random, each of one to a dozen events."""
    rng = np.random.default_rng(seed)
    weights = np.array(shape) / sum(shape)
    counts: dict[int, int] = {}
    for day in range(days):
        level = a_day * (weekend if day % 7 >= 5 else 1.0) * rng.uniform(0.8, 1.2)
        for hour in range(24):
            sittings = rng.poisson(level * weights[hour] / 3)
            if sittings:
                counts[MONDAY + day * 24 + hour] = int(rng.geometric(1 / 3, sittings).sum())
    return counts


def hour(day: int, of_day: int = 0) -> int:
    return MONDAY + day * 24 + of_day


def moments(start: int, end: int) -> tuple[datetime, datetime]:
    origin = datetime(1970, 1, 1, tzinfo=UTC)
    return origin + timedelta(hours=start), origin + timedelta(hours=end)


def without(counts: dict[int, int], start: int, end: int) -> dict[int, int]:
    return {at: number for at, number in counts.items() if not start <= at < end}


def holds(found: list[tuple[datetime, datetime]], start: int, end: int) -> bool:
    """Exactly one gap, and it reaches over the stretch."""
    left, right = moments(start, end)
    return len(found) == 1 and found[0][0] <= left and right <= found[0][1]


def test_the_first_hour_of_the_samples_is_a_monday_midnight() -> None:
    assert moments(MONDAY, MONDAY)[0].isoweekday() == 1
    assert moments(MONDAY, MONDAY)[0].hour == 0


@pytest.mark.parametrize("a_day", [0.3, 5, 60, 800, 20_000])
def test_a_whole_log_has_no_gap_whatever_the_size_of_the_tenant(a_day: float) -> None:
    assert [found for seed in range(25) if (found := gaps(life(seed, a_day=a_day)))] == []


@pytest.mark.parametrize("days", [1, 3, 6, 8, 10, 15, 90])
def test_a_whole_log_has_no_gap_however_short_or_long_it_is(days: int) -> None:
    found = [found for seed in range(15) if (found := gaps(life(seed, a_day=300, days=days, weekend=0.0)))]
    assert found == []


@pytest.mark.parametrize("seed", range(5))
def test_a_missing_day_is_a_gap(seed: int) -> None:
    counts = without(life(seed, a_day=300), hour(15), hour(16))
    assert holds(gaps(counts), hour(15), hour(16))


@pytest.mark.parametrize("seed", range(5))
def test_a_missing_night_shift_of_a_tenant_that_never_sleeps_is_a_gap(seed: int) -> None:
    counts = without(life(seed, a_day=300, shape=ROUND_THE_CLOCK, weekend=1.0), hour(9, 22), hour(10, 6))
    assert holds(gaps(counts), hour(9, 22), hour(10, 6))


@pytest.mark.parametrize("seed", range(5))
def test_four_silent_working_hours_of_a_busy_tenant_are_a_gap(seed: int) -> None:
    counts = without(life(seed, a_day=800), hour(10, 10), hour(10, 14))
    assert holds(gaps(counts), hour(10, 10), hour(10, 14))


@pytest.mark.parametrize("seed", range(5))
def test_four_silent_working_hours_are_a_gap_even_in_a_log_of_five_days(seed: int) -> None:
    counts = without(life(seed, a_day=800, days=5), hour(2, 10), hour(2, 14))
    assert holds(gaps(counts), hour(2, 10), hour(2, 14))


def test_an_attack_elsewhere_in_the_log_does_not_hide_an_outage() -> None:
    counts = without(life(1, a_day=800), hour(10, 10), hour(10, 14))
    for day in range(20, 24):
        counts[hour(day, 11)] = 40_000
    assert holds(gaps(counts), hour(10, 10), hour(10, 14))


def test_a_quiet_holiday_with_a_few_people_at_work_is_no_gap() -> None:
    counts = life(3, a_day=300)
    holiday = dict.fromkeys(range(hour(14, 8), hour(14, 20), 4), 2)
    assert gaps(without(counts, hour(14), hour(15)) | holiday) == []


@pytest.mark.parametrize("seed", range(5))
def test_a_source_that_starts_a_week_after_the_others_has_a_gap_there(seed: int) -> None:
    counts = without(life(seed, a_day=100), hour(0), hour(7))
    assert holds(gaps(counts, (hour(0), hour(30))), hour(0), hour(7))


@pytest.mark.parametrize("seed", range(5))
def test_a_source_that_stops_early_has_a_gap_there(seed: int) -> None:
    counts = without(life(seed, a_day=100), hour(24), hour(30))
    assert holds(gaps(counts, (hour(0), hour(30))), hour(24), hour(30))


def test_a_source_of_three_days_beside_one_of_thirty_has_gaps_around() -> None:
    counts = without(without(life(1, a_day=300), hour(0), hour(14)), hour(17), hour(30))
    found = gaps(counts, (hour(0), hour(30)))
    assert len(found) == 2
    assert found[0][0] == moments(hour(0), 0)[0]
    assert found[1][1] == moments(hour(30), 0)[0]


def test_the_first_and_last_night_of_a_log_are_no_gap() -> None:
    counts = without(without(life(2, a_day=300), hour(0), hour(0, 7)), hour(29, 20), hour(30))
    assert gaps(counts, (hour(0), hour(30))) == []


def test_one_event_with_a_wrong_year_makes_no_gap_for_itself_or_others() -> None:
    sound, dated = life(1, a_day=300), life(2, a_day=300) | {10: 1, 70_000_000: 1}
    over_all = window([sound, dated])
    assert over_all is not None
    assert over_all[0] >= MONDAY
    assert over_all[1] <= hour(30)
    assert gaps(sound, over_all) == []
    assert gaps(dated, over_all) == []


@given(
    st.dictionaries(st.integers(400_000, 401_500), st.integers(1, 5_000), max_size=150),
    st.tuples(st.integers(399_000, 400_500), st.integers(401_000, 403_000)) | st.none(),
    st.integers(-3, 3),
)
def test_gaps_are_silent_apart_and_in_order_and_move_with_the_log(
    counts: dict[int, int], over_all: tuple[int, int] | None, weeks: int
) -> None:
    found = gaps(counts, over_all)
    busy = [moments(at, at + 1) for at in counts]
    assert all(start < end for start, end in found)
    assert all(earlier[1] < later[0] for earlier, later in itertools.pairwise(found))
    assert not any(start < hour_end and hour_start < end for start, end in found for hour_start, hour_end in busy)
    shift = weeks * 168
    moved_window = (over_all[0] + shift, over_all[1] + shift) if over_all else None
    moved = gaps({at + shift: number for at, number in counts.items()}, moved_window)
    apart = timedelta(hours=shift)
    assert moved == [(start + apart, end + apart) for start, end in found]


@given(st.dictionaries(st.integers(0, 10_000), st.integers(0, 3), max_size=12))
def test_a_dozen_events_say_nothing_of_gaps(counts: dict[int, int]) -> None:
    assert gaps({at: min(number, 1) for at, number in counts.items()}) == []
