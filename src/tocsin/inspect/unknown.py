"""Records of no known format: what they are most like, what is wrong with them, and how to map them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import msgspec

from tocsin.inspect.draft import draft
from tocsin.inspect.envelopes import inside
from tocsin.inspect.fields import likely_name
from tocsin.inspect.inspection import Change, Unrecognised
from tocsin.inspect.known import known_fields
from tocsin.inspect.nearest import Formats
from tocsin.inspect.paths import leaves, opened_text
from tocsin.sources.source import Source


@dataclass(frozen=True, kw_only=True)
class Others:
    """The records of a file that no source takes."""

    records: Sequence[Any]  # the first of them: decoded objects, and lines of text
    count: int
    looked_at: int
    kind: Literal["json", "csv"]


def unknown(
    others: Others, path: Path, sources: Sequence[Source], formats: Formats, *, year: int
) -> tuple[Unrecognised, list[Change]]:
    """What they are, and the fields that were renamed if they are of a known format but for those."""
    found = Unrecognised(records=others.count, looked_at=others.looked_at)
    objects = [one for one in others.records if isinstance(one, dict)]
    lines = [one for one in others.records if isinstance(one, str)]
    if len(objects) < len(lines):
        made = draft(lines, kind="text", name=path.stem, year=year)
        return msgspec.structs.replace(found, draft=made.text, hint=made.hint), []
    paths = Counter(one for record in objects for one in leaves(opened_text(record)))
    nearest = formats.nearest(objects, paths)
    if nearest is not None:
        source, likeness, surely = nearest
        found = msgspec.structs.replace(found, likeness=likeness)
        if surely and likeness.lacks:
            return found, _renamed(path, source, likeness.lacks, len(objects), paths)
    if hint := inside(objects, sources):
        return msgspec.structs.replace(found, likeness=None, hint=hint), []
    made = draft(objects, kind=others.kind, name=path.stem, year=year)
    return msgspec.structs.replace(found, draft=made.text, hint=made.hint), []


def _renamed(path: Path, source: Source, lacks: Sequence[str], records: int, paths: Counter[str]) -> list[Change]:
    known = known_fields(source)
    means = {one: rest.means for rest in known.rests for one in rest.paths}
    new = [one for one in paths if not known.has(one)]
    return [
        Change(
            file=str(path),
            format=source.format,
            title=source.title,
            field=one,
            means=means.get(one, "recognition"),
            expected=records,
            missing=records - paths[one],
            renamed_to=likely_name(one, new),
        )
        for one in lacks
    ]
