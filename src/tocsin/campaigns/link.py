"""Which suspicious sources are one operator's: agglomeration by Bayes factors.

Two groups of sources are merged when what both show is better explained by one operator than by two. For every trait
(client, network, address, hour of the day) an operator's habit is a multinomial with a Dirichlet prior around what all
strangers show, so the factor follows from Dirichlet-multinomial likelihoods: sharing a rare value speaks for one
operator, sharing a common one hardly, and disagreeing with a firm habit speaks against. This is the term-frequency
adjusted weight of record linkage (Fellegi & Sunter, JASA 1969; Winkler 1989) carried from pairs to groups.
Shared targets count against the chance of meeting them, which is high among people at risk when both groups aim at
them. What a log does not carry weighs nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp, lgamma, log, log1p

import numpy as np

HOURS = 24

IMAGINED_SOURCES = 10.0
"""Strangers' sources imagined beside those seen: on a site without any, a value shared by two is one in twenty."""


@dataclass(frozen=True, kw_only=True)
class Trait:
    """How much an operator keeps to a value, and how much the trait may decide."""

    concentration: float  # Dirichlet weight of the prior, in observations: small for firm habits
    most: float  # natural log: the most it may add for, and (negative) against, one operator
    least: float


TRAITS: Mapping[str, Trait] = {
    # Tools are kept for weeks. Against: a team may use a script for looking up and a browser for breaking in.
    "client": Trait(concentration=4.0, most=6.0, least=-4.0),
    # Operators rent where they can pay quietly and come back there, but rotate.
    "network": Trait(concentration=20.0, most=5.0, least=-3.0),
    # The same address again: decisive unless many people share it (its frequency among owners says so).
    "address": Trait(concentration=50.0, most=8.0, least=-0.5),
    # A working day is shared by everybody in the time zone, so it can never decide alone.
    "hour": Trait(concentration=12.0, most=2.5, least=-6.0),
}

PRIOR = log(0.05)
"""Log-odds that two suspicious sources of one period are one operator's before anything is compared."""

AIM_MOST, AIM_LEAST = 3.0, -6.0
"""What a common aim at people at risk may add, and a lack of it take away: several operators may share that aim."""

AIMED = 0.05
"""Share of strangers who aim at anything but whoever they meet."""

AIM_SPREAD = 8.0
"""How firmly one operator keeps to its share of people at risk, in observations: looking up takes in more bystanders
than attacking does."""

CHANCE_SPREAD = 20.0
"""How firmly strangers without aim keep to the roster's share of the population, in observations."""

TARGETS_MOST = 8.0
"""The most that shared targets may add: beyond e^8 to one, further overlap tells nothing new."""


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


@dataclass(frozen=True, kw_only=True)
class Chance:
    """What strangers show anyway: base rates by trait, and how likely a target is met by accident."""

    base: Mapping[str, BaseRate]
    rostered: frozenset[int]  # targets that stand on the roster
    roster_size: int  # existing accounts on the roster
    population: int  # existing accounts
    existing: frozenset[int]  # targets that exist

    def split(self, group: Group) -> tuple[int, int]:
        """How many of the group's targets exist on and off the roster."""
        on = len(group.targets & self.rostered)
        return on, len(group.targets & self.existing) - on


def base_rates(background: Sequence[Group], usual: Mapping[str, Mapping[str, float]]) -> dict[str, BaseRate]:
    """Base rate by trait: the mean of a value's share among `background` sources and among owners (`usual`).

    The suspicious sources stay out: where one operator is all there is, its own habits must not pass for usual.
    """
    rates: dict[str, BaseRate] = {}
    for trait in TRAITS:
        # Every hour is possible; of other traits nobody knows all values.
        held: dict[str, float] = dict.fromkeys(map(str, range(HOURS)), 1.0) if trait == "hour" else {}
        for one in background:
            # Every source has one voice, however busy it was.
            total = one.seen[trait].total()
            for value, number in one.seen[trait].items():
                held[value] = held.get(value, 0.0) + number / total
        voices = sum(held.values()) + (0.0 if trait == "hour" else IMAGINED_SOURCES)
        shares = usual.get(trait)
        weight = 1.0 if shares is None else 0.5
        unseen = weight * 0.5 / max(voices, 1.0)
        values = held.keys() | (shares or {}).keys()
        table = {
            value: max(weight * held.get(value, 0.0) / voices + (1 - weight) * (shares or {}).get(value, 0.0), unseen)
            for value in values
        }
        rates[trait] = BaseRate(table=table, unseen=unseen)
    return rates


def log_odds(one: Group, other: Group, chance: Chance, prior: float = PRIOR) -> float:
    """Log-odds that one operator is behind both groups."""
    total = prior
    for trait, rule in TRAITS.items():
        total += min(max(_factor(one.seen[trait], other.seen[trait], chance.base[trait], rule), rule.least), rule.most)
    total += min(max(_targets(one, other, chance), -TARGETS_MOST / 2), TARGETS_MOST)
    total += min(max(_aim(one, other, chance), AIM_LEAST), AIM_MOST)
    return total


def _factor(one: Counter[str], other: Counter[str], base: BaseRate, rule: Trait) -> float:
    """log P(both | one habit) - log P(one) - log P(other), Dirichlet-multinomial with the base rates as its mean."""
    if not one or not other:
        return 0.0
    if len(one) > len(other):
        one, other = other, one
    weight = rule.concentration
    mine_all, theirs_all = one.total(), other.total()
    total = (
        lgamma(mine_all + weight)
        + lgamma(theirs_all + weight)
        - lgamma(weight)
        - lgamma(mine_all + theirs_all + weight)
    )
    for value, mine in one.items():
        theirs = other.get(value, 0)
        if theirs:
            prior = weight * base.of(value)
            total += lgamma(mine + theirs + prior) + lgamma(prior) - lgamma(mine + prior) - lgamma(theirs + prior)
    return total


def _aim(one: Group, other: Group, chance: Chance) -> float:
    """Shares of people at risk among existing targets: log P(the smaller group's | the larger's operator) over its
    probability under a stranger's, who mostly has no aim and sometimes any."""
    if not chance.roster_size or not chance.population:
        return 0.0
    first, second = chance.split(one), chance.split(other)
    (on, off), (many_on, many_off) = sorted((first, second), key=lambda split: (sum(split), split))
    if not on + off:
        return 0.0
    share = (many_on + 1) / (many_on + many_off + 2)
    usual = min(max(chance.roster_size / chance.population, 1e-3), 0.5)
    same = _beta_binomial(on, off, share, AIM_SPREAD)
    other_one = (1 - AIMED) * _beta_binomial(on, off, usual, CHANCE_SPREAD) + AIMED / (on + off + 1)
    return log(max(same, 1e-300)) - log(other_one)


def _beta_binomial(yes: int, no: int, mean: float, spread: float) -> float:
    a, b, size = mean * spread, (1 - mean) * spread, yes + no
    return exp(
        lgamma(size + 1)
        - lgamma(yes + 1)
        - lgamma(no + 1)
        + lgamma(yes + a)
        + lgamma(no + b)
        - lgamma(size + spread)
        - lgamma(a)
        - lgamma(b)
        + lgamma(spread)
    )


def _targets(one: Group, other: Group, chance: Chance) -> float:
    """Shared targets against their chance: log of the beta-binomial (any overlap alike) over the binomial of chance.

    Only accounts that exist count: anybody makes up the same names from the same first and last ones.
    """
    mine, theirs = one.targets & chance.existing, other.targets & chance.existing
    few, many = (mine, theirs) if len(mine) <= len(theirs) else (theirs, mine)
    size = len(few)
    shared = len(few & many)
    if not shared:
        return 0.0
    on, on_many = len(few & chance.rostered), len(many & chance.rostered)
    by_chance = (
        on * min(on_many / max(chance.roster_size, 1), 0.95)
        + (size - on) * min((len(many) - on_many) / max(chance.population - chance.roster_size, 1), 0.95)
    ) / size
    by_chance = min(max(by_chance, 1e-4), 0.95)
    if shared <= by_chance * size:
        return 0.0
    binomial = (
        lgamma(size + 1.0)
        - lgamma(shared + 1.0)
        - lgamma(size - shared + 1.0)
        + shared * log(by_chance)
        + (size - shared) * log1p(-by_chance)
    )
    return -log(size + 1.0) - binomial


def agglomerated(groups: Sequence[Group], chance: Chance) -> list[Group]:
    """Merge the two groups that most likely are one operator's, until none are more likely one than two."""
    alive = list(groups)
    odds = np.full((len(alive), len(alive)), -np.inf)
    for row in range(len(alive)):
        for column in range(row):
            odds[row, column] = odds[column, row] = log_odds(alive[row], alive[column], chance)
    gone = np.zeros(len(alive), np.bool_)
    while len(alive) > 1:
        row, column = divmod(int(np.argmax(odds)), len(alive))
        if odds[row, column] <= 0.0:
            break
        alive[row] = alive[row].merged(alive[column])
        gone[column] = True
        odds[column, :] = odds[:, column] = -np.inf
        for number in np.flatnonzero(~gone):
            if number != row:
                odds[row, number] = odds[number, row] = log_odds(alive[row], alive[number], chance)
    return [group for number, group in enumerate(alive) if not gone[number]]
