"""Somebody starts the recovery of one account again and again.

Logs show recovery after recovery of an account begun from sources that are not its owner's: the attacker looks where
the codes go, waits for a channel that he can read, or wears the owner out.

Harmless look-alikes: an owner whose message does not arrive presses again (from where he lives, so it does not count);
on the first day at a new place he is taken for a stranger.
"""

import ibis

from tocsin.detect.observed import Observed
from tocsin.detect.pattern import Facts, Parameter, Pattern, hits
from tocsin.detect.sliding import HOUR_MS, crowded
from tocsin.detect.words import counted, lasting, places

STARTS = Parameter(
    name="starts",
    value=6,
    unit="recoveries begun",
    why="Microsoft's own throttle: it blocks an account that is tried more than five times in a day.",
)
WINDOW = Parameter(name="window", value=24, unit="hours", why="The same throttle's day.")


def _finds(seen: Observed) -> ibis.Table:
    steps = seen.recovery
    begun = steps.filter(
        steps.step.isin(("identified", "started", "blocked")),
        steps.is_first_of_act,
        steps.from_requester,
        steps.account.notnull(),
        steps.source_ip.notnull(),
        ~steps.own,
    )
    begun = begun.mutate(key=begun.account)
    return hits(crowded(begun, least=STARTS.value, within_ms=WINDOW.value * HOUR_MS), "key")


def _says(facts: Facts) -> str:
    return f"recovery of one account begun {counted(facts.events, 'time')}{places(facts)}{lasting(facts)}"


RECOVERY_REPEATED = Pattern(
    name="recovery_repeated",
    title="Recovery of one account begun again and again",
    role="attack",
    level="medium",
    techniques=("F1006.003",),
    false_positives=("An owner away from home whose recovery messages do not arrive.",),
    parameters=(STARTS, WINDOW),
    finds=_finds,
    says=_says,
)
