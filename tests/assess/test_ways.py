"""How accounts fell is told apart from what was tried on them, by hand from a few rows each."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa

from tocsin.assess.ways import channels_tried, ways_in

START = datetime(2026, 2, 3, 8, tzinfo=UTC)

RUN = {("okta", uid): "R1" for uid in ("start", "mail", "proof", "done")}


def row(uid: str, activity: str, role: str, minute: float, *, account: str = "ada@example.org", **facts: Any) -> Any:
    return {
        "provider": "okta",
        "event_uid": uid,
        "activity": activity,
        "outcome": "success",
        "role": role,
        "time": START + timedelta(minutes=minute),
        "account_provider": "okta",
        "account": account,
        "account_exists": True,
        **facts,
    }


def events(**kinds: str) -> pa.Table:
    held = [{"provider": "okta", "event_uid": uid, "channel_kind": kind} for uid, kind in kinds.items()]
    fields = [(name, pa.string()) for name in ("provider", "event_uid", "channel_kind")]
    return pa.Table.from_pylist(held, schema=pa.schema(fields))


BEGUN = [row("start", "recovery_start", "attack", 0), row("mail", "recovery_message", "attack", 0.1)]
DONE = row("done", "recovery_complete", "access", 3)
SIGNED_IN = row("in", "sign_in", "access", 60)


def test_an_account_that_fell_by_recovery_fell_over_its_channel() -> None:
    assert ways_in([*BEGUN, DONE, SIGNED_IN], events(mail="email"), RUN) == {"email": 1}


def test_a_channel_that_was_tried_on_an_account_lost_otherwise_is_no_way_in() -> None:
    """One fact away: the recovery was tried and not completed, and the account was signed in to an hour later."""
    rows = [*BEGUN, SIGNED_IN]
    assert channels_tried(rows, events(mail="email")) == {"email": 1}
    assert ways_in(rows, events(mail="email"), RUN) == {"no_recovery": 1}


def test_a_recovery_of_an_account_that_was_held_before_is_no_way_in() -> None:
    before = row("in", "sign_in", "access", -60)
    assert ways_in([before, *BEGUN, DONE], events(mail="email"), RUN) == {"no_recovery": 1}


def test_a_sign_in_that_clocks_put_before_the_recovery_it_followed_does_not_hide_it() -> None:
    before = row("in", "sign_in", "access", -4)
    assert ways_in([before, *BEGUN, DONE], events(mail="email"), RUN) == {"email": 1}


def test_the_channel_that_was_proven_counts_and_not_the_one_that_was_only_sent_to() -> None:
    proof = row("proof", "recovery_proof", "attack", 2)
    tried = events(mail="email", proof="sms")
    assert ways_in([*BEGUN, proof, DONE], tried, RUN) == {"sms": 1}
    wrong = {**proof, "outcome": "failure"}
    assert ways_in([*BEGUN, wrong, DONE], events(mail="email", proof="sms"), RUN) == {"email": 1}


def test_where_no_log_names_the_channel_that_is_said() -> None:
    assert ways_in([*BEGUN, DONE], events(), RUN) == {"not_told": 1}


def test_accounts_that_did_not_fall_are_not_counted() -> None:
    other = row("guess", "sign_in", "attack", 5, account="bob@example.org", outcome="failure")
    assert ways_in([*BEGUN, other], events(mail="email"), RUN) == {}
