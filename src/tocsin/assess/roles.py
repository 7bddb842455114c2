"""What each event of a campaign shows, by the counting rules (docs/counting.md).

identification  an identifier was submitted and no proof presented
attack          a proof was presented or tried to: password, recovery code or answer, second-factor prompt
access          control was gained: recovery completed, signed in, session used
persistence     control was kept: credential, factor, channel, forwarding or consent changed
"""

from __future__ import annotations

from tocsin.events import Activity, Outcome, Reason

_CHANGES = frozenset(
    {
        Activity.CREDENTIAL_CHANGE,
        Activity.FACTOR_CHANGE,
        Activity.CHANNEL_CHANGE,
        Activity.MAILBOX_RULE,
        Activity.CONSENT,
    }
)
_RECOVERY_BEFORE_PROOF = frozenset({Activity.IDENTIFY, Activity.RECOVERY_START, Activity.RECOVERY_MESSAGE})


def role(*, activity: str, outcome: str, reason: str | None, exists: bool, continued: bool) -> str | None:
    """Role of one event, or None when it shows nothing of the four.

    `exists`: the identifier names an account. `continued`: the source that acted went on with this recovery after
    starting it: presented a proof, right or wrong, or completed it. Having a code sent presents nothing.
    """
    success = outcome == Outcome.SUCCESS.value
    if not exists:
        return "identification" if activity in (*_RECOVERY_BEFORE_PROOF, Activity.SIGN_IN) and not success else None
    if activity in _RECOVERY_BEFORE_PROOF:
        return "attack" if continued else "identification"
    if activity == Activity.RECOVERY_PROOF:
        return "attack"
    if activity == Activity.RECOVERY_COMPLETE:
        return "access" if success else "attack"
    if activity == Activity.SIGN_IN:
        if success:
            return "attack" if reason == Reason.FIRST_FACTOR.value else "access"
        if reason in (Reason.INTERRUPT.value, Reason.CANCELLED.value) or outcome == Outcome.UNKNOWN.value:
            return None
        return "attack"
    if activity == Activity.CHALLENGE:
        return "access" if success else "attack"
    if activity == Activity.SESSION_USE:
        return "access" if success else None
    if activity in _CHANGES and outcome != Outcome.FAILURE.value:
        return "persistence"
    return None


STAGE_OF_ROLE = {
    "identification": "probed",
    "attack": "attacked",
    "access": "compromised",
    "persistence": "compromised",
}
STAGE_ORDER = ("probed", "attacked", "compromised")
