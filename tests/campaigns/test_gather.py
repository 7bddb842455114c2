"""Everything an operator did, told apart from the owners behind the same addresses."""

from __future__ import annotations

import pytest

from event_rows import Row
from small_site import BROWSERS, act, found_in, guess, home, person, roster, sign_in, work
from tocsin.engines import Engine

PEOPLE = range(30)
HIDEOUTS = [
    {"source_ip": f"45.9.{number}.7", "network": "AS900", "country": "NL", "client": "curl"} for number in range(3)
]
EXIT = {"source_ip": "185.5.5.5", "network": "AS185", "country": "SE"}
CAMPAIGN = [
    guess(f"guess/{target}", person(target), HIDEOUTS[target % 3], day=5 + target // 3, hour=3.0)
    for target in range(12)
]


@pytest.fixture(scope="module")
def usual() -> list[Row]:
    return list(work(PEOPLE))


def gathered(duck: Engine, usual: list[Row], more: list[Row]) -> set[str]:
    """Event ids of all campaigns beyond the guesses that one is found by."""
    found = found_in(duck, [*usual, *CAMPAIGN, *more], roster(*range(12), 20, 24, 25))
    taken = set().union(*(found.uids(number) for number in range(len(found.campaigns))))
    guesses = {row["event_uid"] for row in CAMPAIGN}
    assert guesses <= taken
    return taken - guesses


def reset(number: int, *, day: int, hour: float = 8.0) -> Row:
    """The helpdesk lets the owner, whose password no longer works, in again."""
    desk = {"source_ip": "81.2.9.9", "network": "AS81", "country": "SE", "client": BROWSERS[0]}
    return act(f"reset/{number}", person(number), desk, day=day, hour=hour, activity="admin_act")


def uids(rows: list[Row]) -> set[str]:
    return {row["event_uid"] for row in rows}


def test_owners_at_home_are_never_taken_in(duck: Engine, usual: list[Row]) -> None:
    assert gathered(duck, usual, []) == set()


def test_a_success_after_the_guess_from_the_operators_address_is_its_own(duck: Engine, usual: list[Row]) -> None:
    """In the same sitting: the second guess was right."""
    success = sign_in("in", person(4), HIDEOUTS[1], day=6, hour=3.2)
    assert gathered(duck, usual, [success]) == {"in"}


def test_a_success_days_after_the_guess_from_the_operators_address_is_its_own(duck: Engine, usual: list[Row]) -> None:
    success = sign_in("in", person(4), HIDEOUTS[1], day=9, hour=3.2)
    assert gathered(duck, usual, [success]) == {"in"}


def test_the_owner_behind_the_same_vpn_exit_is_not_taken_in(duck: Engine, usual: list[Row]) -> None:
    """Six people use the exit every day; the operator goes for two of them there, and for others."""
    owners = list(work(range(24, 30), EXIT))
    there = EXIT | {"client": "curl"}
    attack = [guess(f"exit/{target}", person(target), there, day=8, hour=3.0) for target in (24, 25, *range(6))]
    assert gathered(duck, usual, [*owners, *attack]) == uids(attack)


def test_a_target_who_works_through_the_operators_address_keeps_its_own_days(duck: Engine, usual: list[Row]) -> None:
    """The person tried at an exit signs in there as before, the same evening and all days after."""
    target = 24
    there = EXIT | {"client": "curl"}
    attack = [guess(f"exit/{number}", person(number), there, day=8, hour=3.0) for number in (target, *range(6))]
    own = [*work([target], EXIT), *work(range(25, 30), EXIT)]
    evening = sign_in("evening", person(target), EXIT | {"client": home(target)["client"]}, day=8, hour=21.0)
    assert gathered(duck, usual, [*own, *attack, evening]) == uids(attack)


@pytest.mark.parametrize("activity", ["credential_change", "factor_change", "channel_change"])
def test_a_takeover_that_no_failure_preceded_is_taken_in(duck: Engine, usual: list[Row], activity: str) -> None:
    """Providers that log no lookups show only the change, and what was done afterwards."""
    changed = act("changed", person(20), HIDEOUTS[0], day=8, hour=3.2, activity=activity)
    used = act("used", person(20), HIDEOUTS[0], day=8, hour=3.3, activity="session_use")
    assert gathered(duck, usual, [changed, used, reset(20, day=8)]) == {"changed", "used"}


@pytest.mark.parametrize("activity", ["factor_change", "channel_change"])
def test_a_new_phone_on_a_journey_is_no_takeover_where_no_client_is_named(
    duck: Engine, usual: list[Row], activity: str
) -> None:
    """The log shows who starts recoveries, and nobody did for this account. One fact away each: the log shows none, a
    recovery was completed there, or the client is named and is the operator's."""
    there = HIDEOUTS[0] | {"client": None}
    phone = act("phone", person(20), there, day=8, hour=3.2, activity=activity)
    lost = act("lost", person(21), home(21), day=3, activity="recovery_start")
    assert gathered(duck, usual, [phone, lost]) == set()
    assert gathered(duck, usual, [phone]) == {"phone"}
    recovered = act("recovered", person(20), there, day=8, hour=3.1, activity="recovery_complete")
    assert gathered(duck, usual, [phone, lost, recovered, reset(20, day=8)]) == {"phone", "recovered"}
    named = phone | {"client": "curl", "user_agent": "curl"}
    assert gathered(duck, usual, [named, lost]) == {"phone"}


def forgot(number: int, *, client: str | None = None) -> Row:
    """A password replaced through one of the operator's addresses, with the browser of the account's owner and when
    people are at work."""
    there = HIDEOUTS[0] | {"client": client or home(number)["client"]}
    return act("changed", person(number), there, day=8, hour=9.2, activity="recovery_complete")


def test_a_recovery_with_the_owners_browser_whose_owner_signs_in_at_home_next_was_the_owners(
    duck: Engine, usual: list[Row]
) -> None:
    """One fact away: the helpdesk had to let the owner in again, so somebody else knew the new password."""
    assert gathered(duck, usual, [forgot(20)]) == set()
    assert gathered(duck, usual, [forgot(20), reset(20, day=8, hour=10.0)]) == {"changed"}


def test_a_recovery_in_all_the_operators_ways_is_its_own_though_the_owner_goes_on(
    duck: Engine, usual: list[Row]
) -> None:
    """Owners stay signed in by sessions and keys: that alone undoes no takeover."""
    assert gathered(duck, usual, [forgot(20, client="curl")]) == {"changed"}


def test_whoever_comes_back_from_another_of_the_operators_addresses_was_no_owner(
    duck: Engine, usual: list[Row]
) -> None:
    back = sign_in("back", person(20), HIDEOUTS[1], day=8, hour=9.9)
    assert gathered(duck, usual, [forgot(20), back]) == {"changed", "back"}


def test_an_owner_at_another_address_of_the_home_network_is_at_home(duck: Engine, usual: list[Row]) -> None:
    line = home(20) | {"source_ip": "81.3.250.9"}
    assert gathered(duck, usual, [forgot(20), sign_in("next", person(20), line, day=8, hour=10.5)]) == set()


def test_the_echo_of_a_recovery_in_another_log_is_no_reset_of_its_own(duck: Engine, usual: list[Row]) -> None:
    """Microsoft 365 writes the new password down a minute later, without an address. A day later it is another one."""
    nowhere = {"source_ip": None, "network": None, "country": None, "client": None}
    echo, later = (
        act("told", person(20), nowhere, day=8, hour=hour, activity="credential_change") for hour in (9.22, 10.5)
    )
    assert gathered(duck, usual, [forgot(20), echo]) == set()
    assert gathered(duck, usual, [forgot(20), later]) == {"changed"}


def test_what_followed_an_owners_own_recovery_is_the_owners_too(duck: Engine, usual: list[Row]) -> None:
    there = HIDEOUTS[0] | {"client": home(20)["client"]}
    again = act("again", person(20), there, day=12, hour=9.2, activity="session_use")
    assert gathered(duck, usual, [forgot(20), again]) == set()
    assert gathered(duck, usual, [forgot(20), again, reset(20, day=8, hour=10.0)]) == {"changed", "again"}


def test_bots_at_the_operators_shared_exit_are_told_by_their_user_agent(duck: Engine, usual: list[Row]) -> None:
    owners = list(work(range(24, 30), EXIT))
    there = EXIT | {"client": "curl"}
    attack = [guess(f"exit/{target}", person(target), there, day=8, hour=3.0) for target in (24, 25, *range(6))]
    bot = EXIT | {"client": "python-requests"}
    noise = [
        guess(f"bot/{number}", f"nobody{number}@example.org", bot, day=9, hour=4.0, account_known="false")
        for number in range(4)
    ]
    assert gathered(duck, usual, [*owners, *attack, *noise]) == uids(attack)


def test_an_attacker_who_stays_does_not_become_an_owner(duck: Engine, usual: list[Row]) -> None:
    """Days of sign-ins at its own address after a recovery: each of them is the operator's."""
    recovered = act("recovered", person(20), HIDEOUTS[1], day=6, hour=3.2, activity="recovery_complete")
    stay = [sign_in(f"stay/{day}", person(20), HIDEOUTS[1], day=day, hour=3.5) for day in range(6, 10)]
    assert gathered(duck, usual, [recovered, *stay, reset(20, day=6)]) == uids([recovered, *stay])


def test_what_the_attacker_did_in_the_mailbox_is_taken_in(duck: Engine, usual: list[Row]) -> None:
    recovered = act("recovered", person(4), HIDEOUTS[1], day=8, hour=3.2, activity="recovery_complete")
    rule = act("rule", person(4), HIDEOUTS[1] | {"client": None}, day=8, hour=3.4, activity="mailbox_rule")
    consent = act("consent", person(4), HIDEOUTS[1], day=8, hour=3.5, activity="consent")
    done = [recovered, rule, consent, reset(4, day=8)]
    assert gathered(duck, usual, done) == {"recovered", "rule", "consent"}


def test_a_profile_changed_where_the_operator_came_in_is_changed_by_it(duck: Engine, usual: list[Row]) -> None:
    success = sign_in("in", person(4), HIDEOUTS[1], day=6, hour=3.2)
    changed = act("profile", person(4), HIDEOUTS[1], day=6, hour=3.3, activity="profile_change")
    assert gathered(duck, usual, [success, changed]) == {"in", "profile"}


def test_acts_that_say_nothing_of_who_was_at_the_keyboard_are_left_out(duck: Engine, usual: list[Row]) -> None:
    silent = [
        act(f"silent/{activity}", person(4), HIDEOUTS[1], day=8, hour=3.4, activity=activity)
        for activity in ("provider_verdict", "session_end", "other")
    ]
    assert gathered(duck, usual, silent) == set()


def test_a_guest_who_mistypes_at_a_shared_exit_is_not_the_operator(duck: Engine, usual: list[Row]) -> None:
    """With a browser that the operator does not use, behind an address that many share."""
    owners = list(work(range(24, 30), EXIT))
    attack = [
        guess(f"exit/{number}", person(number), EXIT | {"client": "curl"}, day=8, hour=3.0) for number in range(6)
    ]
    guest = guess("guest", person(15), EXIT | {"client": BROWSERS[0]}, day=8, hour=10.0)
    assert gathered(duck, usual, [*owners, *attack, guest]) == uids(attack)


@pytest.mark.parametrize("tried", [True, False])
def test_a_password_changed_at_a_shared_exit_is_the_operators_if_a_try_led_up_to_it(
    duck: Engine, usual: list[Row], tried: bool
) -> None:
    """Of somebody whom the operator went for elsewhere, with the browser that both have."""
    owners = list(work(range(24, 30), EXIT))
    there = EXIT | {"client": home(8)["client"]}
    attack = [guess(f"exit/{number}", person(number), there, day=8, hour=3.0) for number in range(6)]
    tries = [guess("try", person(8), there, day=9, hour=3.0)] if tried else []
    change = [
        sign_in("in", person(8), there, day=9, hour=3.1),
        act("changed", person(8), there, day=9, hour=3.2, activity="credential_change"),
    ]
    found = gathered(duck, usual, [*owners, *attack, *tries, *change])
    assert ("changed" in found) is tried


def test_only_a_failure_that_somebody_was_let_in_after_is_a_typing_error(duck: Engine, usual: list[Row]) -> None:
    """`work` mistypes on one day in ten, just before a sign-in."""
    weighed = found_in(duck, [*usual, *CAMPAIGN], roster(*range(12))).site.weighed
    told = weighed.mistyped != 0.0
    assert told.any()
    assert all(uid.endswith("/typo") for uid in weighed.acts.text("event_uid")[told])
    assert weighed.mistyped.min() >= 0.0
