"""What an operator did from addresses that nothing else ties to it."""

from __future__ import annotations

import pytest

from event_rows import Row
from small_site import BROWSERS, act, found_in, guess, home, person, roster, sign_in, work
from tocsin.engines import Engine

PEOPLE = range(30)
HIDEOUTS = [
    {"source_ip": f"45.9.{number}.7", "network": "AS900", "country": "NL", "client": "curl"} for number in range(3)
]
ONCE = {"source_ip": "90.7.3.1", "network": "AS77", "country": "FR", "client": "Edge/Windows"}
AGAIN = {"source_ip": "79.1.4.4", "network": "AS78", "country": "PL", "client": "Edge/Windows"}
CAMPAIGN = [
    guess(f"guess/{target}", person(target), HIDEOUTS[target % 3], day=9 + target // 3, hour=3.0)
    for target in range(12)
]


@pytest.fixture(scope="module")
def usual() -> list[Row]:
    return list(work(PEOPLE))


def beyond(duck: Engine, usual: list[Row], more: list[Row]) -> set[str]:
    """Event ids of all campaigns beyond the guesses that one is found by."""
    found = found_in(duck, [*usual, *CAMPAIGN, *more], roster(*range(12), 20, 24, 25))
    taken = set().union(*(found.uids(number) for number in range(len(found.campaigns))))
    guesses = {row["event_uid"] for row in CAMPAIGN}
    assert guesses <= taken
    return taken - guesses


def stay(place: Row, *, day: int, hour: float) -> list[Row]:
    """Whoever came in reads mail and puts a telephone of their own beside the owner's."""
    return [
        sign_in(f"in/{day}/{hour}", person(4), place, day=day, hour=hour),
        act(f"factor/{day}/{hour}", person(4), place, day=day, hour=hour + 0.1, activity="factor_change"),
        act(f"rule/{day}/{hour}", person(4), place, day=day, hour=hour + 0.2, activity="mailbox_rule"),
    ]


def uids(rows: list[Row]) -> set[str]:
    return {row["event_uid"] for row in rows}


def test_whoever_is_in_a_minute_after_the_guess_and_digs_in_is_the_operator(duck: Engine, usual: list[Row]) -> None:
    came = stay(ONCE, day=10, hour=3.02)
    assert beyond(duck, usual, came) == uids(came)


def test_the_same_sitting_of_somebody_whom_nobody_went_for_is_its_owners(duck: Engine, usual: list[Row]) -> None:
    came = [{**row, "account": person(26)} for row in stay(ONCE, day=10, hour=3.02)]
    assert beyond(duck, usual, came) == set()


def test_a_journey_days_later_is_the_owners(duck: Engine, usual: list[Row]) -> None:
    """A sign-in from abroad and nothing else: people who are attacked travel as others do."""
    assert beyond(duck, usual, [sign_in("journey", person(4), ONCE, day=14, hour=15.0)]) == set()


def test_who_holds_an_account_comes_back_from_anywhere(duck: Engine, usual: list[Row]) -> None:
    came, back = stay(ONCE, day=10, hour=3.02), sign_in("back", person(4), AGAIN, day=13, hour=4.0)
    read = act("read", person(4), AGAIN, day=13, hour=4.1, activity="factor_change")
    assert beyond(duck, usual, [*came, back, read]) == uids([*came, back, read])


def test_where_many_owners_are_a_new_visitor_is_one_of_them(duck: Engine, usual: list[Row]) -> None:
    """The same sitting in an office that twenty of thirty people use."""
    office = {"source_ip": "80.4.4.4", "network": "AS44", "country": "DE"}
    days = list(work([number for number in PEOPLE if number not in (2, 3, 4)], office, days=range(0, 20, 4)))
    came = stay(office | {"client": home(4)["client"]}, day=10, hour=9.0)
    assert beyond(duck, [*usual, *days], came) == set()


def test_an_owner_with_a_new_browser_at_home_stays_at_home(duck: Engine, usual: list[Row]) -> None:
    came = stay(home(4) | {"client": BROWSERS[0]}, day=10, hour=9.0)
    assert beyond(duck, usual, came) == set()


@pytest.mark.parametrize(("follows", "whose"), [("reset", "the operator's"), ("sign_in", "the owner's")])
def test_whose_replaced_password_it_was_is_told_by_what_comes_next(
    duck: Engine, usual: list[Row], follows: str, whose: str
) -> None:
    """Password, telephone and rules replaced from abroad, out of nothing. Either the helpdesk has to let the owner in
    again the next morning, or the owner signs in at home with what was chosen."""
    before = [row for row in usual if row["account"] != person(4) or row["day_number"] < usual[0]["day_number"] + 13]
    came = [
        act("recovered", person(4), ONCE, day=13, hour=15.0, activity="recovery_complete"),
        act("factor", person(4), ONCE, day=13, hour=15.1, activity="factor_change"),
        act("rule", person(4), ONCE, day=13, hour=15.2, activity="mailbox_rule"),
    ]
    next_day = (
        act("desk", person(4), home(0), day=14, hour=8.0, activity="admin_act", reason="by_admin")
        if follows == "reset"
        else sign_in("home", person(4), home(4), day=14, hour=8.0)
    )
    found = found_in(duck, [*before, *CAMPAIGN, *came, next_day], roster(*range(12), 20, 24, 25))
    taken = set().union(*(found.uids(number) for number in range(len(found.campaigns))))
    assert (uids(came) <= taken) == (whose == "the operator's")
    assert uids(came).isdisjoint(taken) == (whose == "the owner's")


def test_two_days_at_a_place_make_it_no_home_of_an_account_that_was_hardly_used(duck: Engine, usual: list[Row]) -> None:
    """Its owner is first seen after the guess. Whoever came in that night comes again two nights later."""
    first = usual[0]["day_number"]
    later = [row for row in usual if row["account"] != person(4) or row["day_number"] > first + 12]
    came = [*stay(ONCE, day=10, hour=3.3), *stay(ONCE, day=12, hour=3.3)]
    assert beyond(duck, later, came) == uids(came)
