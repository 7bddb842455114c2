"""Techniques, weighted by how rare they are among actors and by what any campaign that is found shows anyway.

That a technique is not seen says next to nothing: the logs may not show it, and nobody uses everything. That a seen one
is missing from an actor's list says little: lists hold what was reported.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from math import log

from tocsin.attribute.actor import ATTACK, Actor
from tocsin.attribute.weights import TECHNIQUES, Evidence, bounded
from tocsin.detect import DETECTIONS, PATTERNS

EVERYWHERE = frozenset(technique for one in DETECTIONS for technique in one.techniques)
"""What makes a campaign be found at all: it tells nobody apart."""

VISIBLE = EVERYWHERE | {technique for one in PATTERNS for technique in one.techniques}
"""What Tocsin can see in logs."""

USES, SHOWN = 0.6, 3.0
"""How likely an actor shows a technique of its list, and how many of its list a campaign shows at most: a long list
fits everything, and says as little."""

LEAST_COMMON = 0.1
"""How common a technique is at least among campaigns in which it can be seen."""

UNLISTED = 0.7
"""How much less likely an actor shows what is not on its list."""


class Rarity:
    """How common each technique is among the actors whose techniques are known."""

    def __init__(self, actors: Iterable[Actor]) -> None:
        listed = [one.techniques for one in actors if one.authority == ATTACK and one.techniques]
        counts = Counter(technique for one in listed for technique in one)
        self._actors = len(listed)
        self._common = {technique: (number + 0.5) / (self._actors + 1) for technique, number in counts.items()}

    def common(self, technique: str) -> float:
        """Share of campaigns that show it, whoever is behind them."""
        return max(self._common.get(technique, 0.0), LEAST_COMMON)

    def weigh(self, shown: Iterable[str], listed: frozenset[str], *, sure: float, whose: str) -> Evidence | None:
        """What the shown techniques say of an actor with this list."""
        telling = sorted(set(shown) - EVERYWHERE)
        if not telling or not listed:
            return None
        visible = listed & VISIBLE - EVERYWHERE
        uses = min(USES, SHOWN / len(visible)) if visible else 0.0
        raw, on, off = 0.0, [], []
        for technique in telling:
            common = self.common(technique)
            if technique in listed:
                raw += log(max(uses, common) / common)
                on.append(technique)
            elif _family(technique) & listed:
                raw += log(max((uses + common) / 2, common) / common)
                on.append(technique)
            else:
                raw += log(UNLISTED)
                off.append(technique)
        said = []
        if on:
            named = ", ".join(f"{one}{self._told(one)}" for one in sorted(on, key=self.common)[:4])
            said.append(f"{named} {'stands' if len(on) == 1 else 'stand'} on {whose} list of {len(listed)} techniques")
        if off:
            said.append(f"{_named(off)} {'does' if len(off) == 1 else 'do'} not stand on {whose} list")
        return Evidence(kind=TECHNIQUES, log_ratio=bounded(raw * sure, TECHNIQUES.bounds), reason=f"{'; '.join(said)}.")

    def _told(self, technique: str) -> str:
        if not self._actors:
            return ""
        number = round(self._common.get(technique, 0.0) * (self._actors + 1) - 0.5)
        return f" (on the lists of {max(number, 0)} of {self._actors} ATT&CK groups)"


def _family(technique: str) -> set[str]:
    """The technique above it; of one without a part, itself."""
    return {technique.split(".")[0]}


def _named(techniques: Sequence[str]) -> str:
    return ", ".join(techniques[:4]) + (f" and {len(techniques) - 4} more" if len(techniques) > 4 else "")
