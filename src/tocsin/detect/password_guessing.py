"""Somebody tries one password after another on one account.

Logs show wrong passwords for an account from sources that are not its owner's; spread over several addresses they
count together.

Harmless look-alikes: a telephone or mail program that goes on trying the password of before the change (from where the
account lives, so it does not count); an owner on the first day at a new place who has forgotten it.
"""

import ibis

from tocsin.detect.attempts import tries
from tocsin.detect.observed import Observed
from tocsin.detect.pattern import Facts, Parameter, Pattern, hits
from tocsin.detect.sliding import HOUR_MS, crowded
from tocsin.detect.words import counted, lasting, places

GUESSES = Parameter(
    name="guesses",
    value=10,
    unit="wrong passwords",
    why="The number after which Entra's smart lock-out and Okta's default policy hold somebody for a guesser.",
)
WINDOW = Parameter(name="window", value=24, unit="hours", why="Guessers pace themselves below lock-outs of minutes.")


def _finds(seen: Observed) -> ibis.Table:
    guesses = tries(seen.tried.filter(~seen.tried.unknown)).mutate(key=ibis._.account)
    return hits(crowded(guesses, least=GUESSES.value, within_ms=WINDOW.value * HOUR_MS), "key")


def _says(facts: Facts) -> str:
    return f"{counted(facts.events, 'wrong password')} for one account{places(facts)}{lasting(facts)}"


PASSWORD_GUESSING = Pattern(
    name="password_guessing",
    title="Passwords guessed for one account",
    role="attack",
    level="medium",
    techniques=("T1110.001",),
    false_positives=("A device of the owner that tries an old password from a place where it has never signed in.",),
    parameters=(GUESSES, WINDOW),
    finds=_finds,
    says=_says,
)
