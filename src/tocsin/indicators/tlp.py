"""How far something may travel: the five levels of the Traffic Light Protocol 2.0 (FIRST, first.org/tlp)."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum


class Tlp(StrEnum):
    """From the widest to the narrowest."""

    CLEAR = "clear"
    GREEN = "green"
    AMBER = "amber"
    AMBER_STRICT = "amber+strict"
    RED = "red"

    @property
    def strictness(self) -> int:
        return list(Tlp).index(self)


UNMARKED = Tlp.AMBER_STRICT
"""What carries no marking is held as strictly as what we mark ourselves."""


def strictest(levels: Iterable[Tlp]) -> Tlp:
    """The level of what is made of things with these levels."""
    return max(levels, key=lambda one: one.strictness, default=UNMARKED)


def tlp_named(text: str) -> Tlp | None:
    """`TLP:AMBER+STRICT`, `amber+strict`, and TLP 1's `white`; None where it is no level."""
    word = text.strip().lower().removeprefix("tlp:").replace("_", "+").replace(" ", "+")
    if word == "white":
        return Tlp.CLEAR
    return Tlp(word) if word in set(Tlp) else None
