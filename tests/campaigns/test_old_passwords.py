"""Programs that ask with a password which their owner has replaced, and who else is refused again and again."""

from __future__ import annotations

from collections.abc import Sequence
from math import log

import pytest

from event_rows import Row
from small_site import found_in, guess, home, person, work
from tocsin.campaigns.old_passwords import HOUSEHOLD, LASTS_MS, LEAST, PAUSE_MS
from tocsin.engines import Engine

PEOPLE = range(30)
HOUR_MS = 3_600_000
MINE, DAY = 20, 12
NAMELESS: Row = {"client": None}
"""What the log tells of clients."""


def mobile(number: int) -> Row:
    """Another address of the network in which the person lives."""
    return {**home(MINE), **NAMELESS, "source_ip": f"81.9.{number}.5"}


def run(place: Row, *, every_ms: int, times: int, name: str = "old") -> list[Row]:
    return [
        guess(f"{name}/{number}", person(MINE), place, day=DAY, hour=10 + number * every_ms / HOUR_MS)
        for number in range(times)
    ]


def told(engine: Engine, rows: Sequence[Row]) -> set[str]:
    """Ids of what is held to be such a program's."""
    weighed = found_in(engine, rows).site.weighed
    return {*weighed.acts.text("event_uid")[weighed.programs > 0.0]}


@pytest.fixture(scope="module")
def usual() -> list[Row]:
    """Every other day people have another address of their network."""
    rows = [{**row, **NAMELESS, "user_agent": None} for row in work(PEOPLE)]
    return [
        {**row, "source_ip": f"81.3.{row['day_number'] % 97}.{row['account'][1:3]}"} if row["day_number"] % 2 else row
        for row in rows
    ]


HALF_HOUR = HOUR_MS // 2
LONG = LASTS_MS // HALF_HOUR + LEAST


def test_who_asks_for_hours_where_the_account_lives_is_its_owners_program(duck: Engine, usual: list[Row]) -> None:
    rows = run(mobile(1), every_ms=HALF_HOUR, times=LONG)
    assert told(duck, [*usual, *rows]) == {row["event_uid"] for row in rows}


@pytest.mark.parametrize(
    ("every_ms", "times"), [(HALF_HOUR, LEAST - 1), (60_000, LONG), (PAUSE_MS + 60_000, LEAST)]
)  # too few, in minutes, not without a pause
def test_who_mistypes_is_no_program(duck: Engine, usual: list[Row], every_ms: int, times: int) -> None:
    assert told(duck, [*usual, *run(mobile(1), every_ms=every_ms, times=times)]) == set()


def test_what_two_logs_tell_of_one_refusal_makes_no_longer_run(duck: Engine, usual: list[Row]) -> None:
    rows = [{**row, "provider": "entra"} for row in run(mobile(1), every_ms=HALF_HOUR, times=LEAST - 1)]
    copies = [{**row, "provider": "m365", "event_uid": f"copy/{row['event_uid']}"} for row in rows]
    assert told(duck, [*usual, *rows, *copies]) == set()


def test_elsewhere_it_is_a_strangers_and_speaks_for_nobody_at_home(duck: Engine, usual: list[Row]) -> None:
    """Of a run that goes on from two places, only what is asked at home is the owner's."""
    rented = {"source_ip": "45.9.9.7", "network": "AS900", "country": "NL", **NAMELESS}
    rows = run(rented, every_ms=HALF_HOUR, times=LONG)
    assert told(duck, [*usual, *rows]) == set()
    moved = [{**row, "network": mobile(1)["network"]} if number % 2 else row for number, row in enumerate(rows)]
    assert told(duck, [*usual, *moved]) == {row["event_uid"] for row in moved[1::2]}


def test_an_address_at_which_a_list_is_gone_through_is_nobodys_home(duck: Engine, usual: list[Row]) -> None:
    others = [guess(f"other/{one}", person(one), mobile(1), day=DAY + 1, hour=10) for one in range(HOUSEHOLD)]
    rows = run(mobile(1), every_ms=HALF_HOUR, times=LONG)
    assert told(duck, [*usual, *rows, *others[1:]]) == {row["event_uid"] for row in rows}
    assert told(duck, [*usual, *rows, *others]) == set()


def test_it_speaks_for_the_owner_twenty_to_one(duck: Engine, usual: list[Row]) -> None:
    def odds(rows: list[Row]) -> float:
        weighed = found_in(duck, [*usual, *rows]).site.weighed
        return float(weighed.pair_odds[weighed.acts.table["event_uid"].to_pylist().index("old/0")])

    few, long = (run(mobile(1), every_ms=HALF_HOUR, times=times) for times in (LEAST - 1, LONG))
    assert odds(long) - odds(few) == pytest.approx(log(20.0))
