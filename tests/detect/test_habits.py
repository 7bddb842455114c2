"""What is usual for an account, by the days on which it was let in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from event_rows import Row
from small_site import sign_in, table
from tocsin.detect.distances import distances
from tocsin.detect.habits import HABIT, habits, strange_days, with_habit
from tocsin.engines import DuckEngine
from tocsin.enrich import owner_days

ADA = "ada@example.org"
HOME: Row = {"source_ip": "203.0.113.5", "network": "AS1", "country": "SE", "client": "Firefox/Windows"}
AWAY: Row = {"source_ip": "198.51.100.6", "network": "AS2", "country": "NL", "client": "Chrome/Linux"}


def habit(tmp_path: Path, place: Row, day: int, let_in: list[tuple[Row, int]]) -> dict[str, Any]:
    """HABIT of an act from a place on a day, of an account that was let in from places on days."""
    engine = DuckEngine(scratch=tmp_path)
    entered = [sign_in(f"in{number}", ADA, where, day=when) for number, (where, when) in enumerate(let_in)]
    events = engine.table("events", table([*entered, sign_in("act", ADA, place, day=day, outcome="failure")]))
    known = habits(engine, engine.kept("owner_days", owner_days(events)))
    [row] = engine.rows(with_habit(events.filter(events.event_uid == "act"), known)).to_pylist()
    engine.close()
    return {name: row[name] for name in HABIT}


def test_what_was_used_on_an_earlier_day_is_the_owner_s(tmp_path: Path) -> None:
    found = habit(tmp_path, HOME, 20, [(HOME, 1)])
    assert found == {
        "history": True,
        "settled": True,
        "usual_source_ip": True,
        "usual_network": True,
        "usual_client": True,
        "usual_country": True,
        "own": True,
        "strange": False,
    }


def test_the_day_itself_says_nothing(tmp_path: Path) -> None:
    found = habit(tmp_path, AWAY, 20, [(HOME, 1), (AWAY, 20)])
    assert (found["own"], found["strange"]) == (False, True)


def test_without_history_nothing_is_strange(tmp_path: Path) -> None:
    assert habit(tmp_path, AWAY, 20, [])["strange"] is False
    assert habit(tmp_path, AWAY, 20, [(AWAY, 20)])["history"] is False


@pytest.mark.parametrize(
    ("changed", "own", "strange"),
    [
        ({"client": HOME["client"], "country": "SE"}, False, False),  # another network alone: a café
        ({"network": "AS1", "country": "SE"}, False, False),  # another client alone: a new telephone at home
        ({"network": "AS1", "client": HOME["client"]}, True, False),  # both usual: the owner, wherever that is
        ({"client": HOME["client"]}, False, True),  # network and country new
        ({"country": "SE"}, False, True),  # network and client new
        ({"client": None, "network": "AS1"}, True, False),  # a log that names no client
        ({"network": None}, False, False),  # a network that cannot be told is not new
    ],
)
def test_own_and_strange_are_told_by_network_client_and_country(
    tmp_path: Path, changed: Row, own: bool, strange: bool
) -> None:
    found = habit(tmp_path, AWAY | changed, 20, [(HOME, day) for day in range(5)])
    assert (found["own"], found["strange"]) == (own, strange)


@pytest.mark.parametrize(
    ("home", "later", "strange"),
    [
        ([1, 2, 3, 4, 5, 6], [8, 9, 10], False),  # a telephone that is used on and on
        ([1, 2, 3, 4, 5, 6], [8, 9], True),  # somebody who looks in again
        ([1], [10], False),  # half of all its other days
        ([-20, 2, 3, 4, 5, 6], [8, 9, 10], True),  # a settled account: what stays may be an attacker
    ],
)
def test_in_the_first_two_weeks_what_stays_is_usual(
    tmp_path: Path, home: list[int], later: list[int], strange: bool
) -> None:
    let_in = [(HOME, day) for day in home] + [(AWAY, day) for day in (7, *later)]
    assert habit(tmp_path, AWAY, 7, let_in)["strange"] is strange


def test_strange_days_are_those_on_which_something_new_came_with_a_new_network(tmp_path: Path) -> None:
    engine = DuckEngine(scratch=tmp_path)
    places = [(HOME, 0), (HOME | {"client": "New"}, 1), (HOME | {"network": "AS3"}, 2), (AWAY, 3)]
    events = engine.table("events", table([sign_in(f"in{day}", ADA, place, day=day) for place, day in places]))
    days = engine.rows(strange_days(habits(engine, engine.kept("owner_days", owner_days(events)))))
    first = engine.rows(events.filter(events.event_uid == "in0").select("day_number"))["day_number"][0].as_py()
    engine.close()
    assert [day - first for day in days["day_number"].to_pylist()] == [3]


def test_countries_are_apart_by_their_nearest_places_less_what_lies_around_them() -> None:
    found = {(row["country"], row["other"]): row["km"] for row in distances(["AU", "DE", "SE", "US", "XX"]).to_pylist()}
    assert len(found) == 12
    assert found["DE", "SE"] < 100  # Berlin to Stockholm are 810 km: people live between
    assert 12_000 < found["AU", "DE"] < 14_000
    assert all(found[one, two] == found[two, one] for one, two in found)
