"""Records of a known format inside others: what a collector put around them, and how to take it off."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from tocsin.inspect.paths import step
from tocsin.sources.source import Source

TRIED = 100
SHARE = 0.3
"""Of the records, that hold one of a known format at the same place."""


def inside(records: Sequence[Mapping[str, Any]], sources: Iterable[Source]) -> str | None:
    """What to do with records that hold those of a known format in a field; None when they do not."""
    known = [one for one in sources if one.recognises_line is None]
    found: Counter[tuple[str, bool]] = Counter()
    titles: Counter[str] = Counter()
    tried = records[:TRIED]
    for record in tried:
        for name, value in record.items():
            inner = _object(value)
            source = next((one for one in known if inner is not None and one.recognises(inner)), None)
            if source is not None:
                found[step("", name), isinstance(value, str)] += 1
                titles[source.title] += 1
    if not found:
        return None
    (name, as_text), number = found.most_common(1)[0]
    if number < len(tried) * SHARE:
        return None
    named = " and ".join(title for title, _ in titles.most_common(2))
    take = f"jq -r '.{name}'" if as_text else f"jq -c '.{name}'"
    return f"each holds another record under {name} ({named}): take that out ({take} FILE > FILE.jsonl) and inspect it"


def _object(value: Any) -> Mapping[str, Any] | None:
    if isinstance(value, str) and value[:1] == "{":
        try:
            value = msgspec.json.decode(value)
        except (msgspec.DecodeError, RecursionError):
            return None
    return value if isinstance(value, Mapping) else None
