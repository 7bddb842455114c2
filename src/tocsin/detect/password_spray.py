"""Somebody tries a few common passwords on many accounts, each so seldom that none is locked.

Logs show one source with wrong passwords for many accounts that exist, a try or two at each. A source is an address,
or a /64 of IPv6.

Harmless look-alikes: the shared exit of an office or a mobile carrier, where a few of many people mistype (there more
accounts are let in than refused); a mail server or single sign-on gateway that passes everybody's passwords on under
its own address, on the day on which the directory behind it fails.
"""

import ibis

from tocsin.detect.observed import Observed
from tocsin.detect.password_guess import PASSWORD_GUESS
from tocsin.detect.pattern import HIT, Facts, Parameter, Pattern
from tocsin.detect.sliding import HOUR_MS, varied
from tocsin.detect.sources import FOR_EACH_OWNER, beyond_owners
from tocsin.detect.words import counted, lasting

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
    why="Sprayers wait for counters of failures to run out, which take an hour at most by default and a day seldom.",
)
OWNERS = Parameter(
    name="for each owner",
    value=FOR_EACH_OWNER,
    unit="accounts refused to each one let in there on these days",
    why="At a shared exit most are let in.",
)


def _finds(seen: Observed) -> ibis.Table:
    rows = seen.telling
    refused = rows.filter(PASSWORD_GUESS.matches(rows), rows.account.notnull(), rows.source.notnull(), ~rows.own)
    keyed = refused.mutate(key=refused.source, note=ibis.null("string"))
    many = varied(keyed, "account", least=ACCOUNTS.value, within_ms=WINDOW.value * HOUR_MS)
    return beyond_owners(many, seen.days).select(*HIT)


def _says(facts: Facts) -> str:
    return (
        f"wrong passwords for {counted(facts.accounts, 'account')} from one source{lasting(facts)},"
        f" {facts.events / max(facts.accounts, 1):.1f} records an account"
    )


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
    parameters=(ACCOUNTS, WINDOW, OWNERS),
    finds=_finds,
    says=_says,
)
