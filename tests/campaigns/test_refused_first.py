"""How people come to a recovery, and how an operator does."""

from __future__ import annotations

from math import log

import numpy as np
import pytest

from event_rows import Row
from small_site import act, guess, home, person, table
from tocsin.campaigns.acts import COLUMNS, Acts
from tocsin.campaigns.refused_first import MOST, Approach, RefusedFirst

AWAY = {"source_ip": "45.9.0.7", "network": "AS900", "country": "NL", "client": "curl"}


def started(number: int, place: Row, *, hour: float, day: int = 3) -> Row:
    return act(f"start/{number}/{day}", person(number), place, day=day, hour=hour, activity="recovery_start")


def proven(number: int, place: Row, *, hour: float) -> Row:
    return act(f"proof/{number}", person(number), place, day=3, hour=hour, activity="recovery_proof")


# Three of four owners had their password refused before; the operator, at four accounts, never.
OWNERS = [
    *[guess(f"no/{one}", person(one), home(one), day=3, hour=8.0) for one in range(3)],
    *[started(one, home(one), hour=8.5) for one in range(4)],
]
OPERATOR = [proven(one, AWAY, hour=3.0) for one in range(10, 14)]
ASKED = [guess("asked", person(20), AWAY, day=3, hour=5.0), started(20, AWAY, hour=5.2), started(21, AWAY, hour=5.2)]


def acts(rows: list[Row]) -> Acts:
    return Acts.of(table(rows).select([*COLUMNS]))


@pytest.fixture(scope="module")
def refused() -> RefusedFirst:
    held = acts([*OWNERS, *OPERATOR, *ASKED])
    homes = {home(one)["source_ip"] for one in range(30)}
    return RefusedFirst(held, np.array([ip in homes for ip in held.text("source_ip").tolist()], np.bool_))


def asked(refused: RefusedFirst, number: int, picked: list[Row]) -> float:
    approach = Approach(refused, table(picked).select([*COLUMNS]))
    row = started(number, AWAY, hour=5.2)
    return approach.odds(person(number), AWAY["source_ip"], row["ts"])


def test_the_share_of_owners_is_that_of_their_recoveries(refused: RefusedFirst) -> None:
    assert refused.share == pytest.approx((3 + 1) / (4 + 2))


def test_only_the_hour_before_at_the_same_address_counts(refused: RefusedFirst) -> None:
    at = started(20, AWAY, hour=5.2)["ts"]
    assert refused.of(person(20), AWAY["source_ip"], at)
    assert not refused.of(person(20), AWAY["source_ip"], at + 3_600_000)
    assert not refused.of(person(20), AWAY["source_ip"], at - 3_600_000)
    assert not refused.of(person(20), home(20)["source_ip"], at)
    assert not refused.of(person(21), AWAY["source_ip"], at)


def test_a_refused_password_speaks_for_the_owner_beside_an_operator_that_tries_none(refused: RefusedFirst) -> None:
    assert asked(refused, 20, OPERATOR) == pytest.approx(min(log((4 / 6) / (1 / 6)), MOST))
    assert asked(refused, 21, OPERATOR) == pytest.approx(log((1 - 4 / 6) / (1 - 1 / 6)))


def test_beside_an_operator_that_tries_passwords_first_it_says_little() -> None:
    """One fact away."""
    first = [guess(f"try/{one}", person(one), AWAY, day=3, hour=2.9) for one in range(10, 14)]
    held = acts([*OWNERS, *OPERATOR, *first, *ASKED])
    homes = {home(one)["source_ip"] for one in range(30)}
    refused = RefusedFirst(held, np.array([ip in homes for ip in held.text("source_ip").tolist()], np.bool_))
    assert asked(refused, 20, OPERATOR) == pytest.approx(log((4 / 6) / (5 / 6)))


def test_what_the_operator_did_to_the_account_itself_is_left_out(refused: RefusedFirst) -> None:
    with_own = [*OPERATOR, proven(20, AWAY, hour=5.3)]
    assert asked(refused, 20, with_own) == asked(refused, 20, OPERATOR)
