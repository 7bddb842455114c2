"""`tocsin.lint/1`: what stands in the configuration and in the logs against the clauses, as JSON gives it."""

from __future__ import annotations

from typing import Literal

import msgspec

from tocsin.lint.rule import Severity

SCHEMA = "tocsin.lint/1"


class Cited(msgspec.Struct, frozen=True, kw_only=True):
    """A clause."""

    id: str
    asks: str  # in our own words
    url: str


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where a result comes from: a place in a file, or a tenant's log in the store."""

    of: Literal["file", "log"]
    file: str | None = None
    document: str | None = None  # of several in a file
    at: str | None = None  # path in the document
    value: str | None = None  # what stands there, as JSON
    provider: str | None = None
    tenant: str | None = None


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """An event of the store that shows it."""

    provider: str
    event_uid: str
    account: str | None
    time: str
    raw_ref: str


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """A clause that is broken."""

    rule: str
    title: str
    severity: Severity
    why: str  # the severity's reason
    place: Place
    fact: str
    fix: str
    clauses: list[Cited]
    source: str  # where the vendor describes it
    cases: int = 1  # of practice: how often
    accounts: int = 0
    evidence: list[Shown] = []


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """A clause that is kept, or of which it cannot be said."""

    rule: str
    title: str
    severity: Severity
    place: Place
    fact: str


class Read(msgspec.Struct, frozen=True, kw_only=True):
    """A document that was judged."""

    file: str
    kind: str
    title: str
    document: str
    at: str


class PassedOver(msgspec.Struct, frozen=True, kw_only=True):
    """Objects in a file beside its documents."""

    file: str
    objects: int


class Refused(msgspec.Struct, frozen=True, kw_only=True):
    """A file that could not be judged."""

    file: str
    reason: str


class NotGiven(msgspec.Struct, frozen=True, kw_only=True):
    """A kind of document that a product has, and that was not among the files: its rules say nothing."""

    kind: str
    title: str
    got: str
    rules: list[str]


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """Everything. Findings come worst first."""

    schema: str
    generated_at: str
    store: str | None
    read: list[Read]
    refused: list[Refused]
    passed_over: list[PassedOver]
    not_given: list[NotGiven]
    findings: list[Found]
    kept: list[Judged]
    cannot_say: list[Judged]
