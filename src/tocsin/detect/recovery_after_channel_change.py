"""Somebody puts his own mailbox or telephone in as a recovery channel, and recovers the account over it.

Logs show a recovery channel changed and, within days, a recovery of the same account completed, at least one of the two
from a source that is new to the account. It is how access outlasts a changed password, and how a mailbox that was taken
at one provider opens an account at another.

Harmless look-alikes: the owner gets a new telephone, registers it and recovers the password he forgot, all from where
he lives; a new employee on the first days, who has no habit yet.
"""

import ibis

from tocsin.detect.chains import followed
from tocsin.detect.observed import Observed
from tocsin.detect.pattern import Facts, Parameter, Pattern
from tocsin.detect.sliding import DAY_MS
from tocsin.detect.words import places

WINDOW = Parameter(
    name="window",
    value=7,
    unit="days",
    why="A channel is put in to be used; providers tell the owner of the change, so waiting costs the attacker.",
)


def _finds(seen: Observed) -> ibis.Table:
    told, steps = seen.telling, seen.recovery
    changed = told.filter(
        told.activity == "channel_change",
        told.outcome != "failure",
        told.reason.fill_null("") != "by_admin",
        told.account.notnull(),
    )
    completed = steps.filter(steps.step == "completed", steps.outcome != "failure", steps.account.notnull())
    foreign = (ibis._.history & ~ibis._.own & ibis._.source_ip.notnull()) | (
        ibis._.history_after & ~ibis._.own_after & ibis._.source_ip_after.notnull()
    )
    by = ("history", "own", "source_ip")
    return followed(changed, completed, within_ms=WINDOW.value * DAY_MS, by=by, when=foreign)


def _says(facts: Facts) -> str:
    return f"a recovery channel was changed and the account recovered soon after{places(facts)}"


RECOVERY_AFTER_CHANNEL_CHANGE = Pattern(
    name="recovery_after_channel_change",
    title="Recovered soon after a recovery channel was changed",
    role="access",
    level="high",
    techniques=("F1006.003", "T1098"),
    false_positives=("An owner who registers a new telephone and forgets his password on a journey.",),
    parameters=(WINDOW,),
    finds=_finds,
    says=_says,
    quiet_hours=7 * 24,
)
