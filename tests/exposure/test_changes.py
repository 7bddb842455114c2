"""What one change would leave, counted by hand."""

from __future__ import annotations

from dataclasses import replace

from exposed import answer, method, roster
from tocsin.exposure import Exposure, Registered
from tocsin.exposure.effects import Kind
from tocsin.exposure.registered import Use

SECOND, RESTORE = Use.SECOND, Use.RESTORE


def google(name: str, *methods: object) -> Registered:
    held = tuple(methods)
    return Registered(
        provider="google",
        names=(name,),
        methods=held,  # type: ignore[arg-type]
        password=True,
        factors_told=True,
        mail_host=True,
    )


STEP = method(Kind.STEP, SECOND)
PROMPT = method(Kind.PROMPT, SECOND)


def mailbox(address: str) -> object:
    return method(Kind.MAILBOX, RESTORE, value=address)


def phone(number: str) -> object:
    return method(Kind.PHONE, RESTORE, value=number)


def newsroom() -> Exposure:
    """Four accounts: ada and bo are restored by one mailbox, which both share; cleo by her number; dan by nothing, and
    each has a second step (24% get past it), dan a prompt (10%)."""
    accounts = ("ada@a.example", "bo@a.example", "cleo@a.example", "dan@a.example")
    return answer(
        roster(*accounts),
        [
            google(accounts[0], STEP, mailbox("desk@mail.example")),
            google(accounts[1], STEP, mailbox("desk@mail.example")),
            google(accounts[2], STEP, phone("+12025550101")),
            google(accounts[3], PROMPT),
        ],
    )


def remaining(found: Exposure, scope: str) -> dict[tuple[str, str | None], tuple[float, int, int]]:
    return {
        (one.change, one.target): (one.remaining, one.ways_closed, one.accounts)
        for one in found.changes
        if one.scope == scope
    }


def test_attacks_that_get_in_are_the_sum_of_the_cheapest_ways() -> None:
    """1 + 1 by the mailbox, 0.24 by number or step, 0.10 past the prompt."""
    found = newsroom()
    assert found.totals.attacks_in == 2.34
    assert {one.account: one.success for one in found.accounts} == {
        "ada@a.example": 1.0,
        "bo@a.example": 1.0,
        "cleo@a.example": 0.24,
        "dan@a.example": 0.1,
    }


def test_changes_for_everybody() -> None:
    assert remaining(newsroom(), "everybody") == {
        ("key_everywhere", None): (0.0, 7, 4),
        ("prompt_everywhere", None): (0.4, 6, 3),
        ("key_before_recovery", None): (0.24 * 3 + 0.1, 3, 3),
        ("prompt_before_recovery", None): (0.24 * 3 + 0.1, 3, 3),
        ("no_recovery_by_mailbox", None): (0.24 * 3 + 0.1, 2, 2),
        ("mailboxes_with_key", None): (0.24 * 3 + 0.1, 2, 2),
        ("key_at_sign_in", None): (2.24, 4, 4),
        ("prompt_at_sign_in", None): (2.34, 3, 3),
        ("no_recovery_by_phone", None): (2.34, 1, 1),
    }


def test_the_change_that_leaves_least_stands_first_then_the_one_that_closes_more() -> None:
    order = [one.change for one in newsroom().changes if one.scope == "everybody"]
    assert order[:4] == ["key_everywhere", "prompt_everywhere", "key_before_recovery", "prompt_before_recovery"]
    assert order[-2:] == ["prompt_at_sign_in", "no_recovery_by_phone"]


def test_changes_of_one_channel() -> None:
    """Without the shared mailbox, ada and bo fall as cleo does. Without cleo's number her step remains."""
    assert remaining(newsroom(), "channel") == {
        ("channel_retired", "desk@mail.example"): (0.82, 2, 2),
        ("channel_retired", "+12025550101"): (2.34, 1, 1),
    }


def test_changes_of_one_account() -> None:
    assert remaining(newsroom(), "account") == {
        ("account_with_key", "ada@a.example"): (1.34, 2, 1),
        ("account_with_key", "bo@a.example"): (1.34, 2, 1),
        ("account_with_key", "cleo@a.example"): (2.1, 2, 1),
        ("account_with_key", "dan@a.example"): (2.24, 1, 1),
    }


def test_a_key_for_an_account_that_restores_others_helps_them_too() -> None:
    """Ada's mailbox restores bo and cleo: with her key, what remains of them is their own second step."""
    found = answer(
        roster("bo@a.example", "cleo@a.example", "ada@a.example"),
        [
            google("ada@a.example", mailbox("desk@mail.example")),
            google("bo@a.example", STEP, mailbox("ada@a.example")),
            google("cleo@a.example", STEP, mailbox("ada@a.example")),
        ],
    )
    assert found.totals.attacks_in == 3.0
    best = next(one for one in found.changes if one.scope == "account")
    assert (best.target, best.remaining, best.prevented, best.accounts) == ("ada@a.example", 0.48, 2.52, 3)


def test_what_a_change_prevents_is_what_taking_it_out_of_the_exports_prevents() -> None:
    """The ranking agrees with making the change and looking again."""
    before = newsroom()
    retired = next(one for one in before.changes if one.target == "desk@mail.example")
    accounts = ("ada@a.example", "bo@a.example", "cleo@a.example", "dan@a.example")
    changed = [
        google(accounts[0], STEP),
        google(accounts[1], STEP),
        google(accounts[2], STEP, phone("+12025550101")),
        google(accounts[3], PROMPT),
    ]
    assert answer(roster(*accounts), changed).totals.attacks_in == retired.remaining


def test_a_way_that_is_only_possible_ranks_nothing() -> None:
    certain = google("ada@a.example", mailbox("desk@mail.example"))
    possible = replace(certain, methods=tuple(replace(one, possible=True) for one in certain.methods))
    found = answer(roster("ada@a.example"), [possible])
    assert remaining(found, "channel") == {}
    assert remaining(answer(roster("ada@a.example"), [certain]), "channel") != {}
