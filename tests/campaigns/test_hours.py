"""At which hours owners act and an operator works, by hand."""

from __future__ import annotations

from math import log

import numpy as np
import pyarrow as pa
import pytest

from tocsin.campaigns.hours import HABIT, HOUR_MS, HOUSE, MOST, OwnersHours, Watch

DAY_MS = 24 * HOUR_MS


def at(*hours: int) -> np.ndarray:
    """One act a day at each of these hours."""
    return np.array([day * DAY_MS + hour * HOUR_MS + 7 for day, hour in enumerate(hours)], np.int64)


def worked(*hours: int) -> pa.Table:
    """One act at each of these hours, each day from another address."""
    times = at(*hours)
    return pa.table({"source_ip": [f"45.9.1.{number}" for number in range(len(times))], "ts": times})


def test_a_domain_has_hours_of_its_own_drawn_to_those_of_the_site() -> None:
    """A hundred acts of one domain at nine, a hundred of another at twenty; a tenth is spread over the day."""
    accounts = ["ada@east.example"] * 100 + ["bob@west.example"] * 100
    owners = OwnersHours(accounts, at(*[9] * 100, *[20] * 100))
    half = 0.9 / 2 + 0.1 / 24
    assert owners.site[9] == owners.site[20] == pytest.approx(half)
    assert owners.of("eve@east.example")[9] == pytest.approx(0.9 * (100 + HOUSE * half) / 150 + 0.1 / 24)
    assert owners.of("eve@east.example")[20] == pytest.approx(0.9 * HOUSE * half / 150 + 0.1 / 24)
    assert (owners.of("nobody@elsewhere.example") == owners.site).all()


def test_without_acts_every_hour_is_alike() -> None:
    assert OwnersHours([], at()).of("ada@example.org") == pytest.approx(np.full(24, 1 / 24))


def test_who_acts_when_the_operator_sleeps_is_rather_the_owner() -> None:
    """A hundred acts at three, a quarter of each told to the hour before and after."""
    owners = OwnersHours(["ada@example.org"] * 240, at(*range(24), *[15] * 216))
    watch = Watch(worked(*[3] * 100), owners)
    night, day = watch.odds(["ada@example.org"] * 2, at(3, 15))
    theirs = [(50 + HABIT * owners.site[3]) / 112, HABIT * owners.site[15] / 112]
    of = owners.of("ada@example.org")
    assert night == pytest.approx(max(log(of[3] / theirs[0]), -MOST))
    assert day == pytest.approx(min(log(of[15] / theirs[1]), MOST))
    assert night < -1.0 < 1.0 < day


def test_an_address_has_one_voice_in_an_hour() -> None:
    owners = OwnersHours(["ada@example.org"] * 24, at(*range(24)))
    once = pa.table({"source_ip": ["45.9.1.1", "45.9.1.2"], "ts": [3 * HOUR_MS, 15 * HOUR_MS]})
    often = pa.table({"source_ip": ["45.9.1.1"] * 50 + ["45.9.1.2"], "ts": [3 * HOUR_MS] * 50 + [15 * HOUR_MS]})
    asked = (["ada@example.org"], at(3))
    assert Watch(once, owners).odds(*asked) == Watch(often, owners).odds(*asked)


def test_programs_that_never_sleep_tell_nothing_by_their_hours() -> None:
    owners = OwnersHours(["ada@example.org"] * 240, at(*list(range(24)) * 10))
    odds = Watch(worked(*list(range(24)) * 20), owners).odds(["ada@example.org"] * 24, at(*range(24)))
    assert odds == pytest.approx(np.zeros(24), abs=1e-9)
