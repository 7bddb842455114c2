"""The known format that unrecognised records are most like, by the fields that they share.

A field that few formats have says more than `id` or `time`: each counts by how rare it is among the formats, as terms
do in a search (inverse document frequency).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tocsin.inspect.inspection import Likeness
from tocsin.inspect.known import Known, known_fields, with_parents
from tocsin.inspect.recognition import recognised
from tocsin.sources.source import Source

SHARED_WEIGHT = 0.4
"""Of the weight of a record's fields: with less in common it is like nothing known."""

SHARED_FIELDS = 3

LACKS_TOLD = 8

EQUAL = 0.02
"""Scores that differ by no more say nothing about which format it is: the one listed first is taken."""

SURE_WEIGHT = 0.6
"""With so much in common, the records are of the format, and what they lack was renamed or left out."""


class Formats:
    """The formats that records can be like."""

    def __init__(self, sources: Iterable[Source]) -> None:
        self._known = [(source, known) for source in sources if (known := known_fields(source))]
        held = Counter(path for _, known in self._known for path in known.paths)
        count = len(self._known)
        self._weights = {path: math.log((count + 1) / number) for path, number in held.items()}
        self._unknown = math.log(count + 1)

    def nearest(
        self, records: Sequence[Mapping[str, Any]], paths: Counter[str]
    ) -> tuple[Source, Likeness, bool] | None:
        """The format most like these records, how, and whether they surely are of it but for some fields.

        `paths` says in how many of them each field stands.
        """
        if not paths:
            return None
        usual = [path for path, number in paths.items() if number * 10 >= len(records)]
        scored = []
        for source, known in self._known:
            shared = [path for path in usual if known.has(path)]
            weight = sum(self._weight(path) for path in shared)
            # What stands below a new object says no more than the object.
            other = {_topmost(path, known) for path in usual if not known.has(path)}
            part = weight / ((weight + sum(self._weight(path) for path in other)) or 1)
            # Of formats that hold the same, the one of which less is missing.
            score = part + 0.1 * weight / max(sum(self._weight(path) for path in _told(known)), 1)
            scored.append((score, source, known, len(shared), part))
        best = max((one[0] for one in scored), default=0.0)
        # Of several formats of the same fields, one that says what it misses.
        equal = [(_lacks(one[1], one[2], records, paths), *one[1:]) for one in scored if one[0] > best - EQUAL]
        if not equal:
            return None
        lacks, source, _, shared_count, part = max(equal, key=lambda one: bool(one[0]))
        if part < SHARED_WEIGHT or shared_count < SHARED_FIELDS:
            return None
        likeness = Likeness(
            format=source.format, title=source.title, shared=shared_count, fields=len(usual), lacks=lacks
        )
        return source, likeness, part >= SURE_WEIGHT

    def _weight(self, path: str) -> float:
        return self._weights.get(path, self._unknown)


def _topmost(path: str, known: Known) -> str:
    """The first part of an unknown path that is unknown."""
    return min((one for one in with_parents(path) if not known.has(one)), key=len, default=path)


def _told(known: Known) -> set[str]:
    return {path for rest in known.rests for path in rest.paths}


def _lacks(source: Source, known: Known, records: Sequence[Mapping[str, Any]], paths: Counter[str]) -> list[str]:
    """Fields that the source looks for, and fields that detection rests on, which most of the records have not."""
    missing: Counter[str] = Counter()
    for record in records:
        taken, _, missed = recognised(source, record)
        if not taken:
            missing.update(missed)
    lacking = [path for path, number in missing.most_common() if number * 2 > len(records)]
    found: dict[str, Any] = {one: "" for path in paths for one in with_parents(path)}
    lacking += [rest.paths[0] for rest in known.rests if rest.asks is None and not rest.held(found)]
    return list(dict.fromkeys(lacking))[:LACKS_TOLD]
