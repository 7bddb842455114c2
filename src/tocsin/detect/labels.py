"""Which detection an event matches."""

from __future__ import annotations

import ibis

from tocsin.detect.detection import Detection
from tocsin.detect.factor_prompt import FACTOR_PROMPT
from tocsin.detect.password_guess import PASSWORD_GUESS
from tocsin.detect.recovery_step import RECOVERY_STEP
from tocsin.detect.unknown_identifier import UNKNOWN_IDENTIFIER

DETECTIONS: tuple[Detection, ...] = (UNKNOWN_IDENTIFIER, RECOVERY_STEP, PASSWORD_GUESS, FACTOR_PROMPT)


def label(events: ibis.Table) -> ibis.Value:
    """The name of the first detection that the event matches, NULL if none does."""
    return ibis.cases(*[(one.matches(events), one.name) for one in DETECTIONS], else_=ibis.null("string"))


def detected(events: ibis.Table) -> ibis.Table:
    """The enriched events that a detection matches and that name an account and a source, with `detection`."""
    labelled = events.mutate(detection=label(events))
    return labelled.filter(labelled.detection.notnull(), labelled.account.notnull(), labelled.source_ip.notnull())
