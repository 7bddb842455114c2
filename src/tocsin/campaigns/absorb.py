"""Sources too quiet to be suspicious by themselves, taken into the operator that explains them.

A source seen once is either background or one of a found operator's. It is weighed like any pair of groups; the prior
is the operator's share of all strangers' sources, and the odds must be clear.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tocsin.campaigns.link import AIM_MOST, TRAITS, Chance, Group, log_odds

TAKEN = float(np.log(10.0))
"""Ten to one for the operator over the background."""

ROUNDS = 2
"""What was taken in describes the operator better; a second look settles it."""


def absorbed(operators: Sequence[Group], quiet: Sequence[Group], chance: Chance) -> list[Group]:
    """The operators with the quiet sources that are theirs."""
    grown = list(operators)
    for _ in range(ROUNDS):
        taken: dict[int, int] = {}
        for number, one in enumerate(quiet):
            odds = [_odds(group, one, chance, len(quiet)) for group in grown]
            best = int(np.argmax(odds)) if odds else 0
            if odds and odds[best] > TAKEN:
                taken[number] = best
        grown = [
            _with(operators[label], [quiet[number] for number, held in taken.items() if held == label])
            for label in range(len(operators))
        ]
    return grown


def _odds(operator: Group, one: Group, chance: Chance, quiet: int) -> float:
    prior = float(np.log(len(operator.members) / max(quiet, 1)))
    shares = any(one.seen[trait].keys() & operator.seen[trait].keys() for trait in ("client", "network", "address"))
    if not shares and prior + TRAITS["hour"].most + AIM_MOST <= TAKEN and one.targets.isdisjoint(operator.targets):
        return -np.inf  # nothing rare in common: the hour and the aim alone cannot decide
    return log_odds(operator, one, chance, prior=prior)


def _with(operator: Group, sources: Sequence[Group]) -> Group:
    for one in sources:
        operator = operator.merged(one)
    return operator
