"""Sources too quiet to be suspicious by themselves, taken into the operator that explains them.

A source seen once is either background or one of a found operator's. It is weighed like any pair of groups; the prior
is the operator's share of all strangers' sources, and the odds must be clear. What was taken in no longer tells
what is usual: where hardly anybody else is strange, an operator's quiet sources would make its own habits look common.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np

from tocsin.campaigns.link import Chance, Group, Profiles, Universe

TAKEN = float(np.log(10.0))
"""Ten to one for the operator over the background."""

SHARED_TARGETS_MOST = 4.0
"""The most that shared targets may add here: what is left is mostly nobody's, and hardly any account is met by two
strangers in one period. Operators that are after the same people are weighed beside each other."""

ROUNDS = 4
"""What was taken in describes the operator better, and what is left the background; most months settle in two looks."""

SLICE = 2048
"""Quiet sources weighed at a time, which bounds the memory of the matrices."""


def absorbed(
    operators: Sequence[Group], quiet: Sequence[Group], chance_beside: Callable[[Iterable[int]], Chance]
) -> list[Group]:
    """The operators with the quiet sources that are theirs. `chance_beside` says what is usual among sources when some
    (their numbers) are suspected."""
    grown = list(operators)
    if not operators or not quiet:
        return grown
    taken = np.array([], np.int64)
    for _ in range(ROUNDS):
        odds = _odds(grown, quiet, chance_beside([number for one in grown for number in one.members]))
        best = odds.argmax(axis=0)
        before, taken = taken, np.flatnonzero(odds[best, np.arange(len(quiet))] > TAKEN)
        if np.array_equal(before, taken):
            break
        grown = [
            _with(operator, [quiet[number] for number in taken.tolist() if best[number] == label])
            for label, operator in enumerate(operators)
        ]
    return grown


def _odds(operators: Sequence[Group], quiet: Sequence[Group], chance: Chance) -> np.ndarray:
    """float64[operator, quiet source]: log-odds that the source is the operator's and not the background's."""
    universe = Universe.of(operators, chance)
    theirs = Profiles(operators, universe)
    priors = [float(np.log(len(one.members) / len(quiet))) for one in operators]
    slices = []
    for first in range(0, len(quiet), SLICE):
        profiles = Profiles(quiet[first : first + SLICE], universe)
        slices.append(
            [
                profiles.log_odds(theirs, row, targets_most=SHARED_TARGETS_MOST) + prior
                for row, prior in enumerate(priors)
            ]
        )
    return np.concatenate(slices, axis=1)


def _with(operator: Group, sources: Sequence[Group]) -> Group:
    for one in sources:
        operator = operator.merged(one)
    return operator
