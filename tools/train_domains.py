"""Trains the model of `tocsin domains scan`: writes src/tocsin/domains/model.json.

    .venv/bin/python tools/train_domains.py ../shared/data/domains

The folder holds names of three published lists of domains that actors used, and harmless ones. A logistic regression is
fitted by maximum a posteriori (`domain_fit.py`): each weight has a prior mean (what the feature says before any name
was seen) and bounds (what speaks for a lure never counts against it), both in `feature_table.py`. scikit-learn offers
neither, so the few lines are SciPy's, and nobody needs another package to train again.

What it reaches on names held back (`domain_measures.py`) is measured first and kept in the model. The same files give
the same model: nothing in it is drawn at random.
"""

from __future__ import annotations

import hashlib
import math
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from domain_fit import FAMILY, FOLDS, Bools, Prepared, Settings, fit, prepare
from domain_measures import LEFT_OUT, Asked, Split, ask, nested, splits, threshold, together, told

from tocsin.domains.feature_table import NAMES
from tocsin.domains.model import Model
from tocsin.domains.names import NotAName, clean
from tocsin.domains.registered import registered
from tocsin.domains.words import Vocabulary, known_brands

TARGET = Path(__file__).parents[1] / "src" / "tocsin" / "domains" / "model.json"

ACTORS = {
    "phosphorus": "phosphorus_2019_court.txt",
    "strontium": "strontium_2019_07.txt",
    "amnesty": "amnesty_2018_account_phishing.txt",
}
HARMLESS = "benign_public.txt"

SETTINGS = Settings()
FALSE_ALARMS = 0.0045
"""Share of harmless names with lure or brand words that may be hits, on names not trained on: sets `above`."""


def read(path: Path) -> list[str]:
    """The names of a list that are names."""
    found: list[str] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            found.append(clean(line))
        except NotAName as error:
            print(f"{path.name}: {line!r} left out: {error}", file=sys.stderr)
    return found


def has_words(name: str, vocabulary: Vocabulary) -> bool:
    """A harmless name that a keyword list would look at: a lure word or a brand of four letters or more is in it."""
    return any(
        word.spelling == "exact" and len(word.text) >= 4 and not word.filler and not word.ordinary
        for _, _, word in vocabulary.found(registered(name).label)
    )


@dataclass(frozen=True, kw_only=True)
class Material:
    """What is trained on."""

    lists: dict[str, list[str]]
    lures: list[str]
    harmless: list[str]
    vocabulary: Vocabulary
    wordy: Bools
    """Which of the harmless names have a lure word or a brand in them."""
    hashes: dict[str, str]

    def parts(self) -> list[Prepared]:
        """All names as rows, once for each part of the harmless ones that is held back."""
        return [prepare(self.lures, self.harmless, self.vocabulary, without=number) for number in range(FOLDS)]


def gather(folder: Path) -> Material:
    """Read the four files."""
    lists = {actor: read(folder / file) for actor, file in ACTORS.items()}
    lures = sorted({name for names in lists.values() for name in names})
    harmless = [name for name in read(folder / HARMLESS) if name not in set(lures)]
    vocabulary = Vocabulary.of(known_brands())
    return Material(
        lists=lists,
        lures=lures,
        harmless=harmless,
        vocabulary=vocabulary,
        wordy=np.array([has_words(name, vocabulary) for name in harmless]),
        hashes={
            name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in (*ACTORS.values(), HARMLESS)
        },
    )


def measure(material: Material, parts: Sequence[Prepared]) -> dict[str, Any]:
    """What is reached on each split: by actor, and at random."""
    harmless, wordy = material.harmless, material.wordy
    metrics: dict[str, Any] = {}
    fifths: list[Asked] = []
    for split in splits(material.lists):
        asked = ask(split, parts, SETTINGS)
        if split.title.startswith("random"):
            fifths.append(asked)
        else:
            metrics[split.title] = told(asked, harmless, wordy, FALSE_ALARMS)
    metrics["random fifths of the families held back"] = told(together(fifths), harmless, wordy, FALSE_ALARMS)
    return metrics


def make(material: Material, parts: Sequence[Prepared], metrics: dict[str, Any]) -> Model:
    """The model of all names, with the threshold set on harmless names that were not trained on."""
    lures, harmless = material.lures, material.harmless
    outside = ask(Split(title="all", train=lures, test=lures), parts, SETTINGS).harmless
    at = threshold(outside, material.wordy, FALSE_ALARMS)
    whole = prepare(lures, harmless, material.vocabulary)
    final = fit(whole, lures, np.ones(len(harmless), np.bool_), SETTINGS)
    shaped = np.array([name not in LEFT_OUT for name in lures])
    found = final.scores(whole, whole.rows(lures))[shaped] > at
    return Model(
        schema="tocsin.domains-model/1",
        made=datetime.now(UTC).date().isoformat(),
        recipe={
            "tool": "tools/train_domains.py",
            "model": "logistic regression, maximum a posteriori, bounded weights",
            "prior_strength": SETTINGS.prior_strength,
            "lures_share": SETTINGS.lures_share,
            "family": FAMILY,
            "false_alarms": FALSE_ALARMS,
            "files": material.hashes,
            "lures": len(lures),
            "harmless": len(harmless),
            "harmless_with_words": int(material.wordy.sum()),
        },
        metrics={**metrics, "shipped model on the names it was trained on": {"recall": round(float(found.mean()), 3)}},
        above=round(1 / (1 + math.exp(-at)), 3),
        intercept=round(final.intercept, 4),
        weights={name: round(float(value), 4) for name, value in zip(NAMES, final.weights, strict=True)},
        unknown_word=whole.unknown,
        word_costs=whole.cost_of,
    )


def main(folder: Path) -> None:
    """Measure, train, write."""
    material = gather(folder)
    parts = material.parts()
    metrics = measure(material, parts)
    for held, figures in nested(material.lists, parts, material.wordy, FALSE_ALARMS).items():
        metrics[f"nested: {held} held back, settings chosen on the others"] = figures
    model = make(material, parts, metrics)
    for title, figures in model.metrics.items():
        print(title, figures)
    print("above", model.above)
    TARGET.write_bytes(msgspec.json.format(msgspec.json.encode(model), indent=1) + b"\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
