"""One machine in many accounts: an address where nobody belongs, and a browser that is nobody's of theirs."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from event_rows import Row
from small_site import Found, found_in, home, person, sign_in, table, work
from tocsin.campaigns import reasons
from tocsin.campaigns.arrivals import ENTRY
from tocsin.campaigns.strange_browsers import strange_browsers
from tocsin.detect import habits
from tocsin.engines import Engine
from tocsin.enrich import owner_days

BROWSER = "Mozilla/5.0 (X11; Linux x86_64) Chrome/131.0.0.0"
RENTED: Row = {"source_ip": "206.189.248.10", "network": "AS14061", "country": "US"}
BESIDE: Row = {"source_ip": "95.216.232.239", "network": "AS24940", "country": "FI"}
VICTIMS = range(6)


def entered(
    victims: Sequence[int] = VICTIMS, *, client: str | None = BROWSER, days: Sequence[int] = (9, 12)
) -> list[Row]:
    """On each of these days from one rented address and, an hour later, from another; without `client` with the
    account's own browser."""
    return [
        sign_in(
            f"in/{number}/{place['source_ip']}/{day}",
            person(number),
            place | {"client": client or home(number)["client"]},
            day=day,
            hour=11.0 + number / 10 + later,
        )
        for number in victims
        for day in days
        for later, place in enumerate((RENTED, BESIDE))
    ]


@pytest.fixture(scope="module")
def usual() -> list[Row]:
    return list(work(range(30)))


def pairs(duck: Engine, rows: Sequence[Row]) -> set[tuple[str, str]]:
    """Address and account of the entries."""
    events = duck.table("events", table(rows))
    days = duck.kept("owner_days", owner_days(events))
    return set(strange_browsers(duck, events, days, habits(duck, days)))


def found(duck: Engine, rows: Sequence[Row]) -> Found:
    return found_in(duck, rows)


def test_accounts_that_one_machine_comes_back_to_are_found(duck: Engine, usual: list[Row]) -> None:
    """Nothing fails, nobody is there once: tokens that were given away on the telephone or by a code."""
    attack = entered()
    told = found(duck, [*usual, *attack])
    (campaign,) = told.campaigns
    assert told.uids() == {row["event_uid"] for row in attack}
    assert campaign.detections == {ENTRY}
    assert (campaign.suspects.arrived, campaign.suspects.entered) == (0, len(VICTIMS))
    assert any(text.startswith("6 accounts came in there with one browser") for text in reasons(campaign))


def test_an_entry_says_where_else_the_account_was(duck: Engine, usual: list[Row]) -> None:
    events = duck.table("events", table([*usual, *entered()]))
    days = duck.kept("owner_days", owner_days(events))
    entry = strange_browsers(duck, events, days, habits(duck, days))[RENTED["source_ip"], person(2)]
    first = next(row["day_number"] for row in entered() if row["event_uid"].endswith("/9"))
    assert (entry.agent, entry.network, entry.day, entry.seen, entry.span) == (BROWSER, "AS14061", first, 20, 20)
    assert (entry.abroad, entry.at_home, entry.moved) == (True, True, True)


@pytest.mark.parametrize(
    ("why", "rows"),
    [
        ("a gateway hands on everybody's own browser", entered(client=None)),
        ("a program that works for people names a library", entered(client="python-requests/2.32.3")),
        ("two are a household", entered(range(2))),
        (
            "a house rolls a version out: it is at home, too",
            [
                *entered(),
                *(
                    sign_in(f"new/{number}", person(number), home(number) | {"client": BROWSER}, day=15, hour=9.5)
                    for number in VICTIMS
                ),
            ],
        ),
        ("whoever moves in is there on most days", entered(days=range(7, 20))),
        (
            "others work behind the address",
            [*entered(), *work(range(40, 50), RENTED), *work(range(50, 60), BESIDE)],
        ),
    ],
)
def test_what_is_no_strangers_machine(duck: Engine, usual: list[Row], why: str, rows: list[Row]) -> None:
    assert pairs(duck, [*usual, *entered()]) == {
        (place["source_ip"], person(number)) for place in (RENTED, BESIDE) for number in VICTIMS
    }
    assert pairs(duck, [*usual, *rows]) == set(), why


def test_a_rented_desktop_on_trial_is_no_campaign(duck: Engine, usual: list[Row]) -> None:
    """One browser for all at one address, and nobody moves on from it."""
    trial = [row for row in entered(range(12, 20)) if row["source_ip"] == RENTED["source_ip"]]
    assert pairs(duck, [*usual, *trial]) != set()
    assert found(duck, [*usual, *trial]).campaigns == ()
