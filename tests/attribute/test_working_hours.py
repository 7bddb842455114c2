"""Hours of acts against office days, fairly: anybody's office day is the alternative."""

from __future__ import annotations

from datetime import datetime, timedelta
from math import log

import pytest

from attribution_by_hand import TEHRAN, office_times
from tocsin.attribute.actor import Hours
from tocsin.attribute.working_hours import Times

MOSCOW = Hours(timezone="Europe/Moscow", start=8.0, end=17.0, days_off=(5, 6))
SHANGHAI = Hours(timezone="Asia/Shanghai", start=8.0, end=17.0, days_off=(5, 6))


def test_acts_of_an_office_fit_its_own_hours_best() -> None:
    times = Times(office_times("Asia/Tehran", (3, 4)))
    assert times.of_actor(TEHRAN) > log(5)
    assert times.of_actor(MOSCOW) < times.of_actor(TEHRAN) - log(5)
    assert times.of_actor(SHANGHAI) < -log(100)


def test_the_days_off_tell_places_of_nearly_the_same_hours_apart() -> None:
    friday = Hours(timezone="Asia/Tehran", start=8.0, end=17.0, days_off=(5, 6))
    times = Times(office_times("Asia/Tehran", (3, 4)))
    assert times.of_actor(friday) < -log(10)
    (off, sure) = times.rhythm().days_off or ((), 0.0)
    assert off == (3, 4)
    assert sure > 0.9


def test_summer_time_is_heeded() -> None:
    """Berlin moves on 29 March 2026: eight o'clock there is 7:00 UTC before and 6:00 after."""
    berlin = Hours(timezone="Europe/Berlin", start=8.0, end=17.0, days_off=(5, 6))
    across = office_times("Europe/Berlin", (5, 6), days=90)
    assert {one.hour for one in across if one.minute == 20} >= {6, 7}
    assert Times(across).of_actor(berlin) > log(4)


def test_a_machine_that_never_rests_keeps_no_office_day() -> None:
    start = datetime.fromisoformat("2026-02-02")
    times = Times([start + timedelta(hours=3 * number) for number in range(28 * 8)])
    rhythm = times.rhythm()
    assert rhythm.no_office > 0.9
    assert rhythm.p_even > 0.5
    assert times.of_actor(TEHRAN) < 0


def test_a_burst_counts_as_the_one_hour_that_it_is() -> None:
    hourly = office_times("Asia/Tehran", (3, 4))
    bursts = [one + timedelta(seconds=each) for one in hourly for each in range(50)]
    assert Times(bursts).of_actor(TEHRAN) == pytest.approx(Times(hourly).of_actor(TEHRAN))


@pytest.mark.parametrize(("days", "said"), [(3, "15 hours with acts on 3 days are too few"), (0, "0 hours with acts")])
def test_few_acts_cannot_say(days: int, said: str) -> None:
    times = Times(office_times("Asia/Tehran", (), days=days))
    assert said in (times.cannot_say or "")
    assert said in (times.rhythm().cannot_say or "")


def test_a_short_campaign_says_nothing_of_days_off() -> None:
    rhythm = Times(office_times("Asia/Tehran", (3, 4), days=11)).rhythm()
    assert rhythm.cannot_say is None
    assert rhythm.days_off is None


def test_the_offset_found_holds_the_true_one() -> None:
    for zone, offset in (("Asia/Tehran", 3.5), ("Asia/Shanghai", 8.0), ("America/Sao_Paulo", -3.0)):
        low, high = Times(office_times(zone, (5, 6))).rhythm().offsets or (0.0, 0.0)
        assert low <= offset <= high
        assert high - low <= 4


def test_hours_of_a_country_say_less_than_an_actor_s_own() -> None:
    times = Times(office_times("Asia/Tehran", (3, 4)))
    of_country = times.of_country("IR")
    assert of_country is not None
    assert log(1.5) < of_country < times.of_actor(TEHRAN)
    assert times.of_country("XX") is None
