"""Recoveries and resets after which the owner stands before the door, and those after which he does not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from event_rows import Row
from small_site import Found, act, found_in, guess, home, person, sign_in, work
from tocsin.campaigns.changed_locks import CHANGED_LOCK_TECHNIQUES, together
from tocsin.campaigns.falls import Fall, Seen, falls, locked_out_after
from tocsin.campaigns.linked import reasons
from tocsin.campaigns.own_recoveries import DAY_MS
from tocsin.engines import Engine
from tocsin.report.phrases import TECHNIQUE_WORDS

HOUR = 3_600_000
HOME = {"source_ip": "192.0.2.1", "network": "AS1", "country": "DE", "client": "Edge", "user_agent": "Edge/144"}
AWAY = {"source_ip": "198.51.100.7", "network": "AS9", "country": "DE", "client": "Safari", "user_agent": "Safari/18"}
AT = 10 * DAY_MS
BEFORE = Seen(8 * DAY_MS, "signed_in", **HOME)
CHANGE = Seen(AT, "recovered", **AWAY)
REFUSED = Seen(AT + 2 * HOUR, "refused", **HOME)
RESET = Seen(AT + 9 * HOUR, "reset")
BACK = Seen(AT + 3 * HOUR, "signed_in", **HOME)


def locked(*later: Seen) -> bool | None:
    return locked_out_after([BEFORE, CHANGE, *later], CHANGE, CHANGE.user_agent)[0]


def test_an_owner_whom_a_help_desk_had_to_let_in_was_locked_out() -> None:
    assert locked(REFUSED, RESET) is True
    assert locked(RESET) is True


def test_it_was_plain_when_somebody_had_to_help() -> None:
    assert locked_out_after([BEFORE, CHANGE, REFUSED, RESET], CHANGE, None)[1] == RESET.ts


def test_who_recovers_the_account_again_was_locked_out_if_he_was_refused_before() -> None:
    again = Seen(AT + 5 * HOUR, "recovered", **HOME)
    assert locked(REFUSED, again) is True
    assert locked(again) is None


def test_who_signs_in_at_home_knows_the_new_password() -> None:
    assert locked(BACK, RESET) is False
    assert locked(REFUSED, BACK, RESET) is False


def test_what_another_program_or_an_open_session_still_does_proves_nothing() -> None:
    mail = BACK._replace(client="Mail", user_agent="Mail/16")
    assert locked(REFUSED, mail, RESET) is True
    assert locked(BACK._replace(kind="used"), RESET) is True
    assert locked(mail, RESET) is False  # nothing was refused, so it may have been told the new one


def test_who_comes_back_with_the_browser_that_changed_the_lock_is_no_owner() -> None:
    assert locked(BACK._replace(user_agent=CHANGE.user_agent), RESET) is True


def test_a_sign_in_from_where_nobody_was_before_is_not_the_owners() -> None:
    assert locked(Seen(AT + HOUR, "signed_in", "203.0.113.4", "AS7", "NL", None, None), RESET) is True


def test_refusals_alone_or_weeks_later_lock_nobody_out() -> None:
    """A program at home may go on asking with the old password for days."""
    assert locked(REFUSED) is None
    assert locked(REFUSED, RESET._replace(ts=AT + 9 * DAY_MS)) is None


def test_what_is_entered_within_a_day_of_a_reset_is_a_fall_and_what_comes_later_is_none() -> None:
    soon, late = Seen(AT + HOUR, "signed_in", **AWAY), Seen(AT + 30 * HOUR, "signed_in", **AWAY)
    reset = Seen(AT, "reset")
    assert [one.ts for one in falls("ada", [BEFORE, reset, soon])] == [soon.ts]
    assert falls("ada", [BEFORE, reset, late]) == []
    assert falls("ada", [BEFORE, soon]) == []


def test_a_factor_reset_locks_nobody_out_who_knows_the_password() -> None:
    """That the owner signs in at home then says nothing of who registered the new one."""
    entry = Seen(AT + HOUR, "signed_in", **AWAY)
    changed = Seen(AT + HOUR + 1, "set", **AWAY)
    (kept,) = falls("ada", [BEFORE, Seen(AT, "reset"), entry, BACK])
    (replaced,) = falls("ada", [BEFORE, Seen(AT, "reset"), entry, changed, BACK])
    assert (kept.locked, replaced.locked) == (None, False)


def fall(number: int, *, locked: bool | None = True, agent: str = "Safari/18", network: str = "AS9") -> Fall:
    return Fall(
        account=person(number),
        source_ip=f"198.51.100.{number}",
        ts=AT + number * HOUR,
        network=network,
        country="DE",
        client="Safari",
        user_agent=agent,
        locked=locked,
        told=AT + (number + 5) * HOUR,
    )


OWNERS = [fall(number, locked=False, agent=f"Own/{number}", network=f"AS{number % 7}") for number in range(20, 80)]
RARE = {"user_agent": lambda _value, _without: 0.001, "network": lambda _value, _without: 0.3}
COMMON = {"user_agent": lambda _value, _without: 0.3, "network": lambda _value, _without: 0.3}
AT_RISK = frozenset(map(person, range(10)))


def test_owners_locked_out_by_one_browser_fell_together() -> None:
    fallen = [fall(number) for number in range(3)]
    (found,) = [
        one for one in together([*OWNERS, *fallen], [*OWNERS, *fallen], RARE, frozenset()) if len(one.falls) == 3
    ][:1]
    assert found.pairs == {(one.source_ip, one.account) for one in fallen}


def test_as_many_with_that_browser_who_go_on_at_home_did_not() -> None:
    fallen = [fall(number, locked=False) for number in range(3)]
    assert together([*OWNERS, *fallen], [*OWNERS, *fallen], RARE, AT_RISK) == []


def test_two_who_forgot_the_new_password_with_a_browser_that_many_have_did_not() -> None:
    both = [fall(50), fall(51)]
    assert together([*OWNERS, *both], [*OWNERS, *both], COMMON, AT_RISK) == []


def test_a_relay_through_which_owners_come_who_go_on_at_home_did_not() -> None:
    """One owner in it has forgotten his new password; three went on."""
    users = {"user_agent": COMMON["user_agent"], "network": lambda _value, without: max(6 - without, 1) / 10_000}
    theirs = [fall(number, locked=said, network="AS666") for number, said in ((81, True), (82, None), (83, None))]
    went_on = [fall(number, locked=False, network="AS666") for number in (84, 85, 86)]
    strange = [fall(number, locked=None, agent=f"Own/{number}", network="AS5") for number in range(100, 300)]
    every = [*OWNERS, *strange, *theirs]
    assert together([*every, *went_on], [*every, *went_on], users, AT_RISK) == []


def test_where_everybody_has_the_browser_only_the_locked_out_fell() -> None:
    fallen, others = [fall(number) for number in range(5)], [fall(number, locked=None) for number in range(30, 40)]
    found = together([*OWNERS, *fallen, *others], [*OWNERS, *fallen, *others], COMMON, AT_RISK)
    assert {one.account for one in found[0].falls} == {one.account for one in fallen}


def test_with_a_browser_that_nobody_else_has_all_did_of_whom_nothing_is_known() -> None:
    fallen = [fall(0), fall(1), fall(2, locked=None)]
    found = together([*OWNERS, *fallen], [*OWNERS, *fallen], RARE, AT_RISK)
    assert {one.account for one in found[0].falls} == {one.account for one in fallen}


def test_it_is_plain_on_the_day_on_which_enough_had_been_locked_out() -> None:
    fallen = [fall(0), fall(1), replace(fall(2), told=AT + 6 * DAY_MS)]
    found = together([*OWNERS, *fallen], [*OWNERS, *fallen], RARE, AT_RISK)
    assert found[0].told == AT // DAY_MS


def test_its_techniques_have_words() -> None:
    assert {*CHANGED_LOCK_TECHNIQUES} <= set(TECHNIQUE_WORDS)


PEOPLE = range(60)
PHONE = {"network": "AS3", "country": "DE", "client": "Mobile Safari 18.5"}
"""The carrier is also people's own."""


@pytest.fixture(scope="module")
def usual() -> list[Row]:
    return list(work(PEOPLE))


def recovered(number: int, *, let_in: bool) -> list[Row]:
    """Somebody recovers the account by text message; its owner comes to the door at home an hour after."""
    place = PHONE | {"source_ip": f"81.70.{number}.9"}
    facts = {"day": 8 + number % 4, "channel_kind": "sms"}
    who, uid = person(number), f"swap/{number}"
    rows = [
        act(f"{uid}/0", who, place, activity="recovery_start", hour=2.0, **facts),
        act(f"{uid}/1", who, place, activity="recovery_proof", hour=2.05, **facts),
        act(f"{uid}/2", who, place, activity="recovery_complete", hour=2.1, **facts),
        sign_in(f"{uid}/3", who, place, day=facts["day"], hour=2.2),
    ]
    if not let_in:
        rows += [guess(f"{uid}/owner/{n}", who, home(number), day=facts["day"], hour=8.0 + n / 60) for n in range(2)]
        desk = {"activity": "admin_act", "reason": "by_admin", "actor": "desk@example.org"}
        rows.append(act(f"{uid}/desk", who, home(59), day=facts["day"], hour=8.4, **desk))
    return rows


def swapped(duck: Engine, usual: list[Row], *, let_in: bool) -> tuple[Found, set[str]]:
    rows = [row for number in range(1, 5) for row in recovered(number, let_in=let_in)]
    # Nobody gets in at home before the help desk has helped: people come at nine.
    return found_in(duck, [*usual, *rows]), {row["event_uid"] for row in rows if row["network"] == "AS3"} - {
        row["event_uid"] for row in rows if "owner" in row["event_uid"] or "desk" in row["event_uid"]
    }


def test_four_recoveries_with_one_telephone_whose_owners_are_locked_out_are_a_campaign(
    duck: Engine, usual: list[Row]
) -> None:
    found, theirs = swapped(duck, usual, let_in=False)
    assert [found.uids(number) for number in range(len(found.campaigns))] == [theirs]
    assert "locked out" in " ".join(reasons(found.campaigns[0]))


def test_the_same_four_are_none_if_their_owners_are_let_in_at_home(duck: Engine, usual: list[Row]) -> None:
    assert swapped(duck, usual, let_in=True)[0].campaigns == ()
