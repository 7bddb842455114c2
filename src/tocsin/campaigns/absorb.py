"""Sources too quiet to be suspicious by themselves, taken into the operator that explains them.

A source seen once is either background or one of a found operator's. It is weighed like any pair of groups; the prior
is the operator's share of all strangers' sources, and the odds must be clear.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tocsin.campaigns.link import Chance, Group, log_odds

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
            odds = [
                log_odds(group, one, chance, prior=float(np.log(len(group.members) / max(len(quiet), 1))))
                for group in grown
            ]
            best = int(np.argmax(odds)) if odds else 0
            if odds and odds[best] > TAKEN:
                taken[number] = best
        grown = [
            _with(operators[label], [quiet[number] for number, held in taken.items() if held == label])
            for label in range(len(operators))
        ]
    return grown


def _with(operator: Group, sources: Sequence[Group]) -> Group:
    for one in sources:
        operator = operator.merged(one)
    return operator
