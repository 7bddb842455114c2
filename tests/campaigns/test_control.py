"""What is met with an operator's marks among those that it went for, beside all others."""

from __future__ import annotations

import pytest

from event_rows import Row
from small_site import found_in, guess, home, person, roster, sign_in, table, work
from tocsin.campaigns.control import FALL_MOST, Marked, by_control, networks
from tocsin.engines import Engine

PEOPLE = range(240)
OWN = "Mozilla/5.0 (Windows NT 6.1) Firefox/52.0"
MARK = "AS900"


def rented(number: int, client: str | None = None) -> Row:
    """One of an operator's addresses, each in a neighbourhood of its own."""
    return {"source_ip": f"45.{number}.3.7", "network": MARK, "country": "NL", "client": client}


def campaign(client: str | None = None) -> list[Row]:
    """Sixty people, each tried on two days, from three addresses."""
    return [
        guess(f"guess/{target}/{again}", person(target), rented(again, client), day=5 + again + target // 12, hour=3.0)
        for again in range(3)
        for target in range(60)
    ]


@pytest.fixture(scope="module")
def usual() -> list[Row]:
    return list(work(PEOPLE))


def beyond(duck: Engine, usual: list[Row], tries: list[Row], more: list[Row]) -> set[str]:
    """Event ids of the campaign beyond its guesses."""
    found = found_in(duck, [*usual, *tries, *more], roster(*range(12)))
    return found.uids() - {row["event_uid"] for row in tries}


def entered(number: int, place: Row, *, day: int = 17) -> Row:
    return sign_in(f"in/{number}", person(number), place, day=day, hour=3.1)


def test_the_right_password_from_one_more_address_of_its_network_is_the_operators(
    duck: Engine, usual: list[Row]
) -> None:
    assert beyond(duck, usual, campaign(), [entered(7, rented(77))]) == {"in/7"}


def test_where_others_come_from_that_network_too_it_is_an_owners(duck: Engine, usual: list[Row]) -> None:
    """One fact away: the network belongs to a way out that the house uses on the road."""
    others = [entered(number, rented(100 + number)) for number in range(80, 110)]
    assert beyond(duck, usual, campaign(), [*others, entered(7, rented(77))]) == set()


def neighbour(number: int, client: str) -> Row:
    """Another line of the provider that a person has at home."""
    return home(number) | {"source_ip": "81.99.9.9", "client": client}


def at_noon(client: str) -> list[Row]:
    """Two visits from the line beside the owner's."""
    return [sign_in(f"visit/{day}", person(7), neighbour(7, client), day=day, hour=12.0) for day in (17, 18)]


def test_its_browser_beside_the_owners_home_is_not_the_owners(duck: Engine, usual: list[Row]) -> None:
    assert beyond(duck, usual, campaign(OWN), at_noon(OWN)) == {"visit/17", "visit/18"}


def test_another_browser_there_is(duck: Engine, usual: list[Row]) -> None:
    assert beyond(duck, usual, campaign(OWN), at_noon("Chrome/Windows")) == set()


def test_a_new_version_of_the_owners_own_browser_is_the_owners(duck: Engine, usual: list[Row]) -> None:
    """The same user agent at the same places, of the family that the owner has at home."""
    updated = [row | {"client": home(7)["client"]} for row in at_noon(OWN)]
    assert beyond(duck, usual, campaign(OWN), updated) == set()


def marked(theirs: int, others: int) -> Marked:
    return Marked({MARK: frozenset(map(str, range(theirs)))}, {MARK: others}, {MARK: 1.0})


def test_the_more_others_are_met_with_a_mark_the_less_it_says() -> None:
    """One of a hundred who were gone for, of a thousand people."""
    alone, beside = (by_control(marked(1, others), 100, 1000)[MARK] for others in (0, 2))
    assert alone < beside < 0.0
    assert not by_control(marked(1, 30), 100, 1000)


def test_who_is_met_with_one_of_many_marks_will_be_met_with_another() -> None:
    """Home proxies in forty networks, in ten of which one other person of the site was on a journey; or in none."""
    places = [f"AS{number}" for number in range(40)]
    told = [
        by_control(
            Marked({"AS39": frozenset({"ada"})}, dict.fromkeys(places[:others], 1), dict.fromkeys(places, 1 / 40)),
            100,
            1000,
        )
        for others in (0, 10)
    ]
    assert told[0]["AS39"] < 0.0
    assert not told[1]


def test_where_too_many_are_met_something_else_brought_them_there() -> None:
    """A conference of those who are gone for."""
    most = int(FALL_MOST * 100)
    assert by_control(marked(most, 0), 100, 1000)
    assert not by_control(marked(most + 2, 0), 100, 1000)


def test_without_a_visit_there_is_nothing_to_tell() -> None:
    assert not by_control(marked(0, 0), 100, 1000)


def test_a_network_that_the_account_had_before_is_no_mark() -> None:
    rows = table([entered(7, rented(77)), entered(8, rented(78))])
    found = networks(rows, [False, True], table(campaign()), {MARK: 5})
    assert found == Marked({MARK: frozenset({person(8)})}, {MARK: 3}, {MARK: 1.0})
