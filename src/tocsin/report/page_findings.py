"""Findings as the page shows them: a line for each detection, and some of them one by one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tocsin.detect import Finding

SHOWN = 100
"""Findings told one by one in each table; the gravest come first."""


@dataclass(frozen=True, kw_only=True)
class Kind:
    """What one detection found."""

    title: str
    level: str
    count: int
    first_seen: str
    last_seen: str


@dataclass(frozen=True, kw_only=True)
class Findings:
    """A table of findings."""

    kinds: list[Kind]
    shown: list[Finding]
    total: int


def table(found: Sequence[Finding]) -> Findings | None:
    """The findings in their order, or None where there are none."""
    if not found:
        return None
    held: dict[str, list[Finding]] = {}
    for one in found:
        held.setdefault(one.detection, []).append(one)
    kinds = [
        Kind(
            title=some[0].title,
            level=some[0].level,
            count=len(some),
            first_seen=min(one.first_seen for one in some),
            last_seen=max(one.last_seen for one in some),
        )
        for some in held.values()
    ]
    return Findings(kinds=kinds, shown=list(found[:SHOWN]), total=len(found))
