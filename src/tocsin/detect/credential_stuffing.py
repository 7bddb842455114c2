"""Somebody tries pairs of name and password that leaked elsewhere, one after the other, whoever they belong to.

Logs show sign-ins under very many names, most of them once, a good part of them unknown to the provider, from one
address (a /64 of IPv6) or from several addresses of one network with one client.

Harmless look-alikes: an application that was left configured for accounts long deleted (the same few names again and
again); the shared exit of a carrier, where many are let in for each one refused; a migration that signs a whole list of
people in under names that the new directory does not know.
"""

import ibis

from tocsin.detect.observed import Observed
from tocsin.detect.pattern import Facts, Parameter, Pattern, hits
from tocsin.detect.sliding import HOUR_MS, varied
from tocsin.detect.sources import FOR_EACH_OWNER, beyond_owners
from tocsin.detect.words import counted, lasting, origin

NAMES = Parameter(
    name="names",
    value=30,
    unit="names",
    why="Lists of leaked pairs are long: thirty names a day are more than a crowd of ten people mistypes.",
)
WINDOW = Parameter(name="window", value=24, unit="hours", why="A list is worked through in one go.")
TRIES = Parameter(
    name="tries", value=3, unit="records a name at most, on average", why="A pair is tried once; it may leave records."
)
UNKNOWN = Parameter(
    name="unknown",
    value=20,
    unit="per cent of the names at least that the provider does not know",
    why="A list that was gathered elsewhere holds strangers; a spray goes for names that were found out before.",
)


def _finds(seen: Observed) -> ibis.Table:
    tried = seen.tried
    alone = seen.keep(_stuffed(tried.mutate(key=tried.source), seen, "source_ip"))
    others = tried.filter(tried.fleet.notnull()).anti_join(alone, ["provider", "event_uid"])
    together = _stuffed(others.mutate(key=others.fleet), seen, "network", "client")
    return hits(alone, "key").union(hits(together, "key"), distinct=False)


def _stuffed(rows: ibis.Table, seen: Observed, *place: str) -> ibis.Table:
    many = varied(rows, "account", least=NAMES.value, within_ms=WINDOW.value * HOUR_MS, keep=seen.keep)
    each = many.group_by("key").aggregate(
        records=many.count(), names=many.account.nunique(), unknown=many.account.nunique(where=many.unknown)
    )
    listed = each.filter(
        each.records <= TRIES.value * each.names,
        100 * each.unknown >= UNKNOWN.value * each.names,
        each.unknown < each.names,
    )
    return beyond_owners(many.semi_join(listed, "key"), seen.days, place)


def _says(facts: Facts) -> str:
    return f"passwords tried under {counted(facts.accounts, 'name')} from {origin(facts)}{lasting(facts)}"


CREDENTIAL_STUFFING = Pattern(
    name="credential_stuffing",
    title="A list of names and passwords worked through",
    role="attack",
    level="high",
    techniques=("T1110.004",),
    false_positives=(
        "A migration that signs a list of people in under names that the new directory does not know yet.",
    ),
    parameters=(NAMES, WINDOW, TRIES, UNKNOWN, FOR_EACH_OWNER),
    finds=_finds,
    says=_says,
)
