"""Other people's words for whom an actor goes for, in the words of the roster."""

from __future__ import annotations

import re
from collections.abc import Iterable

from tocsin.sources.countries import COUNTRY_CODES

_CATEGORIES: dict[str, tuple[str, ...]] = {
    "government": ("government", "diplomacy", "military", "intergovernmental", "intelligence", "justice"),
    "political-party": ("political party", "opposition", "politic"),
    "campaign": ("political campaign", "election"),
    "media": ("media", "journalist", "news"),
    "diaspora": ("dissident", "diaspora", "separatist", "minorit", "ethnic"),
    "think-tank": ("think tank",),
    "ngo": ("ngo", "civil society", "non-profit", "activist", "human rights", "religious"),
    "academia": ("education", "academi", "universit", "research"),
}
"""Beginnings of words of MISP's `targeted-sector` and the `cfr-target-category` of the Council on Foreign Relations."""

_PATTERNS = {
    category: re.compile(r"\b(?:" + "|".join(map(re.escape, words)) + ")", re.IGNORECASE)
    for category, words in _CATEGORIES.items()
}


def categories_of(said: Iterable[str]) -> frozenset[str]:
    """Categories that some of the words mean. ``Private sector`` and the like are none of the roster's."""
    held = [one for one in said if "private" not in one.casefold()]
    return frozenset(name for name, pattern in _PATTERNS.items() if any(pattern.search(one) for one in held))


def countries_of(said: Iterable[str]) -> frozenset[str]:
    """Two-letter codes of the countries named; regions (``Middle East``) are none."""
    return frozenset(code for one in said if (code := COUNTRY_CODES.get(one)))
