"""Somebody goes on with a session that the owner opened: its cookie or token was stolen.

Logs show one session used first from where the owner is and then with another client from another network, both new
to the account, at a hosting company, VPN or Tor exit or, once the account has been known for two weeks, in another
country. No password and no second factor is asked for any more. A phishing page that hands both on opens the session
itself: then the place of the sign-in is new to the account, too, and the session goes on within a day from a second
such place with yet another client (Microsoft, "From cookie theft to BEC", 12 July 2022; "Detecting and mitigating a
multi-stage AiTM phishing and BEC campaign", 8 June 2023).

Harmless look-alikes: a laptop carried from home to a hotel, or from one hotel to the next (the client stays), a browser
that was updated (the network stays), a new telephone that shares the browser's session at home or underway (the country
stays and the network is a carrier's), a provider's own services that act within it without a client.
"""

import ibis

from tocsin.detect.observed import RENTED, Observed
from tocsin.detect.pattern import SHOWN, Facts, Parameter, Pattern, hits
from tocsin.detect.words import places

HOUR_MS = 3_600_000

USED_WITHIN = Parameter(
    name="used_within",
    value=24,
    unit="hours",
    why="What a phishing page caught is used before its victim notices; who travels is elsewhere on the next day.",
)

SESSION = ("account", "provider", "session_uid")


def _finds(seen: Observed) -> ibis.Table:
    rows = seen.entries
    within = rows.filter(rows.session_uid.notnull())
    told_apart = within.elsewhere & (within.settled | within.kind.isin(RENTED))
    foreign = told_apart & within.client.notnull() & ~within.usual_client
    within = within.select(*SHOWN, "session_uid", "network", "client", "strange", foreign=foreign)
    began = within.group_by(*SESSION).aggregate(began=within.ts.min())
    within = within.inner_join(began, list(SESSION))
    first = within.ts == within.began
    told = within.group_by(*SESSION).aggregate(
        opened=within.ts.min(where=~within.strange),
        home=within.network.max(where=~within.strange),
        taken=within.ts.min(where=within.foreign),
        page=within.network.max(where=first),
        browser=within.client.max(where=first),
    )
    met = within.inner_join(told, list(SESSION))
    owners = (met.opened < met.taken).fill_null(False)
    went_on = owners & met.foreign & (met.ts >= met.taken) & (met.network != met.home)
    # Opened where the account never was: two foreign places of one session are more than a journey's.
    soon = met.ts - met.began <= USED_WITHIN.value * HOUR_MS
    caught = ~owners & met.foreign & soon & (met.network != met.page) & (met.client != met.browser)
    moved = (went_on | caught).fill_null(False)
    met = met.mutate(moved=moved, opening=ibis.ifelse(owners, met.ts == met.opened, met.ts == met.began))
    stolen = met.filter(met.moved).select(*SESSION).distinct()
    shown = met.filter(met.moved | met.opening).semi_join(stolen, list(SESSION))
    return hits(shown, shown.account.concat(" ", shown.session_uid))


def _says(facts: Facts) -> str:
    return f"one session used{places(facts)}, from a network and with a client that are new to the account"


STOLEN_SESSION = Pattern(
    name="stolen_session",
    title="A session goes on elsewhere",
    role="access",
    level="high",
    techniques=("T1539", "T1550.004"),
    false_positives=("A session that a password manager or sync service carries over to a new device on a journey.",),
    finds=_finds,
    says=_says,
    parameters=(USED_WITHIN,),
    quiet_hours=30 * 24,
)
