"""Microsoft Entra: policies of Graph and the portal's reset settings come in as JSON, judged settings go out."""

from typing import Any

from tocsin.lint.entra import access, methods, reset
from tocsin.lint.rule import Rule

RULES: tuple[Rule[Any], ...] = (*reset.RULES, *methods.RULES, *methods.AUTHORIZATION_RULES, *access.RULES)

__all__ = ["RULES"]
