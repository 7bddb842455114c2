"""Facts that were published about actors, each with its source: domains of court cases, and names."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib.resources import files

from tocsin.attribute.actor import MICROSOFT, Claim, Indicator

LISTS: Mapping[str, tuple[str, str, date, date | None]] = {
    # Microsoft took the 99 websites over in the week before the papers were unsealed on 27 March 2019.
    "phosphorus-2019": (
        "Phosphorus",
        "court order of March 2019 in the District of Columbia, Microsoft v. John Does, list of domains, unsealed"
        " on 27 March 2019",
        date(2019, 3, 27),
        date(2019, 3, 27),
    ),
    "strontium-2019": (
        "Strontium",
        "Microsoft, list of Strontium domains, July 2019",
        date(2019, 7, 1),
        date(2019, 7, 1),
    ),
}
"""By list: the actor it names, its source, when it was published, and since when somebody else holds its domains."""

AUTHORITY = MICROSOFT
"""Whose names the lists use."""


@cache
def published_domains() -> tuple[Indicator, ...]:
    """Domains of the lists, once for each list on which they stand."""
    found = []
    for row in _rows("domains.csv"):
        actor, source, published, seized = LISTS[row["list"]]
        found.append(
            Indicator(
                kind="domain", value=row["domain"], actor=actor, source=source, last_seen=published, seized=seized
            )
        )
    return tuple(found)


@cache
def published_names() -> Mapping[tuple[str, str], tuple[Claim, ...]]:
    """Further claims by authority and actor, beside those of the galaxies."""
    held: dict[tuple[str, str], list[Claim]] = defaultdict(list)
    for row in _rows("names.csv"):
        held[row["authority"], row["actor"]].append(
            Claim(
                actor=row["actor"],
                name=row["name"],
                authority=row["authority"],
                source=row["source"],
                since=row["since"] or None,
            )
        )
    return {key: tuple(claims) for key, claims in held.items()}


def _rows(name: str) -> list[dict[str, str]]:
    text = files("tocsin.attribute").joinpath("facts", name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))
