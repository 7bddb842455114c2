"""The seam of a rule: one clause or more, what is read, and how it is judged in three values."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

from tocsin.lint.clauses import Clause

Severity = Literal["high", "medium", "low"]
SEVERITIES: tuple[Severity, ...] = ("high", "medium", "low")
"""The worst first. high: whoever controls one mailbox or number, or guesses, gets in; medium: the owner does not learn
of it, or it gets much easier; low: it helps whoever is in already."""

State = Literal["broken", "kept", "cannot_say"]

Document = TypeVar("Document")
LONGEST = 160


@dataclass(frozen=True, kw_only=True)
class Result:
    """What a rule says of one place in a document."""

    state: State
    at: str  # path in the file
    value: str  # what stands there, as JSON; '' where nothing does
    fact: str  # one sentence


@dataclass(frozen=True, kw_only=True, eq=False)
class Rule(Generic[Document]):
    """One check of one kind of document. `check` gives a result for each place that it looks at, one at least."""

    name: str  # what is wrong when it is broken: "keycloak_reset_link_lifetime"
    title: str
    kind: str  # of document, as in `kinds.KINDS`
    clauses: tuple[Clause, ...]
    severity: Severity
    why: str  # the severity's reason
    fix: str  # in the product's own words
    source: str  # where the vendor describes the setting
    check: Callable[[Document], Iterable[Result]]


def broken(at: str, value: object, fact: str) -> Result:
    """The clause is not met here."""
    return Result(state="broken", at=at, value=shown(value), fact=fact)


def kept(at: str, value: object, fact: str) -> Result:
    """The clause is met here."""
    return Result(state="kept", at=at, value=shown(value), fact=fact)


def cannot_say(at: str, fact: str, value: object = None) -> Result:
    """The file does not tell."""
    return Result(state="cannot_say", at=at, value=shown(value), fact=fact)


def absent(at: str) -> Result:
    """The setting does not stand in the file, and defaults differ between versions."""
    return cannot_say(at, "the file does not hold this setting")


def flag(at: str, value: bool | None, *, good: bool, otherwise: str, so: str) -> Result:
    """A setting that is to be on, or off: `otherwise` says what is so when it is not, `so` when it is."""
    if value is None:
        return absent(at)
    return kept(at, value, so) if value is good else broken(at, value, otherwise)


def shown(value: object) -> str:
    """A value as JSON, cut; nothing for None."""
    if value is None:
        return ""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
