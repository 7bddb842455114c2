"""Events to acts worth weighing and to findings: a file a detection. Enriched events come in; matching events, labelled
with the detection, and findings with the events that show them go out.

`DETECTIONS` is ordered: an event that two detections match is labelled by the first. `PATTERNS` is in the order of an
attack.
"""

from tocsin.detect.change_after_risk import CHANGE_AFTER_RISK
from tocsin.detect.credential_stuffing import CREDENTIAL_STUFFING
from tocsin.detect.detection import Detection
from tocsin.detect.finding import FINDING_EVENT, Finding
from tocsin.detect.found import findings, in_order
from tocsin.detect.habits import Habits, habits
from tocsin.detect.identifier_enumeration import IDENTIFIER_ENUMERATION
from tocsin.detect.illicit_consent import ILLICIT_CONSENT
from tocsin.detect.impossible_travel import IMPOSSIBLE_TRAVEL
from tocsin.detect.labels import DETECTIONS, detected
from tocsin.detect.legacy_protocol import LEGACY_PROTOCOL
from tocsin.detect.looked_at import looked_at
from tocsin.detect.mail_access_handed_on import MAIL_ACCESS_HANDED_ON
from tocsin.detect.mfa_fatigue import MFA_FATIGUE
from tocsin.detect.new_source_after_helpdesk import NEW_SOURCE_AFTER_HELPDESK
from tocsin.detect.new_source_after_recovery import NEW_SOURCE_AFTER_RECOVERY
from tocsin.detect.observed import Observed, observed
from tocsin.detect.password_guessing import PASSWORD_GUESSING
from tocsin.detect.password_spray import PASSWORD_SPRAY
from tocsin.detect.pattern import HIT, LEVELS, Facts, Parameter, Pattern
from tocsin.detect.provider_verdict import PROVIDER_VERDICT
from tocsin.detect.recovery_after_channel_change import RECOVERY_AFTER_CHANNEL_CHANGE
from tocsin.detect.recovery_channel_hopping import RECOVERY_CHANNEL_HOPPING
from tocsin.detect.recovery_flooding import RECOVERY_FLOODING
from tocsin.detect.recovery_guessing import RECOVERY_GUESSING
from tocsin.detect.recovery_repeated import RECOVERY_REPEATED
from tocsin.detect.state_attack_warning import STATE_ATTACK_WARNING
from tocsin.detect.stolen_session import STOLEN_SESSION

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
    NEW_SOURCE_AFTER_HELPDESK,
    STOLEN_SESSION,
    IMPOSSIBLE_TRAVEL,
    CHANGE_AFTER_RISK,
    MAIL_ACCESS_HANDED_ON,
    ILLICIT_CONSENT,
)

__all__ = [
    "DETECTIONS",
    "FINDING_EVENT",
    "HIT",
    "LEVELS",
    "PATTERNS",
    "Detection",
    "Facts",
    "Finding",
    "Habits",
    "Observed",
    "Parameter",
    "Pattern",
    "detected",
    "findings",
    "habits",
    "in_order",
    "looked_at",
    "observed",
]
