"""Were we targeted? A question about an organisation, a domain or an account comes in, with the last scan's answer.

A three-valued `Answer` goes out: evidence found, nothing found in what is covered, or cannot say.
"""

import ibis
import pyarrow as pa
from msgspec.structs import replace

from tocsin.assess.assessment import Assessment
from tocsin.check.answer import Answer, Beside, Cover, Evidence, Lacking, NotShown, OpenFinding
from tocsin.check.beside import beside
from tocsin.check.decide import Sighting, decided
from tocsin.check.evidence import concerning
from tocsin.check.open_findings import address_owners, open_findings
from tocsin.check.question import Question, question
from tocsin.coverage import sightings
from tocsin.engines import Engine


def check(
    asked: Question, assessment: Assessment, evidence: pa.Table, shown: pa.Table, engine: Engine, events: ibis.Table
) -> Answer:
    """The answer, without words. `events` are those of the store that the assessment was made from, `shown` the
    FINDING_EVENT rows of its findings."""
    campaigns, findings = assessment.campaigns, assessment.findings
    found = engine.rows(sightings(events.filter(asked.concerns(events.account)))).to_pylist()
    answer = decided(
        asked,
        [Sighting(account=row["account"], provider=row["provider"], tenant=row["tenant"]) for row in found],
        assessment.coverage.sources,
        concerning(asked, campaigns, evidence),
        open_findings(asked, campaigns, findings, shown, evidence),
    )
    return replace(answer, beside=beside(asked, campaigns, evidence, engine, events, findings, shown))


__all__ = [
    "Answer",
    "Beside",
    "Cover",
    "Evidence",
    "Lacking",
    "NotShown",
    "OpenFinding",
    "Question",
    "Sighting",
    "address_owners",
    "check",
    "concerning",
    "decided",
    "open_findings",
    "question",
]
