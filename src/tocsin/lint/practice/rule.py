"""The seam of a rule about practice: which events show that a clause is not lived up to, and what would show them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import ibis

from tocsin.detect.words import counted
from tocsin.lint.clauses import Clause
from tocsin.lint.practice.logs import Logs
from tocsin.lint.rule import Severity


@dataclass(frozen=True, kw_only=True, eq=False)
class PracticeRule:
    """One check of what the logs prove. Without `finds` no log shows it, and `unsaid` says why."""

    name: str
    title: str
    clauses: tuple[Clause, ...]
    severity: Severity
    why: str
    fix: str
    fixes: Mapping[str, str] = field(default_factory=dict)  # in a product's own words, by provider
    needs: tuple[str, ...]  # kinds of act (`coverage.KINDS`) without which it cannot be said
    says: Callable[[int, int], str]  # cases, accounts -> what is broken
    so: str  # what is kept
    finds: Callable[[Logs], ibis.Table] | None = None  # CASE
    unsaid: str = ""


def recoveries(cases: int, accounts: int) -> str:
    """``2 recoveries of 1 account``."""
    return f"{counted(cases, 'recovery', 'recoveries')} of {counted(accounts, 'account')}"
