"""Somebody presents a wrong password, or meets a lock, for an account that exists.

Harmless look-alikes: a typing error, an expired password, a forgotten device that keeps trying the old one.
"""

import ibis

from tocsin.detect.detection import Detection
from tocsin.events import Activity, Known, Outcome, Reason

_NOT_A_GUESS = (Reason.INTERRUPT, Reason.UNKNOWN_ACCOUNT, Reason.MFA_REQUIRED, Reason.CANCELLED)


def _matches(events: ibis.Table) -> ibis.Value:
    guess = events.reason.isnull() | ~events.reason.isin([str(reason) for reason in _NOT_A_GUESS])
    return (
        (events.activity == Activity.SIGN_IN.value)
        & (events.outcome == Outcome.FAILURE.value)
        & (events.account_known != Known.FALSE.value)
        & guess
    )


PASSWORD_GUESS = Detection(
    name="password_guess",
    title="Wrong passwords presented",
    role="attack",
    techniques=("T1110.001", "T1110.003"),
    matches=_matches,
)
