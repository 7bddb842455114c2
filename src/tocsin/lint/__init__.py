"""What stands open in how accounts are recovered: exported configurations come in, and the store of the last scan.

A `Report` goes out: each clause broken, kept, or not to be said, with the fact and the fix.
"""

from tocsin.lint.answer import Found, Judged, NotGiven, Place, Report
from tocsin.lint.judge import judged, worst
from tocsin.lint.kinds import KINDS
from tocsin.lint.practice import PRACTICE_RULES, PracticeRule, practised
from tocsin.lint.rule import SEVERITIES, Rule, Severity
from tocsin.lint.rules import RULES

__all__ = [
    "KINDS",
    "PRACTICE_RULES",
    "RULES",
    "SEVERITIES",
    "Found",
    "Judged",
    "NotGiven",
    "Place",
    "PracticeRule",
    "Report",
    "Rule",
    "Severity",
    "judged",
    "practised",
    "worst",
]
