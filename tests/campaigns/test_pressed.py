"""Prompts that people go on refusing, from addresses that are used once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest

from event_rows import Row
from small_site import act, found_in, home, person, work
from tocsin.engines import Engine

PEOPLE = range(60)


@pytest.fixture(scope="module")
def usual() -> list[Row]:
    return list(work(PEOPLE))


def away(number: int) -> Row:
    """An address and a network that nobody else comes from, in a log that names no client."""
    return {"source_ip": f"45.{number}.3.9", "network": f"AS{700 + number}", "country": "NL"}


def refused(number: int, times: int, place: Row, day: int) -> Iterator[Row]:
    for again in range(times):
        yield act(
            f"push/{number}/{place['source_ip']}/{again}", person(number), place, day=day, hour=3.0 + again / 30,
            activity="challenge", outcome="failure", reason="mfa_denied",
        )  # fmt: skip


def pushes(people: range, times: int) -> list[Row]:
    return [row for number in people for row in refused(number, times, away(number), 3 + number)]


def test_many_who_are_pushed_in_one_month_are_one_operators(duck: Engine, usual: list[Row]) -> None:
    rows = pushes(range(10), 8)
    told = found_in(duck, [*usual, *rows])
    assert [told.uids(number) for number in range(len(told.campaigns))] == [{row["event_uid"] for row in rows}]
    detected_at = told.campaigns[0].detected_at
    assert detected_at is not None
    assert detected_at < datetime.fromtimestamp(rows[-1]["ts"] / 1000)  # noqa: DTZ006 - naive throughout


def test_one_refusal_each_is_an_accident(duck: Engine, usual: list[Row]) -> None:
    assert not found_in(duck, [*usual, *pushes(range(10), 1)]).campaigns


def test_four_who_are_pushed_are_no_campaign(duck: Engine, usual: list[Row]) -> None:
    assert not found_in(duck, [*usual, *pushes(range(4), 8)]).campaigns


def test_where_people_refuse_as_often_at_home_it_is_nothing_unusual(duck: Engine, usual: list[Row]) -> None:
    """A site whose telephones lose every prompt."""
    lost = [row for number in range(20, 60) for row in refused(number, 8, home(number), 10)]
    assert not found_in(duck, [*usual, *lost, *pushes(range(10), 8)]).campaigns
