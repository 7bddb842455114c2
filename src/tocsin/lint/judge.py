"""Documents against rules: what is broken, what is kept, and what cannot be said."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from tocsin.lint.answer import (
    SCHEMA,
    Cited,
    Found,
    Judged,
    NotGiven,
    PassedOver,
    Place,
    Read,
    Refused,
    Report,
)
from tocsin.lint.clauses import Clause
from tocsin.lint.files import lint_files, readings
from tocsin.lint.kinds import KINDS, Document
from tocsin.lint.rule import SEVERITIES, Severity
from tocsin.lint.rules import RULES

Practice = tuple[list[Found], list[Judged], list[Judged]]
"""Broken, kept and cannot-say by what the logs show."""


def judged(
    paths: Sequence[Path], *, now: datetime, store: Path | None = None, practice: Practice | None = None
) -> Report:
    """The report on these files and, if it was looked at, on the practice that the logs show."""
    good, refused = readings(lint_files(paths))
    found, fine, open_ = practice or ([], [], [])
    told = [one for path, documents, _ in good for document in documents for one in _of(path, document)]
    findings = [one for one in told if isinstance(one, Found)] + found
    kept = [one for one, state in (pair for pair in told if isinstance(pair, tuple)) if state == "kept"] + fine
    unsaid = [one for one, state in (pair for pair in told if isinstance(pair, tuple)) if state != "kept"] + open_
    return Report(
        schema=SCHEMA,
        generated_at=f"{now:%Y-%m-%dT%H:%M:%SZ}",
        store=str(store) if store else None,
        read=[
            Read(file=str(path), kind=one.kind.name, title=one.kind.title, document=one.name, at=one.at)
            for path, documents, _ in good
            for one in documents
        ],
        refused=[Refused(file=str(path), reason=reason) for path, reason in refused],
        passed_over=[PassedOver(file=str(path), objects=unknown) for path, _, unknown in good if unknown],
        not_given=_not_given([one for _, documents, _ in good for one in documents]),
        findings=sorted(findings, key=lambda one: SEVERITIES.index(one.severity)),
        kept=kept,
        cannot_say=unsaid,
    )


def _of(path: Path, document: Document) -> Iterator[Found | tuple[Judged, str]]:
    for rule in RULES:
        if rule.kind != document.kind.name:
            continue
        for result in rule.check(document.content):
            at = ".".join(part for part in (document.at, result.at) if part)
            place = Place(of="file", file=str(path), document=document.name, at=at, value=result.value or None)
            if result.state != "broken":
                yield (
                    Judged(rule=rule.name, title=rule.title, severity=rule.severity, place=place, fact=result.fact),
                    result.state,
                )
                continue
            yield Found(
                rule=rule.name,
                title=rule.title,
                severity=rule.severity,
                why=rule.why,
                place=place,
                fact=result.fact,
                fix=rule.fix,
                clauses=cited(rule.clauses),
                source=rule.source,
            )


def cited(clauses: Sequence[Clause]) -> list[Cited]:
    """Clauses as JSON names them."""
    return [Cited(id=one.id, asks=one.asks, url=one.url) for one in clauses]


def worst(report: Report) -> Severity | None:
    """The severity of the worst finding."""
    return report.findings[0].severity if report.findings else None


def _not_given(documents: Sequence[Document]) -> list[NotGiven]:
    given = {one.kind.name for one in documents}
    products = {one.kind.product for one in documents}
    return [
        NotGiven(
            kind=kind.name,
            title=kind.title,
            got=kind.got,
            rules=[rule.name for rule in RULES if rule.kind == kind.name],
        )
        for kind in KINDS
        if kind.product in products and kind.name not in given
    ]
