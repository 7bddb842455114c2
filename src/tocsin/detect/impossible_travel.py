"""Somebody uses an account at one end of the world while its owner uses it at the other.

Logs show the account let in from two countries with less time between than the shortest way needs: on one side from
where the owner lives, on the other from a country and network and with a client that the account has on no other day.

Harmless look-alikes, none of which counts: a privacy relay or VPN that leaves the world elsewhere (the device is the
owner's, and relays' and VPNs' addresses are known), a telephone that roams and is seen in its home country while the
computer is in the hotel (the telephone's network and the computer's client are usual), two countries that meet at a
border (nearest places, less what lies around them), a laptop that changes from mobile to Wi-Fi (client unchanged).
"""

import ibis

from tocsin.detect.observed import Observed
from tocsin.detect.pattern import Facts, Parameter, Pattern, hits
from tocsin.detect.sliding import DAY_MS, HOUR_MS
from tocsin.detect.words import joined

SPEED = Parameter(
    name="speed",
    value=1000,
    unit="km an hour",
    why="Airliners fly at about 900; nobody travels faster from door to door.",
)
DISTANCE = Parameter(
    name="distance",
    value=500,
    unit="km at the least between the two countries",
    why="Tables of places are wrong by some hundred kilometres, most of all near borders.",
)
NOWHERE = ("relay", "vpn")
"""Kinds of network whose place says nothing about where anybody is."""


def _finds(seen: Observed) -> ibis.Table:
    rows = seen.entries.filter(seen.entries.country.notnull(), seen.entries.account.notnull())
    new = rows.strange & rows.client.notnull() & ~rows.usual_client & ~rows.usual_country
    away = rows.filter(new, ~rows.kind.fill_null("").isin(NOWHERE))
    home = rows.filter(
        rows.usual_country & (rows.usual_network | rows.usual_source_ip), ~rows.kind.fill_null("").isin(NOWHERE)
    )
    home = home.select("account", home_ts="ts", other="country", home_provider="provider", home_uid="event_uid")
    pairs = away.select("provider", "event_uid", "account", "ts", "country").inner_join(home, "account")
    pairs = pairs.filter((pairs.ts - pairs.home_ts).abs() <= DAY_MS)
    pairs = pairs.inner_join(seen.distances, ["country", "other"])
    needed_ms = pairs.km * (HOUR_MS // SPEED.value)
    pairs = pairs.filter(pairs.km >= DISTANCE.value, (pairs.ts - pairs.home_ts).abs() < needed_ms)
    keys = ["provider", "event_uid"]
    told = hits(rows, "account", rows.country)
    there = told.semi_join(pairs.select(*keys), keys)
    here = told.semi_join(pairs.select(provider="home_provider", event_uid="home_uid"), keys)
    return there.union(here, distinct=True)


def _says(facts: Facts) -> str:
    return f"let in from {joined(facts.notes)} with less time between than the way takes"


IMPOSSIBLE_TRAVEL = Pattern(
    name="impossible_travel",
    title="In two countries at once",
    role="access",
    level="medium",
    techniques=("T1078.004",),
    false_positives=(
        "A new device of the owner behind a VPN that no list names.",
        "An address whose place the provider's table has wrong.",
    ),
    parameters=(SPEED, DISTANCE),
    finds=_finds,
    says=_says,
)
