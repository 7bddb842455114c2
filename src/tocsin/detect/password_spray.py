"""Somebody tries a few common passwords on many accounts, each so seldom that none is locked.

Logs show wrong passwords for many accounts that exist, a try or two at each, from one address (a /64 of IPv6), or from
several addresses of one network with one client.

Harmless look-alikes: the shared exit of an office or a mobile carrier, where a few of many people mistype (there more
accounts are let in than refused); a mail server or single sign-on gateway that passes everybody's passwords on under
its own address, on the day on which the directory behind it fails.
"""

import ibis

from tocsin.detect.observed import Observed
from tocsin.detect.pattern import Facts, Parameter, Pattern, hits
from tocsin.detect.sliding import HOUR_MS, varied
from tocsin.detect.sources import FOR_EACH_OWNER, beyond_owners
from tocsin.detect.words import counted, lasting, origin

ACCOUNTS = Parameter(
    name="accounts",
    value=10,
    unit="accounts",
    why="A household has fewer; half of the twenty that public rules ask for within an hour, for sprays are slow.",
)
WINDOW = Parameter(
    name="window",
    value=24,
    unit="hours",
    why="Counters of failures that lock accounts run for an hour or less by default; who sprays waits for them.",
)
TRIES = Parameter(
    name="tries",
    value=5,
    unit="records an account at most, on average",
    why="Providers lock an account after ten wrong passwords by default; more is guessing, not spraying.",
)


def _finds(seen: Observed) -> ibis.Table:
    guesses = seen.tried.filter(~seen.tried.unknown)
    alone = seen.keep(_sprayed(guesses.mutate(key=guesses.source), seen, "source_ip"))
    # What single addresses explain is left out of what a network's addresses do together.
    others = guesses.filter(guesses.fleet.notnull()).anti_join(alone, ["provider", "event_uid"])
    together = _sprayed(others.mutate(key=others.fleet), seen, "network", "client")
    return hits(alone, "key").union(hits(together, "key"), distinct=False)


def _sprayed(rows: ibis.Table, seen: Observed, *place: str) -> ibis.Table:
    many = varied(rows, "account", least=ACCOUNTS.value, within_ms=WINDOW.value * HOUR_MS, keep=seen.keep)
    each = many.group_by("key").aggregate(records=many.count(), accounts=many.account.nunique())
    few = each.filter(each.records <= TRIES.value * each.accounts)
    return beyond_owners(many.semi_join(few, "key"), seen.days, place)


def _says(facts: Facts) -> str:
    return f"wrong passwords for {counted(facts.accounts, 'account')} from {origin(facts)}{lasting(facts)}"


PASSWORD_SPRAY = Pattern(
    name="password_spray",
    title="A few passwords tried on many accounts",
    role="attack",
    level="high",
    techniques=("T1110.003",),
    false_positives=(
        "A gateway that passes everybody's passwords on under its own address while the directory behind it fails.",
        "A test of password strength that the organisation ordered.",
    ),
    parameters=(ACCOUNTS, WINDOW, TRIES, FOR_EACH_OWNER),
    finds=_finds,
    says=_says,
)
