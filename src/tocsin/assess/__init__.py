"""Operators to an assessment: stage per account, counts with evidence, targeting test, verdict.

`Linked` campaigns, recovery tables, roster and coverage come in; an `Assessment` and its EVIDENCE rows go out.
"""

from tocsin.assess.campaign_findings import with_findings
from tocsin.assess.conclude import concluded

__all__ = ["concluded", "with_findings"]
