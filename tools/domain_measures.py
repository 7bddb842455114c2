"""What the model of `tocsin domains scan` reaches on names that it was not trained on: the splits, and how it is asked.

Harmless names are cut into five parts by their hash. Each part is scored by a model that was trained on the other four
and on the actors' names of the split; the threshold for it is set on the other parts' scores. So every harmless name is
asked about once, and none helped to choose its own threshold. Recall is the mean over the five models.

**Which names count.** A name of the lists is *credential-shaped* if a reader who knows sign-in pages finds in what was
registered (rightly or wrongly spelled, in any language) either a word about accounts, signing in, verifying, sessions,
recovering, identity, security or privacy, settings or updates, mail, messages, documents and sharing, customers or
support, or the name of a provider of accounts, mail, chats or meetings. The rule asks for nothing that a model must
know. By it ten of the 324 names are left out, each with its reason (`LEFT_OUT`); recall of all 324 is given beside.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from domain_fit import FOLDS, Floats, Names, Prepared, Settings, family, fit, fold

LEFT_OUT = {
    "broadcast-news.info": "news",
    "broadcastnews.pro": "news",
    "serverbroadcast.info": "broadcasting",
    "shop-sellwear.info": "a shop",
    "irf.services": "an abbreviation; only the suffix speaks, and was not registered",
    "data-center17.website": "a data centre",
    "royalk-uae.com": "a name and a country",
    "thx-me.website": "thanks",
    "urllink.xyz": "links",
    "gotolinks.top": "links",
}
"""Names of the lists that are not credential-shaped, and what they speak of instead."""

SHARES = (0.001, 0.002, 0.005, 0.01, 0.02)
"""Shares of false alarms on harmless names with words at which recall is told."""

GRID = tuple(
    Settings(prior_strength=strength, lures_share=share) for strength in (5, 10, 20, 40) for share in (0.1, 0.2)
)
"""What nested cross-validation chooses from."""

Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True)
class Split:
    """Actors' names trained on and asked about."""

    title: str
    train: Names
    test: Names


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Scores from models that did not see what they score."""

    lures: Floats
    """A row for each of the five models, a column for each name asked about."""
    harmless: Floats
    shaped: Bools


def splits(lists: Mapping[str, Sequence[str]]) -> tuple[Split, ...]:
    """Each actor held back; both court lists held back, which share seven names; and each fifth of all families."""
    every = sorted({name for names in lists.values() for name in names})
    court = sorted({*lists["phosphorus"], *lists["strontium"]})
    held = {
        "Amnesty held back": lists["amnesty"],
        "Phosphorus held back": lists["phosphorus"],
        "Strontium held back": lists["strontium"],
        "both court lists held back": court,
    }
    by_actor = [
        Split(title=title, train=[name for name in every if name not in set(test)], test=test)
        for title, test in held.items()
    ]
    return (*by_actor, *random_fifths(every))


def random_fifths(every: Names) -> tuple[Split, ...]:
    """Families drawn into five parts by their hash, each held back once."""
    return tuple(
        Split(
            title=f"random fifth {number + 1}",
            train=[name for name in every if fold(family(name)) != number],
            test=[name for name in every if fold(family(name)) == number],
        )
        for number in range(FOLDS)
    )


def ask(split: Split, parts: Sequence[Prepared], settings: Settings) -> Asked:
    """Score what is held back."""
    harmless = parts[0].harmless
    folds = np.array([fold(name) for name in harmless])
    scores = np.empty(len(harmless))
    lures: list[Floats] = []
    for number, part in enumerate(parts):
        trained = fit(part, split.train, folds != number, settings)
        scores[folds == number] = trained.scores(part, part.harmless_rows)[folds == number]
        lures.append(trained.scores(part, part.rows(split.test)))
    return Asked(
        lures=np.array(lures),
        harmless=scores,
        shaped=np.array([name not in LEFT_OUT for name in split.test]),
    )


def threshold(scores: Floats, wordy: Bools, share: float) -> float:
    """The least log-odds that not more than this share of the wordy names exceed."""
    ranked = np.sort(scores[wordy])
    return float(ranked[-int(share * len(ranked)) - 1])


@dataclass(frozen=True, kw_only=True)
class Reached:
    """Recall and false alarms where this share was allowed on other harmless names."""

    recall: float
    recall_of_all: float
    with_words: float
    without_words: float


def reached(asked: Asked, harmless: Names, wordy: Bools, share: float) -> Reached:
    """What is found, and what of the harmless is."""
    folds = np.array([fold(name) for name in harmless])
    found = np.empty_like(asked.lures, dtype=np.bool_)
    alarms = np.empty(len(harmless), np.bool_)
    for number in range(FOLDS):
        inside = folds == number
        at = threshold(asked.harmless[~inside], wordy[~inside], share)
        found[number] = asked.lures[number] > at
        alarms[inside] = asked.harmless[inside] > at
    return Reached(
        recall=float(found[:, asked.shaped].mean()),
        recall_of_all=float(found.mean()),
        with_words=float(alarms[wordy].mean()),
        without_words=float(alarms[~wordy].mean()),
    )


def told(asked: Asked, harmless: Names, wordy: Bools, share: float) -> dict[str, Any]:
    """The figures as the model carries them."""
    at = reached(asked, harmless, wordy, share)
    return {
        "names": len(asked.shaped),
        "credential_shaped": int(asked.shaped.sum()),
        "recall": round(at.recall, 3),
        "recall_of_all": round(at.recall_of_all, 3),
        "false_alarms_with_words": round(at.with_words, 5),
        "false_alarms_without_words": round(at.without_words, 5),
        "recall_at": {f"{part:.1%}": round(reached(asked, harmless, wordy, part).recall, 3) for part in SHARES},
    }


def together(asked: Sequence[Asked]) -> Asked:
    """Several splits of which each asks about other names, as one: harmless names by the mean of their scores."""
    return Asked(
        lures=np.concatenate([one.lures for one in asked], axis=1),
        harmless=np.mean([one.harmless for one in asked], axis=0),
        shaped=np.concatenate([one.shaped for one in asked]),
    )


def nested(
    lists: Mapping[str, Sequence[str]], parts: Sequence[Prepared], wordy: Bools, share: float
) -> dict[str, dict[str, Any]]:
    """Each actor held back, with settings that were chosen without it: by holding back each of the other lists."""
    told_of: dict[str, dict[str, Any]] = {}
    for held, test in lists.items():
        others = {actor: [name for name in names if name not in set(test)] for actor, names in lists.items()}
        del others[held]

        def inner(settings: Settings, others: Mapping[str, Sequence[str]] = others) -> float:
            recalls: list[float] = []
            for actor, names in others.items():
                rest = sorted({name for other, more in others.items() if other != actor for name in more} - set(names))
                if len(rest) >= FEWEST:
                    asked = ask(Split(title=actor, train=rest, test=names), parts, settings)
                    recalls.append(reached(asked, parts[0].harmless, wordy, share).recall)
            return float(np.mean(recalls))

        best = max(GRID, key=inner)
        train = sorted({name for names in others.values() for name in names})
        asked = ask(Split(title=held, train=train, test=test), parts, best)
        told_of[held] = {
            "prior_strength": best.prior_strength,
            "lures_share": best.lures_share,
            **told(asked, parts[0].harmless, wordy, share),
        }
    return told_of


FEWEST = 30
"""Actors' names that a model is trained on at least when settings are chosen."""
