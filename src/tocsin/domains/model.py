"""The model: what each feature weighs, as data that ships with its recipe, and the probability it gives."""

from __future__ import annotations

import math
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec

from tocsin.domains.feature_table import FEATURES
from tocsin.domains.segment import WordCosts


class Model(msgspec.Struct, frozen=True, kw_only=True):
    """A logistic regression over `FEATURES`, made by `tools/train_domains.py`."""

    schema: str
    made: str
    """Day on which it was trained."""
    recipe: dict[str, Any]
    """How it was trained: the tool, its settings, the files with their SHA-256, how many names of each."""
    metrics: dict[str, Any]
    """What it reached on names held back (by actor, and at random)."""
    above: float
    """Probability from which a name is a hit unless asked otherwise."""
    intercept: float
    weights: dict[str, float]
    unknown_word: float
    """Cost of a word that no harmless name had."""
    word_costs: dict[str, float]
    """Negative logarithm of each word's share among the words of harmless names."""

    def costs(self) -> WordCosts:
        return WordCosts(self.word_costs, self.unknown_word)

    def score(self, values: dict[str, float]) -> float:
        """The log-odds of a name with these features."""
        weights = self.weights
        total = self.intercept
        for name, value in values.items():
            total += weights[name] * value
        return total

    def probability(self, values: dict[str, float]) -> float:
        return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, self.score(values)))))


@cache
def shipped() -> Model:
    """The model in this package."""
    model = msgspec.json.decode(files("tocsin.domains").joinpath("model.json").read_bytes(), type=Model)
    if model.weights.keys() != FEATURES.keys():
        raise ValueError("model.json was trained on other features: run tools/train_domains.py")
    return model
