"""Somebody finds out which accounts exist: tries names at the sign-in form or starts recoveries and leaves them.

Logs show one source (an address, or a /64 of IPv6) with many names of which the provider knows some and not others,
or with recoveries of many accounts that nobody carries on. It is how the campaign of 2019 began.

Harmless look-alikes: the shared exit of an office, where now and then somebody mistypes a name or gives a recovery up
(there many more accounts are let in); an application that was left configured for deleted accounts.
"""

import ibis

from tocsin.detect.observed import Observed
from tocsin.detect.pattern import Facts, Parameter, Pattern, hits
from tocsin.detect.sliding import DAY_MS, varied
from tocsin.detect.sources import FOR_EACH_OWNER, beyond_owners
from tocsin.detect.words import counted, lasting

NAMES = Parameter(
    name="names",
    value=10,
    unit="names",
    why="A household or a small office does not mistype ten names and give as many recoveries up in a week.",
)
WINDOW = Parameter(
    name="window", value=7, unit="days", why="Ninety attempts a day over sixty addresses are ten an address and week."
)
OFFERED = ("identified", "started", "blocked")


def _finds(seen: Observed) -> ibis.Table:
    steps = seen.recovery
    unknown = seen.tried.filter(seen.tried.unknown)
    started = steps.filter(
        steps.step.isin(OFFERED), steps.left, steps.from_requester, steps.account.notnull(), ~steps.own
    )
    both = [
        rows.filter(rows.source.notnull()).select(
            "provider", "event_uid", "source", "source_ip", "account", "ts", *_REST
        )
        for rows in (unknown, started)
    ]
    named = both[0].union(both[1], distinct=False)
    named = named.mutate(key=named.source)
    many = varied(named, "account", least=NAMES.value, within_ms=WINDOW.value * DAY_MS, keep=seen.keep)
    return hits(beyond_owners(many, seen.days), "key")


_REST = ("tenant", "activity", "outcome", "raw_ref", "day_number")


def _says(facts: Facts) -> str:
    return f"{counted(facts.accounts, 'name')} tried from one source without any proof{lasting(facts)}"


IDENTIFIER_ENUMERATION = Pattern(
    name="identifier_enumeration",
    title="Many names tried to see which exist",
    role="identification",
    level="medium",
    techniques=("T1589.001", "T1589.002"),
    false_positives=("An application that was left configured for a list of deleted accounts.",),
    parameters=(NAMES, WINDOW, FOR_EACH_OWNER),
    finds=_finds,
    says=_says,
    quiet_hours=7 * 24,
)
