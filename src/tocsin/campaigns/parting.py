"""Operators that grew together, told apart again.

Merging two by two is short-sighted: sources that show little are merged by what many share, and what was merged stays.
So the operators are looked at again as wholes. A latent-class model of two classes (Lazarsfeld & Henry 1968), fitted by
expectation-maximisation from several beginnings (Dempster, Laird & Rubin 1977), deals an operator's sources to two
sides by the habits that a team shows everywhere: its clients, its hours, its days off. Where the best two sides are
clearly more likely two operators than one, by the odds that merging goes by, they are parted, and each side is looked
at in turn; what fell apart is merged again where it belongs together. The sources of two operators are dealt again in
the same way, where that tells them apart better.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import reduce
from itertools import combinations

import numpy as np

from tocsin.campaigns.link import agglomerated, prior
from tocsin.campaigns.profiles import Profiles, Sample, Universe
from tocsin.campaigns.traits import Chance, Group

HABITS = ("client", "hour", "weekday")
"""What a team shows at every source. Networks and ways are left out: the same team rents in many places, and looks up
from one address and attacks from another."""

LEAST = 10
"""Sources that may be two operators': fewer show too little of a habit."""

BEGINNINGS = 24
"""From which the model is fitted; the best fit of a hundred sources is reached from several of them."""

ROUNDS = 60
"""Steps of a fit; most settle after twenty."""

SETTLED = 1e-3
"""Gain in log-likelihood below which a fit is done."""

HABIT = 4.0
"""How many observations the usual shares count as, in a class's own: as the middle concentrations of merging."""

CLEAR = float(np.log(1000.0))
"""Log-odds from which on operators are parted: a team's own habits are less even than a model's."""


def parted(
    operators: Sequence[Group], single: Mapping[int, Group], chance: Chance, concentration: float
) -> list[Group]:
    """The operators, those that are two parted and those that took each other's sources dealt again. `single` are their
    sources by number; `concentration` is that of the merging."""
    found: list[Group] = []
    waiting = list(reversed(operators))
    while waiting:
        one = waiting.pop()
        together, sides = _best([single[number] for number in one.members], chance, concentration)
        if together < -CLEAR:
            waiting += reversed(sides)
        else:
            found.append(one)
    if len(found) > len(operators):
        found = agglomerated(found, chance)
    for first, second in combinations(range(len(found)), 2):
        pair = found[first], found[second]
        if min(len(one.members) for one in pair) < LEAST:
            continue
        numbers = [*pair[0].members, *pair[1].members]
        together, sides = _best([single[number] for number in numbers], chance, concentration)
        if together < _together(pair, Universe.of(pair, chance), concentration) - CLEAR:
            found[first], found[second] = sides
    return found


def _best(sources: Sequence[Group], chance: Chance, concentration: float) -> tuple[float, tuple[Group, ...]]:
    """The two sides that are least likely one operator: the log-odds that they are, and the sides."""
    best: tuple[float, tuple[Group, ...]] = (0.0, ())
    if len(sources) < LEAST:
        return best
    universe = Universe.of(sources, chance)
    for first in _dealings(Profiles(Sample.of(sources), universe)):
        sides = tuple(
            reduce(Group.merged, [sources[number] for number in np.flatnonzero(side).tolist()])
            for side in (first, ~first)
        )
        together = _together(sides, universe, concentration)
        if together < best[0]:
            best = together, sides
    return best


def _together(sides: Sequence[Group], universe: Universe, concentration: float) -> float:
    """Log-odds that both are one operator."""
    both = Profiles(Sample.of(sides), universe)
    sizes = np.array([len(one.members) for one in sides], np.float64)
    return float(both.log_odds(both, 1)[0] + prior(sizes[:1], float(sizes[1]), concentration)[0])


def _dealings(profiles: Profiles) -> Iterator[np.ndarray]:
    """bool per source: which side it is on, for each different fit of the model."""
    traits = []
    for name in HABITS:
        counts, base = profiles.shown(name)
        if counts.any():
            traits.append((counts, HABIT * base / base.sum()))
    if not traits:
        return
    dice = np.random.default_rng(0)
    seen: set[bytes] = set()
    for _ in range(BEGINNINGS):
        first = _fitted(traits, dice.dirichlet((0.5, 0.5), len(traits[0][0])))
        if first.any() and not first.all() and not {first.tobytes(), (~first).tobytes()} & seen:
            seen.add(first.tobytes())
            yield first


def _fitted(traits: Sequence[tuple[np.ndarray, np.ndarray]], shares: np.ndarray) -> np.ndarray:
    """`shares` (float64[source, class]) is where the fit begins."""
    last = -np.inf
    for _ in range(ROUNDS):
        odds = np.tile(np.log((shares.sum(axis=0) + 1.0) / (len(shares) + 2.0)), (len(shares), 1))
        for counts, usual in traits:
            held = shares.T @ counts + usual
            odds += counts @ np.log(held / held.sum(axis=1, keepdims=True)).T
        likelihood = np.logaddexp.reduce(odds, axis=1)
        shares = np.exp(odds - likelihood[:, np.newaxis])
        if likelihood.sum() - last < SETTLED:
            break
        last = float(likelihood.sum())
    return np.asarray(shares[:, 0] > 0.5, np.bool_)
