"""Operators to an assessment: stage per account, counts with evidence, targeting test, verdict.

`Linked` campaigns, recovery tables, roster, coverage and what the last scan left come in; an `Assessment`, its EVIDENCE
rows and what became of campaigns go out.
"""

from tocsin.assess.campaign_findings import with_findings
from tocsin.assess.conclude import Concluded, concluded
from tocsin.assess.earlier import Earlier
from tocsin.assess.matched_indicators import with_matches

__all__ = ["Concluded", "Earlier", "concluded", "with_findings", "with_matches"]
