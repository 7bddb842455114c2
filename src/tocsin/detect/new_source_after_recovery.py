"""Somebody recovers an account that is not his, and signs in with his own device.

Logs show a recovery completed by a source that is not the owner's, and within a day the account let in from a network
that is new to it and with a new client or from a new country. Of an account that has been known for less than two weeks
only another country or a rented network counts.

Harmless look-alikes: an owner with a new telephone at home (the network is not new), or with his own computer at a
hotel at home (client and country are not new); a password forgotten on a journey abroad is the rest.
"""

import ibis

from tocsin.detect.chains import followed
from tocsin.detect.observed import Observed
from tocsin.detect.pattern import Facts, Parameter, Pattern
from tocsin.detect.sliding import HOUR_MS
from tocsin.detect.words import places

WINDOW = Parameter(
    name="window", value=24, unit="hours", why="Hijackers look at what they have gained within minutes (Google, 2014)."
)


def _finds(seen: Observed) -> ibis.Table:
    steps, entries = seen.recovery, seen.entries
    completed = steps.filter(steps.step == "completed", steps.outcome != "failure", steps.account.notnull(), ~steps.own)
    new = entries.filter(entries.elsewhere | (entries.strange & entries.settled))
    return followed(completed, new, within_ms=WINDOW.value * HOUR_MS)


def _says(facts: Facts) -> str:
    return f"recovered, then used from a source that is new to the account{places(facts)}"


NEW_SOURCE_AFTER_RECOVERY = Pattern(
    name="new_source_after_recovery",
    title="New client and network after a recovery",
    role="access",
    level="high",
    techniques=("F1006.003", "T1078.004"),
    false_positives=(
        "An owner who forgets the password on a journey abroad, where the log names no client, or behind a VPN.",
    ),
    parameters=(WINDOW,),
    finds=_finds,
    says=_says,
)
