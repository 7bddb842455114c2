"""What stands in the records of one format: fields never seen before, and fields that are missing."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from tocsin.inspect.inspection import Change, NewField
from tocsin.inspect.known import Known, Rest
from tocsin.inspect.paths import first_values, shape
from tocsin.sources.source import Source

STRETCH = 200
"""Records in a row that show a field gone though the file's earlier ones have it: a vendor changed it on a day."""

STRETCH_SHARE = 0.95

NEW_FIELDS_TOLD = 40


@dataclass(kw_only=True)
class _Watch:
    """One field that detection rests on, over the records of a file."""

    rest: Rest
    expected: int = 0
    missing: int = 0
    first: int | None = None  # number of the first record without it
    gone: int | None = None  # of the first in a stretch without it
    _in_stretch: int = 0
    _missing_in_stretch: int = 0
    _stretch_first: int | None = None

    def take(self, found: dict[str, Any], number: int) -> None:
        if not self.rest.expected(found):
            return
        self.expected += 1
        self._in_stretch += 1
        if not self.rest.held(found):
            self.missing += 1
            self._missing_in_stretch += 1
            self.first = self.first or number
            self._stretch_first = self._stretch_first or number
        if self._in_stretch == STRETCH:
            if self._missing_in_stretch >= STRETCH * STRETCH_SHARE:
                self.gone = self.gone or self._stretch_first
            self._in_stretch, self._missing_in_stretch, self._stretch_first = 0, 0, None

    @property
    def changed(self) -> bool:
        """Is it missing in most of the records, or in a long stretch of them?"""
        return self.missing * 2 > self.expected or self.gone is not None


@dataclass(kw_only=True)
class Fields:
    """The fields of one format in one file."""

    source: Source
    known: Known
    looked_at: int = 0
    decided: int = 0  # records of which it was noted which fields decided
    recognised_by: Counter[str] = field(default_factory=Counter)
    also_like: Counter[str] = field(default_factory=Counter)
    new: Counter[str] = field(default_factory=Counter)
    shapes: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._watches = [_Watch(rest=rest) for rest in self.known.rests]

    def take(self, record: Any, number: int) -> None:
        """Count a record's fields. `number` is its place in the file."""
        self.looked_at += 1
        for path, value in dict(self.known.new(record)).items():
            self.new[path] += 1
            if self.shapes.get(path) in (None, "null", "empty text"):
                self.shapes[path] = shape(value)
        if self._watches:
            found = first_values(record)
            for watch in self._watches:
                watch.take(found, number)

    def new_fields(self) -> list[NewField]:
        """The commonest first."""
        ordered = sorted(self.new.items(), key=lambda one: (-one[1], one[0]))[:NEW_FIELDS_TOLD]
        return [NewField(path=path, records=number, type=self.shapes[path]) for path, number in ordered]

    def changes(self, file: str) -> list[Change]:
        return [
            Change(
                file=file,
                format=self.source.format,
                title=self.source.title,
                field=watch.rest.paths[0],
                means=watch.rest.means,
                expected=watch.expected,
                missing=watch.missing,
                first_record=watch.gone or watch.first,
                renamed_to=likely_name(watch.rest.paths[0], list(self.new)),
            )
            for watch in self._watches
            if watch.changed
        ]


def likely_name(path: str, new: list[str]) -> str | None:
    """Of new fields, the one that the missing one may be called now."""
    parent, _, name = path.rpartition(".")
    scored = []
    for other in new:
        above, _, called = other.rpartition(".")
        like = difflib.SequenceMatcher(None, _plain(name), _plain(called)).ratio()
        if above == parent:
            like += 0.25
        scored.append((like, other))
    siblings = [other for other in new if other.rpartition(".")[0] == parent]
    if parent and len(siblings) == 1:
        return siblings[0]
    best = max(scored, default=(0.0, None))
    return best[1] if best[0] >= 0.6 else None


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())
