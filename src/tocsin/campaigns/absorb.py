"""Sources too quiet to be suspicious by themselves, taken into the operator that explains them.

A source seen once is either background or one of a found operator's. It is weighed like any pair of groups; the prior
is the operator's share of all strangers' sources, and the odds must be clear. What was taken in no longer tells
what is usual: where hardly anybody else is strange, an operator's quiet sources would make its own habits look common.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from scipy.special import expit

from tocsin.campaigns.profiles import Profiles
from tocsin.campaigns.samples import Sample, Universe
from tocsin.campaigns.traits import Chance, Group

TAKEN = float(np.log(10.0))
"""Ten to one for the operator over the background."""

SHARED_TARGETS_MOST = 4.0
"""The most that shared targets may add here: what is left is mostly nobody's, and hardly any account is met by two
strangers in one period. Operators that are after the same people are weighed beside each other."""

ROUNDS = 20
"""What was taken in describes the operator better, and what is left the background; most months settle in a few looks.
Of thousands of bots a few hundred are suspicious by themselves, and the rest come in round by round."""

SETTLED = 0.005
"""Share of what is the operators' that may change in the last look."""

SLICE = 2048
"""Quiet sources weighed at a time, which bounds the memory of the matrices."""


def absorbed(
    operators: Sequence[Group], quiet: Sequence[Group], chance_beside: Callable[[Mapping[int, float]], Chance]
) -> list[Group]:
    """The operators with the quiet sources that are theirs. `chance_beside` says what is usual among sources when these
    quiet ones (by number) are an operator's, as likely as given."""
    grown = list(operators)
    if not operators or not quiet:
        return grown
    samples = [Sample.of(quiet[first : first + SLICE], once=True) for first in range(0, len(quiet), SLICE)]
    theirs = np.zeros(len(quiet))
    priors = np.log([len(one.members) / len(quiet) for one in operators])
    for _ in range(ROUNDS):
        # By as much as a source is an operator's it does not tell what is usual.
        likely = dict(zip((one.members[0] for one in quiet), theirs.tolist(), strict=True))
        odds = weights(grown, samples, chance_beside(likely)) + priors[:, np.newaxis]
        priors = _priors(operators, odds)
        before, theirs = theirs, _share(odds)
        best = odds.argmax(axis=0)
        taken = np.flatnonzero(odds[best, np.arange(len(quiet))] > TAKEN)
        grown = [
            operator.joined(quiet[number] for number in taken.tolist() if best[number] == label)
            for label, operator in enumerate(operators)
        ]
        if np.abs(theirs - before).sum() <= SETTLED * theirs.sum():
            break
    return grown


def _priors(operators: Sequence[Group], odds: np.ndarray) -> np.ndarray:
    """float64 per operator: log of how many sources are its own for each of the background's, as the odds stand."""
    best = odds.argmax(axis=0)
    theirs = _share(odds)
    own = np.array([len(one.members) for one in operators]) + np.bincount(best, theirs, len(operators))
    return np.asarray(np.log(own / (1.0 + (1.0 - theirs).sum())), np.float64)


def _share(odds: np.ndarray) -> np.ndarray:
    """float64 per quiet source: how likely it is an operator's."""
    return np.asarray(expit(odds.max(axis=0)), np.float64)


def weights(operators: Sequence[Group], quiet: Sequence[Sample], chance: Chance) -> np.ndarray:
    """float64[operator, quiet source]: log-odds, but for the prior's, that the source is the operator's and not the
    background's."""
    universe = Universe.of(operators, chance)
    theirs = Profiles(Sample.of(operators), universe)
    slices = []
    for sample in quiet:
        profiles = Profiles(sample, universe)
        slices.append(profiles.log_odds(theirs, np.arange(len(operators)), targets_most=SHARED_TARGETS_MOST))
    return np.concatenate(slices, axis=1)
