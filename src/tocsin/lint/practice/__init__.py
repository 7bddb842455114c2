"""What the logs prove about practice: the store of a scan comes in, judged clauses with their events go out."""

from tocsin.lint.practice.judge import judge_logs, practised
from tocsin.lint.practice.rule import PracticeRule
from tocsin.lint.practice.rules import PRACTICE_RULES

__all__ = ["PRACTICE_RULES", "PracticeRule", "judge_logs", "practised"]
