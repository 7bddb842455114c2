"""Somebody walks through account recovery: starts it, has a code sent, answers, or completes it.

A recovery that is started and left tells the attacker that the account exists and where its codes go; one that is
completed is the takeover itself. Harmless look-alike: every forgotten password, which comes from where its owner lives,
and the helpdesk, which sends many people their links from one address.
"""

import ibis

from tocsin.detect.detection import Detection
from tocsin.events import Activity, Known, Reason

_STEPS = (
    Activity.IDENTIFY,
    Activity.RECOVERY_START,
    Activity.RECOVERY_MESSAGE,
    Activity.RECOVERY_PROOF,
    Activity.RECOVERY_COMPLETE,
)


def _matches(events: ibis.Table) -> ibis.Value:
    step = events.activity.isin([str(step) for step in _STEPS])
    for_them = events.reason.isin([Reason.BY_ADMIN.value, Reason.BY_SYSTEM.value]).fill_null(False)
    return step & ~for_them & (events.account_known != Known.FALSE.value)


RECOVERY_STEP = Detection(
    name="recovery_step",
    title="Recovery walked through",
    role="attack",
    techniques=("F1006.003", "T1589.001"),
    matches=_matches,
)
