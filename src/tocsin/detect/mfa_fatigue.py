"""Somebody who has the password makes the second factor ask its owner until he gives in.

Logs show prompts refused or left unanswered one upon another, asked for by a source that is not the owner's; at times
one of them is accepted in the end, and that is the compromise.

Harmless look-alikes: an owner in a dead spot whose prompts run out, or who mistypes codes, from where he lives.
"""

import ibis

from tocsin.detect.attempts import tries
from tocsin.detect.observed import Observed
from tocsin.detect.pattern import SHOWN, Facts, Parameter, Pattern, hits
from tocsin.detect.sliding import HOUR_MS, crowded
from tocsin.detect.words import counted, places

PROMPTS = Parameter(
    name="prompts",
    value=5,
    unit="prompts refused",
    why="Between the two that public rules ask for before a success and the ten that they ask for alone.",
)
WINDOW = Parameter(name="window", value=1, unit="hours", why="The owner is worn out, not taken by surprise.")


def _finds(seen: Observed) -> ibis.Table:
    rows, entries = seen.telling, seen.entries
    prompts = rows.filter(
        rows.activity == "challenge",
        (rows.outcome == "failure") | (rows.reason.fill_null("") == "mfa_denied"),
        rows.account.notnull(),
        ~rows.own,
    ).select(*SHOWN)
    refused = crowded(tries(prompts).mutate(key=ibis._.account), least=PROMPTS.value, within_ms=WINDOW.value * HOUR_MS)
    accepted = entries.filter(entries.activity == "challenge", ~entries.own)
    met = accepted.select("provider", "event_uid", "account", "ts")
    met = met.inner_join(refused.select("account", refused_ts="ts"), "account")
    met = met.filter(met.ts > met.refused_ts, met.ts - met.refused_ts <= WINDOW.value * HOUR_MS)
    after = hits(accepted, "account").semi_join(met, ["provider", "event_uid"])
    return hits(refused, "key").union(after, distinct=False)


def _says(facts: Facts) -> str:
    refused = counted(facts.events - facts.successes, "prompt")
    return f"{refused} refused or unanswered{places(facts)}{', then accepted' if facts.successes else ''}"


MFA_FATIGUE = Pattern(
    name="mfa_fatigue",
    title="Second-factor prompts one upon another",
    role="attack",
    level="high",
    techniques=("T1621",),
    false_positives=("An owner on a journey whose prompts do not reach him.",),
    parameters=(PROMPTS, WINDOW),
    finds=_finds,
    says=_says,
)
