"""Where one account alone was let in, on one day or on more, and what is an accident."""

from __future__ import annotations

from math import inf, log

import ibis
import pyarrow as pa
import pytest

from tocsin.campaigns.alone import coincidence, once_alone
from tocsin.engines import Engine

DAYS = [
    ("ada", "home", 1),
    ("ada", "home", 2),
    ("ada", "hotel", 3),
    ("bo", "cottage", 3),
    ("bo", "cottage", 3),  # through another network's name for it: still one day
    ("cy", "office", 1),
    ("bo", "office", 1),  # two people: not alone
    ("bo", "office", 2),
    ("cy", None, 4),
]


def owner_days(engine: Engine) -> ibis.Table:
    columns = dict(zip(("account", "source_ip", "day_number"), map(list, zip(*DAYS, strict=True)), strict=True))
    return engine.table("owner_days_of_three", pa.table(columns))


def test_addresses_of_one_day_are_held_against_those_of_more(duck: Engine) -> None:
    """The hotel and the cottage beside home, one added to each."""
    assert once_alone(duck, owner_days(duck)) == pytest.approx(3 / 2)


def test_without_any_address_as_many_are_of_one_day_as_of_more(duck: Engine) -> None:
    nobody = owner_days(duck).filter(ibis.literal(False))
    assert once_alone(duck, nobody) == 1.0


@pytest.mark.parametrize(
    ("once", "more", "usual", "odds"),
    [
        (20, 1, 2.0, 3 / 17),  # one and a half stay, so three of twenty visited by accident
        (20, 4, 2.0, 9 / 11),
        (20, 10, 2.0, inf),  # as many as meet by accident
        (2, 0, 2.0, inf),  # one more than by accident is no proof
        (4, 0, 2.0, 1 / 3),
        (0, 0, 2.0, inf),
    ],
)
def test_more_visits_than_meet_by_accident_are_an_operators(once: int, more: int, usual: float, odds: float) -> None:
    found = coincidence(once, more, usual)
    assert found == inf if odds == inf else found == pytest.approx(log(odds))
