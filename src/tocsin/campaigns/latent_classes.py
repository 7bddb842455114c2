"""Two latent classes of sources, and whether there are two (Lazarsfeld & Henry 1968).

Every class has habits of its own: a multinomial for each trait. Fitted by expectation-maximisation (Dempster, Laird &
Rubin 1977) from several beginnings. Two classes always fit better than one, so what they gain is held against what
they gain where there is nothing to be found: each trait by itself dealt anew among the sources (Pitman 1937), so that
nobody works with one browser in the mornings and with another in the evenings any more. Traits are dealt among sources
that were first at work on the same day: that the browsers and the hours of one week go together is no second team.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
from scipy.special import gammaln

BEGINNINGS = 24
"""From which the model is fitted; the best fit of a hundred sources is reached from several of them."""

ROUNDS = 60
"""Steps of a fit; most settle after twenty."""

SETTLED = 1e-3
"""Gain in log-likelihood below which a fit is done."""

DEALINGS = 8
"""How often the traits are dealt anew."""

VARIES = 4.0
"""Standard deviation of what is gained by chance from one dealing to the next (natural log): one to four were seen."""

ELSEWHERE = float(np.log(20.0))
"""How much likelier (natural log) another dealing must be than the one that a fit begins with leads to."""

Traits = Sequence[tuple[np.ndarray, np.ndarray]]
"""By trait, float64[source, value] of how often each source shows each value, and float64[value] of the observations
that the usual shares count as in a class's own."""


@dataclass(frozen=True, eq=False)
class Fit:
    """Sources dealt to two classes."""

    first: np.ndarray  # bool per source: in the first class
    likelihood: float  # natural log, with the classes summed over


def fits(traits: Traits) -> Iterator[Fit]:
    """Every different way of dealing the sources to two classes that the model settles on."""
    seen: set[bytes] = set()
    for one in _settled(traits):
        if one.first.any() and not one.first.all() and not {one.first.tobytes(), (~one.first).tobytes()} & seen:
            seen.add(one.first.tobytes())
            yield one


def dealt_on(traits: Traits, first: np.ndarray) -> np.ndarray:
    """The first class (bool per source) that the model settles on from this one (bool per source), or from another
    beginning where that is far likelier (`ELSEWHERE`)."""
    here = _fitted(traits, [np.array([first, ~first], np.float64)])[0].first
    best = max((one.first for one in _settled(traits)), key=lambda one: _likelihood(traits, one))
    return best if _likelihood(traits, best) > _likelihood(traits, here) + ELSEWHERE else here


def _likelihood(traits: Traits, first: np.ndarray) -> float:
    """Natural log, of sources dealt so, with the classes' habits summed over (Dirichlet-multinomial)."""
    total = 0.0
    for counts, usual in traits:
        for side in (first, ~first):
            held = counts[side].sum(axis=0)
            total += float((gammaln(usual + held) - gammaln(usual)).sum())
            total += float(gammaln(usual.sum()) - gammaln(usual.sum() + held.sum()))
    return total


def gain(traits: Traits, first_days: np.ndarray, least: float) -> tuple[float, np.ndarray]:
    """How many times better (natural log) two classes explain the sources than they would if their traits had nothing
    to do with each other, and the first class (bool per source). `first_days` is the day on which each source began;
    a gain of clearly less than `least` is not worked out to the end."""
    best = max(_settled(traits), key=lambda one: one.likelihood)
    found = best.likelihood - _of_one(traits)
    by_chance = 0.0
    for dealt in range(1, DEALINGS + 1):
        # A mean of few dealings may be off by twice its standard error.
        if found - by_chance + (2.0 * VARIES / sqrt(dealt - 1) if dealt > 1 else 0.0) < least:
            break
        mixed = list(_dealt_anew(traits, first_days, np.random.default_rng(dealt)))
        usual = max(one.likelihood for one in _settled(mixed)) - _of_one(mixed)
        by_chance += (usual - by_chance) / dealt
    return found - by_chance, best.first


def _dealt_anew(
    traits: Traits, first_days: np.ndarray, dice: np.random.Generator
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    order = np.argsort(first_days, kind="stable")
    for counts, usual in traits:
        shuffled = dice.permutation(len(order))
        anew = np.empty_like(order)
        anew[order] = shuffled[np.argsort(first_days[shuffled], kind="stable")]
        yield counts[anew], usual


def _of_one(traits: Traits) -> float:
    """Log-likelihood of the sources if they are all of one class."""
    total = 0.0
    for counts, usual in traits:
        held = counts.sum(axis=0) + usual
        total += float((counts @ np.log(held / held.sum())).sum())
    return total


def _settled(traits: Traits) -> list[Fit]:
    dice = np.random.default_rng(0)
    return _fitted(traits, [dice.dirichlet((0.5, 0.5), len(traits[0][0])).T for _ in range(BEGINNINGS)])


def _fitted(traits: Traits, beginnings: Sequence[np.ndarray]) -> list[Fit]:
    """The fits that begin with these shares (float64[class, source]), all at once: one by one, calls of NumPy take
    longer than what they work out."""
    shares = np.array(beginnings)
    last = np.full(len(shares), -np.inf)
    going = np.arange(len(shares))  # fits that have not settled
    for _ in range(ROUNDS):
        odds = _odds(traits, shares[going])
        likelihood = np.logaddexp(odds[:, 0], odds[:, 1])
        shares[going] = np.exp(odds - likelihood[:, np.newaxis])
        reached = likelihood.sum(axis=1)
        gained, last[going] = reached - last[going], reached
        going = going[gained >= SETTLED]
        if not len(going):
            break
    return [Fit(first=one[0] > 0.5, likelihood=found) for one, found in zip(shares, last.tolist(), strict=True)]


def _odds(traits: Traits, shares: np.ndarray) -> np.ndarray:
    """Log-likelihood of each source in each class (float64[fit, class, source]) by the habits that the classes have if
    they hold these shares of the sources."""
    fits, classes, sources = shares.shape
    odds = np.log((shares.sum(axis=2, keepdims=True) + 1.0) / (sources + 2.0))
    for counts, usual in traits:
        held = shares.reshape(fits * classes, sources) @ counts + usual
        odds = odds + (np.log(held / held.sum(axis=1, keepdims=True)) @ counts.T).reshape(shares.shape)
    return np.asarray(odds, np.float64)
