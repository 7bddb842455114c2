"""Events to acts worth weighing and to findings: a file a detection. Enriched events come in; matching events, labelled
with the detection, and findings with the events that show them go out.

`DETECTIONS` is ordered: an event that two detections match is labelled by the first. `PATTERNS` is in the order of an
attack.
"""

from collections.abc import Sequence

import ibis

from tocsin.detect.change_after_risk import CHANGE_AFTER_RISK
from tocsin.detect.credential_stuffing import CREDENTIAL_STUFFING
from tocsin.detect.detection import Detection
from tocsin.detect.factor_prompt import FACTOR_PROMPT
from tocsin.detect.finding import FINDING_EVENT, Finding
from tocsin.detect.found import findings, in_order
from tocsin.detect.identifier_enumeration import IDENTIFIER_ENUMERATION
from tocsin.detect.illicit_consent import ILLICIT_CONSENT
from tocsin.detect.impossible_travel import IMPOSSIBLE_TRAVEL
from tocsin.detect.legacy_protocol import LEGACY_PROTOCOL
from tocsin.detect.mail_access_handed_on import MAIL_ACCESS_HANDED_ON
from tocsin.detect.mfa_fatigue import MFA_FATIGUE
from tocsin.detect.new_source_after_recovery import NEW_SOURCE_AFTER_RECOVERY
from tocsin.detect.observed import COLUMNS as READ
from tocsin.detect.observed import Observed, observed, tells
from tocsin.detect.password_guess import PASSWORD_GUESS
from tocsin.detect.password_guessing import PASSWORD_GUESSING
from tocsin.detect.password_spray import PASSWORD_SPRAY
from tocsin.detect.pattern import HIT, LEVELS, Facts, Parameter, Pattern
from tocsin.detect.provider_verdict import PROVIDER_VERDICT
from tocsin.detect.recovery_after_channel_change import RECOVERY_AFTER_CHANNEL_CHANGE
from tocsin.detect.recovery_channel_hopping import RECOVERY_CHANNEL_HOPPING
from tocsin.detect.recovery_flooding import RECOVERY_FLOODING
from tocsin.detect.recovery_guessing import RECOVERY_GUESSING
from tocsin.detect.recovery_repeated import RECOVERY_REPEATED
from tocsin.detect.recovery_step import RECOVERY_STEP
from tocsin.detect.state_attack_warning import STATE_ATTACK_WARNING
from tocsin.detect.stolen_session import STOLEN_SESSION
from tocsin.detect.unknown_identifier import UNKNOWN_IDENTIFIER

DETECTIONS: tuple[Detection, ...] = (UNKNOWN_IDENTIFIER, RECOVERY_STEP, PASSWORD_GUESS, FACTOR_PROMPT)

PATTERNS: tuple[Pattern, ...] = (
    IDENTIFIER_ENUMERATION,
    PASSWORD_SPRAY,
    CREDENTIAL_STUFFING,
    PASSWORD_GUESSING,
    LEGACY_PROTOCOL,
    MFA_FATIGUE,
    RECOVERY_REPEATED,
    RECOVERY_GUESSING,
    RECOVERY_CHANNEL_HOPPING,
    RECOVERY_FLOODING,
    STATE_ATTACK_WARNING,
    PROVIDER_VERDICT,
    RECOVERY_AFTER_CHANNEL_CHANGE,
    NEW_SOURCE_AFTER_RECOVERY,
    STOLEN_SESSION,
    IMPOSSIBLE_TRAVEL,
    CHANGE_AFTER_RISK,
    MAIL_ACCESS_HANDED_ON,
    ILLICIT_CONSENT,
)


def detected(events: ibis.Table) -> ibis.Table:
    """The enriched events that a detection matches and that name an account and a source, with `detection`."""
    labelled = events.mutate(detection=_label(events))
    return labelled.filter(labelled.detection.notnull(), labelled.account.notnull(), labelled.source_ip.notnull())


def worth_a_look(events: ibis.Table, columns: Sequence[str]) -> ibis.Table:
    """The enriched events of which `detected` and `observed` choose, few of all, with what these read and `columns`:
    keep them, and the store is read once for both."""
    worth = events.filter(_label(events).notnull() | tells(events))
    return worth.select(*dict.fromkeys((*columns, *READ, "client_key")))


def _label(events: ibis.Table) -> ibis.Value:
    return ibis.cases(*[(one.matches(events), one.name) for one in DETECTIONS], else_=ibis.null("string"))


__all__ = [
    "DETECTIONS",
    "FINDING_EVENT",
    "HIT",
    "LEVELS",
    "PATTERNS",
    "Detection",
    "Facts",
    "Finding",
    "Observed",
    "Parameter",
    "Pattern",
    "detected",
    "findings",
    "in_order",
    "observed",
    "worth_a_look",
]
