"""Operators whose every address is used once."""

from __future__ import annotations

from datetime import datetime

import pytest

from event_rows import Row
from small_site import BROWSERS, found_in, guess, person, sign_in, work
from tocsin.engines import Engine

PEOPLE = range(60)
NOBODYS = "Mozilla/5.0 (X11; Linux x86_64) Firefox/102.0"


@pytest.fixture(scope="module")
def usual() -> list[Row]:
    return list(work(PEOPLE))


def once_each(targets: int, *, client: str | None, network: str, days: int = 4) -> list[Row]:
    """One wrong password for each target, each from an address of its own."""
    return [
        guess(
            f"once/{target}",
            person(target),
            {"source_ip": f"45.{target}.3.9", "network": network, "country": "NL", "client": client},
            day=5 + target % days,
            hour=2.0 + target / 20,
        )
        for target in range(targets)
    ]


def found(duck: Engine, usual: list[Row], rows: list[Row]) -> list[set[str]]:
    told = found_in(duck, [*usual, *rows])
    return [told.uids(number) for number in range(len(told.campaigns))]


def uids(rows: list[Row]) -> set[str]:
    return {row["event_uid"] for row in rows}


def test_a_browser_that_is_nobodys_ties_addresses_used_once(duck: Engine, usual: list[Row]) -> None:
    tries = [
        row | {"network": f"AS{600 + number}"}
        for number, row in enumerate(once_each(20, client=NOBODYS, network="AS600"))
    ]
    assert found(duck, usual, tries) == [uids(tries)]


def test_a_network_where_nobody_lives_ties_them_where_no_client_is_named(duck: Engine, usual: list[Row]) -> None:
    tries = once_each(20, client=None, network="AS666")
    assert found(duck, usual, tries) == [uids(tries)]


def test_people_away_from_home_with_what_everybody_uses_are_nobodys_campaign(duck: Engine, usual: list[Row]) -> None:
    """As many wrong passwords, from networks where people are and with their own browsers."""
    tries = [
        row | {"client": BROWSERS[number % 3], "user_agent": BROWSERS[number % 3], "network": f"AS{number % 5}"}
        for number, row in enumerate(once_each(20, client="", network=""))
    ]
    assert found(duck, usual, tries) == []


def test_four_accounts_are_any_weeks_strays(duck: Engine, usual: list[Row]) -> None:
    assert found(duck, usual, once_each(4, client=NOBODYS, network="AS666")) == []


def test_the_account_that_let_it_in_is_its_own(duck: Engine, usual: list[Row]) -> None:
    """From one more address of the same kind, with the same browser, as a list's one right password is."""
    tries = once_each(40, client=NOBODYS, network="AS666")
    there = {"source_ip": "45.99.3.9", "network": "AS666", "country": "NL", "client": NOBODYS}
    taken = sign_in("in", person(7), there, day=9, hour=3.0)
    assert found(duck, usual, [*tries, taken]) == [uids([*tries, taken])]


def test_the_day_on_which_it_is_raised_is_not_the_last(duck: Engine, usual: list[Row]) -> None:
    told = found_in(duck, [*usual, *once_each(40, client=NOBODYS, network="AS666", days=12)])
    [one] = told.campaigns
    days = [row["day_number"] for row in once_each(40, client=NOBODYS, network="AS666", days=12)]
    assert one.detected_at is not None
    raised = (one.detected_at - datetime(1970, 1, 1)).days  # noqa: DTZ001 - naive UTC throughout
    assert min(days) < raised < max(days)
