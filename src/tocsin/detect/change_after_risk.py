"""Somebody who got in makes sure that he can come back: adds his own second factor or recovery channel.

Logs show a factor, recovery channel or password changed from a network that is new to the account and with a new client
or from a new country, or from any source that is not the owner's within a day after the provider itself saw a risk. Of
an account that has been known for less than two weeks another country counts only with a client that is new, too.

Whoever changes a password that the provider has just refused there as expired was asked to, and knew the old one. That
counts after a risk, and from another country or a rented network where the account has been known for two weeks.

Harmless look-alikes: a new telephone set up at home (network usual); a new employee's first day (no habit yet); an
administrator's or help desk's change (it says who did it).
"""

import ibis

from tocsin.detect.chains import followed
from tocsin.detect.observed import RENTED, Observed
from tocsin.detect.pattern import Facts, Parameter, Pattern, hits
from tocsin.detect.provider_verdict import of_risk
from tocsin.detect.sliding import HOUR_MS
from tocsin.detect.words import joined, places

WINDOW = Parameter(
    name="window",
    value=24,
    unit="hours",
    why="A stolen session lives about a day; hijackers settle in within the hour.",
)
ASKED = Parameter(
    name="asked",
    value=1,
    unit="hour",
    why="The form for a new password follows the refusal of the expired one at once, and is not left open for longer.",
)
CHANGES = ("factor_change", "channel_change", "credential_change")


def _finds(seen: Observed) -> ibis.Table:
    told, entries = seen.telling, seen.entries
    changed = told.filter(
        told.activity.isin(CHANGES),
        told.outcome != "failure",
        ~told.reason.fill_null("").isin(("by_admin", "by_system")),
        told.account.notnull(),
        told.source_ip.notnull(),
    )
    told_apart = changed.settled | (changed.elsewhere & (changed.client.notnull() | changed.kind.isin(RENTED)))
    foreign = changed.filter(changed.strange & told_apart)
    near = ~(foreign.settled & foreign.elsewhere)
    asked = _asked(told, foreign.filter(foreign.activity == "credential_change", near))
    foreign = foreign.anti_join(asked, ["provider", "event_uid"])
    risky = followed(of_risk(told), changed.filter(changed.history & ~changed.own), within_ms=WINDOW.value * HOUR_MS)
    entered = followed(
        entries.filter(entries.strange),
        foreign,
        within_ms=WINDOW.value * HOUR_MS,
        by=("source_ip",),
        when=ibis._.source_ip == ibis._.source_ip_after,
    )
    alone = hits(foreign, "account")
    found = alone.union(entered, risky, distinct=True)
    return found.mutate(note=ibis.cases(*_cases(found), else_=ibis.null("string")))


def _asked(told: ibis.Table, changed: ibis.Table) -> ibis.Table:
    """`provider, event_uid` of the changes that followed from where the old password was refused as expired."""
    refused = told.filter(told.activity == "sign_in", told.reason == "expired").select("account", "source", "ts")
    pairs = changed.inner_join(refused, ["account", "source"], rname="{name}_before")
    since = pairs.ts - pairs.ts_before
    return pairs.filter(since >= 0, since <= ASKED.value * HOUR_MS).select("provider", "event_uid").distinct()


def _cases(rows: ibis.Table) -> list[tuple[ibis.Value, str]]:
    return [(rows.activity == activity, words) for activity, words in NAMES.items()]


NAMES = {
    "factor_change": "a second factor",
    "channel_change": "a recovery channel",
    "credential_change": "the password",
}


def _says(facts: Facts) -> str:
    return f"{joined(facts.notes)} changed from a source that is new to the account{places(facts)}"


CHANGE_AFTER_RISK = Pattern(
    name="change_after_risk",
    title="Factor, channel or password changed from a strange source",
    role="persistence",
    level="high",
    techniques=("T1098.005", "T1556.006"),
    false_positives=(
        "An owner who sets a new device up on a journey.",
        "An owner who changes an expired password abroad.",
    ),
    parameters=(WINDOW, ASKED),
    finds=_finds,
    says=_says,
)
