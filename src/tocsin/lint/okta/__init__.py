"""Okta: policies, their rules and the organisation's notices come in as JSON, judged settings go out."""

from typing import Any

from tocsin.lint.okta import around, lockout, recovery
from tocsin.lint.rule import Rule

RULES: tuple[Rule[Any], ...] = (*recovery.RULES, *lockout.RULES, *around.POLICY_RULES, *around.NOTICE_RULES)

__all__ = ["RULES"]
