"""Somebody talks the help desk into a new password or factor for an account that is not his, and signs in with it.

Logs show an administrator's act on the account, and within a day the account let in from a network that is new to it
and with a new client or from a new country. Of an account that has been known for less than two weeks only another
country or a rented network counts. Who called is on no log: ask the help desk, and call the owner at a number that was
known before (CISA and others, "Scattered Spider", AA23-320A).

Harmless look-alikes: an owner who gets a new telephone at home (the network is not new), or who calls from a hotel with
his own computer (client and country are not new); a telephone lost on a journey abroad is the rest.
"""

import ibis

from tocsin.detect.chains import followed
from tocsin.detect.observed import Observed
from tocsin.detect.pattern import Facts, Parameter, Pattern
from tocsin.detect.sliding import HOUR_MS
from tocsin.events import Reason

WINDOW = Parameter(
    name="window",
    value=24,
    unit="hours",
    why="What a help desk hands out is good for a day at most, and who tricked it waits on the telephone for it.",
)

GIVEN = ("admin_act", "credential_change", "factor_change")


def _finds(seen: Observed) -> ibis.Table:
    told, entries = seen.telling, seen.entries
    given = told.filter(
        told.activity.isin(GIVEN),
        told.reason.fill_null("") == Reason.BY_ADMIN.value,
        told.outcome != "failure",
        told.account.notnull(),
    )
    new = entries.filter(entries.elsewhere | (entries.strange & entries.settled))
    return followed(given, new, within_ms=WINDOW.value * HOUR_MS)


def _says(_facts: Facts) -> str:
    return "reset by an administrator, then used from a source that is new to the account"


NEW_SOURCE_AFTER_HELPDESK = Pattern(
    name="new_source_after_helpdesk",
    title="New client and network after an administrator's act",
    role="access",
    level="high",
    techniques=("T1656", "T1078.004"),
    false_positives=("An owner who loses the telephone on a journey abroad and calls the help desk.",),
    parameters=(WINDOW,),
    finds=_finds,
    says=_says,
)
