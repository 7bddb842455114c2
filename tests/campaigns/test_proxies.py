"""Phishing that hands second factors on: which addresses are proxies, which are hotels, exits and days away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pyarrow as pa
import pytest

from event_rows import Row
from small_site import BROWSERS, Found, found_in, guess, home, person, roster, sign_in, table, work
from tocsin.campaigns import reasons
from tocsin.campaigns.arrivals import ARRIVAL_TECHNIQUES, COLUMNS, ENTRY_TECHNIQUES, arrivals, turned_away
from tocsin.campaigns.proxies import proxies, together
from tocsin.detect import detected, habits
from tocsin.engines import Engine
from tocsin.enrich import owner_days
from tocsin.report.phrases import TECHNIQUE_WORDS

RENTED = "206.189.248.10"
"""In a hosting company's published list."""

SOMEWHERE = "198.51.100.7"

AT_RISK = frozenset(person(number) for number in range(12))
HOUSES = {"example.org": 400}


def arrival(number: int, address: str = RENTED, **facts: object) -> Row:
    """On the tenth day of an account that is used on every other one."""
    usual = {"day_number": 20_010, "network": "AS900", "seen": 15, "span": 29, "abroad": True}
    return usual | {"source_ip": address, "account": person(number), "at_home": 0, "moved": 0} | facts


def alone(count: int = 200) -> list[Row]:
    """Journeys of others, each at an address of their own."""
    return [
        arrival(100 + one, f"203.0.{one}.9", abroad=one % 4 == 0, at_home=int(one % 6 == 0)) for one in range(count)
    ]


def held(rows: Sequence[Row], *, staying: int = 0, refused: Mapping[str, frozenset[str]] | None = None) -> set[str]:
    """Addresses held to be proxies, where so many more accounts stay at each and these are refused there."""
    met = [*alone(), *rows]
    table = pa.Table.from_pylist(met).select(COLUMNS)
    there = {ip: sum(row["source_ip"] == ip for row in met) + staying for ip in together(table).to_pylist()}
    return {*proxies(table, there, AT_RISK, HOUSES, refused=lambda _near: refused or {})}


CAUGHT = [arrival(number, at_home=number % 2, moved=int(number < 3)) for number in range(6)]


def test_people_at_risk_let_in_once_at_a_rented_address_whose_sessions_go_on_elsewhere() -> None:
    assert held(CAUGHT) == {RENTED}


def test_sessions_that_go_on_elsewhere_tell_without_a_roster() -> None:
    others = [arrival(50 + number, moved=int(number < 4)) for number in range(6)]
    assert held(others) == {RENTED}


@pytest.mark.parametrize(
    ("why", "rows", "staying"),
    [
        ("a conference abroad: some stay", [arrival(one, SOMEWHERE) for one in range(9)], 5),
        ("a day abroad: from home and back", [arrival(one, SOMEWHERE, at_home=1) for one in range(12)], 0),
        ("a gateway on trial: nobody moves on", [arrival(one, at_home=1) for one in range(12)], 0),
        ("an exit that others use on many days", [arrival(one, moved=int(one < 2)) for one in range(6)], 14),
        ("two are a coincidence", CAUGHT[:2], 0),
        (
            "a meeting in their own country",
            [arrival(one, SOMEWHERE, abroad=False, at_home=1, moved=int(one < 1)) for one in range(8)],
            0,
        ),
    ],
)
def test_what_brings_people_together_for_a_day_is_no_proxy(why: str, rows: list[Row], staying: int) -> None:
    assert held(rows, staying=staying) == set(), why


def test_a_second_proxy_is_told_by_the_first_one_in_its_network() -> None:
    second = [arrival(20 + number, "206.189.230.93", moved=1, at_home=1) for number in range(2)]
    strangers = [row | {"network": f"AS{1000 + number}"} for number, row in enumerate(alone(60))]
    pairs = [row | {"source_ip": f"203.0.{number // 2}.9"} for number, row in enumerate(strangers)]
    assert held([*pairs, *second]) == set()
    assert held([*pairs, *second, *CAUGHT]) == {RENTED, "206.189.230.93"}


def test_a_gateway_through_which_all_came_once_does_not_make_its_kind_of_network_usual() -> None:
    """Somebody moves to the cloud, and on the same days a page is up at another hosting company."""
    quiet = [arrival(number, at_home=number % 2, moved=int(number < 1)) for number in range(6)]
    gateway = [
        arrival(200 + number, "18.184.148.106", network="AS16509", at_home=int(number % 5 == 0))
        for number in range(150)
    ]
    assert held(quiet) == {RENTED}
    assert held([*quiet, *gateway]) == {RENTED}


def test_where_one_page_is_up_another_is_likelier() -> None:
    second = [
        arrival(50 + n, "95.216.232.239", network="AS24940", at_home=int(n < 1), moved=int(n < 1)) for n in range(4)
    ]
    assert held(second) == set()
    assert held([*second, *CAUGHT]) == {RENTED, "95.216.232.239"}


def test_who_is_refused_at_a_page_comes_to_it_too() -> None:
    """Of four victims two let the page have a right password."""
    two = [arrival(number, at_home=1, moved=int(number < 1)) for number in range(2)]
    assert held(two, refused={RENTED: frozenset({person(5), person(6)})}) == {RENTED}
    assert held(two) == set()
    tried = frozenset(person(number) for number in range(2, 10))
    assert held(two, refused={RENTED: tried}) == set(), "somebody guesses there"


# On a site of thirty people

PROXY: Row = {"source_ip": RENTED, "network": "AS14061", "country": "US"}
REPLAY: Row = {"source_ip": "45.9.3.7", "network": "AS900", "country": "NL", "client": "curl"}


def phished(victims: Sequence[int], *, day: int = 10, replayed: Sequence[int] = ()) -> list[Row]:
    """They come in through the page with their own browser; the sessions of some are used elsewhere."""
    rows = []
    for number in victims:
        page = PROXY | {"client": home(number)["client"]}
        rows.append(sign_in(f"page/{number}", person(number), page, day=day, hour=11.0 + number / 10))
        if number in replayed:
            rows.append(sign_in(f"replay/{number}", person(number), REPLAY, day=day, hour=14.0 + number / 10))
    return rows


@pytest.fixture(scope="module")
def usual() -> list[Row]:
    return list(work(range(30)))


def uids(found: Found) -> list[set[str]]:
    return [found.uids(number) for number in range(len(found.campaigns))]


def test_who_was_let_in_through_a_phishing_page_is_found(duck: Engine, usual: list[Row]) -> None:
    attack = phished(range(8), replayed=range(4))
    found = found_in(duck, [*usual, *attack])
    assert uids(found) == [{row["event_uid"] for row in attack}]
    (campaign,) = found.campaigns
    assert campaign.suspects.arrived == 8
    assert any(told.startswith("8 accounts came in there on a single day") for told in reasons(campaign))


def test_a_password_mistyped_on_the_page_is_of_the_same_sitting(duck: Engine, usual: list[Row]) -> None:
    attack = phished(range(8), replayed=range(4))
    page = PROXY | {"client": home(2)["client"]}
    mistyped = guess("page/2/typo", person(2), page, day=10, hour=11.19)
    found = found_in(duck, [*usual, *attack, mistyped])
    assert uids(found) == [{row["event_uid"] for row in [*attack, mistyped]}]


def test_where_the_log_names_no_client_sessions_move_on_by_their_place(duck: Engine, usual: list[Row]) -> None:
    attack = phished(range(8), replayed=range(4))
    nameless = [row | {"client": None, "user_agent": None} for row in [*usual, *attack]]
    assert uids(found_in(duck, nameless)) == [{row["event_uid"] for row in attack}]


def test_who_comes_back_to_the_address_lives_there(duck: Engine, usual: list[Row]) -> None:
    again = [row | {} for day in (11, 12, 13) for row in phished(range(8), day=day)]
    again = [row | {"event_uid": f"{row['event_uid']}/{number}"} for number, row in enumerate(again)]
    assert found_in(duck, [*usual, *phished(range(8), replayed=range(4)), *again]).campaigns == ()


def test_people_who_are_let_in_once_at_one_address_and_do_nothing_else_are_nobodys(
    duck: Engine, usual: list[Row]
) -> None:
    assert found_in(duck, [*usual, *phished(range(8))], roster()).campaigns == ()


def test_an_arrival_says_where_else_the_account_was(duck: Engine, usual: list[Row]) -> None:
    rows = [*usual, *phished(range(3), replayed=[0])]
    # Somebody with two days only says nothing of what is usual for them.
    new = {"source_ip": "92.1.1.1", "network": "AS77", "country": "DE", "client": BROWSERS[0]}
    rows += [sign_in(f"new/{day}", "new@example.org", new, day=day, hour=9.0) for day in (3, 4)]
    rows += [sign_in("new/page", "new@example.org", PROXY, day=10, hour=11.0)]
    days = duck.kept("owner_days", owner_days(duck.table("events", table(rows))))
    found = {(one["account"], one["source_ip"]): one for one in arrivals(duck, days, habits(duck, days)).to_pylist()}
    assert set(found) == {*((person(number), RENTED) for number in range(3)), (person(0), REPLAY["source_ip"])}
    assert found[person(0), RENTED] | {} == {
        "source_ip": RENTED, "account": person(0), "day_number": days_since_1970(rows, "page/0"), "network": "AS14061",
        "seen": 20, "span": 20, "abroad": True, "at_home": 1, "moved": 1,
    }  # fmt: skip
    assert found[person(1), RENTED]["moved"] == 0


def test_strangers_who_are_only_refused_at_an_address_are_turned_away_there(duck: Engine, usual: list[Row]) -> None:
    page = PROXY | {"client": "Chrome/Windows"}
    refused = [guess(f"no/{number}", person(number), page, day=10, hour=12.0) for number in (3, 4)]
    refused.append(guess("no/at-home", person(5), home(5), day=10, hour=12.0))
    events = duck.table("events", table([*usual, *phished([3]), *refused]))
    days = duck.kept("owner_days", owner_days(events))
    asked = [RENTED, str(home(5)["source_ip"])]
    met = turned_away(duck, duck.kept("acts", detected(events)), days, habits(duck, days), asked)
    assert met == {RENTED: {person(4)}}


def days_since_1970(rows: Sequence[Row], event_uid: str) -> int:
    return int(next(row["day_number"] for row in rows if row["event_uid"] == event_uid))


def test_what_an_arrival_shows_has_a_name_for_readers() -> None:
    assert {*ARRIVAL_TECHNIQUES, *ENTRY_TECHNIQUES} <= set(TECHNIQUE_WORDS)
