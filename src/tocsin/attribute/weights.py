"""What one piece of evidence may say, whatever it seems to say.

Evidence is a likelihood ratio: how much better a hypothesis explains what was seen than "an actor nobody knows" does.
Two things bound it. Somebody else may show an actor's sign, because it is planted, rented or copied: with the chance
`planted`, the sign is there without the actor, so that it never speaks for it with more than 1/planted. And an actor
may have changed: with the chance `changed` its sign is missing, so that nothing speaks against it with more than
1/changed. Both are stated below, by kind of evidence, and not learnt: there is no public set of campaigns with proven
hands.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log
from typing import NamedTuple


class Bounds(NamedTuple):
    planted: float
    changed: float


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind of evidence: kinds of one group are seen together, and count less together."""

    name: str
    group: str
    title: str
    bounds: Bounds


INDICATORS = Kind(name="indicators", group="infrastructure", title="Infrastructure", bounds=Bounds(0.03, 0.5))
CLIENT = Kind(name="client", group="infrastructure", title="Client", bounds=Bounds(0.25, 0.5))
TECHNIQUES = Kind(name="techniques", group="method", title="Techniques", bounds=Bounds(0.2, 0.3))
TARGETS = Kind(name="targets", group="aim", title="Targets", bounds=Bounds(0.3, 0.3))
AIM = Kind(name="aim", group="aim", title="Aim", bounds=Bounds(0.2, 0.2))
HOURS = Kind(name="working_hours", group="place", title="Working hours", bounds=Bounds(0.15, 0.1))
LANGUAGE = Kind(name="language", group="place", title="Language", bounds=Bounds(0.3, 0.5))

KINDS = (INDICATORS, CLIENT, TECHNIQUES, TARGETS, AIM, HOURS, LANGUAGE)
GROUPS = tuple(dict.fromkeys(one.group for one in KINDS))

MARGINAL = Bounds(0.1, 0.5)
"""Of an indicator on the margin of a campaign: a planted one looks like this."""

OF_A_COUNTRY = Bounds(0.3, 0.3)
"""Of working hours that are not the actor's own, only those of the country that it is believed to work from."""

TOGETHER = (1.0, 0.5, 0.25)
"""Weight of the strongest, second and further pieces of evidence of one group: they are no independent witnesses."""

EVER = 500.0
"""All evidence together never speaks for an actor with more than this: with a chance of one in 500 another hand plays
it through and through."""

SPEAKS = log(2.5)
"""From here on a group of evidence is said to support a hypothesis, or to speak against it."""


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """What one kind of evidence says of one hypothesis: a log-likelihood ratio against the unknown actor."""

    kind: Kind
    log_ratio: float
    reason: str
    identifies: bool = False  # whether it is a hand's own, and not also that of others at its place or with its aim

    @property
    def factor(self) -> float:
        return exp(self.log_ratio)


def bounded(raw: float, bounds: Bounds) -> float:
    """A raw log-likelihood ratio, bounded from above by what may be planted and from below by what may have changed."""
    ratio = exp(min(raw, 50.0))
    return log(((1 - bounds.changed) * ratio + bounds.changed) / ((1 - bounds.planted) + bounds.planted * ratio))


def by_group(evidence: Sequence[Evidence]) -> dict[str, float]:
    """Log-likelihood ratio of each group: the strongest piece whole, the others less."""
    found: dict[str, float] = {}
    for group in GROUPS:
        held = sorted((one.log_ratio for one in evidence if one.kind.group == group), key=abs, reverse=True)
        if held:
            found[group] = sum(value * TOGETHER[min(place, len(TOGETHER) - 1)] for place, value in enumerate(held))
    return found


def together(evidence: Sequence[Evidence]) -> float:
    """Log-likelihood ratio of everything, below what another hand could play."""
    return min(sum(by_group(evidence).values()), log(EVER))
