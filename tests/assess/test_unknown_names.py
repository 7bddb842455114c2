"""When the number of names tried that do not exist is said to be far from usual."""

from __future__ import annotations

from tocsin.assess.unknown_names import unknown_names_told

FIRST = 20_500  # 16 February 2026

USUAL = [(FIRST + day, f"typo{day}.{number}@example.org") for day in range(20) for number in range(8)]


def _wave(day: int, names: int) -> list[tuple[int, str]]:
    return [(FIRST + day, f"list{number}@example.org") for number in range(names)]


def test_a_wave_of_names_that_no_campaign_holds_is_told_with_its_days() -> None:
    assert unknown_names_told([*USUAL, *_wave(4, 200), *_wave(5, 101)], ()) == (
        "Far more names that do not exist were tried than is usual here, and no campaign holds them: 208 on 20 February"
        " 2026, 109 on 1 other day; 8 a day are usual. A list of stolen passwords tried through many addresses looks"
        " like this."
    )


def test_a_wave_that_a_campaign_holds_is_told_with_the_campaign_alone() -> None:
    """One fact away: its names are evidence."""
    wave = _wave(4, 200)
    assert unknown_names_told([*USUAL, *wave], {name for _, name in wave}) is None


def test_the_rest_of_a_wave_of_which_a_campaign_holds_most_is_not_told() -> None:
    """Some stragglers of a large campaign are rather its own than another's."""
    wave = _wave(4, 300)
    assert unknown_names_told([*USUAL, *wave], {name for _, name in wave[:170]}) is None
    assert unknown_names_told([*USUAL, *wave], {name for _, name in wave[:130]}) is not None


def test_a_name_tried_often_on_a_day_is_one_name() -> None:
    assert unknown_names_told([*USUAL, *(_wave(4, 1) * 500)], ()) is None


def test_days_far_apart_in_small_numbers_are_nothing_to_tell() -> None:
    """An old device on one day of a quiet month: more than ten times the usual, and fewer than a hundred names."""
    assert unknown_names_told([*_wave(0, 99), *_wave(19, 1)], ()) is None
    assert unknown_names_told([], ()) is None
