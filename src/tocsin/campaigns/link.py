"""Which suspicious sources are one operator's: a Dirichlet-process mixture, its most likely partition sought greedily.

Two groups of sources are merged when what both show is better explained by one operator than by two. For every trait
(client, network, address, hour, weekday, way, day) an operator's habit is a multinomial with a Dirichlet prior around
what all strangers show, so the factor follows from Dirichlet-multinomial likelihoods: sharing a rare value speaks for
one operator, sharing a common one hardly, and disagreeing with a firm habit speaks against. This is the term-frequency
adjusted weight of record linkage (Fellegi & Sunter, JASA 1969; Winkler 1989) carried from pairs to groups.
Sources come from operators by the Chinese restaurant process (Ferguson 1973; Heller & Ghahramani, ICML 2005, merge the
same way): that a large group falls into two halves by some trait is then no proof, since there are so many ways to
halve it, while two operators who share nothing stay two however often both are seen.
What a log does not carry weighs nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import log

import numpy as np
from scipy.special import gammaln

from tocsin.campaigns.profiles import Profiles
from tocsin.campaigns.samples import Sample, Universe
from tocsin.campaigns.traits import Chance, Group

NEW_OPERATOR = 20.0
"""Least concentration of the Chinese restaurant process: of two suspicious sources of one period one in twenty pairs is
one operator's before anything is compared."""

ALONE = 0.5
"""Concentration for each suspicious source: about half of them are nobody's in particular."""


PATIENCE = 30.0
"""How much less likely (natural log) a partition may become on the way to a better one. Where every source shows
little, no two of them are more likely one operator's than not, and all of them are."""


LEFT = 0.25
"""Share of the groups that is merged into others before these are cleared away: they would be compared for nothing."""


def prior(one: np.ndarray, other: np.ndarray | float, concentration: float = NEW_OPERATOR) -> np.ndarray:
    """Log-odds that groups of `one` and of `other` sources are one operator's before anything is compared."""
    return np.asarray(gammaln(one + other) - gammaln(one) - gammaln(other) - log(concentration), np.float64)


def log_odds(one: Group, other: Group, chance: Chance) -> float:
    """Log-odds, but for the prior's, that one operator is behind both groups."""
    profiles = Profiles(Sample.of([one, other]), Universe.of([one, other], chance))
    return float(profiles.log_odds(profiles, np.array([1]))[0, 0])


def concentration(sources: int) -> float:
    """That of the Chinese restaurant process over so many suspicious sources."""
    return max(NEW_OPERATOR, ALONE * sources)


def agglomerated(groups: Sequence[Group], chance: Chance) -> list[Group]:
    """Merge the two groups that most likely are one operator's, to the most likely partition on the way."""
    alive = list(groups)
    if len(alive) < 2:
        return alive
    profiles = Profiles(Sample.of(alive), Universe.of(alive, chance))
    sizes = np.array([len(one.members) for one in alive], np.float64)
    apart = concentration(sum(len(one.members) for one in alive))
    numbers = np.arange(len(alive))
    odds = profiles.log_odds(profiles, numbers) + prior(sizes, sizes[:, np.newaxis], apart)
    np.fill_diagonal(odds, -np.inf)
    gone = np.zeros(len(alive), np.bool_)
    merges: list[tuple[int, int]] = []
    gained, most, best = 0.0, 0.0, 0
    while True:
        row, column = divmod(int(np.argmax(odds)), len(numbers))
        gained += float(odds[row, column])
        if gained < most - PATIENCE:
            break
        merges.append((int(numbers[row]), int(numbers[column])))
        if gained > most:
            most, best = gained, len(merges)
        profiles.merge(row, column)
        sizes[row] += sizes[column]
        gone[column] = True
        odds[column, :] = odds[:, column] = -np.inf
        again = (profiles.log_odds(profiles, np.array([row])) + prior(sizes, sizes[row], apart))[0]
        again[gone] = again[row] = -np.inf
        odds[row, :] = odds[:, row] = again
        if gone.sum() > len(numbers) * LEFT:
            held = np.flatnonzero(~gone)
            profiles.keep(held)
            numbers, sizes, gone, odds = numbers[held], sizes[held], gone[held], odds[np.ix_(held, held)]
    for row, column in merges[:best]:
        alive[row] = alive[row].merged(alive[column])
    merged = {column for _, column in merges[:best]}
    return [group for number, group in enumerate(alive) if number not in merged]
