"""Which suspicious sources are one operator's: a Dirichlet-process mixture, its most likely partition sought greedily.

Two groups of sources are merged when what both show is better explained by one operator than by two. For every trait
(client, network, address, hour, way, day) an operator's habit is a multinomial with a Dirichlet prior around what all
strangers show, so the factor follows from Dirichlet-multinomial likelihoods: sharing a rare value speaks for one
operator, sharing a common one hardly, and disagreeing with a firm habit speaks against. This is the term-frequency
adjusted weight of record linkage (Fellegi & Sunter, JASA 1969; Winkler 1989) carried from pairs to groups.
Sources come from operators by the Chinese restaurant process (Ferguson 1973; Heller & Ghahramani, ICML 2005, merge the
same way): that a large group falls into two halves by some trait is then no proof, since there are so many ways to
halve it, while two operators who share nothing stay two however often both are seen.
What a log does not carry weighs nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import inf, log
from typing import TypeVar

import numpy as np
from scipy.special import gammaln

from tocsin.campaigns.chances import log_choose

HOURS = 24

Key = TypeVar("Key", bound=Hashable)

NO_HABIT = 1e5
"""A concentration far above any number of observations: what an operator shows is then what anybody does."""


@dataclass(frozen=True, kw_only=True)
class Trait:
    """How much operators keep to a value, and how much a trait in common may decide."""

    concentrations: tuple[float, ...]  # Dirichlet weights of the prior, in observations: small for firm habits
    most: float  # natural log: the most it may add for one operator, since another one may be alike
    least: float = -inf  # the most it may take away


TRAITS: Mapping[str, Trait] = {
    # Tools are kept for weeks. One rare tool in 400 is two operators'.
    "client": Trait(concentrations=(1.0, 4.0, 16.0, 64.0), most=6.0),
    # Operators rent where they can pay quietly and come back there, which are the same places for many; those with
    # residential proxies are never seen in one network twice.
    "network": Trait(concentrations=(5.0, 20.0, 80.0, 320.0, NO_HABIT), most=3.0),
    # What is rented comes in neighbouring addresses; beyond what the network says already.
    "prefix": Trait(concentrations=(12.5, 50.0, 200.0, 800.0, NO_HABIT), most=3.0, least=0.0),
    # The same address again: decisive unless many people share it (its frequency among owners says so).
    "address": Trait(concentrations=(12.5, 50.0, 200.0, 800.0, NO_HABIT), most=8.0),
    # A working day is shared by everybody in the time zone: one operator in twelve.
    "hour": Trait(concentrations=(3.0, 12.0, 48.0), most=2.5),
    # Lookups, guesses, prompts, recoveries: another operator goes the same way in one case of twenty. One operator may
    # go several ways, one after the other.
    "way": Trait(concentrations=(1.0, 4.0, 16.0), most=3.0, least=-3.0),
    # Prompts sent to people who go on refusing them: hardly anybody's doing but an attacker's, and few attackers'.
    "insistence": Trait(concentrations=(1.0, 4.0, 16.0), most=3.0, least=-1.0),
    # A burst is over in days, and what falls into the same days is its operator's or an accident.
    "day": Trait(concentrations=(12.5, 50.0, 200.0), most=2.5, least=-2.5),
}
"""How firm a habit is differs from operator to operator, so every concentration is held possible, equally likely, and
what a group shows decides between them."""

NEW_OPERATOR = 20.0
"""Least concentration of the Chinese restaurant process: of two suspicious sources of one period one in twenty pairs is
one operator's before anything is compared."""

ALONE = 0.5
"""Concentration for each suspicious source: about half of them are nobody's in particular."""

AIM_MOST = 3.0
"""What a common aim at people at risk may add: one operator in twenty has that aim too."""

AIMED = 0.05
"""Share of strangers who aim at anything but whoever they meet."""

AIM_SPREAD = 8.0
"""How firmly one operator keeps to its share of people at risk, in observations: looking up takes in more bystanders
than attacking does."""

CHANCE_SPREAD = 20.0
"""How firmly strangers without aim keep to the roster's share of the population, in observations."""

TARGETS_MOST = 1.6
"""The most that shared targets may add: one operator in five is after the same people."""


@dataclass(frozen=True, kw_only=True)
class Group:
    """What one or more sources show: observations by trait, and what they went for."""

    seen: Mapping[str, Counter[str]]
    targets: frozenset[int]
    members: tuple[int, ...] = ()

    def merged(self, other: Group) -> Group:
        return Group(
            seen={trait: self.seen[trait] + other.seen[trait] for trait in TRAITS},
            targets=self.targets | other.targets,
            members=self.members + other.members,
        )


@dataclass(frozen=True, kw_only=True)
class BaseRate:
    """How common a trait's values are among strangers nobody suspects and among owners."""

    table: Mapping[str, float]
    unseen: float  # of a value that none of them showed

    def of(self, value: str) -> float:
        return self.table.get(value, self.unseen)

    def at_least(self, floor: Mapping[str, float]) -> BaseRate:
        """The same with these values no rarer than given."""
        raised = {value: max(self.of(value), least) for value, least in floor.items()}
        return BaseRate(table={**self.table, **raised}, unseen=self.unseen)


@dataclass(frozen=True, kw_only=True)
class Chance:
    """What strangers show anyway: base rates by trait, and how likely a target is met by accident."""

    base: Mapping[str, BaseRate]
    rostered: frozenset[int]  # targets that stand on the roster
    roster_size: int  # existing accounts on the roster
    population: int  # existing accounts
    existing: frozenset[int]  # targets that exist

    def until(self, last_day: int) -> Chance:
        """The same when later days (numbered from 1970) have not come yet."""
        days = {day: share for day, share in self.base["day"].table.items() if int(day) <= last_day}
        total = sum(days.values()) or 1.0
        known = BaseRate(table={day: share / total for day, share in days.items()}, unseen=self.base["day"].unseen)
        return replace(self, base={**self.base, "day": known})


@dataclass(frozen=True, eq=False)
class Universe:
    """The values and targets that can be shared, as columns. Of anything else only the number counts."""

    chance: Chance
    values: Mapping[str, Mapping[str, int]]  # by trait
    base: Mapping[str, np.ndarray]  # by trait, base rate of each value
    targets: Mapping[int, int]  # existing ones
    rostered: np.ndarray  # bool by target column

    @classmethod
    def of(cls, groups: Sequence[Group], chance: Chance) -> Universe:
        """All that these groups show."""
        values = {trait: _numbered(value for one in groups for value in one.seen[trait]) for trait in TRAITS}
        targets = _numbered(target for one in groups for target in one.targets if target in chance.existing)
        base = {
            trait: np.array([chance.base[trait].of(value) for value in held], np.float64)
            for trait, held in values.items()
        }
        rostered = np.array([target in chance.rostered for target in targets], np.bool_)
        return cls(chance=chance, values=values, base=base, targets=targets, rostered=rostered)


def _numbered(keys: Iterable[Key]) -> dict[Key, int]:
    return {key: number for number, key in enumerate(dict.fromkeys(keys))}


class Profiles:
    """Groups as the rows of matrices over the columns of a universe."""

    def __init__(self, groups: Sequence[Group], universe: Universe) -> None:
        self._universe, chance = universe, universe.chance
        rows = len(groups)
        self._seen = {trait: np.zeros((rows, len(universe.values[trait]))) for trait in TRAITS}
        self._totals = {trait: np.array([one.seen[trait].total() for one in groups], np.float64) for trait in TRAITS}
        self._urns = {trait: _urns([one.seen[trait] for one in groups], chance.base[trait], trait) for trait in TRAITS}
        self._alone = {trait: _mean_over_habits(self._urns[trait], self._totals[trait], trait) for trait in TRAITS}
        self._targets = np.zeros((rows, len(universe.targets)), np.bool_)
        self._on = np.array([len(one.targets & chance.rostered) for one in groups], np.float64)
        existing = np.array([len(one.targets & chance.existing) for one in groups], np.float64)
        self._off = existing - self._on
        for row, one in enumerate(groups):
            for trait, held in self._seen.items():
                columns = universe.values[trait]
                for value, number in one.seen[trait].items():
                    if value in columns:
                        held[row, columns[value]] = number
            met = [universe.targets[target] for target in one.targets if target in universe.targets]
            self._targets[row, met] = True

    def merge(self, row: int, other: int) -> None:
        """The row becomes the group of both. The other stays as it was."""
        for trait, held in self._seen.items():
            self._urns[trait][row] += self._urns[trait][other] + self._shared(self, other, trait)[row]
            held[row] += held[other]
            self._totals[trait][row] += self._totals[trait][other]
            one = slice(row, row + 1)
            self._alone[trait][one] = _mean_over_habits(self._urns[trait][one], self._totals[trait][one], trait)
        self._targets[row] |= self._targets[other]
        on = self._targets[row] & self._universe.rostered
        self._on[row], self._off[row] = on.sum(), self._targets[row].sum() - on.sum()

    def log_odds(self, other: Profiles, row: int, *, targets_most: float = TARGETS_MOST) -> np.ndarray:
        """float64 per row of this one: log-odds, but for the prior's, that one operator is behind it and behind that
        row of the other.

        Both are over the same universe, and the other shows nothing outside it.
        """
        total = np.asarray(np.minimum(self._shared_targets(other, row), targets_most), np.float64)
        total += np.minimum(self._aim(other, row), AIM_MOST)
        for trait, rule in TRAITS.items():
            total += np.clip(self._factor(other, row, trait), rule.least, rule.most)
        return total

    def _factor(self, other: Profiles, row: int, trait: str) -> np.ndarray:
        """log P(both | one habit) - log P(one) - log P(other): Dirichlet-multinomial with the base rates as its mean
        and an unknown concentration."""
        mine, theirs = self._totals[trait], other._totals[trait][row]
        if not theirs:
            return np.zeros(len(mine))
        both = self._urns[trait] + other._urns[trait][row] + self._shared(other, row, trait)
        together = _mean_over_habits(both, mine + theirs, trait)
        return np.where(mine > 0.0, together - self._alone[trait] - other._alone[trait][row], 0.0)

    def _shared(self, other: Profiles, row: int, trait: str) -> np.ndarray:
        """float64[row, concentration]: how much more likely the values that both show are together."""
        columns = np.flatnonzero(other._seen[trait][row])
        held = self._seen[trait][:, columns]
        rows, places = np.nonzero(held)
        counts, base = other._seen[trait][row, columns][places], self._universe.base[trait][columns][places]
        held = held[rows, places]
        gains = np.empty((len(self._totals[trait]), len(TRAITS[trait].concentrations)))
        for number, weight in enumerate(TRAITS[trait].concentrations):
            prior = weight * base
            gain = gammaln(held + counts + prior) + gammaln(prior) - gammaln(held + prior) - gammaln(counts + prior)
            gains[:, number] = np.bincount(rows, gain, len(gains))
        return gains

    def _aim(self, other: Profiles, row: int) -> np.ndarray:
        """Shares of people at risk among existing targets: log P(the smaller group's | the larger's operator) over
        its probability under a stranger's, who mostly has no aim and sometimes any."""
        chance = self._universe.chance
        if not chance.roster_size or not chance.population:
            return np.zeros(len(self._on))
        on, off = self._on, self._off
        many_on, many_off = np.full(len(on), other._on[row]), np.full(len(on), other._off[row])
        larger = (on + off > many_on + many_off) | ((on + off == many_on + many_off) & (on > many_on))
        on, many_on = np.where(larger, many_on, on), np.where(larger, on, many_on)
        off, many_off = np.where(larger, many_off, off), np.where(larger, off, many_off)
        share = (many_on + 1) / (many_on + many_off + 2)
        usual = min(max(chance.roster_size / chance.population, 1e-3), 0.5)
        same = _log_beta_binomial(on, off, share, AIM_SPREAD)
        by_chance = log(1 - AIMED) + _log_beta_binomial(on, off, usual, CHANCE_SPREAD)
        other_one = np.logaddexp(by_chance, log(AIMED) - np.log(on + off + 1))
        return np.where(on + off > 0.0, same - other_one, 0.0)

    def _shared_targets(self, other: Profiles, row: int) -> np.ndarray:
        """Shared targets against their chance: log of the beta-binomial (any overlap alike) over the binomial of
        chance.

        Only accounts that exist count: anybody makes up the same names from the same first and last ones.
        """
        chance = self._universe.chance
        columns = np.flatnonzero(other._targets[row])
        shared = self._targets[:, columns].sum(axis=1).astype(np.float64)
        on, many_on = self._on, np.full(len(shared), other._on[row])
        size, many = self._on + self._off, np.full(len(shared), other._on[row] + other._off[row])
        swap = size > many
        on, many_on = np.where(swap, many_on, on), np.where(swap, on, many_on)
        size, many = np.where(swap, many, size), np.where(swap, size, many)
        size = np.maximum(size, 1.0)
        by_chance = (
            on * np.minimum(many_on / max(chance.roster_size, 1), 0.95)
            + (size - on) * np.minimum((many - many_on) / max(chance.population - chance.roster_size, 1), 0.95)
        ) / size
        by_chance = np.clip(by_chance, 1e-4, 0.95)
        binomial = log_choose(size, shared) + shared * np.log(by_chance) + (size - shared) * np.log1p(-by_chance)
        # As many as chance shares, or fewer, say nothing.
        return np.where(shared > by_chance * size, -np.log(size + 1.0) - binomial, 0.0)


def _urns(seen: Sequence[Counter[str]], base: BaseRate, trait: str) -> np.ndarray:
    """float64[row, concentration]: log of the part of the Dirichlet-multinomial likelihood that the values decide."""
    rows = np.repeat(np.arange(len(seen)), [len(one) for one in seen])
    counts = np.array([number for one in seen for number in one.values()], np.float64)
    rates = np.array([base.of(value) for one in seen for value in one], np.float64)
    found = np.empty((len(seen), len(TRAITS[trait].concentrations)))
    for number, weight in enumerate(TRAITS[trait].concentrations):
        prior = weight * rates
        found[:, number] = np.bincount(rows, gammaln(counts + prior) - gammaln(prior), len(seen))
    return found


def _mean_over_habits(urns: np.ndarray, totals: np.ndarray, trait: str) -> np.ndarray:
    """log P of the rows' observations, with every concentration equally likely."""
    weights = np.array(TRAITS[trait].concentrations)
    likelihood = urns + gammaln(weights) - gammaln(totals[:, np.newaxis] + weights)
    return np.asarray(np.logaddexp.reduce(likelihood, axis=1) - log(len(weights)), np.float64)


def _log_beta_binomial(yes: np.ndarray, no: np.ndarray, mean: np.ndarray | float, spread: float) -> np.ndarray:
    a, b, size = np.asarray(mean * spread), np.asarray((1 - mean) * spread), yes + no
    found = log_choose(size, yes) + gammaln(yes + a) + gammaln(no + b) - gammaln(size + spread)
    return np.asarray(found - gammaln(a) - gammaln(b) + gammaln(spread), np.float64)


def prior(one: np.ndarray, other: float, concentration: float = NEW_OPERATOR) -> np.ndarray:
    """Log-odds that groups of `one` and of `other` sources are one operator's before anything is compared."""
    return np.asarray(gammaln(one + other) - gammaln(one) - gammaln(other) - log(concentration), np.float64)


def log_odds(one: Group, other: Group, chance: Chance) -> float:
    """Log-odds, but for the prior's, that one operator is behind both groups."""
    profiles = Profiles([one, other], Universe.of([one, other], chance))
    return float(profiles.log_odds(profiles, 1)[0])


def agglomerated(groups: Sequence[Group], chance: Chance) -> list[Group]:
    """Merge the two groups that most likely are one operator's, until none are more likely one than two."""
    alive = list(groups)
    if len(alive) < 2:
        return alive
    profiles = Profiles(alive, Universe.of(alive, chance))
    sizes = np.array([len(one.members) for one in alive], np.float64)
    concentration = max(NEW_OPERATOR, ALONE * len(alive))
    odds = np.array(
        [profiles.log_odds(profiles, row) + prior(sizes, sizes[row], concentration) for row in range(len(alive))]
    )
    np.fill_diagonal(odds, -np.inf)
    gone = np.zeros(len(alive), np.bool_)
    while True:
        row, column = divmod(int(np.argmax(odds)), len(alive))
        if odds[row, column] <= 0.0:
            break
        alive[row] = alive[row].merged(alive[column])
        profiles.merge(row, column)
        sizes[row] += sizes[column]
        gone[column] = True
        odds[column, :] = odds[:, column] = -np.inf
        again = profiles.log_odds(profiles, row) + prior(sizes, sizes[row], concentration)
        again[gone] = again[row] = -np.inf
        odds[row, :] = odds[:, row] = again
    return [group for number, group in enumerate(alive) if not gone[number]]
