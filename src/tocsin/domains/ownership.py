"""Whose own a name is: what belongs to a brand or an organisation is never a hit."""

from __future__ import annotations

from tocsin.domains.registered import Registered
from tocsin.domains.words import Brand, Vocabulary


def owner(name: str, parts: Registered, vocabulary: Vocabulary) -> Brand | None:
    """The brand or organisation that runs this name. What a hoster's customer chose is not the hoster's own."""
    rest = name
    while rest:
        brand = vocabulary.own.get(rest)
        if brand is not None and not (parts.hosted and parts.suffix.endswith(rest)):
            return brand
        rest = rest.partition(".")[2]
    by_suffix = vocabulary.own_suffixes.get(parts.suffix)
    if by_suffix is not None:
        return by_suffix
    # The brand uses its name under the suffixes of countries: google.co.ma.
    return vocabulary.in_countries.get(parts.label) if parts.country and not parts.hosted else None
