"""Owners before a changed lock, and those who only mistype."""

from __future__ import annotations

import pyarrow as pa
import pytest

from event_rows import Row
from small_site import act, found_in, guess, home, person, roster, sign_in, work
from tocsin.campaigns.acts import Acts
from tocsin.campaigns.locked_out import locked_out, refusals
from tocsin.campaigns.own_recoveries import ECHO_MS, Told
from tocsin.engines import Engine

HOME, EXIT = "192.0.2.1", "203.0.113.9"
BEFORE = Told(1_000, "sign_in", HOME, "home")
AT = 10_000_000
LATER = AT + 3_600_000
TWICE = [(LATER, HOME), (LATER + 1_000, HOME)]


def test_an_owner_refused_at_home_and_not_let_in_again_is_locked_out() -> None:
    assert locked_out([BEFORE], TWICE, AT, {EXIT})


def test_who_mistypes_once_or_before_the_change_is_not() -> None:
    assert not locked_out([BEFORE], TWICE[:1], AT, {EXIT})
    assert not locked_out([BEFORE], [(AT - 2, HOME), (AT - 1, HOME)], AT, {EXIT})


def test_refusals_where_the_owner_was_never_signed_in_are_somebody_elses() -> None:
    assert not locked_out([BEFORE], [(ts, "198.51.100.4") for ts, _ in TWICE], AT, {EXIT})
    assert not locked_out([BEFORE._replace(source_ip=EXIT)], [(ts, EXIT) for ts, _ in TWICE], AT, {EXIT})


def test_whoever_signs_in_before_any_reset_knows_the_password() -> None:
    """An old telephone may go on asking with the old one."""
    into = Told(LATER + 2_000, "sign_in", HOME, "home")
    assert not locked_out([BEFORE, into], [*TWICE, (LATER + 5_000, HOME)], AT, {EXIT})


@pytest.mark.parametrize("reset", ["admin_act", "recovery_complete"])
def test_a_reset_after_the_refusals_ends_it_and_one_before_them_means_nothing(reset: str) -> None:
    after = Told(LATER + 2_000, reset, None, None)
    assert locked_out([BEFORE, after], TWICE, AT, {EXIT})
    assert not locked_out([BEFORE, after._replace(ts=LATER - 2_000)], TWICE, AT, {EXIT})


def test_the_echo_of_the_change_in_another_log_is_no_reset() -> None:
    echo = Told(AT + ECHO_MS, "credential_change", None, None)
    assert locked_out([BEFORE, echo], TWICE, AT, {EXIT})


def test_only_refused_passwords_of_the_accounts_asked_for_are_refusals() -> None:
    rows: list[Row] = [
        {"ts": 3, "account": "ada", "source_ip": HOME, "activity": "sign_in", "reason": "wrong_password"},
        {"ts": 1, "account": "ada", "source_ip": EXIT, "activity": "sign_in", "reason": "wrong_password"},
        {"ts": 2, "account": "ada", "source_ip": HOME, "activity": "challenge", "reason": "mfa_denied"},
        {"ts": 2, "account": "eve", "source_ip": HOME, "activity": "sign_in", "reason": "wrong_password"},
    ]
    facts = {"provider": "entra", "outcome": "failure"}
    acts = [{**one, **facts, "event_uid": str(number)} for number, one in enumerate(rows)]
    assert refusals(Acts.of(pa.Table.from_pylist(acts)), {"ada"}) == {"ada": [(1, EXIT), (3, HOME)]}
    copies = [{**one, "provider": "m365", "ts": one["ts"] + 500} for one in acts]
    assert refusals(Acts.of(pa.Table.from_pylist([*acts, *copies])), {"ada"}) == {"ada": [(1, EXIT), (3, HOME)]}


PEOPLE = range(40)
HIDEOUTS = [
    {"source_ip": f"45.9.{number}.7", "network": "AS900", "country": "NL", "client": "curl"} for number in range(3)
]
SHARED: Row = {"source_ip": "185.5.5.5", "network": "AS185", "country": "SE", "client": "Edge/Windows"}
CAMPAIGN = [
    *[guess(f"g/{one}", person(one), HIDEOUTS[one % 3], day=9 + one // 3, hour=3.0) for one in range(12)],
    *[guess(f"e/{one}", person(one), SHARED, day=9 + one // 3, hour=3.2) for one in range(12)],
]


@pytest.mark.parametrize("refused", [True, False])
def test_a_change_at_a_shared_exit_whose_owner_is_then_refused_at_home_is_the_operators(
    duck: Engine, refused: bool
) -> None:
    """Nobody tried the account before; people come through the exit and change things of their accounts."""
    until = act("end", person(20), home(20), day=13)["time"]
    usual = [
        *(row for row in work(PEOPLE) if row["account"] != person(20) or row["time"] < until),
        *work(range(24, 40), SHARED),
        *(act(f"o/{one}", person(one), home(one), day=one % 12, activity="credential_change") for one in PEOPLE),
    ]
    change = [
        sign_in("in", person(20), SHARED, day=13, hour=10.0),
        act("changed", person(20), SHARED, day=13, hour=10.1, activity="credential_change"),
        act("rule", person(20), SHARED, day=13, hour=10.2, activity="mailbox_rule"),
    ]
    after = [guess(f"no/{n}", person(20), home(20), day=14, hour=9.0 + n / 10) for n in range(3)] if refused else []
    found = found_in(duck, [*usual, *CAMPAIGN, *change, *after], roster(*range(12)))
    taken = set().union(*(found.uids(number) for number in range(len(found.campaigns))))
    assert ("changed" in taken) is refused
