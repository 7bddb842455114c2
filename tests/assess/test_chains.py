"""Chains from evidence rows: both halves, across providers, in whatever order they came."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from tocsin.assess.chain import Chain, EventRef
from tocsin.assess.chains import Notice, Told, chains
from tocsin.campaigns import Link, Restoring

START = datetime(2026, 2, 16, 6, 0)  # noqa: DTZ001 - naive UTC throughout
ADA, MAILBOX = ("okta", "ada@example.org"), ("google", "ada@mail.example")
GRAPH = Restoring((Link(MAILBOX[1], ADA[1], "roster"),))
Row = dict[str, Any]


def row(
    uid: str, home: tuple[str, str], activity: str, minute: float, role: str = "access", ip: str = "45.9.1.7"
) -> Row:
    return {
        "provider": home[0],
        "event_uid": uid,
        "role": role,
        "attempt_uid": uid,
        "time": START + timedelta(minutes=minute),
        "activity": activity,
        "account": home[1],
        "account_provider": home[0],
        "account_exists": True,
        "source_ip": ip,
    }


def recovery(minute: float, home: tuple[str, str] = ADA) -> list[Row]:
    return [
        row("start", home, "recovery_start", minute, "attack"),
        row("sent", home, "recovery_message", minute + 0.1, "attack"),
        row("done", home, "recovery_complete", minute + 2),
    ]


def opened(minute: float) -> list[Row]:
    return [
        row("wrong", MAILBOX, "sign_in", minute - 1, "attack"),
        row("in", MAILBOX, "sign_in", minute),
        row("read", MAILBOX, "session_use", minute + 1),
    ]


def told(graph: Restoring = GRAPH, channels: Any = None, notices: Any = None) -> Told:
    return Told(graph=graph, channels=channels or {}, notices=notices or {})


def refs(home: tuple[str, str], *uids: str) -> list[EventRef]:
    return [EventRef(provider=home[0], event_uid=uid) for uid in uids]


CHAIN = Chain(
    id="chain-8b6e0938",
    how="secondary_taken",
    primary=ADA[1],
    primary_provider="okta",
    secondary=MAILBOX[1],
    secondary_provider="google",
    link="roster",
    began_at="2026-02-16T06:09:00Z",
    completed_at="2026-02-16T06:32:00Z",
    first=refs(MAILBOX, "wrong", "in", "read"),
    second=refs(ADA, "start", "sent", "done"),
)


def test_a_mailbox_taken_and_the_account_recovered_through_it_are_one_chain() -> None:
    assert chains([*opened(10), *recovery(30)], told()) == [CHAIN]


def test_the_order_of_the_rows_changes_nothing() -> None:
    rows = [*opened(10), *recovery(30)]
    assert chains(rows[::-1], told()) == chains(rows, told())


@pytest.mark.parametrize(("late", "found"), [(9.0, True), (11.0, False)])
def test_the_mailboxes_clock_may_be_late_by_ten_minutes(late: float, found: bool) -> None:
    """The mailbox's records seem to come after the recovery that they opened."""
    rows = [row("in", MAILBOX, "sign_in", 32 + late), *recovery(30)]
    assert bool(chains(rows, told())) == found


def test_a_mailbox_taken_weeks_ago_is_no_half() -> None:
    assert chains([*opened(30 - 15 * 24 * 60), *recovery(30)], told()) == []


def test_a_mailbox_that_restores_another_account_is_no_half() -> None:
    bob = ("okta", "bob@example.org")
    graph = Restoring((Link(MAILBOX[1], bob[1], "roster"),))
    assert chains([*opened(10), *recovery(30), row("bob", bob, "sign_in", 50)], told(graph)) == []


def test_a_mailbox_that_was_only_attacked_opened_nothing() -> None:
    tries = [row("wrong", MAILBOX, "sign_in", 10, "attack")]
    assert chains([*tries, *recovery(30)], told()) == []


def test_a_recovery_that_got_no_further_puts_the_account_at_risk() -> None:
    """The message went to a mailbox that the campaign was trying to enter; the code was never given."""
    tries = [row("wrong", MAILBOX, "sign_in", 10, "attack")]
    (found,) = chains([*tries, *recovery(30)[:2]], told())
    assert (found.how, found.completed_at, found.first, found.second) == (
        "secondary_at_risk",
        None,
        refs(MAILBOX, "wrong"),
        refs(ADA, "start", "sent"),
    )


def test_a_mailbox_open_at_the_same_source_may_be_the_one_where_no_list_names_any() -> None:
    (found,) = chains([*opened(25), *recovery(30)], told(Restoring()))
    assert (found.secondary, found.link) == (MAILBOX[1], "sitting")
    elsewhere = [one | {"source_ip": "45.9.2.9"} for one in opened(25)]
    assert chains([*elsewhere, *recovery(30)], told(Restoring())) == []


def test_a_mailbox_open_at_the_same_source_was_not_needed_where_a_channel_had_been_added() -> None:
    added, later = row("added", ADA, "channel_change", 5, "persistence"), 9 * 24 * 60
    found = chains([added, *opened(later - 5), *recovery(later)], told(Restoring()))
    assert [one.how for one in found] == ["channel_added"]


def test_a_mailbox_opened_after_the_recovery_was_not_its_way_where_only_the_sitting_says_so() -> None:
    """Where a list names it, clocks may be apart; here nothing else ties the two."""
    assert chains([*opened(45), *recovery(30)], told(Restoring())) == []


def test_a_channel_added_in_an_earlier_sitting_and_used_is_a_chain() -> None:
    added = row("added", ADA, "channel_change", 0, "persistence")
    later = recovery(9 * 24 * 60)
    named = {("okta", "added"): ("email", "mine@freemail.example")}
    (found,) = chains([added, *later], told(Restoring(), channels=named))
    assert (found.how, found.secondary, found.link) == ("channel_added", "mine@freemail.example", None)
    assert (found.first, found.second) == (refs(ADA, "added"), refs(ADA, "start", "sent", "done"))
    assert chains([added, *recovery(60)], told(Restoring())) == []  # in one sitting nothing waited


def test_an_added_number_is_no_half_of_a_recovery_by_mail() -> None:
    added = row("added", ADA, "channel_change", 0, "persistence")
    kinds = {("okta", "added"): ("sms", None), ("okta", "sent"): ("email", None)}
    assert chains([added, *recovery(9 * 24 * 60)], told(Restoring(), channels=kinds)) == []


def test_one_number_put_into_three_accounts_is_a_chain_for_each() -> None:
    homes = [("okta", f"{name}@example.org") for name in ("ada", "bob", "cyd")]
    added = [row(f"added/{home[1]}", home, "channel_change", 5, "persistence") for home in homes]
    numbers = {("okta", one["event_uid"]): ("sms", "+4475550100") for one in added}
    found = chains(added, told(Restoring(), channels=numbers))
    assert [(one.how, one.primary, one.secondary) for one in found] == [
        ("channel_shared", home[1], "+4475550100") for home in homes
    ]
    assert found[0].second == refs(homes[0], "added/ada@example.org")
    assert found[0].first == refs(homes[0], "added/bob@example.org", "added/cyd@example.org")
    assert chains(added[:2], told(Restoring(), channels=numbers)) == []


def test_a_notice_about_a_mailbox_elsewhere_is_the_first_half() -> None:
    notice = Notice(account=MAILBOX[1], time=START, event=EventRef(provider="risc", event_uid="set-1"))
    (found,) = chains(recovery(30), told(notices={MAILBOX[1]: [notice]}))
    assert (found.how, found.secondary_provider, found.first) == (
        "secondary_reported",
        None,
        [EventRef(provider="risc", event_uid="set-1")],
    )


def test_a_mailbox_that_indicators_name_is_the_first_half_and_a_notice_says_more() -> None:
    sent = EventRef(provider="okta", event_uid="sent")
    indicated = Notice(account=MAILBOX[1], time=START + timedelta(minutes=30), event=sent, how="secondary_indicated")
    (found,) = chains(recovery(30), told(notices={MAILBOX[1]: [indicated]}))
    assert (found.how, found.secondary, found.link, found.first) == (
        "secondary_indicated",
        MAILBOX[1],
        "roster",
        [sent],
    )
    reported = Notice(account=MAILBOX[1], time=START, event=EventRef(provider="risc", event_uid="set-1"))
    (found,) = chains(recovery(30), told(notices={MAILBOX[1]: [indicated, reported]}))
    assert (found.how, found.first) == ("secondary_reported", [reported.event])
    elsewhere = Restoring((Link("bob@mail.example", ADA[1], "roster"),))
    assert chains(recovery(30), told(elsewhere, notices={MAILBOX[1]: [indicated]})) == []


def test_an_indicated_mailbox_that_the_campaign_itself_added_is_told_of_once() -> None:
    added = row("added", ADA, "channel_change", 0, "persistence")
    named = {("okta", "added"): ("email", MAILBOX[1])}
    graph = Restoring((Link(MAILBOX[1], ADA[1], "change"),))
    event = EventRef(provider="okta", event_uid="added")
    notice = Notice(account=MAILBOX[1], time=START, event=event, how="secondary_indicated")
    rows = [added, *recovery(9 * 24 * 60)]
    (found,) = chains(rows, told(graph, channels=named, notices={MAILBOX[1]: [notice]}))
    assert (found.how, found.first) == ("channel_added", [event])
