"""Groups of sources beside each other, as matrices: the log-odds that one operator is behind two of them."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from math import log
from typing import TypeVar

import numpy as np
from scipy.special import gammaln

from tocsin.campaigns.chances import log_choose
from tocsin.campaigns.traits import TRAITS, Chance, Group

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


_NAMES = (*TRAITS,)
_WEEKDAY = _NAMES.index("weekday")
_MOST, _LEAST = (np.array([getattr(rule, name) for rule in TRAITS.values()], np.float64) for name in ("most", "least"))
_NUMBER = np.array([len(rule.concentrations) for rule in TRAITS.values()])
_DEEP = int(_NUMBER.max())
_WEIGHTS = np.array(
    [(*rule.concentrations, *(1.0,) * (_DEEP - len(rule.concentrations))) for rule in TRAITS.values()], np.float64
).T
"""float64[concentration, trait]: traits with fewer concentrations than others are filled up, and what that adds is
hidden."""
_HIDDEN = np.arange(_DEEP)[:, np.newaxis] >= _NUMBER
_LOG_NUMBER, _URN = np.log(_NUMBER), gammaln(_WEIGHTS)[:, np.newaxis]


@dataclass(frozen=True, eq=False)
class Universe:
    """The values and targets that can be shared, as columns: trait after trait in the order of TRAITS, and targets by
    themselves. Of anything else only the number counts."""

    chance: Chance
    values: Mapping[str, Mapping[str, int]]  # by trait: the column of each value
    traits: np.ndarray  # int64 by column: number of the trait
    base: np.ndarray  # float64 by column: base rate
    targets: Mapping[int, int]  # existing ones
    rostered: np.ndarray  # bool by target column

    @classmethod
    def of(cls, groups: Sequence[Group], chance: Chance) -> Universe:
        """All that these groups show."""
        values: dict[str, dict[str, int]] = {}
        base: list[float] = []
        for trait in _NAMES:
            held = _numbered((value for one in groups for value in one.seen[trait]), len(base))
            values[trait] = held
            base += [chance.base[trait].of(value) for value in held]
        targets = _numbered(target for one in groups for target in one.targets if target in chance.existing)
        return cls(
            chance=chance,
            values=values,
            traits=_repeated(values),
            base=np.array(base, np.float64),
            targets=targets,
            rostered=np.array([target in chance.rostered for target in targets], np.bool_),
        )

    @cached_property
    def prior(self) -> np.ndarray:
        """float64[concentration, column]: pseudo-counts."""
        return np.asarray(self.base * _WEIGHTS[:, self.traits], np.float64)

    @cached_property
    def log_prior(self) -> np.ndarray:
        return np.asarray(gammaln(self.prior), np.float64)


def _numbered(keys: Iterable[Key], first: int = 0) -> dict[Key, int]:
    return {key: number for number, key in enumerate(dict.fromkeys(keys), first)}


def _repeated(values: Mapping[str, Collection[str]]) -> np.ndarray:
    """int64 by value, trait after trait: the number of its trait."""
    return np.repeat(np.arange(len(_NAMES)), [len(values[trait]) for trait in _NAMES])


@dataclass(frozen=True, eq=False)
class Sample:
    """Groups as columns, an entry for each value that a group shows, trait after trait: made once, for however many
    universes they are looked at in."""

    size: int
    values: Mapping[str, Sequence[str]]  # by trait
    traits: np.ndarray  # int64 by value: number of the trait
    rows: np.ndarray  # int64 per entry: number of the group
    codes: np.ndarray  # int64 per entry: number of the value
    counts: np.ndarray  # float64 per entry
    targets: Sequence[int]
    target_rows: np.ndarray  # int64, an entry for each target of a group
    target_codes: np.ndarray

    @classmethod
    def of(cls, groups: Sequence[Group]) -> Sample:
        """All that these groups show."""
        values: dict[str, list[str]] = {}
        rows: list[np.ndarray] = []
        codes: list[int] = []
        counts: list[int] = []
        for trait in _NAMES:
            seen = [one.seen[trait] for one in groups]
            held = _numbered((value for one in seen for value in one), sum(map(len, values.values())))
            values[trait] = list(held)
            rows.append(np.repeat(np.arange(len(seen)), [len(one) for one in seen]))
            codes += [held[value] for one in seen for value in one]
            counts += [shown for one in seen for shown in one.values()]
        targets = _numbered(target for one in groups for target in one.targets)
        return cls(
            size=len(groups),
            values=values,
            traits=_repeated(values),
            rows=np.concatenate(rows),
            codes=np.array(codes, np.int64),
            counts=np.array(counts, np.float64),
            targets=list(targets),
            target_rows=np.repeat(np.arange(len(groups)), [len(one.targets) for one in groups]),
            target_codes=np.array([targets[target] for one in groups for target in one.targets], np.int64),
        )


class Profiles:
    """Groups as the rows of matrices over the columns of a universe. All traits are worked out at once: most groups
    are few, and to ask for a sum takes longer than to make it."""

    def __init__(self, sample: Sample, universe: Universe) -> None:
        self._universe, chance, self._size = universe, universe.chance, sample.size
        places: list[int] = []
        rates: list[float] = []
        for trait, values in sample.values.items():
            columns, base = universe.values[trait], chance.base[trait]
            places += [columns.get(value, -1) for value in values]
            rates += [base.table.get(value, base.unseen) for value in values]
        self._within = _within(sample, np.array(places, np.int64))
        self._matrix: np.ndarray | None = None
        traits = sample.traits[sample.codes]
        cells = sample.rows * len(_NAMES) + traits
        self._totals = self._by_trait(cells, sample.counts)
        prior = np.array(rates, np.float64)[sample.codes] * _WEIGHTS[:, traits]
        self._urns = self._by_habit(cells, gammaln(sample.counts + prior) - gammaln(prior))
        self._alone = _mean_over_habits(self._urns, self._totals)
        self._from, self._until = _spans(sample)
        known = np.array([universe.targets.get(target, -1) for target in sample.targets], np.int64)
        known = known[sample.target_codes]
        self._targets = np.zeros((sample.size, len(universe.targets)), np.bool_)
        self._targets[sample.target_rows[known >= 0], known[known >= 0]] = True
        on, existing = (
            np.bincount(
                sample.target_rows,
                np.array([one in held for one in sample.targets])[sample.target_codes],
                sample.size,
            )
            for held in (chance.rostered, chance.existing)
        )
        self._on, self._off = on, existing - on

    def _by_trait(self, cells: np.ndarray, held: np.ndarray) -> np.ndarray:
        """float64[row, trait]: the sums by cell, which is a row and a trait."""
        return np.bincount(cells, held, self._size * len(_NAMES)).reshape(self._size, len(_NAMES))

    def _by_habit(self, cells: np.ndarray, held: np.ndarray) -> np.ndarray:
        """float64[concentration, row, trait]: the same of each concentration."""
        size = self._size * len(_NAMES)
        every = (cells + size * np.arange(_DEEP)[:, np.newaxis]).ravel()
        return np.bincount(every, held.ravel(), size * _DEEP).reshape(_DEEP, self._size, len(_NAMES))

    @cached_property
    def _pairs(self) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """The different columns and counts of the entries of `_within`, float64[concentration, pair] of what each is by
        itself, and the pair of each entry: most groups show a value once, and to work it out once is enough."""
        _, columns, counts = self._within
        most = int(counts.max(initial=0.0)) + 1
        pairs, which = np.unique(columns * most + counts.astype(np.int64), return_inverse=True)
        columns, counts = pairs // most, (pairs % most).astype(np.float64)
        return columns, counts, gammaln(counts + self._universe.prior[:, columns]), which

    def _seen(self) -> np.ndarray:
        """float64[column, row]: how often each value was shown."""
        if self._matrix is None:
            rows, columns, counts = self._within
            self._matrix = np.zeros((len(self._universe.base), self._size))
            self._matrix[columns, rows] = counts
        return self._matrix

    def merge(self, row: int, other: int) -> None:
        """The row becomes the group of both. The other stays as it was."""
        held = self._seen()
        self._urns[:, row] += self._urns[:, other] + self._shared(self, other)[:, row]
        held[:, row] += held[:, other]
        self._totals[row] += self._totals[other]
        one = slice(row, row + 1)
        self._alone[one] = _mean_over_habits(self._urns[:, one], self._totals[one])
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
        for factor in np.clip(self._factors(other, row), _LEAST, _MOST).T:
            total += factor
        return total

    def shown(self, trait: str) -> tuple[np.ndarray, np.ndarray]:
        """float64[row, value]: how often each row shows each value, and how usual these are among strangers."""
        columns = self._universe.traits == _NAMES.index(trait)
        return np.ascontiguousarray(self._seen()[columns].T), self._universe.base[columns]

    def gone_for(self) -> np.ndarray:
        """float64[row, target]: whether each row went for each of the existing targets."""
        return np.asarray(self._targets, np.float64)

    def _factors(self, other: Profiles, row: int) -> np.ndarray:
        """float64[row, trait]: log P(both | one habit) - log P(one) - log P(other): Dirichlet-multinomial with the base
        rates as its mean and an unknown concentration."""
        mine, theirs = self._totals, other._totals[row]
        both = self._urns + other._urns[:, row, np.newaxis] + self._shared(other, row)
        together = _mean_over_habits(both, mine + theirs)
        told = (mine > 0.0) & (theirs > 0.0)
        both_from = np.maximum(self._from, other._from[row])
        told[:, _WEEKDAY] &= np.minimum(self._until, other._until[row]) - both_from >= SIDE_BY_SIDE - 1
        return np.where(told, together - self._alone - other._alone[row], 0.0)

    def _shared(self, other: Profiles, row: int) -> np.ndarray:
        """float64[concentration, row, trait]: how much more likely the values that both show are together."""
        theirs, universe = other._seen()[:, row], self._universe
        shown = np.flatnonzero(theirs)
        alone = np.empty((_DEEP, len(theirs)))
        alone[:, shown] = gammaln(theirs[shown] + universe.prior[:, shown])
        if self is other:  # whose rows are merged
            held = self._seen()[shown]
            places, rows = np.nonzero(held)
            columns = shown[places]
            gain = self._gain(theirs, alone, columns, held[places, rows])
        else:
            pair_columns, counts, mine, which = self._pairs
            told = theirs[pair_columns] > 0.0
            gains = np.zeros((_DEEP, len(told)))
            gains[:, told] = self._gain(theirs, alone, pair_columns[told], counts[told], mine[:, told])
            met = np.flatnonzero(told[which])
            rows, columns = (one[met] for one in self._within[:2])
            gain = gains[:, which[met]]
        return self._by_habit(rows * len(_NAMES) + universe.traits[columns], gain)

    def _gain(
        self,
        theirs: np.ndarray,
        alone: np.ndarray,
        columns: np.ndarray,
        held: np.ndarray,
        mine: np.ndarray | None = None,
    ) -> np.ndarray:
        """float64[concentration, entry]: what values (columns) shown so often (`held`) add beside what the other shows.
        `alone` and `mine` are what each side's are by themselves."""
        prior = self._universe.prior.take(columns, axis=1)
        mine = gammaln(held + prior) if mine is None else mine
        together = gammaln((held + theirs[columns]) + prior) + self._universe.log_prior.take(columns, axis=1)
        return np.asarray(together - mine - alone.take(columns, axis=1), np.float64)

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


def _within(sample: Sample, places: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Row, column and count of the entries that have a column (`places`, by value), in the order of a matrix."""
    columns = places[sample.codes]
    inside = np.flatnonzero(columns >= 0)
    inside = inside[np.lexsort((columns[inside], sample.rows[inside]))]
    return sample.rows[inside], columns[inside], sample.counts[inside]


def _spans(sample: Sample) -> tuple[np.ndarray, np.ndarray]:
    """int64 per row: first and last of its days (since 1970); none of a row without any."""
    first, last = np.full(sample.size, 1 << 30), np.full(sample.size, -(1 << 30))
    days = np.zeros(len(sample.traits), np.int64)
    days[sample.traits == _NAMES.index("day")] = [int(value) for value in sample.values["day"]]
    told = sample.traits[sample.codes] == _NAMES.index("day")
    np.minimum.at(first, sample.rows[told], days[sample.codes[told]])
    np.maximum.at(last, sample.rows[told], days[sample.codes[told]])
    return first, last


def _mean_over_habits(urns: np.ndarray, totals: np.ndarray) -> np.ndarray:
    """float64[row, trait]: log P of the rows' observations, with every concentration equally likely."""
    number = totals.astype(np.int64)
    spread = _spread(int(number.max(initial=0)).bit_length())
    places = number + spread.shape[-1] * np.arange(len(_NAMES))
    likelihood = urns + _URN - spread.reshape(_DEEP, -1).take(places, axis=1)
    best = likelihood.max(axis=0)
    likelihood -= best
    np.exp(likelihood, out=likelihood)
    return np.asarray(np.log(likelihood.sum(axis=0)) + (best - _LOG_NUMBER), np.float64)


@cache
def _spread(bits: int) -> np.ndarray:
    """float64[concentration, trait, number of observations]: what dividing by the urn's size takes off."""
    taken = gammaln(np.arange(1 << bits) + _WEIGHTS[:, :, np.newaxis])
    taken[_HIDDEN] = np.inf
    return np.asarray(taken, np.float64)


def _log_beta_binomial(yes: np.ndarray, no: np.ndarray, mean: np.ndarray | float, spread: float) -> np.ndarray:
    a, b, size = np.asarray(mean * spread), np.asarray((1 - mean) * spread), yes + no
    found = log_choose(size, yes) + gammaln(yes + a) + gammaln(no + b) - gammaln(size + spread)
    return np.asarray(found - gammaln(a) - gammaln(b) + gammaln(spread), np.float64)
