"""What an operator's own browser gives away at addresses that nothing else ties to it."""

from __future__ import annotations

import pyarrow as pa
import pytest

from event_rows import Row
from small_site import found_in, guess, home, person, roster, sign_in, table, work
from tocsin.campaigns.browsers import telling
from tocsin.engines import Engine

PEOPLE = range(240)
OLD = "Mozilla/5.0 (Windows NT 6.1) Firefox/52.0"
HIDEOUTS = [
    {"source_ip": f"45.9.{number}.7", "network": "AS900", "country": "NL", "client": OLD} for number in range(3)
]
CAMPAIGN = [
    guess(f"guess/{target}", person(target), HIDEOUTS[target % 3], day=5 + target // 12, hour=3.0)
    for target in range(60)
]
ANYWHERE = {"source_ip": "102.7.7.7", "network": "AS7070", "country": "KE"}
GUEST = person(200)


@pytest.fixture(scope="module")
def usual() -> list[Row]:
    return list(work(PEOPLE))


def gathered(duck: Engine, usual: list[Row], more: list[Row], client: str = OLD) -> set[str]:
    """Event ids of the campaign, which works with the client, beyond the guesses that it is found by."""
    campaign = [row | {"client": client, "user_agent": client} for row in CAMPAIGN]
    found = found_in(duck, [*usual, *campaign, *more], roster(*range(12)))
    return found.uids() - {row["event_uid"] for row in campaign}


def visit(client: str, *, day: int = 8) -> Row:
    return sign_in(f"visit/{day}", GUEST, ANYWHERE | {"client": client}, day=day, hour=3.0)


def test_a_visit_from_nowhere_with_the_operators_browser_is_its_own(duck: Engine, usual: list[Row]) -> None:
    assert gathered(duck, usual, [visit(OLD)]) == {"visit/8"}


def test_with_another_browser_it_is_an_owners_on_a_journey(duck: Engine, usual: list[Row]) -> None:
    assert gathered(duck, usual, [visit("Mozilla/5.0 (X11; Linux x86_64) Firefox/91.0")]) == set()


def test_an_owner_who_used_it_before_the_operator_came_keeps_using_it(duck: Engine, usual: list[Row]) -> None:
    assert gathered(duck, usual, [visit(OLD, day=2), visit(OLD)]) == set()


def test_a_new_browser_is_the_owners_where_it_is_used_at_home(duck: Engine, usual: list[Row]) -> None:
    at_home = [sign_in(f"new/{day}", GUEST, home(200) | {"client": OLD}, day=day, hour=12.0) for day in (7, 9)]
    assert gathered(duck, usual, [*at_home, visit(OLD)]) == set()


def test_a_library_is_many_peoples(duck: Engine, usual: list[Row]) -> None:
    """House scripts and other robots name the same."""
    assert gathered(duck, usual, [visit("python-requests/2.31")], "python-requests/2.31") == set()


def acts(*rows: Row) -> pa.Table:
    return table(rows)


def test_what_many_owners_use_tells_nothing() -> None:
    own = acts(*CAMPAIGN)
    assert telling(own, {OLD: 0.4}, accounts=240) == {}
    rare, rarer = (telling(own, {OLD: share}, accounts=100_000)[OLD] for share in (1e-3, 1e-4))
    assert rarer < rare < 0.0


def test_a_browser_that_it_showed_once_among_many_tells_less(duck: Engine) -> None:
    places = [
        HIDEOUTS[0] | {"source_ip": f"45.9.9.{number}", "client": f"Mozilla/5.0 {number}"} for number in range(40)
    ]
    mixed = acts(*(guess(f"one/{number}", person(number), place, day=5) for number, place in enumerate(places)))
    steady = telling(acts(*CAMPAIGN), {}, accounts=100_000)[OLD]
    assert min(telling(mixed, {}, accounts=100_000).values()) > steady
