"""Somebody has recovery messages sent to an account's owner in great number.

Logs show codes or links going out over an account's channels one upon another: to wear the owner out until he reads one
to a caller, to bury the message that matters, or only to harm (one started recovery makes one message, and few
providers limit them).

Harmless look-alikes: an owner presses "send again" because nothing comes; he does so a few times.
"""

import ibis

from tocsin.detect.observed import Observed
from tocsin.detect.pattern import Facts, Parameter, Pattern, hits
from tocsin.detect.sliding import HOUR_MS, crowded
from tocsin.detect.words import counted, places

MESSAGES = Parameter(
    name="messages",
    value=10,
    unit="messages",
    why="Nobody reads ten codes in an hour; providers that limit messages at all allow about five.",
)
WINDOW = Parameter(name="window", value=1, unit="hours", why="A code lives ten minutes; a flood outruns its reader.")


def _finds(seen: Observed) -> ibis.Table:
    steps = seen.recovery
    # Keycloak's start is its message, too: it names the channel.
    sent = (steps.step == "message") | ((steps.step == "started") & steps.channel_kind.notnull())
    went = steps.filter(sent, steps.outcome != "failure", steps.is_first_of_act, steps.account.notnull(), ~steps.own)
    went = went.mutate(key=went.account)
    return hits(crowded(went, least=MESSAGES.value, within_ms=WINDOW.value * HOUR_MS), "key")


def _says(facts: Facts) -> str:
    return f"{counted(facts.events, 'recovery message')} to one account{places(facts)}"


RECOVERY_FLOODING = Pattern(
    name="recovery_flooding",
    title="Recovery messages sent in a flood",
    role="attack",
    level="medium",
    techniques=("F1006.003", "T1621"),
    false_positives=("A faulty client that asks for a code in a loop.",),
    parameters=(MESSAGES, WINDOW),
    finds=_finds,
    says=_says,
)
