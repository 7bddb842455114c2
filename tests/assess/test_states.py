"""What became of an account: states from events, what remains, and what to do."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from tocsin.assess.after import Aftermath
from tocsin.assess.chain import EventRef
from tocsin.assess.states import Record, aftermath

START = datetime(2026, 2, 16, 6, 0)  # noqa: DTZ001 - naive UTC throughout
BADDIE, HOME = "45.9.1.7", "81.2.1.5"


def record(uid: str, minute: float, activity: str, code: str, role: str | None = None, **facts: Any) -> Record:
    usual: dict[str, Any] = {
        "provider": "okta",
        "event_uid": uid,
        "time": START + timedelta(minutes=minute),
        "activity": activity,
        "outcome": "success",
        "reason": None,
        "code": code,
        "channel_kind": None,
        "channel_value": None,
        "source_ip": BADDIE if role else HOME,
        "actor": None,
        "role": role,
        "attempt": uid,
    }
    return Record(**(usual | facts))


TAKEOVER = [
    record("look", 0, "recovery_start", "user.account.reset_password", "identification"),
    record("guess", 10, "sign_in", "user.session.start/INVALID_CREDENTIALS", "attack", outcome="failure"),
    record("done", 20, "recovery_complete", "user.account.update_password", "access"),
    record("in", 21, "sign_in", "user.session.start", "access"),
    record("factor", 30, "factor_change", "user.mfa.factor.activate/User set up SMS_FACTOR factor", "persistence",
           channel_kind="sms"),
    record("channel", 40, "channel_change", "user.account.update_secondary_email", "persistence",
           channel_kind="email", channel_value="mine@freemail.example"),
]  # fmt: skip
RESET = record("reset", 600, "admin_act", "user.account.reset_password", reason="by_admin")
FACTOR_GONE = record("gone", 620, "factor_change", "user.mfa.factor.deactivate/User reset SMS_FACTOR factor",
                     channel_kind="sms")  # fmt: skip
CHANNEL_BACK = record("back", 630, "channel_change", "user.account.update_secondary_email", channel_kind="email",
                      channel_value="ada@mail.example")  # fmt: skip


def told(*more: Record) -> Aftermath:
    return aftermath("okta", [*TAKEOVER, *more], ["ada@example.org"])


def states(one: Aftermath) -> list[tuple[str, list[str]]]:
    return [(change.state, [event.event_uid for event in change.events]) for change in one.states]


REACHED = [("probed", ["look"]), ("attacked", ["guess"]), ("compromised", ["done"])]


def test_the_states_follow_one_another_from_events() -> None:
    assert states(told()) == REACHED


def test_a_password_put_right_by_the_helpdesk_contains_the_account() -> None:
    assert states(told(RESET)) == [*REACHED, ("contained", ["reset"])]


def test_an_account_is_secured_when_nothing_that_was_set_up_remains() -> None:
    found = told(RESET, FACTOR_GONE, CHANNEL_BACK)
    assert states(found) == [*REACHED, ("contained", ["reset"]), ("secured", ["reset", "gone", "back"])]
    assert found.states[-1].at == "2026-02-16T16:30:00Z"


@pytest.mark.parametrize("kept", [FACTOR_GONE, CHANNEL_BACK])
def test_one_thing_that_remains_keeps_it_from_being_secured(kept: Record) -> None:
    assert states(told(RESET, kept))[-1] == ("contained", ["reset"])


def test_who_is_in_again_has_the_account_still() -> None:
    again = record("again", 700, "session_use", "user.authentication.sso", "access")
    found = told(RESET, FACTOR_GONE, CHANNEL_BACK, again)
    assert states(found) == [*REACHED, ("contained", ["reset"]), ("compromised", ["again"])]
    assert [(one.step, one.done) for one in found.containment][:3] == [
        ("block", False),
        ("sessions", False),
        ("password", False),
    ]


def test_what_is_written_of_the_campaigns_own_new_password_contains_nothing() -> None:
    """The directory ends the sessions at every reset; without an address it is told of whose reset it was."""
    ended = record("ended", 20.1, "session_end", "Update StsRefreshTokenValidFrom Timestamp", source_ip=None)
    assert states(told(ended)) == REACHED


def test_a_sign_out_of_the_owners_own_session_contains_nothing() -> None:
    assert states(told(record("out", 600, "session_end", "user.session.end"))) == REACHED


def test_deeds_are_told_with_what_remains_and_what_ended_it() -> None:
    found = told(RESET, FACTOR_GONE)
    assert [(one.thing, one.effect, one.remains, one.ended_by) for one in found.deeds] == [
        ("password", "changed", None, None),
        ("session", "entered", None, None),
        ("factor", "added", False, EventRef(provider="okta", event_uid="gone")),
        ("channel", "added", True, None),
    ]
    assert found.deeds[3].what == "email, mine@freemail.example, user.account.update_secondary_email"


def test_mail_that_was_read_is_told_apart() -> None:
    read = [
        record(f"read/{minute}", minute, "session_use", "MailItemsAccessed", "access", provider="m365")
        for minute in (22, 23)
    ]
    (mail,) = [one for one in told(*read).deeds if one.thing == "mail"]
    assert (mail.effect, mail.count, mail.provider) == ("read", 2, "m365")


def test_the_steps_name_each_thing_with_the_event_that_set_it_up() -> None:
    found = told(RESET, FACTOR_GONE)
    assert [(one.step, one.done, [event.event_uid for event in one.because]) for one in found.containment] == [
        ("sessions", False, ["in"]),
        ("password", True, ["in"]),
        ("factor", True, ["factor"]),
        ("channel", False, ["channel"]),
        ("verify_channels", False, ["channel"]),
        ("restored_accounts", False, ["in"]),
    ]
    assert "SMS_FACTOR" in found.containment[2].words
    assert found.containment[-1].words == "Look at the accounts that this one can restore: ada@example.org"


def test_a_factor_of_the_owners_that_was_removed_is_to_be_set_up_again() -> None:
    code = "user.mfa.factor.deactivate/User reset OKTA_VERIFY_PUSH factor"
    removed = record("removed", 35, "factor_change", code, "persistence", channel_kind="app")
    steps = [one.step for one in told(removed).containment]
    assert "restore_factor" in steps
