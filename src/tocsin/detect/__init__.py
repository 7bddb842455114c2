"""Events to acts worth weighing: a file a detection. Enriched events come in; matching events, labelled with the
detection, go out.

`DETECTIONS` is ordered: an event that two detections match is labelled by the first.
"""

import ibis

from tocsin.detect.detection import Detection
from tocsin.detect.factor_prompt import FACTOR_PROMPT
from tocsin.detect.password_guess import PASSWORD_GUESS
from tocsin.detect.recovery_step import RECOVERY_STEP
from tocsin.detect.unknown_identifier import UNKNOWN_IDENTIFIER

DETECTIONS: tuple[Detection, ...] = (UNKNOWN_IDENTIFIER, RECOVERY_STEP, PASSWORD_GUESS, FACTOR_PROMPT)


def detected(events: ibis.Table) -> ibis.Table:
    """The enriched events that a detection matches and that name an account and a source, with `detection`."""
    label = ibis.cases(*[(one.matches(events), one.name) for one in DETECTIONS], else_=ibis.null("string"))
    labelled = events.mutate(detection=label)
    return labelled.filter(labelled.detection.notnull(), labelled.account.notnull(), labelled.source_ip.notnull())


__all__ = ["DETECTIONS", "Detection", "detected"]
