"""Somebody goes on with a session that the owner opened: its cookie or token was stolen.

Logs show one session used first from where the owner is and then with another client from another network, both new
to the account, at a hosting company, VPN or Tor exit or, once the account has been known for two weeks, in another
country. No password and no second factor is asked
for any more.

Harmless look-alikes: a laptop carried from home to a hotel (the client stays), a browser that was updated (the network
stays), a new telephone that shares the browser's session at home or underway (the country stays and the network is a
carrier's), a provider's own services that act within it without a client.
"""

import ibis

from tocsin.detect.observed import RENTED, Observed
from tocsin.detect.pattern import SHOWN, Facts, Pattern, hits
from tocsin.detect.words import places


def _finds(seen: Observed) -> ibis.Table:
    rows = seen.entries
    within = rows.filter(rows.session_uid.notnull())
    told_apart = within.elsewhere & (within.settled | within.kind.isin(RENTED))
    foreign = told_apart & within.client.notnull() & ~within.usual_client
    within = within.select(*SHOWN, "session_uid", "network", "strange", foreign=foreign)
    session = ["account", "provider", "session_uid"]
    firsts = within.group_by(*session).aggregate(
        opened=within.ts.min(where=~within.strange),
        home=within.network.max(where=~within.strange),
        taken=within.ts.min(where=within.foreign),
    )
    firsts = firsts.filter(firsts.opened < firsts.taken)
    met = within.inner_join(firsts, session)
    went_on = met.foreign & (met.ts >= met.taken) & (met.network != met.home)
    shown = met.filter(went_on | (met.ts == met.opened))
    moved = shown.group_by(*session).aggregate(moved=shown.foreign.cast("int64").max())
    shown = shown.semi_join(moved.filter(moved.moved == 1), session)
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
    quiet_hours=30 * 24,
)
