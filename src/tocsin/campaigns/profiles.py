"""Groups of sources beside each other, as matrices: the log-odds that one operator is behind two of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import log
from typing import TypeVar

import numpy as np
from scipy.special import gammaln

from tocsin.campaigns.chances import log_choose
from tocsin.campaigns.traits import TRAITS, BaseRate, Chance, Group

Key = TypeVar("Key", bound=Hashable)

AIM_MOST = 3.0
"""What a common aim at people at risk may add: one operator in twenty has that aim too."""

AIMED = 0.05
"""Share of strangers who aim at anything but whoever they meet."""

AIM_SPREAD = 8.0
"""How firmly one operator keeps to its share of people at risk, in observations: looking up takes in more bystanders
than attacking does."""

CHANCE_SPREAD = 20.0
"""How firmly strangers without aim keep to the roster's share of the population, in observations."""

SIDE_BY_SIDE = 14
"""Days for which two groups must have been at work both before their days off are compared: whoever was there for one
week only has shown none."""

TARGETS_MOST = 1.6
"""The most that shared targets may add: one operator in five is after the same people."""


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


@dataclass(frozen=True, eq=False)
class Entries:
    """One trait of some groups, an entry for each value that a group shows."""

    values: Sequence[str]
    rows: np.ndarray  # int64 per entry: number of the group
    codes: np.ndarray  # int64 per entry: number of the value
    counts: np.ndarray  # float64 per entry


@dataclass(frozen=True, eq=False)
class Sample:
    """Groups as columns: made once, for however many universes they are looked at in."""

    size: int
    seen: Mapping[str, Entries]
    targets: Sequence[int]
    target_rows: np.ndarray  # int64, an entry for each target of a group
    target_codes: np.ndarray

    @classmethod
    def of(cls, groups: Sequence[Group]) -> Sample:
        """All that these groups show."""
        targets = _numbered(target for one in groups for target in one.targets)
        return cls(
            size=len(groups),
            seen={trait: _entries([one.seen[trait] for one in groups]) for trait in TRAITS},
            targets=list(targets),
            target_rows=np.repeat(np.arange(len(groups)), [len(one.targets) for one in groups]),
            target_codes=np.array([targets[target] for one in groups for target in one.targets], np.int64),
        )


def _entries(seen: Sequence[Counter[str]]) -> Entries:
    values = _numbered(value for one in seen for value in one)
    return Entries(
        values=list(values),
        rows=np.repeat(np.arange(len(seen)), [len(one) for one in seen]),
        codes=np.array([values[value] for one in seen for value in one], np.int64),
        counts=np.array([number for one in seen for number in one.values()], np.float64),
    )


class Profiles:
    """Groups as the rows of matrices over the columns of a universe."""

    def __init__(self, sample: Sample, universe: Universe) -> None:
        self._universe, chance, rows = universe, universe.chance, sample.size
        self._within = {trait: _within(held, universe.values[trait]) for trait, held in sample.seen.items()}
        self._matrices: dict[str, np.ndarray] = {}
        self._totals = {trait: np.bincount(held.rows, held.counts, rows) for trait, held in sample.seen.items()}
        self._urns = {trait: _urns(held, rows, chance.base[trait], trait) for trait, held in sample.seen.items()}
        self._alone = {trait: _mean_over_habits(self._urns[trait], self._totals[trait], trait) for trait in TRAITS}
        self._from, self._until = _spans(sample.seen["day"], rows)
        columns = np.array([universe.targets.get(target, -1) for target in sample.targets], np.int64)
        columns = columns[sample.target_codes]
        self._targets = np.zeros((rows, len(universe.targets)), np.bool_)
        self._targets[sample.target_rows[columns >= 0], columns[columns >= 0]] = True
        on, existing = (
            np.bincount(
                sample.target_rows, np.array([one in held for one in sample.targets])[sample.target_codes], rows
            )
            for held in (chance.rostered, chance.existing)
        )
        self._on, self._off = on, existing - on

    def _seen(self, trait: str) -> np.ndarray:
        """float64[row, column]: how often each value was shown."""
        held = self._matrices.get(trait)
        if held is None:
            rows, columns, counts = self._within[trait]
            held = self._matrices[trait] = np.zeros((len(self._on), len(self._universe.values[trait])))
            held[rows, columns] = counts
        return held

    def merge(self, row: int, other: int) -> None:
        """The row becomes the group of both. The other stays as it was."""
        for trait in TRAITS:
            held = self._seen(trait)
            self._urns[trait][row] += self._urns[trait][other] + self._shared(self, other, trait)[row]
            held[row] += held[other]
            self._totals[trait][row] += self._totals[trait][other]
            one = slice(row, row + 1)
            self._alone[trait][one] = _mean_over_habits(self._urns[trait][one], self._totals[trait][one], trait)
        self._from[row] = min(self._from[row], self._from[other])
        self._until[row] = max(self._until[row], self._until[other])
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

    def shown(self, trait: str) -> tuple[np.ndarray, np.ndarray]:
        """float64[row, value]: how often each row shows each value, and how usual these are among strangers."""
        return self._seen(trait), self._universe.base[trait]

    def _factor(self, other: Profiles, row: int, trait: str) -> np.ndarray:
        """log P(both | one habit) - log P(one) - log P(other): Dirichlet-multinomial with the base rates as its mean
        and an unknown concentration."""
        mine, theirs = self._totals[trait], other._totals[trait][row]
        if not theirs:
            return np.zeros(len(mine))
        both = self._urns[trait] + other._urns[trait][row] + self._shared(other, row, trait)
        together = _mean_over_habits(both, mine + theirs, trait)
        told = mine > 0.0
        if trait == "weekday":
            both_from = np.maximum(self._from, other._from[row])
            told &= np.minimum(self._until, other._until[row]) - both_from >= SIDE_BY_SIDE - 1
        return np.where(told, together - self._alone[trait] - other._alone[trait][row], 0.0)

    def _shared(self, other: Profiles, row: int, trait: str) -> np.ndarray:
        """float64[row, concentration]: how much more likely the values that both show are together."""
        theirs = other._seen(trait)[row]
        if self is other:  # whose rows are merged
            shown = np.flatnonzero(theirs)
            held = self._seen(trait)[:, shown]
            rows, places = np.nonzero(held)
            held, columns = held[rows, places], shown[places]
        else:
            rows, columns, held = self._within[trait]
            met = np.flatnonzero(theirs[columns])
            rows, columns, held = rows[met], columns[met], held[met]
        counts = theirs[columns]
        prior = self._universe.base[trait][columns, np.newaxis] * np.array(TRAITS[trait].concentrations)
        gain = gammaln((held + counts)[:, np.newaxis] + prior) + gammaln(prior)
        gain = gain - gammaln(held[:, np.newaxis] + prior) - gammaln(counts[:, np.newaxis] + prior)
        size = len(self._totals[trait])
        return np.stack([np.bincount(rows, one, size) for one in gain.T], axis=1)

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


def _within(held: Entries, columns: Mapping[str, int]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Row, column and count of the entries that have a column, in the order of a matrix."""
    place = np.array([columns.get(value, -1) for value in held.values], np.int64)[held.codes]
    inside = np.flatnonzero(place >= 0)
    inside = inside[np.lexsort((place[inside], held.rows[inside]))]
    return held.rows[inside], place[inside], held.counts[inside]


def _spans(held: Entries, rows: int) -> tuple[np.ndarray, np.ndarray]:
    """int64 per row: first and last of its days (since 1970); none of a row without any."""
    first, last = np.full(rows, 1 << 30), np.full(rows, -(1 << 30))
    days = np.array([int(day) for day in held.values], np.int64)[held.codes]
    np.minimum.at(first, held.rows, days)
    np.maximum.at(last, held.rows, days)
    return first, last


def _urns(held: Entries, rows: int, base: BaseRate, trait: str) -> np.ndarray:
    """float64[row, concentration]: log of the part of the Dirichlet-multinomial likelihood that the values decide."""
    rates = np.array([base.of(value) for value in held.values], np.float64)[held.codes]
    prior = rates[:, np.newaxis] * np.array(TRAITS[trait].concentrations)
    gain = gammaln(held.counts[:, np.newaxis] + prior) - gammaln(prior)
    return np.stack([np.bincount(held.rows, one, rows) for one in gain.T], axis=1)


def _mean_over_habits(urns: np.ndarray, totals: np.ndarray, trait: str) -> np.ndarray:
    """log P of the rows' observations, with every concentration equally likely."""
    weights = np.array(TRAITS[trait].concentrations)
    number = totals.astype(np.int64)
    likelihood = urns + gammaln(weights) - _spread(trait, int(number.max(initial=0)).bit_length())[number]
    mean = likelihood[:, 0]
    for place in range(1, len(weights)):
        mean = np.logaddexp(mean, likelihood[:, place])
    return np.asarray(mean - log(len(weights)), np.float64)


@cache
def _spread(trait: str, bits: int) -> np.ndarray:
    """float64[number of observations, concentration]: what dividing by the urn's size takes off."""
    return np.asarray(gammaln(np.arange(1 << bits)[:, np.newaxis] + np.array(TRAITS[trait].concentrations)), np.float64)


def _log_beta_binomial(yes: np.ndarray, no: np.ndarray, mean: np.ndarray | float, spread: float) -> np.ndarray:
    a, b, size = np.asarray(mean * spread), np.asarray((1 - mean) * spread), yes + no
    found = log_choose(size, yes) + gammaln(yes + a) + gammaln(no + b) - gammaln(size + spread)
    return np.asarray(found - gammaln(a) - gammaln(b) + gammaln(spread), np.float64)
