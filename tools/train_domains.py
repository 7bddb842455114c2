"""Trains the model of `tocsin domains scan`: writes src/tocsin/domains/model.json.

    .venv/bin/python tools/train_domains.py ../shared/data/domains

The folder holds names of three published lists of domains that actors used, and harmless ones. A logistic regression is
fitted by maximum a posteriori: each weight has a prior mean (what the feature says before any name was seen) and bounds
(what speaks for a lure never counts against it), both in `feature_table.py`. scikit-learn offers neither,
so the few lines are SciPy's, and nobody needs another package to train again.

Names of one family (inbox01-mails, inbox02-mails) share a weight, so that a list of 216 names that are one pattern does
not drown one of 17.
"""

from __future__ import annotations

import hashlib
import math
import re
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from tocsin.domains.feature_table import FEATURES, NAMES
from tocsin.domains.features import observe
from tocsin.domains.model import Model
from tocsin.domains.names import NotAName, clean
from tocsin.domains.ownership import owner
from tocsin.domains.registered import registered
from tocsin.domains.segment import WordCosts, segment
from tocsin.domains.words import Vocabulary, known_brands

TARGET = Path(__file__).parents[1] / "src" / "tocsin" / "domains" / "model.json"

ACTORS = {
    "phosphorus": "phosphorus_2019_court.txt",
    "strontium": "strontium_2019_07.txt",
    "amnesty": "amnesty_2018_account_phishing.txt",
}
HARMLESS = "benign_public.txt"

NOT_SHAPED = frozenset(
    """
    broadcast-news.info broadcastnews.pro serverbroadcast.info shop-sellwear.info download-teamspeak.info
    mobile-messengerplus.network irf.services data-center17.website royalk-uae.com thx-me.website urllink.xyz
    gotolinks.top transfer-click.com transfer-clicks.com microsoft-onthehub.com
    """.split()  # noqa: SIM905
)
"""Names of the lists that speak of no account, mail, document or brand of accounts: no reader could tell them from a
shop's or a newspaper's. Recall is given with and without them."""

PRIOR_STRENGTH = 10.0
LURES_SHARE = 0.1
"""Weight of all actors' names beside that of the harmless ones."""
FAMILY = 0.7
"""The n names of a family weigh together n to the power of 1 - FAMILY."""
FALSE_ALARMS = 0.0045
"""Share of harmless names with lure or brand words that may be hits, on names not trained on: sets `above`."""
FOLDS = 5

Names = Sequence[str]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Fit:
    """A trained model."""

    weights: Floats
    intercept: float
    costs: WordCosts
    cost_of: dict[str, float]
    unknown: float

    def scores(self, names: Names, vocabulary: Vocabulary) -> Floats:
        """Log-odds of each name; minus infinity where there is nothing to judge."""
        table = matrix(names, vocabulary, self.costs)
        scores: Floats = table @ self.weights + self.intercept
        scores[[not judged(name, vocabulary) for name in names]] = -math.inf
        return scores


def read(path: Path) -> list[str]:
    """The names of a list that are names."""
    found: list[str] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            found.append(clean(line))
        except NotAName as error:
            print(f"{path.name}: {line!r} left out: {error}", file=sys.stderr)
    return found


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


def matrix(names: Names, vocabulary: Vocabulary, costs: WordCosts) -> Floats:
    """A row of features for each name."""
    column = {name: number for number, name in enumerate(NAMES)}
    table = np.zeros((len(names), len(NAMES)))
    for row, name in enumerate(names):
        for feature, value in observe(registered(name), vocabulary, costs)[0].items():
            table[row, column[feature]] = value
    return table


def fit(lures: Names, harmless: Names, vocabulary: Vocabulary) -> Fit:
    """Train on these names."""
    cost_of, unknown = word_costs(harmless, vocabulary)
    costs = WordCosts(cost_of, unknown)
    harmless = [name for name in harmless if judged(name, vocabulary)]
    table = np.vstack([matrix(lures, vocabulary, costs), matrix(harmless, vocabulary, costs)])
    is_lure = np.r_[np.ones(len(lures)), np.zeros(len(harmless))]
    sizes = Counter(map(family, lures))
    shares = np.array([sizes[family(name)] ** -FAMILY for name in lures])
    weight = np.r_[shares * LURES_SHARE * len(harmless) / shares.sum(), np.ones(len(harmless))]
    prior = np.array([feature.prior for feature in FEATURES.values()])
    count = len(prior)

    def loss(position: Floats) -> tuple[float, Floats]:
        weights, intercept = position[:count], position[count]
        odds = table @ weights + intercept
        away = weights - prior
        value = float((weight * (np.logaddexp(0, odds) - is_lure * odds)).sum() + PRIOR_STRENGTH / 2 * away @ away)
        slope = weight * (1 / (1 + np.exp(-odds)) - is_lure)
        return value, np.r_[table.T @ slope + PRIOR_STRENGTH * away, slope.sum()]

    bounds = [(feature.low, feature.high) for feature in FEATURES.values()]
    done = minimize(
        loss, np.r_[prior, -6.0], jac=True, method="L-BFGS-B", bounds=[*bounds, (None, None)], options={"maxiter": 5000}
    )
    return Fit(weights=done.x[:count], intercept=float(done.x[count]), costs=costs, cost_of=cost_of, unknown=unknown)


def outside(lures: Names, harmless: Names, vocabulary: Vocabulary) -> Floats:
    """Log-odds of harmless names, each from a model that was trained without its fold."""
    scores = np.empty(len(harmless))
    folds = np.array([fold(name) for name in harmless])
    for number in range(FOLDS):
        inside = [name for name, part in zip(harmless, folds, strict=True) if part != number]
        held = [name for name, part in zip(harmless, folds, strict=True) if part == number]
        scores[folds == number] = fit(lures, inside, vocabulary).scores(held, vocabulary)
    return scores


def has_words(name: str, vocabulary: Vocabulary) -> bool:
    """A harmless name that a keyword list would look at: a lure word or a brand of four letters or more is in it."""
    return any(
        word.spelling == "exact" and len(word.text) >= 4 and not word.filler and not word.ordinary
        for _, _, word in vocabulary.found(registered(name).label)
    )


def threshold(scores: Floats, wordy: npt.NDArray[np.bool_], share: float) -> float:
    """The least log-odds that not more than this share of the wordy names exceed."""
    ranked = np.sort(scores[wordy])
    return float(ranked[-int(share * len(ranked)) - 1])


def held_back(train: Names, test: Names, harmless: tuple[Names, Names], vocabulary: Vocabulary) -> dict[str, Any]:
    """Recall on actors' names and false alarms on harmless ones that the model was not trained on.

    Twice: where the threshold is set within the names trained on, by folds, as for the shipped model, and where the
    held-back names themselves say which threshold gives 0.5 % of false alarms.
    """
    trained = fit(train, harmless[0], vocabulary)
    wordy_trained = np.array([has_words(name, vocabulary) for name in harmless[0]])
    at = threshold(outside(train, harmless[0], vocabulary), wordy_trained, FALSE_ALARMS)
    lures = trained.scores(test, vocabulary)
    scores = trained.scores(harmless[1], vocabulary)
    wordy = np.array([has_words(name, vocabulary) for name in harmless[1]])
    shaped = np.array([name not in NOT_SHAPED for name in test])
    same = threshold(scores, wordy, 0.005)
    return {
        "lures_trained_on": len(train),
        "lures_held_back": len(test),
        "credential_shaped": int(shaped.sum()),
        "harmless_held_back": len(scores),
        "harmless_with_words": int(wordy.sum()),
        "recall": round(float((lures[shaped] > at).mean()), 3),
        "recall_of_all": round(float((lures > at).mean()), 3),
        "false_alarms_with_words": round(float((scores[wordy] > at).mean()), 5),
        "false_alarms_without_words": round(float((scores[~wordy] > at).mean()), 5),
        "recall_at_half_a_percent": round(float((lures[shaped] > same).mean()), 3),
    }


def splits(lists: dict[str, list[str]], harmless: Names) -> dict[str, tuple[Names, Names, tuple[Names, Names]]]:
    """What is trained on and what is held back: by list of the actor, and at random by family."""
    halves = [name for name in harmless if fold(name, 2) == 0], [name for name in harmless if fold(name, 2) == 1]
    turned = halves[1], halves[0]
    court = sorted({*lists["phosphorus"], *lists["strontium"]})
    strontium = set(lists["strontium"])
    every = sorted({name for names in lists.values() for name in names})
    return {
        "court lists -> Amnesty": (court, lists["amnesty"], halves),
        "Amnesty -> court lists": (lists["amnesty"], court, turned),
        "Phosphorus, Amnesty -> Strontium": (
            sorted({*lists["phosphorus"], *lists["amnesty"]} - strontium),
            lists["strontium"],
            halves,
        ),
        "Strontium, Amnesty -> Phosphorus": (
            sorted({*lists["strontium"], *lists["amnesty"]} - set(lists["phosphorus"])),
            lists["phosphorus"],
            halves,
        ),
        "random fifth of the families": (
            [name for name in every if fold(family(name))],
            [name for name in every if not fold(family(name))],
            halves,
        ),
    }


def main(folder: Path) -> None:
    """Train, measure, write."""
    lists = {actor: read(folder / file) for actor, file in ACTORS.items()}
    lures = sorted({name for names in lists.values() for name in names})
    harmless = [name for name in read(folder / HARMLESS) if name not in set(lures)]
    vocabulary = Vocabulary.of(known_brands())
    metrics: dict[str, Any] = {}
    for title, (train, test, parts) in splits(lists, harmless).items():
        metrics[title] = held_back(train, test, parts, vocabulary)
        print(title, metrics[title])
    wordy = np.array([has_words(name, vocabulary) for name in harmless])
    at = threshold(outside(lures, harmless, vocabulary), wordy, FALSE_ALARMS)
    final = fit(lures, harmless, vocabulary)
    metrics["shipped model on the names it was trained on"] = {
        "recall": round(
            float((final.scores([name for name in lures if name not in NOT_SHAPED], vocabulary) > at).mean()), 3
        )
    }
    files = [*ACTORS.values(), HARMLESS]
    model = Model(
        schema="tocsin.domains-model/1",
        made=datetime.now(UTC).date().isoformat(),
        recipe={
            "tool": "tools/train_domains.py",
            "model": "logistic regression, maximum a posteriori, bounded weights",
            "prior_strength": PRIOR_STRENGTH,
            "lures_share": LURES_SHARE,
            "family": FAMILY,
            "false_alarms": FALSE_ALARMS,
            "files": {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in files},
            "lures": len(lures),
            "harmless": len(harmless),
        },
        metrics=metrics,
        above=round(1 / (1 + math.exp(-at)), 3),
        intercept=round(final.intercept, 4),
        weights={name: round(float(value), 4) for name, value in zip(NAMES, final.weights, strict=True)},
        unknown_word=final.unknown,
        word_costs=final.cost_of,
    )
    TARGET.write_bytes(msgspec.json.format(msgspec.json.encode(model), indent=1) + b"\n")
    print("shipped", metrics["shipped model on the names it was trained on"], "above", model.above)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
