"""Somebody goes from one recovery channel of an account to the next, looking for one that he can read.

Logs show codes sent or tried over several kinds of channel within a day, by sources that are not the owner's: first the
telephone, then the secondary mailbox, then the questions.

Harmless look-alikes: an owner who has lost his telephone turns to the mailbox (two kinds); whoever has lost both asks
the help desk.
"""

import ibis

from tocsin.detect.observed import Observed
from tocsin.detect.pattern import Facts, Parameter, Pattern, hits
from tocsin.detect.sliding import HOUR_MS, varied
from tocsin.detect.words import counted, joined, places

KINDS = Parameter(
    name="kinds",
    value=3,
    unit="kinds of channel",
    why="Most people have two and know which of them works.",
)
WINDOW = Parameter(name="window", value=24, unit="hours", why="One code's longest life: hopping is done in a sitting.")


def _finds(seen: Observed) -> ibis.Table:
    steps = seen.recovery
    over = steps.filter(
        steps.step.isin(("started", "message", "proof")),
        steps.channel_kind.notnull(),
        steps.account.notnull(),
        steps.source_ip.notnull(),
        ~steps.own,
    )
    over = over.mutate(key=over.account)
    found = varied(over, "channel_kind", least=KINDS.value, within_ms=WINDOW.value * HOUR_MS, keep=seen.keep)
    return hits(found, "key", found.channel_kind)


def _says(facts: Facts) -> str:
    return f"recovery tried over {counted(len(facts.notes), 'kind')} of channel ({joined(facts.notes)}){places(facts)}"


RECOVERY_CHANNEL_HOPPING = Pattern(
    name="recovery_channel_hopping",
    title="One recovery channel after another tried",
    role="attack",
    level="medium",
    techniques=("F1006.003",),
    false_positives=("An owner away from home who has lost his telephone and his mailbox.",),
    parameters=(KINDS, WINDOW),
    finds=_finds,
    says=_says,
)
