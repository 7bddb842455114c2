"""Accounts that fell with no try before it that looked like one, and those of which it only seems so."""

from __future__ import annotations

import pyarrow as pa
import pytest

from event_rows import Row
from small_site import act, found_in, guess, home, person, roster, sign_in, work
from tocsin.campaigns import Link, Restoring
from tocsin.campaigns.own_recoveries import HALFWAY
from tocsin.campaigns.quiet_falls import _Work, visits
from tocsin.engines import Engine

PEOPLE = range(40)
HIDEOUTS = [
    {"source_ip": f"45.9.{number}.7", "network": "AS900", "country": "NL", "client": "curl"} for number in range(3)
]
EXIT = {"source_ip": "185.5.5.5", "network": "AS185", "country": "SE", "client": "Edge/Windows"}
PRIMARY, MAILBOX = person(4), person(26)
GRAPH = Restoring((Link(MAILBOX, PRIMARY, "roster"),))
# The operator looks the primary up and guesses at it and eleven others, from its own addresses and from a shared exit.
CAMPAIGN = [
    *[
        guess(f"guess/{target}", person(target), HIDEOUTS[target % 3], day=9 + target // 3, hour=3.0)
        for target in range(12)
    ],
    *[guess(f"exit/{target}", person(target), EXIT, day=9 + target // 3, hour=3.2) for target in range(12)],
]


@pytest.fixture(scope="module")
def usual() -> list[Row]:
    """Everybody at home, where they change one thing of their account in the month; four others come through the exit
    every day."""
    changes = [
        act(f"own/{one}", person(one), home(one), day=one % 20, hour=10.0, activity="mailbox_rule") for one in PEOPLE
    ]
    return [*work(PEOPLE), *work(range(32, 36), EXIT), *changes]


def beyond(duck: Engine, usual: list[Row], more: list[Row], graph: Restoring = GRAPH) -> set[str]:
    """Event ids of all campaigns beyond the guesses that one is found by."""
    found = found_in(duck, [*usual, *CAMPAIGN, *more], roster(*range(12)), graph)
    taken = set().union(*(found.uids(number) for number in range(len(found.campaigns))))
    guesses = {row["event_uid"] for row in CAMPAIGN}
    assert guesses <= taken
    return taken - guesses


def recovered(place: Row, *, day: int, hour: float) -> list[Row]:
    """The primary, through a message."""
    return [
        act("start", PRIMARY, place, day=day, hour=hour, activity="recovery_start"),
        act("done", PRIMARY, place, day=day, hour=hour + 0.05, activity="recovery_complete"),
        act("factor", PRIMARY, place, day=day, hour=hour + 0.1, activity="factor_change"),
    ]


def opened(place: Row, *, day: int, hour: float, uid: str = "mailbox") -> Row:
    """Somebody is in the mailbox with the right password, once."""
    return sign_in(uid, MAILBOX, place, day=day, hour=hour)


def uids(rows: list[Row]) -> set[str]:
    return {row["event_uid"] for row in rows}


def test_the_mailbox_opened_at_the_operators_exit_before_the_recovery_through_it_fell(
    duck: Engine, usual: list[Row]
) -> None:
    acts = [opened(EXIT, day=14, hour=3.3), *recovered(EXIT, day=14, hour=3.4)]
    assert beyond(duck, usual, acts) == uids(acts)


def test_records_of_the_mailbox_may_come_after_by_some_minutes(duck: Engine, usual: list[Row]) -> None:
    """The clock of its provider is late."""
    acts = [opened(EXIT, day=14, hour=3.55), *recovered(EXIT, day=14, hour=3.4)]
    assert beyond(duck, usual, acts) == uids(acts)


def test_the_same_sign_in_to_a_mailbox_that_restores_nothing_is_its_owners(duck: Engine, usual: list[Row]) -> None:
    acts = [opened(EXIT, day=17, hour=15.0), *recovered(EXIT, day=14, hour=3.4)]
    assert beyond(duck, usual, acts, Restoring()) == uids(acts[1:])


def test_a_mailbox_opened_for_a_recovery_fell_though_nobody_knows_what_it_restores(
    duck: Engine, usual: list[Row]
) -> None:
    """Whoever recovers an account by a message reads it in some mailbox. One fact away each: it was opened after the
    recovery, hours before, or another is known to restore the account."""
    nobody_knows, another = Restoring(), Restoring((Link(person(27), PRIMARY, "roster"),))
    recovery = recovered(EXIT, day=14, hour=3.4)
    assert "mailbox" in beyond(duck, usual, [opened(EXIT, day=14, hour=3.35), *recovery], nobody_knows)
    assert "mailbox" not in beyond(duck, usual, [opened(EXIT, day=14, hour=3.6), *recovery], nobody_knows)
    assert "mailbox" not in beyond(duck, usual, [opened(EXIT, day=13, hour=23.4), *recovery], nobody_knows)
    assert "mailbox" not in beyond(duck, usual, [opened(EXIT, day=14, hour=3.35), *recovery], another)


def test_an_owner_who_signs_in_to_the_mailbox_at_home_has_no_part_in_it(duck: Engine, usual: list[Row]) -> None:
    """A warning came in, and is read within minutes."""
    own = opened(home(26), day=14, hour=3.5)
    assert beyond(duck, usual, [own, *recovered(EXIT, day=14, hour=3.4)]) == {"start", "done", "factor"}


def test_a_mailbox_used_at_the_exit_on_most_days_is_its_owners(duck: Engine, usual: list[Row]) -> None:
    """The owner of the mailbox always comes through that exit."""
    lives = [opened(EXIT, day=day, hour=12.0, uid=f"lives/{day}") for day in range(20)]
    assert beyond(duck, usual, [*lives, *recovered(EXIT, day=14, hour=3.4)]) == {"start", "done", "factor"}


def test_who_changes_much_of_an_account_at_the_operators_exit_is_the_operator(duck: Engine, usual: list[Row]) -> None:
    dug = [
        opened(EXIT, day=13, hour=3.3),
        act("rule", MAILBOX, EXIT, day=13, hour=3.4, activity="mailbox_rule"),
        act("consent", MAILBOX, EXIT, day=13, hour=3.5, activity="consent"),
        act("channel", MAILBOX, EXIT, day=13, hour=3.6, activity="channel_change"),
    ]
    assert beyond(duck, usual, dug, Restoring()) == uids(dug)


@pytest.mark.parametrize(("day", "fell"), [(11, True), (2, False)], ids=["while it worked there", "days before"])
def test_a_visit_at_an_operators_address_is_its_own_about_when_it_works_there(
    duck: Engine, usual: list[Row], day: int, fell: bool
) -> None:
    visit = [
        sign_in("in", person(30), HIDEOUTS[0], day=day, hour=5.3),
        act("rule", person(30), HIDEOUTS[0], day=day, hour=5.4, activity="mailbox_rule"),
        act("consent", person(30), HIDEOUTS[0], day=day, hour=5.5, activity="consent"),
    ]
    assert beyond(duck, usual, visit, Restoring()) == (uids(visit) if fell else set())


def test_one_change_on_a_visit_to_the_exit_is_an_owners(duck: Engine, usual: list[Row]) -> None:
    """As above, but for two of the changes."""
    dug = [opened(EXIT, day=13, hour=13.3), act("rule", MAILBOX, EXIT, day=13, hour=13.4, activity="mailbox_rule")]
    assert beyond(duck, usual, dug, Restoring()) == set()


def test_a_channel_added_and_used_days_later_at_the_same_exit_is_the_operators(duck: Engine, usual: list[Row]) -> None:
    planted = [
        sign_in("in", person(30), EXIT, day=10, hour=3.3),
        act("channel", person(30), EXIT, day=10, hour=3.4, activity="channel_change"),
        act("start", person(30), EXIT, day=16, hour=4.0, activity="recovery_start"),
        act("done", person(30), EXIT, day=16, hour=4.1, activity="recovery_complete"),
        act("rule", person(30), EXIT, day=16, hour=4.2, activity="mailbox_rule"),
        guess("locked-out", person(30), home(30), day=16, hour=9.0),
    ]
    away = [
        row for row in usual if not (row["account"] == person(30) and row["day_number"] >= planted[2]["day_number"])
    ]
    assert beyond(duck, away, planted, Restoring()) == uids(planted[:5])


def test_a_mailbox_opened_minutes_before_a_recovery_that_went_no_further_fell_if_its_guard_was_changed(
    duck: Engine, usual: list[Row]
) -> None:
    """The recovery was only started, at an exit of eight people; of a mailbox that restores nothing, the same is its
    owner's."""
    opening = [opened(EXIT, day=14, hour=9.3), act("rule", MAILBOX, EXIT, day=14, hour=9.35, activity="mailbox_rule")]
    start = act("start", PRIMARY, EXIT, day=14, hour=9.4, activity="recovery_start")
    crowded = [*usual, *work(range(36, 40), EXIT)]
    assert beyond(duck, crowded, [*opening, start]) == uids([*opening, start])
    assert beyond(duck, crowded, [*opening, start], Restoring()) == {"start"}


@pytest.mark.parametrize(("outcome", "fell"), [("success", True), ("failure", False)])
def test_whoever_typed_a_wrong_code_holds_no_account(duck: Engine, usual: list[Row], outcome: str, fell: bool) -> None:
    """Days after a code was passed or refused at the operator's own address, the account is entered at the exit where
    others live."""
    proof = act("proof", PRIMARY, HIDEOUTS[0], day=15, hour=3.0, activity="recovery_proof", outcome=outcome)
    visit = sign_in("visit", PRIMARY, EXIT, day=17, hour=14.0)
    assert ("visit" in beyond(duck, usual, [proof, visit])) == fell


PROXIES = [
    {"source_ip": f"91.{number}.4.7", "network": f"AS{700 + number}", "country": "PL", "client": "curl"}
    for number in range(8)
]
THROUGH_PROXIES = [
    guess(f"proxy/{number}/{target}", person(target), place, day=10 + number, hour=3.0 + target / 20)
    for number, place in enumerate(PROXIES)
    for target in (number, number + 1, number + 4)
]


def passed(number: int, *, day: int) -> Row:
    """A right password at a proxy, of somebody who was never asked for before, with a browser that is nobody's yet."""
    there = PROXIES[number] | {"client": "Edge/Windows"}
    return sign_in(f"in/{number}/{day}", person(20 + number), there, day=day, hour=3.5)


def test_right_passwords_at_proxies_where_nobody_else_comes_in_are_the_operators(
    duck: Engine, usual: list[Row]
) -> None:
    """Each once, abroad, of people who are at home every day: one would be somebody on a journey, seven are not."""
    seven = [passed(number, day=15) for number in range(7)]
    assert beyond(duck, usual, [*THROUGH_PROXIES, *seven], Restoring()) == uids([*THROUGH_PROXIES, *seven])
    assert beyond(duck, usual, [*THROUGH_PROXIES, seven[0]], Restoring()) == uids(THROUGH_PROXIES)


def test_people_who_live_behind_the_proxies_are_no_victims(duck: Engine, usual: list[Row]) -> None:
    """One fact away: each comes back on the next day."""
    at_home = [passed(number, day=day) for number in range(7) for day in (15, 16)]
    assert beyond(duck, usual, [*THROUGH_PROXIES, *at_home], Restoring()) == uids(THROUGH_PROXIES)


@pytest.mark.parametrize("came_in", [True, False])
def test_a_password_changed_by_nobody_who_came_in_there_is_changed_by_its_owner(
    duck: Engine, usual: list[Row], came_in: bool
) -> None:
    """In a log that shows recoveries: the session is from elsewhere, and the old password fails hours after."""
    shown = act("own/start", person(31), home(31), day=12, hour=10.0, activity="recovery_start")
    into = [sign_in("in", person(30), HIDEOUTS[0], day=13, hour=3.0)] if came_in else []
    changed = act("changed", person(30), HIDEOUTS[0], day=13, hour=3.1, activity="credential_change")
    after = guess("typo", person(30), HIDEOUTS[0], day=13, hour=5.0)
    assert ("changed" in beyond(duck, usual, [shown, *into, changed, after], Restoring())) == came_in


def test_who_was_let_in_at_an_operators_address_and_dug_in_elsewhere_fell(duck: Engine, usual: list[Row]) -> None:
    """One fact away each: nobody dug in, or the account was never at the operator's address."""
    other = {"source_ip": "79.1.4.4", "network": "AS78", "country": "PL", "client": "Edge/Windows"}
    visit = sign_in("visit", person(20), EXIT | {"source_ip": HIDEOUTS[0]["source_ip"]}, day=14, hour=10.0)
    dug_in = [
        sign_in("in", person(20), other, day=15, hour=4.0),
        *(
            act(activity, person(20), other, day=15, hour=4.1 + number / 10, activity=activity)
            for number, activity in enumerate(("channel_change", "consent", "factor_change", "credential_change"))
        ),
    ]
    assert beyond(duck, usual, [visit]) == set()
    assert beyond(duck, usual, dug_in) == set()
    assert beyond(duck, usual, [visit, *dug_in]) == uids([visit, *dug_in])


@pytest.mark.parametrize("halfway", [True, False])
def test_a_right_password_that_a_second_factor_stopped_is_no_account_in_hand(halfway: bool) -> None:
    nothing = pa.table({name: pa.array([], pa.string()) for name in ("account", "source_ip", "activity", "outcome")})
    nothing = nothing.append_column("ts", pa.array([], pa.int64())).append_column("reason", pa.array([], pa.string()))
    row = sign_in("in", person(4), HIDEOUTS[0], day=3, hour=3.0) | {"reason": HALFWAY if halfway else None}
    told = ("event_uid", "provider", "account", "activity", "outcome", "reason")
    columns = (*told, "source_ip", "network", "client", "user_agent")
    rows = pa.table({name: pa.array([row[name]], pa.string()) for name in columns})
    rows = rows.append_column("ts", pa.array([1_000])).append_column("day_number", pa.array([3]))
    work_of = _Work(nothing)
    for visit in visits(rows, rows.slice(0, 0)):
        work_of.add(visit)
    assert work_of.holds(person(4)) is not halfway


@pytest.mark.parametrize("passed", [True, False])
def test_a_second_factor_that_is_asked_for_is_not_passed(passed: bool) -> None:
    one = {"account": "ada", "source_ip": "192.0.2.1", "activity": "challenge", "ts": 1, "reason": None}
    rows = pa.Table.from_pylist([{**one, "outcome": "success" if passed else "unknown"}])
    assert _Work(rows).holds("ada") is passed


@pytest.mark.parametrize(("activity", "tied"), [("credential_change", True), ("factor_change", False)])
def test_a_recovery_may_end_in_a_new_password_alone(activity: str, tied: bool) -> None:
    """Keycloak's log tells of no other end. The mailbox that restores the account was opened minutes before."""
    mailbox, changed = opened(EXIT, day=3, hour=3.0), act("x", PRIMARY, EXIT, day=3, hour=3.1, activity=activity)
    told = pa.Table.from_pylist([{**changed, "reason": None}, {**changed, "reason": None, "ts": 1}])
    rows = pa.Table.from_pylist([{**mailbox, "reason": None, "outcome": "success"}])
    (visit,) = visits(rows, rows.slice(0, 0))
    assert (_Work(told).through(visit, GRAPH) < 0.0) is tied
