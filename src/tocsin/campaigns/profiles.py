"""Groups of sources beside each other, as matrices: the log-odds that one operator is behind two of them."""

from __future__ import annotations

from functools import cache
from math import log
from typing import NamedTuple

import numpy as np
from scipy.special import gammaln

from tocsin.campaigns.chances import log_choose
from tocsin.campaigns.samples import DEEP, NAMES, NUMBER, WEIGHTS, Sample, Universe
from tocsin.campaigns.traits import TRAITS

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

ONE_LIST = 0.8
"""Share of the smaller group's targets that must be the larger's, too, for both to be after one list."""

LISTED = 20
"""Existing targets of the smaller group at least, for a list to be told from a few people in the news."""

LIST_MOST = 8.0
"""The most that one list may add, as one address: two operators may have bought the same."""


CELLS = 1 << 16
"""Numbers (concentrations by traits by rows of both sides) worked out at once: what stays in the processor's caches."""


_WEEKDAY = NAMES.index("weekday")
_MOST, _LEAST = (np.array([getattr(rule, name) for rule in TRAITS.values()], np.float64) for name in ("most", "least"))
_HIDDEN = np.arange(DEEP)[:, np.newaxis] >= NUMBER
_LOG_NUMBER, _URN = np.log(NUMBER), gammaln(WEIGHTS)


class Profiles:
    """Groups as the rows of matrices over the columns of a universe. All traits are worked out at once: most groups
    are few, and to ask for a sum takes longer than to make it. What is merged, or is the other in a comparison, has
    cells of its own."""

    def __init__(self, sample: Sample, universe: Universe) -> None:
        self._universe, chance, self._size = universe, universe.chance, sample.size
        places: list[int] = []
        rates: list[float] = []
        for trait, values in sample.values.items():
            columns, base = universe.values[trait], chance.base[trait]
            places += [columns.get(value, -1) for value in values]
            rates += [base.table.get(value, base.unseen) for value in values]
        self._cells, self._traits = sample.cells, sample.traits
        self._within = _within(sample, np.array(places, np.int64))
        self._matrix: np.ndarray | None = None
        number = len(sample.traits)
        self._totals = np.bincount(sample.cell, sample.counts, number)
        prior = np.array(rates, np.float64)[sample.codes] * WEIGHTS[:, sample.traits[sample.cell]]
        urns = gammaln(sample.counts + prior) - gammaln(prior)
        self._urns = np.array([np.bincount(sample.cell, one, number) for one in urns])
        self._alone = _mean_over_habits(self._urns, self._totals, self._traits)
        self._from, self._until = (one.copy() for one in sample.days)
        known = np.array([universe.targets.get(target, -1) for target in sample.targets], np.int64)
        known = known[sample.target_codes]
        self._went = sample.target_rows[known >= 0], known[known >= 0]
        self._target_matrix: np.ndarray | None = None
        on, existing = (
            np.bincount(
                sample.target_rows,
                np.array([one in held for one in sample.targets])[sample.target_codes],
                sample.size,
            )
            for held in (chance.rostered, chance.existing)
        )
        self._on, self._off = on, existing - on

    def _seen(self) -> np.ndarray:
        """float64[column, row]: how often each value was shown."""
        if self._matrix is None:
            cells, columns, counts = self._within
            self._matrix = np.zeros((len(self._universe.base), self._size))
            self._matrix[columns, cells // len(NAMES)] = counts
        return self._matrix

    def _targets(self) -> np.ndarray:
        """bool[row, target]: whether each row went for each."""
        if self._target_matrix is None:
            self._target_matrix = np.zeros((self._size, len(self._universe.targets)), np.bool_)
            self._target_matrix[self._went] = True
        return self._target_matrix

    def merge(self, row: int, other: int) -> None:
        """The row becomes the group of both. The other stays as it was."""
        held = self._seen()
        both = np.flatnonzero((held[:, row] > 0.0) & (held[:, other] > 0.0))
        mine, theirs = held[both, row], held[both, other]
        by_themselves = self._by_themselves(both, mine), self._by_themselves(both, theirs)
        one, another = (slice(each * len(NAMES), (each + 1) * len(NAMES)) for each in (row, other))
        self._urns[:, one] += self._urns[:, another] + np.array(
            [
                np.bincount(self._universe.traits[both], gain, len(NAMES))
                for gain in self._gain(both, mine, theirs, *by_themselves)
            ]
        )
        held[:, row] += held[:, other]
        self._totals[one] += self._totals[another]
        self._alone[one] = _mean_over_habits(self._urns[:, one], self._totals[one], self._traits[one])
        self._from[row] = min(self._from[row], self._from[other])
        self._until[row] = max(self._until[row], self._until[other])
        targets = self._targets()
        targets[row] |= targets[other]
        on = targets[row] & self._universe.rostered
        self._on[row], self._off[row] = on.sum(), targets[row].sum() - on.sum()

    def keep(self, rows: np.ndarray) -> None:
        """Forget all other rows; these get the numbers 0, 1, and so on."""
        self._matrix, self._target_matrix = self._seen()[:, rows], self._targets()[rows]
        self._size, kept = len(rows), self._cells[rows].ravel()
        self._urns, self._totals, self._alone = self._urns[:, kept], self._totals[kept], self._alone[kept]
        self._traits, self._cells = self._traits[kept], np.arange(len(kept)).reshape(len(rows), -1)
        self._from, self._until, self._on, self._off = (
            one[rows] for one in (self._from, self._until, self._on, self._off)
        )

    def log_odds(self, other: Profiles, rows: np.ndarray, *, targets_most: float = TARGETS_MOST) -> np.ndarray:
        """float64[row of the other, row of this one]: log-odds, but for the prior's, that one operator is behind both,
        for these rows (numbers) of the other.

        Both are over the same universe, and the other shows nothing outside it.
        """
        at_once = max(CELLS // (DEEP * len(self._traits)), 1)
        parts = [rows[first : first + at_once] for first in range(0, len(rows), at_once)]
        return np.concatenate([np.empty((0, self._size)), *(self._log_odds(other, one, targets_most) for one in parts)])

    def _log_odds(self, other: Profiles, rows: np.ndarray, targets_most: float) -> np.ndarray:
        total = self._shared_targets(other, rows, targets_most)
        total += np.minimum(self._aim(other, rows), AIM_MOST)
        first, last = (one[rows, np.newaxis] for one in (other._from, other._until))
        side_by_side = np.minimum(self._until, last) - np.maximum(self._from, first) >= SIDE_BY_SIDE - 1
        factors = np.clip(self._factors(other, rows), _LEAST[self._traits], _MOST[self._traits])
        for trait, cells in enumerate(self._cells.T):
            factor = factors[:, cells]
            total += np.where(side_by_side, factor, 0.0) if trait == _WEEKDAY else factor
        return total

    def shown(self, trait: str) -> tuple[np.ndarray, np.ndarray]:
        """float64[row, value]: how often each row shows each value, and how usual these are among strangers."""
        columns = self._universe.traits == NAMES.index(trait)
        return np.ascontiguousarray(self._seen()[columns].T), self._universe.base[columns]

    def gone_for(self) -> np.ndarray:
        """float64[row, target]: whether each row went for each of the existing targets."""
        return np.asarray(self._targets(), np.float64)

    def _factors(self, other: Profiles, rows: np.ndarray) -> np.ndarray:
        """float64[row of the other, cell]: log P(both | one habit) - log P(one) - log P(other): Dirichlet-multinomial
        with the base rates as its mean and an unknown concentration."""
        beside = other._cells[rows][:, self._traits]
        mine, theirs = self._totals, other._totals[beside]
        both = self._urns[:, np.newaxis] + other._urns[:, beside] + self._shared(other, rows)
        together = _mean_over_habits(both, mine + theirs, self._traits)
        return np.where((mine > 0.0) & (theirs > 0.0), together - self._alone - other._alone[beside], 0.0)

    def _shared(self, other: Profiles, rows: np.ndarray) -> np.ndarray:
        """float64[concentration, row of the other, cell]: how much more likely the values that both show are
        together."""
        theirs = other._seen()[:, rows]
        columns = np.flatnonzero(theirs.any(axis=1))
        mine, their = _Shown.of(*self._held(columns)), _Shown.of(*_entries(theirs[columns]))
        # Most show a value once: what two counts of one value are together is worked out once for all.
        of_their, of_mine = _matched(their.values, mine.values, len(columns))
        places, my_counts, their_counts = their.values[of_their], mine.counts[of_mine], their.counts[of_their]
        gain = self._gain(
            columns[places],
            my_counts,
            their_counts,
            self._by_themselves(columns[mine.values], mine.counts)[:, of_mine],
            self._by_themselves(columns[their.values], their.counts)[:, of_their],
        )
        first = np.searchsorted(of_their, np.arange(len(their.values))) - np.searchsorted(mine.values, their.values)
        one, another = _matched(their.places, mine.places, len(columns))
        which = first[their.which[one]] + mine.which[another]
        shape = len(rows), len(self._traits)
        pairs = their.rows[one] * shape[1] + mine.rows[another]
        return np.array([np.bincount(pairs, each[which], shape[0] * shape[1]).reshape(shape) for each in gain])

    def _held(self, columns: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """The entries in these columns, as `_entries` gives them, with their cells for rows."""
        if self._matrix is not None:
            held, rows, counts = _entries(self._matrix[columns])
            return held, rows * len(NAMES) + self._universe.traits[columns[held]], counts
        cells, held, counts = self._within
        places = np.full(len(self._universe.base), -1)
        places[columns] = np.arange(len(columns))
        places = places[held]
        inside = np.flatnonzero(places >= 0)
        return places[inside], cells[inside], counts[inside]

    def _by_themselves(self, columns: np.ndarray, counts: np.ndarray) -> np.ndarray:
        """float64[concentration, entry]"""
        return np.asarray(gammaln(counts + self._universe.prior.take(columns, axis=1)), np.float64)

    def _gain(
        self, columns: np.ndarray, held: np.ndarray, theirs: np.ndarray, mine: np.ndarray, alone: np.ndarray
    ) -> np.ndarray:
        """float64[concentration, entry]: what values (columns) shown so often (`held`) add beside what the other shows
        (`theirs`). `mine` and `alone` are what each side's are by themselves."""
        prior, log_prior = (one.take(columns, axis=1) for one in (self._universe.prior, self._universe.log_prior))
        return np.asarray(gammaln((held + theirs) + prior) + log_prior - mine - alone, np.float64)

    def _aim(self, other: Profiles, rows: np.ndarray) -> np.ndarray:
        """Shares of people at risk among existing targets: log P(the smaller group's | the larger's operator) over
        its probability under a stranger's, who mostly has no aim and sometimes any."""
        chance = self._universe.chance
        many_on, many_off = other._on[rows, np.newaxis], other._off[rows, np.newaxis]
        if not chance.roster_size or not chance.population:
            return np.zeros((len(rows), self._size))
        # Most go for so few that they agree in both.
        _, first, alike = np.unique(self._on + self._off * 1j, return_index=True, return_inverse=True)
        on, off = self._on[first], self._off[first]
        larger = (on + off > many_on + many_off) | ((on + off == many_on + many_off) & (on > many_on))
        on, many_on = np.where(larger, many_on, on), np.where(larger, on, many_on)
        off, many_off = np.where(larger, many_off, off), np.where(larger, off, many_off)
        share = (many_on + 1) / (many_on + many_off + 2)
        usual = min(max(chance.roster_size / chance.population, 1e-3), 0.5)
        same = _log_beta_binomial(on, off, share, AIM_SPREAD)
        by_chance = log(1 - AIMED) + _log_beta_binomial(on, off, usual, CHANCE_SPREAD)
        other_one = np.logaddexp(by_chance, log(AIMED) - np.log(on + off + 1))
        return np.where(on + off > 0.0, same - other_one, 0.0)[:, alike]

    def _shared_targets(self, other: Profiles, rows: np.ndarray, most: float) -> np.ndarray:
        """Shared targets against their chance: log of the beta-binomial (any overlap alike) over the binomial of
        chance; at most `most`, or more where both are after one list.

        Only accounts that exist count: anybody makes up the same names from the same first and last ones.
        """
        chance = self._universe.chance
        found = np.array([self._of_these(one) for one in other._targets()[rows]], np.float64)
        theirs, mine = np.nonzero(found)
        shared, theirs = found[theirs, mine], rows[theirs]
        on, many_on = self._on[mine], other._on[theirs]
        size, many = on + self._off[mine], many_on + other._off[theirs]
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
        told = np.where(shared > by_chance * size, -np.log(size + 1.0) - binomial, 0.0)
        one_list = (size >= LISTED) & (shared >= ONE_LIST * size)
        found[found > 0.0] = np.minimum(told, np.where(one_list, LIST_MOST, most))
        return found

    def _of_these(self, targets: np.ndarray) -> np.ndarray:
        """int64 per row: how many of these (bool per target) it went for."""
        if self._target_matrix is not None:
            return np.asarray(np.count_nonzero(self._target_matrix[:, np.flatnonzero(targets)], axis=1), np.int64)
        rows, places = self._went
        return np.bincount(rows[targets[places]], minlength=self._size)


class _Shown(NamedTuple):
    """Entries in the order of their places, and the different counts at each place."""

    places: np.ndarray  # int64 per entry
    rows: np.ndarray  # int64 per entry: its row, or cell
    which: np.ndarray  # int64 per entry: number of its count among `values`
    values: np.ndarray  # int64: the place of each different count, in order
    counts: np.ndarray  # float64: and the count

    @classmethod
    def of(cls, places: np.ndarray, rows: np.ndarray, counts: np.ndarray) -> _Shown:
        most = int(counts.max(initial=0.0)) + 1
        pairs, which = np.unique(places * most + counts.astype(np.int64), return_inverse=True)
        return cls(places, rows, which, pairs // most, (pairs % most).astype(np.float64))


def _entries(matrix: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Place (the first axis), row and count of what is not nought, in the order of places."""
    places, rows = np.nonzero(matrix)
    return places, rows, matrix[places, rows]


def _matched(one: np.ndarray, other: np.ndarray, places: int) -> tuple[np.ndarray, np.ndarray]:
    """Every entry of one beside every entry of the other at the same place: numbers of both. Places are in order."""
    held = np.bincount(other, minlength=places)
    number = held[one]
    numbers = np.repeat(np.arange(len(one)), number)
    first = (np.cumsum(held) - held)[one] - (np.cumsum(number) - number)
    return numbers, np.arange(len(numbers)) + first[numbers]


def _within(sample: Sample, places: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Cell, column and count of the entries that have a column (`places`, by value), in the order of columns."""
    columns = places[sample.codes]
    inside = np.flatnonzero(columns >= 0)
    inside = inside[np.lexsort((sample.cell[inside], columns[inside]))]
    return sample.cell[inside], columns[inside], sample.counts[inside]


def _mean_over_habits(urns: np.ndarray, totals: np.ndarray, traits: np.ndarray) -> np.ndarray:
    """float64 like `totals`: log P of the observations, with every concentration equally likely. The last axis is of
    cells, whose `traits` are given; the first of `urns` is of concentrations."""
    number = totals.astype(np.int64)
    spread = _spread(int(number.max(initial=0)).bit_length())
    places = number + spread.shape[-1] * traits
    urn = _URN[:, traits]
    likelihood = urns + (urn if totals.ndim == 1 else urn[:, np.newaxis])
    likelihood -= spread.reshape(DEEP, -1).take(places, axis=1)
    best = likelihood.max(axis=0)
    likelihood -= best
    np.exp(likelihood, out=likelihood)
    return np.asarray(np.log(likelihood.sum(axis=0)) + (best - _LOG_NUMBER[traits]), np.float64)


@cache
def _spread(bits: int) -> np.ndarray:
    """float64[concentration, trait, number of observations]: what dividing by the urn's size takes off."""
    taken = gammaln(np.arange(1 << bits) + WEIGHTS[:, :, np.newaxis])
    taken[_HIDDEN] = np.inf
    return np.asarray(taken, np.float64)


def _log_beta_binomial(yes: np.ndarray, no: np.ndarray, mean: np.ndarray | float, spread: float) -> np.ndarray:
    a, b, size = np.asarray(mean * spread), np.asarray((1 - mean) * spread), yes + no
    found = log_choose(size, yes) + gammaln(yes + a) + gammaln(no + b) - gammaln(size + spread)
    return np.asarray(found - gammaln(a) - gammaln(b) + gammaln(spread), np.float64)
