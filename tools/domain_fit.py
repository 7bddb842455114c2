"""Fits the regression of `tocsin domains scan`: maximum a posteriori, with a prior and bounds for each weight.

What names look like to the model (`Prepared`) depends on the harmless names that words are counted in, so there is one
for each part of them that is held back; every fit and every score takes its rows from there.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from tocsin.domains.feature_table import FEATURES, NAMES
from tocsin.domains.features import observe
from tocsin.domains.ownership import owner
from tocsin.domains.registered import registered
from tocsin.domains.segment import WordCosts, segment
from tocsin.domains.words import Vocabulary

FAMILY = 0.7
"""The n names of a family (inbox01-mails, inbox02-mails) weigh together n to the power of 1 - FAMILY, so that a list of
216 names that are one pattern does not drown one of 17."""
FOLDS = 5

Names = Sequence[str]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What may be chosen about a fit."""

    prior_strength: float = 10.0
    lures_share: float = 0.1
    """Weight of all actors' names beside that of the harmless ones."""


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """All names as rows of features, by words counted in some of the harmless ones."""

    lures: Names
    harmless: Names
    table: Floats
    judged: Bools
    cost_of: dict[str, float]
    unknown: float

    def rows(self, names: Iterable[str]) -> Rows:
        place = {name: row for row, name in enumerate(self.lures)}
        return np.array([place[name] for name in names], np.int64)

    @property
    def harmless_rows(self) -> Rows:
        return np.arange(len(self.lures), len(self.lures) + len(self.harmless))


@dataclass(frozen=True, kw_only=True)
class Fit:
    """A trained model."""

    weights: Floats
    intercept: float

    def scores(self, prepared: Prepared, rows: Rows) -> Floats:
        """Log-odds of each name; minus infinity where there is nothing to judge."""
        scores: Floats = prepared.table[rows] @ self.weights + self.intercept
        scores[~prepared.judged[rows]] = -math.inf
        return scores


def fold(name: str, folds: int = FOLDS) -> int:
    """Which part of the data a name is in: by its hash, so that it stays there."""
    return int(hashlib.sha256(b"fold" + name.encode()).hexdigest(), 16) % folds


def family(name: str) -> str:
    """Names that differ in numbers and suffix only."""
    return re.sub(r"\d+", "0", name.split(".")[0])


def judged(name: str, vocabulary: Vocabulary) -> bool:
    """Whether a name is nobody's own among the brands."""
    parts = registered(name)
    return bool(parts.label) and owner(name, parts, vocabulary) is None


def word_costs(names: Iterable[str], vocabulary: Vocabulary) -> tuple[dict[str, float], float]:
    """What each word costs, counted in harmless names."""
    counts: Counter[str] = Counter()
    total = 0
    flat = WordCosts({}, 8.0)
    for name in names:
        label = registered(name).label
        for piece in segment(label, vocabulary.found(label), flat):
            total += 1
            if piece.word and piece.word.spelling == "exact":
                counts[piece.word.right] += 1
    return (
        {word: round(-math.log((count + 0.5) / (total + 50)), 3) for word, count in sorted(counts.items())},
        round(-math.log(0.5 / (total + 50)), 3),
    )


def prepare(lures: Names, harmless: Names, vocabulary: Vocabulary, *, without: int | None = None) -> Prepared:
    """All names as rows, with words counted in the harmless ones but for one part."""
    cost_of, unknown = word_costs([name for name in harmless if without is None or fold(name) != without], vocabulary)
    costs = WordCosts(cost_of, unknown)
    column = {name: number for number, name in enumerate(NAMES)}
    every = [*lures, *harmless]
    table = np.zeros((len(every), len(NAMES)))
    for row, name in enumerate(every):
        for feature, value in observe(registered(name), vocabulary, costs)[0].items():
            table[row, column[feature]] = value
    return Prepared(
        lures=lures,
        harmless=harmless,
        table=table,
        judged=np.array([judged(name, vocabulary) for name in every]),
        cost_of=cost_of,
        unknown=unknown,
    )


def fit(prepared: Prepared, train: Names, harmless: Bools, settings: Settings) -> Fit:
    """Train on these actors' names and the harmless ones so marked."""
    lures = prepared.rows(train)
    rows = prepared.harmless_rows[harmless]
    rows = rows[prepared.judged[rows]]
    table = prepared.table[np.r_[lures, rows]]
    is_lure = np.r_[np.ones(len(lures)), np.zeros(len(rows))]
    sizes = Counter(map(family, train))
    shares = np.array([sizes[family(name)] ** -FAMILY for name in train])
    weight = np.r_[shares * settings.lures_share * len(rows) / shares.sum(), np.ones(len(rows))]
    prior = np.array([feature.prior for feature in FEATURES.values()])
    count = len(prior)

    def loss(position: Floats) -> tuple[float, Floats]:
        weights, intercept = position[:count], position[count]
        odds = table @ weights + intercept
        away = weights - prior
        penalty = settings.prior_strength / 2 * float(away @ away)
        value = float((weight * (np.logaddexp(0, odds) - is_lure * odds)).sum()) + penalty
        slope = weight * (1 / (1 + np.exp(-odds)) - is_lure)
        return value, np.r_[table.T @ slope + settings.prior_strength * away, slope.sum()]

    bounds = [(feature.low, feature.high) for feature in FEATURES.values()]
    done = minimize(
        loss, np.r_[prior, -6.0], jac=True, method="L-BFGS-B", bounds=[*bounds, (None, None)], options={"maxiter": 5000}
    )
    return Fit(weights=done.x[:count], intercept=float(done.x[count]))
