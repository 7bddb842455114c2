"""Somebody guesses the code or the answers of a recovery.

Logs show wrong proofs in recoveries: many for one account, or some for each of several accounts from one source. Codes
of six digits fall to guessing where nobody counts; answers about one's school fall to a look at a public profile.

Harmless look-alikes: an owner mistypes a code or has forgotten his own answers, from where he lives.
"""

import ibis

from tocsin.detect.observed import Observed
from tocsin.detect.pattern import Facts, Parameter, Pattern, hits
from tocsin.detect.sliding import HOUR_MS, crowded, varied
from tocsin.detect.words import counted, lasting, places

PROOFS = Parameter(
    name="proofs",
    value=5,
    unit="wrong proofs for one account",
    why="Half of the people who fail a challenge pass it soon after (Google, 2019); five times wrong is no slip.",
)
ACCOUNTS = Parameter(
    name="accounts",
    value=3,
    unit="accounts with a wrong proof from one source",
    why="People recover their own account, at times a second one; three different ones are somebody else's.",
)
WINDOW = Parameter(
    name="window", value=24, unit="hours", why="A code sent by mail lives so long at most (NIST SP 800-63B-4, 4.2)."
)
REFUSED_OTHERWISE = ("policy", "interrupt")
"""A new password that the policy refuses says nothing about the proof before it."""


def _finds(seen: Observed) -> ibis.Table:
    steps = seen.recovery
    wrong = steps.filter(
        steps.step == "proof",
        steps.outcome == "failure",
        ~steps.reason.fill_null("").isin(REFUSED_OTHERWISE),
        steps.is_first_of_act,
        steps.account.notnull(),
        ~steps.own,
    )
    one = crowded(wrong.mutate(key=wrong.account), least=PROOFS.value, within_ms=WINDOW.value * HOUR_MS)
    sourced = wrong.filter(wrong.source.notnull(), wrong.from_requester)
    several = varied(
        sourced.mutate(key=sourced.source),
        "account",
        least=ACCOUNTS.value,
        within_ms=WINDOW.value * HOUR_MS,
        keep=seen.keep,
    )
    return hits(one, "key").union(hits(several, "key"), distinct=False)


def _says(facts: Facts) -> str:
    whose = "one account" if facts.accounts == 1 else counted(facts.accounts, "account")
    return f"{counted(facts.events, 'wrong recovery proof')} for {whose}{places(facts)}{lasting(facts)}"


RECOVERY_GUESSING = Pattern(
    name="recovery_guessing",
    title="Recovery codes or answers guessed",
    role="attack",
    level="high",
    techniques=("F1006.003", "T1110.001"),
    false_positives=("An owner away from home who has forgotten the answers to his own questions.",),
    parameters=(PROOFS, ACCOUNTS, WINDOW),
    finds=_finds,
    says=_says,
)
