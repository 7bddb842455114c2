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
    for brand in vocabulary.brands:
        if _uses(brand, parts):
            return brand
    return None


def _uses(brand: Brand, parts: Registered) -> bool:
    """Whether the brand uses its name under such a suffix: google.co.ma, dns.google."""
    if parts.suffix in brand.suffixes:
        return True
    named = parts.label in brand.tokens or parts.label == brand.key
    return named and not parts.hosted and parts.country and "country" in brand.suffixes
