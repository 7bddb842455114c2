"""Events to acts worth weighing and to findings: a file a detection. Enriched events come in; matching events, labelled
with the detection, and findings with the events that show them go out.

`DETECTIONS` is ordered: an event that two detections match is labelled by the first. `PATTERNS` is in the order of an
attack.
"""

import ibis

from tocsin.detect.detection import Detection
from tocsin.detect.factor_prompt import FACTOR_PROMPT
from tocsin.detect.finding import FINDING_EVENT, Finding
from tocsin.detect.found import findings, in_order
from tocsin.detect.observed import Observed, observed
from tocsin.detect.password_guess import PASSWORD_GUESS
from tocsin.detect.password_spray import PASSWORD_SPRAY
from tocsin.detect.pattern import HIT, LEVELS, Facts, Parameter, Pattern
from tocsin.detect.recovery_step import RECOVERY_STEP
from tocsin.detect.unknown_identifier import UNKNOWN_IDENTIFIER

DETECTIONS: tuple[Detection, ...] = (UNKNOWN_IDENTIFIER, RECOVERY_STEP, PASSWORD_GUESS, FACTOR_PROMPT)

PATTERNS: tuple[Pattern, ...] = (PASSWORD_SPRAY,)


def detected(events: ibis.Table) -> ibis.Table:
    """The enriched events that a detection matches and that name an account and a source, with `detection`."""
    label = ibis.cases(*[(one.matches(events), one.name) for one in DETECTIONS], else_=ibis.null("string"))
    labelled = events.mutate(detection=label)
    return labelled.filter(labelled.detection.notnull(), labelled.account.notnull(), labelled.source_ip.notnull())


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
]
