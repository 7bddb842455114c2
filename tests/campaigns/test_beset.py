"""Accounts that strangers come for again and again, through addresses and networks that tie nothing together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import pytest

from event_rows import Row
from small_site import found_in, guess, person, sign_in, work
from tocsin.campaigns.beset import Beset
from tocsin.engines import Engine

PEOPLE = range(60)
NETWORKS = 16
"""So many that no network brings more strangers than any week's strays."""


@pytest.fixture(scope="module")
def usual() -> list[Row]:
    return list(work(PEOPLE))


def tries(calls: Iterable[tuple[int, int]]) -> Iterator[Row]:
    """A wrong password for each (target, how many before at the same), each from an address of its own and from the
    next network. The log names no client."""
    for number, (target, before) in enumerate(calls):
        place = {"source_ip": f"45.{number}.3.9", "network": f"AS{700 + number % NETWORKS}", "country": "NL"}
        yield guess(f"try/{number}", person(target), place, day=3 + 4 * before, hour=2.0 + number / 20)


def uids(rows: Iterable[Row]) -> set[str]:
    return {row["event_uid"] for row in rows}


def test_a_list_gone_through_again_and_again_is_one_operators(duck: Engine, usual: list[Row]) -> None:
    rows = [*tries((target, again) for again in range(4) for target in range(12))]
    told = found_in(duck, [*usual, *rows])
    assert [told.uids(number) for number in range(len(told.campaigns))] == [uids(rows)]


def test_as_many_tries_each_at_another_account_are_nobodys(duck: Engine, usual: list[Row]) -> None:
    rows = [*tries((number, number % 4) for number in range(48))]
    assert not found_in(duck, [*usual, *rows]).campaigns


def test_four_accounts_that_somebody_is_after_are_no_campaign(duck: Engine, usual: list[Row]) -> None:
    rows = [*tries((target, again) for again in range(4) for target in range(4))]
    assert not found_in(duck, [*usual, *rows]).campaigns


def test_where_owners_mistype_all_along_their_journeys_it_is_nothing_unusual(duck: Engine, usual: list[Row]) -> None:
    """Forty people with six stops each, who are let in at every one after a typing error; and two failures each of
    twelve others, as for people who travel so."""
    journeys = []
    for number in range(20, 60):
        for stop in range(6):
            place = {"source_ip": f"46.{number}.{stop}.9", "network": f"AS{900 + number + stop}", "country": "FR"}
            journeys.append(guess(f"stop/{number}/{stop}", person(number), place, day=2 + 2 * stop, hour=20.0))
            journeys.append(sign_in(f"in/{number}/{stop}", person(number), place, day=2 + 2 * stop, hour=20.1))
    rows = [*tries((target, again) for again in range(2) for target in range(12))]
    assert not found_in(duck, [*usual, *journeys, *rows]).campaigns


def test_what_is_done_at_a_gateway_does_not_begin_an_operator(duck: Engine, usual: list[Row]) -> None:
    """One of those who are beset mistypes at the house's gateway, too, as others there do."""
    gateway = {"source_ip": "9.9.9.9", "network": "AS9", "country": "DE"}
    house = [*work(range(30, 60), gateway, days=range(8, 20))]
    slip = guess("slip", person(3), gateway, day=6, hour=9.0)
    rows = [*tries((target, again) for again in range(4) for target in range(12))]
    weighed = found_in(duck, [*usual, *house, slip, *rows]).site.weighed
    [(_, begun)] = Beset(weighed).units(np.flatnonzero(weighed.strange))
    addresses = {ip for ip, _ in (weighed.sources.keys[number] for number in begun.tolist())}
    assert addresses == {row["source_ip"] for row in rows}
