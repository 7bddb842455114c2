"""Somebody signs in, or asks for recovery, under a name that does not exist.

The attacker tries variants of a person's name until one is taken; providers that say "no such account" log each
miss. Harmless look-alikes: a typing error (followed by a success from the same place), a left colleague's
application, and the internet's constant noise of common names.
"""

import ibis

from tocsin.detect.detection import Detection
from tocsin.events import Activity, Outcome, Reason

_FORMS = (Activity.SIGN_IN, Activity.IDENTIFY, Activity.RECOVERY_START)


def _matches(events: ibis.Table) -> ibis.Value:
    missing = (events.account_known == "false") | (events.reason == Reason.UNKNOWN_ACCOUNT.value)
    return events.activity.isin([str(form) for form in _FORMS]) & (events.outcome != Outcome.SUCCESS.value) & missing


UNKNOWN_IDENTIFIER = Detection(
    name="unknown_identifier",
    title="Names tried that do not exist",
    role="identification",
    techniques=("T1589.001", "T1589.002"),
    matches=_matches,
)
