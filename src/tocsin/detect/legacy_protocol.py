"""Somebody presents passwords over a protocol of old mail programs, which knows no second factor.

Logs show sign-ins with IMAP, POP, SMTP or another client that hands a bare password over, from a source that is not the
owner's. Whoever sprays or holds a stolen password goes where it is all that is asked for.

Harmless look-alikes: an old mail program or a copier that has done so every day from where it stands (so it does not
count); the same on the first day of the logs.
"""

import ibis

from tocsin.detect.legacy_clients import is_legacy
from tocsin.detect.observed import Observed
from tocsin.detect.pattern import Facts, Pattern, hits
from tocsin.detect.words import counted, joined, lasting


def _finds(seen: Observed) -> ibis.Table:
    rows = seen.telling
    used = rows.filter(
        rows.activity == "sign_in",
        is_legacy(rows.client),
        rows.account.notnull(),
        rows.source.notnull(),
        rows.account_known != "false",
        ~rows.own,
    )
    return hits(used, "source", used.client)


def _says(facts: Facts) -> str:
    entered = f", {facts.successes} with success" if facts.successes else ""
    return (
        f"{counted(facts.events, 'sign-in')} to {counted(facts.accounts, 'account')} with {joined(facts.notes)}"
        f"{lasting(facts)}{entered}"
    )


LEGACY_PROTOCOL = Pattern(
    name="legacy_protocol",
    title="Passwords presented over a protocol without second factor",
    role="attack",
    level="low",
    techniques=("T1078.004", "T1110"),
    false_positives=("A mail program, scanner or copier that was set up or moved.",),
    finds=_finds,
    says=_says,
)
