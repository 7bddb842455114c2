"""Who was let in does not go on guessing."""

from __future__ import annotations

from math import log

import pyarrow as pa
import pytest

from tocsin.campaigns.guessed_after import KNEW, GuessedAfter
from tocsin.campaigns.own_recoveries import SITTING_MS, Told

Event = tuple[str, int, str, str, str | None]  # account, ts, activity, outcome, reason

EXIT, HOME = "203.0.113.9", "192.0.2.1"
DAY_MS = 86_400_000
IN = ("ada", 1_000, "sign_in", "success", None)
GUESS = ("ada", 5 * DAY_MS, "sign_in", "failure", "wrong_password")
OTHERS = [(name, day * DAY_MS, "sign_in", "failure", "wrong_password") for name in ("ben", "cem") for day in (2, 9)]
"""Accounts never got into, both guessed at again."""

EXPECTED = log((2 + 1) / (2 + 2) / KNEW)


def said(events: list[Event], line: tuple[Told, ...] = (), at: int = 1_000) -> float:
    names = ("account", "ts", "activity", "outcome", "reason")
    columns = zip(*sorted(events, key=lambda one: one[1]), strict=True)
    picked = pa.table(dict(zip(names, map(list, columns), strict=True)))
    return GuessedAfter(picked).odds({"ada": line}, "ada", at)


def test_guesses_days_after_being_let_in_speak_for_the_owner() -> None:
    assert said([IN, GUESS, *OTHERS]) == pytest.approx(EXPECTED)


def test_a_refused_code_of_a_recovery_is_a_guess() -> None:
    assert said([IN, ("ada", 5 * DAY_MS, "recovery_proof", "failure", None), *OTHERS]) == pytest.approx(EXPECTED)


@pytest.mark.parametrize(
    ("activity", "reason"), [("challenge", "mfa_denied"), ("sign_in", "locked"), ("sign_in", "first_factor")]
)
def test_what_needs_the_password_or_no_more_than_a_name_is_none(activity: str, reason: str) -> None:
    assert said([IN, ("ada", 5 * DAY_MS, activity, "failure", reason), *OTHERS]) == 0.0


def test_guesses_before_or_in_the_same_sitting_led_up_to_it() -> None:
    assert said([("ada", 500, *GUESS[2:]), IN, *OTHERS]) == 0.0
    assert said([IN, ("ada", 1_000 + SITTING_MS, *GUESS[2:]), *OTHERS]) == 0.0


@pytest.mark.parametrize("activity", ["credential_change", "recovery_complete", "admin_act"])
def test_a_password_replaced_in_between_had_to_be_guessed_anew(activity: str) -> None:
    assert said([IN, GUESS, *OTHERS], (Told(4 * DAY_MS, activity, HOME, None),)) == 0.0
    assert said([IN, GUESS, *OTHERS], (Told(6 * DAY_MS, activity, HOME, None),)) == pytest.approx(EXPECTED)


def test_a_takeover_by_recovery_is_not_doubted() -> None:
    """Its owner puts the password right, and not every log tells of that."""
    assert said([IN, GUESS, *OTHERS], (Told(0, "recovery_complete", EXIT, None),)) == 0.0


def test_an_operator_that_hardly_ever_comes_back_to_an_account_says_less() -> None:
    once = [(f"p{number}", DAY_MS, "sign_in", "failure", "wrong_password") for number in range(18)]
    assert said([IN, GUESS, *once]) == pytest.approx(max(log(1 / 20 / KNEW), 0.0))
