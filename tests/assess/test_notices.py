"""What others told of the mailbox that restores an account: what a notice or an indicator says of it, and what not."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from tocsin.assess.chain import EventRef
from tocsin.assess.chains import Notice
from tocsin.assess.notices import notices
from tocsin.indicators import Hit

ADA, MAILBOX = "ada@party.example", "ada@mail.example"
AT = datetime(2026, 2, 16, 6, 0)  # noqa: DTZ001 - naive UTC


def event(uid: str, account: str, activity: str, **facts: Any) -> dict[str, Any]:
    row = {"provider": "okta", "event_uid": uid, "ts": 1771221600000, "account": account, "activity": activity}
    return row | {"outcome": "success", "channel_value": None} | facts


def hit(kind: str, value: str, *uids: str, provider: str = "okta") -> Hit:
    return Hit(
        indicator="indicator--1",
        feed="peer",
        kind=kind,
        value=value,
        tlp="amber",
        valid_until=AT + timedelta(days=90),
        events=[(AT, provider, uid) for uid in uids],
    )


def told(account: str, uid: str, how: str, provider: str = "okta") -> dict[str, list[Notice]]:
    event_of = EventRef(provider=provider, event_uid=uid)
    return {account: [Notice(account=account, time=AT, event=event_of, how=how)]}


SENT = event("sent", ADA, "recovery_message", channel_value=MAILBOX)
ENTERED = event("in", MAILBOX, "sign_in")


def test_a_message_to_a_mailbox_that_an_indicator_names_tells_of_the_mailbox() -> None:
    """Also where the mailbox is at a provider of which there are no logs."""
    assert notices([SENT], [hit("account", MAILBOX, "sent")]) == told(MAILBOX, "sent", "secondary_indicated")


def test_a_mailbox_under_a_domain_that_an_indicator_names_is_told_of() -> None:
    assert notices([SENT], [hit("domain", "mail.example", "sent")]) == told(MAILBOX, "sent", "secondary_indicated")


def test_who_was_let_in_from_an_address_that_an_indicator_names_tells_of_the_mailbox() -> None:
    assert notices([ENTERED], [hit("address", "45.9.1.7", "in")]) == told(MAILBOX, "in", "secondary_indicated")


@pytest.mark.parametrize(
    "row",
    [
        ENTERED | {"outcome": "failure"},  # not let in
        ENTERED | {"activity": "recovery_start"},  # only tried
        ENTERED | {"event_uid": "other"},  # from elsewhere
        ENTERED | {"provider": "google"},  # another provider's event of that id
    ],
)
def test_what_is_one_fact_away_tells_of_nothing(row: dict[str, Any]) -> None:
    assert notices([row], [hit("network", "45.9.1.0/24", "in")]) == {}


def test_a_notice_of_another_provider_needs_no_indicator() -> None:
    notice = event("set-1", MAILBOX, "provider_verdict", provider="risc")
    assert notices([notice], []) == told(MAILBOX, "set-1", "secondary_reported", "risc")
    assert notices([notice | {"activity": "session_end"}], []) == {}
