"""Groups of sources as columns: what can be shared, and what each group shows of it."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

import numpy as np
from scipy.special import gammaln

from tocsin.campaigns.traits import TRAITS, Chance, Group

Key = TypeVar("Key", bound=Hashable)

NAMES = (*TRAITS,)

NUMBER = np.array([len(rule.concentrations) for rule in TRAITS.values()])
"""int64 by trait: how many concentrations it has."""

DEEP = int(NUMBER.max())

WEIGHTS = np.array(
    [(*rule.concentrations, *(1.0,) * (DEEP - len(rule.concentrations))) for rule in TRAITS.values()], np.float64
).T
"""float64[concentration, trait]: traits with fewer concentrations than others are filled up, and what that adds is
hidden."""


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
        for trait in NAMES:
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
        return np.asarray(self.base * WEIGHTS[:, self.traits], np.float64)

    @cached_property
    def log_prior(self) -> np.ndarray:
        return np.asarray(gammaln(self.prior), np.float64)


def _numbered(keys: Iterable[Key], first: int = 0) -> dict[Key, int]:
    return {key: number for number, key in enumerate(dict.fromkeys(keys), first)}


def _repeated(values: Mapping[str, Collection[str]]) -> np.ndarray:
    """int64 by value, trait after trait: the number of its trait."""
    return np.repeat(np.arange(len(NAMES)), [len(values[trait]) for trait in NAMES])


@dataclass(frozen=True, eq=False)
class Sample:
    """Groups as columns, an entry for each value that a group shows, trait after trait: made once, for however many
    universes they are looked at in. What a group shows of one trait is a cell."""

    size: int
    values: Mapping[str, Sequence[str]]  # by trait
    cells: np.ndarray  # int64[group, trait]: number of the cell
    traits: np.ndarray  # int64 by cell: number of the trait
    cell: np.ndarray  # int64 per entry
    codes: np.ndarray  # int64 per entry: number of the value
    counts: np.ndarray  # float64 per entry
    days: tuple[np.ndarray, np.ndarray]  # int64 per group: first and last (since 1970); none of a group without any
    targets: Sequence[int]
    target_rows: np.ndarray  # int64, an entry for each target of a group
    target_codes: np.ndarray

    @classmethod
    def of(cls, groups: Sequence[Group], *, once: bool = False) -> Sample:
        """All that these groups show. With `once`, groups that show one value of a trait, and equally often, have one
        cell: most of those that show little do."""
        values: dict[str, list[str]] = {}
        cells: list[np.ndarray] = []
        codes: list[int] = []
        counts: list[int] = []
        for number, trait in enumerate(NAMES):
            seen = [one.seen[trait] for one in groups]
            held = _numbered((value for one in seen for value in one), sum(map(len, values.values())))
            values[trait] = list(held)
            cells.append(np.repeat(np.arange(len(seen)) * len(NAMES) + number, [len(one) for one in seen]))
            codes += [held[value] for one in seen for value in one]
            counts += [shown for one in seen for shown in one.values()]
        targets = _numbered(target for one in groups for target in one.targets)
        entries = np.concatenate(cells), np.array(codes, np.int64), np.array(counts, np.float64)
        numbers, traits, *entries_of_cells = (_once if once else _apart)(len(groups), *entries)
        return cls(
            size=len(groups),
            values=values,
            cells=numbers.reshape(len(groups), len(NAMES)),
            traits=traits,
            cell=entries_of_cells[0],
            codes=entries_of_cells[1],
            counts=entries_of_cells[2],
            days=_spans(groups),
            targets=list(targets),
            target_rows=np.repeat(np.arange(len(groups)), [len(one.targets) for one in groups]),
            target_codes=np.array([targets[target] for one in groups for target in one.targets], np.int64),
        )


def _apart(size: int, cell: np.ndarray, codes: np.ndarray, counts: np.ndarray) -> tuple[np.ndarray, ...]:
    """Cell of each group's trait, trait of each cell, and cell, code and count of each entry: every cell by itself."""
    return np.arange(size * len(NAMES)), np.tile(np.arange(len(NAMES)), size), cell, codes, counts


def _once(size: int, cell: np.ndarray, codes: np.ndarray, counts: np.ndarray) -> tuple[np.ndarray, ...]:
    """The same, with one cell for all that show the same one value equally often, and one for all that show none."""
    entries = np.bincount(cell, minlength=size * len(NAMES))
    single = entries[cell] == 1
    most = int(counts.max(initial=0.0)) + 1
    _, first, alike = np.unique(
        codes[single] * most + counts[single].astype(np.int64), return_index=True, return_inverse=True
    )
    several = np.flatnonzero(entries > 1)
    numbers = np.zeros(len(entries), np.int64)
    numbers[cell[single]] = 1 + alike
    numbers[several] = 1 + len(first) + np.arange(len(several))
    kept = np.concatenate([np.flatnonzero(single)[first], np.flatnonzero(~single)])
    traits = np.concatenate([[0], cell[single][first], several]) % len(NAMES)
    return numbers, traits, numbers[cell[kept]], codes[kept], counts[kept]


def _spans(groups: Sequence[Group]) -> tuple[np.ndarray, np.ndarray]:
    days = [[*map(int, one.seen["day"])] for one in groups]
    return (
        np.array([min(on, default=1 << 30) for on in days], np.int64),
        np.array([max(on, default=-(1 << 30)) for on in days], np.int64),
    )
