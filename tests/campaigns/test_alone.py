"""Where one account alone was let in, on one day or on more, and what is an accident."""

from __future__ import annotations

from math import log

import ibis
import pyarrow as pa
import pytest

from tocsin.campaigns.alone import Alone, coincidence, once_alone
from tocsin.engines import Engine

DAYS = [
    ("ada", "home", "line", 1),
    ("ada", "home", "line", 2),
    ("ada", "hotel", "line", 3),
    ("bo", "cottage", "air", 3),
    ("bo", "cottage", "air", 3),  # told twice: still one day
    ("cy", "office", "line", 1),
    ("bo", "office", "line", 1),  # two people: not alone
    ("bo", "office", "line", 2),
    ("cy", None, "air", 4),
]
SITE = Alone({"line": 10, "air": 90}, {"line": 40, "air": 9})  # two of one day for each of more


def owner_days(engine: Engine) -> ibis.Table:
    columns = ("account", "source_ip", "network", "day_number")
    return engine.table("owner_days_of_three", pa.table(dict(zip(columns, zip(*DAYS, strict=True), strict=True))))


def test_addresses_of_one_day_and_of_more_are_counted_by_network(duck: Engine) -> None:
    found = once_alone(duck, owner_days(duck))
    assert found == Alone({"line": 1, "air": 1}, {"line": 1, "air": 0})


def test_a_networks_share_is_drawn_to_the_sites(duck: Engine) -> None:
    """By hand: 101 of one day, 50 of more; four addresses of the site's beside a network's own."""
    site = 101 / 50
    assert SITE.usual("line") == pytest.approx((10 + 4 * site) / 44)
    assert SITE.usual("air") == pytest.approx((90 + 4 * site) / 13)
    assert SITE.usual("never seen") == pytest.approx(site)
    nobody = once_alone(duck, owner_days(duck).filter(ibis.literal(False)))
    assert nobody.usual("line") == 1.0


@pytest.mark.parametrize(
    ("once", "more", "odds"),
    [
        (20, 1, 3 / 17),  # one and a half stay, so three of twenty visited by accident
        (20, 4, 9 / 11),
        (20, 10, None),  # as many as meet by accident
        (2, 0, None),  # one more than by accident is no proof
        (4, 0, 1 / 3),
        (0, 0, None),
    ],
)
def test_more_visits_than_meet_by_accident_are_an_operators(once: int, more: int, odds: float | None) -> None:
    """In one network, where two are of one day for each of more."""
    found = coincidence([None] * once, [None] * more, {None: 7}, Alone({"other": 1}, {}))
    assert found == ({} if odds is None else {None: pytest.approx(log(odds))})


def test_where_people_come_by_another_address_every_day_a_visit_of_one_day_is_rather_theirs() -> None:
    """Ten visits in each of two networks in which the operator tried as much: half a meeting of several days is shared
    by both, so a quarter each, times what is usual there."""
    found = coincidence(["line"] * 10 + ["air"] * 10, [], {"line": 5, "air": 5}, SITE)
    line, air = 0.25 * SITE.usual("line"), 0.25 * SITE.usual("air")
    broken_into = 20 - line - air
    assert found == pytest.approx({"line": log(line / (broken_into / 2)), "air": log(air / (broken_into / 2))})


def test_a_visit_in_a_network_in_which_the_operator_tried_nobody_is_its_owners() -> None:
    found = coincidence(["line"] * 10 + ["air"], [], {"line": 5}, SITE)
    assert found.keys() == {"line"}
    assert found["line"] < 0.0
