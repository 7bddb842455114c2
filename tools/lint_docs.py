"""Writes docs/lint-rules.md from the rules themselves: `make docs`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tocsin.coverage import BY_NAME
from tocsin.lint import KINDS, PRACTICE_RULES, RULES, PracticeRule, Rule
from tocsin.lint.clauses import Clause

TARGET = Path(__file__).parents[1] / "docs" / "lint-rules.md"

HEAD = """# Rules of tocsin lint

Written by `make docs` from `src/tocsin/lint/`. How to use it, and what its answers mean: [lint.md](lint.md).

What a clause asks is told in our own words; the documents are the authority.
"""


def rendered() -> str:
    """The page: the clauses, then a section for each kind of document."""
    cited = {f"{one.id} {one.asks}": one for rule in (*RULES, *PRACTICE_RULES) for one in rule.clauses}
    return "\n".join([HEAD, _clauses(sorted(cited.values(), key=lambda one: one.id)), *map(_kind, KINDS), _practice()])


def _clauses(cited: list[Clause]) -> str:
    rows = [f"| [{one.id}]({one.url}) | {one.asks} |" for one in cited]
    return "\n".join(["## Clauses\n", "| clause | asks that |", "|---|---|", *rows]) + "\n"


def _kind(kind: Any) -> str:
    rules = [rule for rule in RULES if rule.kind == kind.name]
    head = f"## {kind.title}\n\nGet it: {kind.got} ([vendor's page]({kind.source})).\n"
    return "\n".join([head, *map(_rule, rules)])


def _rule(rule: Rule[Any]) -> str:
    clauses = ", ".join(one.id for one in rule.clauses)
    return (
        f"### {rule.name}\n\n{rule.title}.\n\n- Severity {rule.severity}: {rule.why}\n- Clauses: {clauses}\n"
        f"- Fix: {rule.fix}\n- The setting: {rule.source}\n"
    )


def _practice() -> str:
    head = "## The logs of a scan\n\nWith `--store`; each finding lists the events that show it.\n"
    return "\n".join([head, *map(_practice_rule, PRACTICE_RULES)])


def _practice_rule(rule: PracticeRule) -> str:
    clauses = ", ".join(one.id for one in rule.clauses)
    needs = ", ".join(BY_NAME[name].words for name in rule.needs)
    never = f"- Never said: {rule.unsaid}\n" if rule.unsaid else ""
    return (
        f"### {rule.name}\n\n{rule.title}.\n\n- Severity {rule.severity}: {rule.why}\n- Clauses: {clauses}\n"
        f"- Fix: {rule.fix}\n- Cannot be said without: {needs}\n{never}"
    )


if __name__ == "__main__":
    TARGET.write_text(rendered(), encoding="utf-8")
