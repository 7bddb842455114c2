"""Were we targeted? A question about an organisation, a domain or an account comes in, with the last scan's answer.

A three-valued `Answer` goes out: evidence found, nothing found in what is covered, or cannot say.
"""

import ibis
import pyarrow as pa
from msgspec.structs import replace

from tocsin.assess.assessment import Assessment
from tocsin.check.answer import Answer, Beside, Cover, Evidence, Lacking, NotShown
from tocsin.check.beside import beside
from tocsin.check.decide import Sighting, decided
from tocsin.check.evidence import concerning
from tocsin.check.question import Question, question
from tocsin.coverage import sightings
from tocsin.engines import Engine


def check(asked: Question, assessment: Assessment, evidence: pa.Table, engine: Engine, events: ibis.Table) -> Answer:
    """The answer, without words. `events` are those of the store that the assessment was made from."""
    found = engine.rows(sightings(events.filter(asked.concerns(events.account)))).to_pylist()
    answer = decided(
        asked,
        [Sighting(account=row["account"], provider=row["provider"], tenant=row["tenant"]) for row in found],
        assessment.coverage.sources,
        concerning(asked, assessment.campaigns, evidence),
    )
    return replace(answer, beside=beside(asked, assessment.campaigns, evidence, engine, events))


__all__ = [
    "Answer",
    "Beside",
    "Cover",
    "Evidence",
    "Lacking",
    "NotShown",
    "Question",
    "Sighting",
    "check",
    "concerning",
    "decided",
    "question",
]
