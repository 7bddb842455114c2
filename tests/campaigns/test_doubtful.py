"""Whoever fails, is let in, and does both from the operator's neighbourhood."""

from __future__ import annotations

import pytest

from event_rows import Row
from small_site import Found, act, found_in, guess, person, roster, sign_in, work
from tocsin.engines import Engine

PEOPLE = range(40)


def rented(number: int) -> Row:
    """One of an operator's addresses, side by side, of a log that names no client."""
    return {"source_ip": f"45.9.1.{number}", "network": "AS900", "country": "DE", "client": None}


CAMPAIGN = [
    guess(f"guess/{number}/{target}", person(target), rented(number), day=3 + number, hour=3.0 + target / 20)
    for number in range(8)
    for target in (number, number + 1, number + 2)
]


def journey(number: int, trip: int) -> list[Row]:
    """A day in a hotel: a typing error, then in."""
    hotel = {"source_ip": f"77.{number}.{trip}.6", "network": f"AS77{number}{trip}", "country": "DE", "client": None}
    day = (number + 6 * trip) % 18
    return [
        guess(f"journey/{number}/{trip}/typo", person(number), hotel, day=day, hour=18.0),
        sign_in(f"journey/{number}/{trip}", person(number), hotel, day=day, hour=18.02),
    ]


@pytest.fixture(scope="module")
def usual() -> list[Row]:
    """Everybody at home, and most on three journeys."""
    return [*work(PEOPLE), *(row for number in range(12, 40) for trip in range(3) for row in journey(number, trip))]


def fell(place: Row, *, hour: float) -> list[Row]:
    """Two wrong passwords at an address that nobody else was at, then in, and the password replaced."""
    return [
        guess("try/1", person(30), place, day=8, hour=hour),
        guess("try/2", person(30), place, day=8, hour=hour + 0.01),
        sign_in("in", person(30), place, day=8, hour=hour + 0.02),
        act("changed", person(30), place, day=8, hour=hour + 0.05, activity="credential_change"),
    ]


def uids(found: Found) -> set[str]:
    return set().union(*(found.uids(number) for number in range(len(found.campaigns))))


def test_who_gets_in_beside_the_operators_addresses_and_comes_back_is_the_operator(
    duck: Engine, usual: list[Row]
) -> None:
    acts = [*fell(rented(77), hour=3.2), sign_in("back", person(30), rented(5), day=9, hour=3.3)]
    found = found_in(duck, [*usual, *CAMPAIGN, *acts], roster(*range(12), 30))
    assert {row["event_uid"] for row in acts} <= uids(found)


def test_the_same_anywhere_else_is_an_owner_on_a_journey(duck: Engine, usual: list[Row]) -> None:
    """One fact away: a hotel's network, at the same hour."""
    hotel = {"source_ip": "77.4.5.6", "network": "AS77", "country": "DE", "client": None}
    found = found_in(duck, [*usual, *CAMPAIGN, *fell(hotel, hour=3.2)], roster(*range(12), 30))
    assert uids(found) == {row["event_uid"] for row in CAMPAIGN}


def test_people_who_come_through_the_same_neighbourhood_every_day_are_no_victims(
    duck: Engine, usual: list[Row]
) -> None:
    """One fact away: others of the site use addresses beside it, so that it is a provider's for everybody."""
    lives = [
        row for number in range(20, 30) for row in work([number], rented(100 + number) | {"client": "Chrome/Windows"})
    ]
    traveller = fell(rented(77), hour=12.2)
    found = found_in(duck, [*usual, *lives, *CAMPAIGN, *traveller], roster(*range(12)))
    assert not {row["event_uid"] for row in traveller} & uids(found)


def test_accounts_that_nobody_uses_are_attacked_like_others(duck: Engine, usual: list[Row]) -> None:
    """From the operator's addresses, and from one elsewhere that fits it: they have no habits to be foreign to.
    One fact away: a typing error at home, of somebody who was away all month."""
    campaign = [
        guess(f"wide/{number}/{turn}", person((number + turn) % 12), rented(number), day=3 + number, hour=3 + turn / 20)
        for number in range(8)
        for turn in range(6)
    ]
    idle = [f"idle{number}@example.org" for number in range(4)]
    tried = [
        guess(f"idle/{number}/{again}", idle[number], rented(2 * number + again), day=3 + 2 * number + again, hour=3.2)
        for number in range(4)
        for again in range(2)
    ]
    elsewhere = guess("elsewhere", idle[0], rented(0) | {"source_ip": "45.10.1.1"}, day=9, hour=3.1)
    back = {"source_ip": "31.2.2.2", "network": "AS1", "country": "DE", "client": None}
    typo = guess("typo", "away@example.org", back, day=9, hour=10.0)
    rows = [row | {"account_known": "true"} for row in (*tried, elsewhere, typo)]
    found = uids(found_in(duck, [*usual, *campaign, *rows], roster()))
    assert found == {row["event_uid"] for row in (*campaign, *tried, elsewhere)}
