"""Somebody grants an application access to an account that he got into: the application keeps it without any password.

Logs show an application consented to from a strange source in another country or a rented network, or from any source
that is not the owner's within a day after the account was recovered or the provider saw a risk.

A consent that the owner himself is tricked into comes from where he lives. What the application then does in the
accounts of many is told as a campaign (`campaigns/lent.py`); telling one consent needs the application's rights, which
the event table does not hold: rules on the provider's own fields do.

Harmless look-alikes: a new telephone that connects its mail and calendar on a journey.
"""

import ibis

from tocsin.detect.chains import followed
from tocsin.detect.observed import Observed
from tocsin.detect.pattern import Facts, Parameter, Pattern, hits
from tocsin.detect.provider_verdict import of_risk
from tocsin.detect.sliding import HOUR_MS
from tocsin.detect.words import places

WINDOW = Parameter(name="window", value=24, unit="hours", why="Hijackers settle in within the hour, at most a day.")


def _finds(seen: Observed) -> ibis.Table:
    told, steps = seen.telling, seen.recovery
    given = told.filter(told.activity == "consent", told.outcome != "failure", told.account.notnull())
    given = given.filter(given.source_ip.notnull(), given.reason.fill_null("") != "by_admin")
    foreign = given.filter(given.history & ~given.own)
    within = WINDOW.value * HOUR_MS
    recovered = steps.filter(steps.step == "completed", steps.outcome != "failure", ~steps.own)
    return hits(given.filter(given.elsewhere), "account").union(
        followed(of_risk(told), foreign, within_ms=within),
        followed(recovered, foreign, within_ms=within),
        distinct=True,
    )


def _says(facts: Facts) -> str:
    return f"an application was granted access from a source that is new to the account{places(facts)}"


ILLICIT_CONSENT = Pattern(
    name="illicit_consent",
    title="An application granted access from a strange source",
    role="persistence",
    level="medium",
    techniques=("T1528", "T1550.001"),
    false_positives=("A new telephone that connects its mail and calendar on a journey.",),
    parameters=(WINDOW,),
    finds=_finds,
    says=_says,
)
