"""The most that a name could score, from the signs of it: who cannot reach the threshold is not cut into words.

Each feature has signs without which it is nothing (`needs.py`), and a weight in the model. The sum of the weights of
all features whose signs a name has is more than the name can score, whatever the cut finds; of features that exclude
each other the largest counts. What surely counts against a name is taken off. Tests hold both: no feature without its
signs, and no score above the bound.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import chain
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from tocsin.domains.kinds import POINTING, WRITTEN_SUFFIX
from tocsin.domains.model import Model
from tocsin.domains.needs import ANYWAY, WITH_BRAND, WITHOUT_BRAND, Need
from tocsin.domains.registered import Registered
from tocsin.domains.signs import STRONG_KINDS, Sign, suffix_signs, word_signs
from tocsin.domains.words import Vocabulary, Word

S = Sign
Signs = npt.NDArray[np.uint64]
Counts = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


_BELOW = {Sign.STRONG: Sign.BELOW_STRONG, Sign.NAME: Sign.BELOW_NAME, Sign.BRAND: Sign.BELOW_BRAND}
_KINDS = tuple(STRONG_KINDS.values())
_FEED = 10
_NONE = np.empty(0, np.int64)


class Hits(NamedTuple):
    """The words in labels that a cheapest cut could have."""

    words: Counts
    begins: Counts
    stops: Counts
    label: Counts
    starts: Counts

    def of(self, rows: Counts, vocabulary: tuple[Word, ...]) -> list[list[tuple[int, int, Word]]]:
        """Those of labels, as `Vocabulary.found` gives them."""
        words, begins, stops = self.words.tolist(), self.begins.tolist(), self.stops.tolist()
        lasts = np.searchsorted(self.label, rows, side="right").tolist()
        found: list[list[tuple[int, int, Word]]] = []
        for first, last, start in zip(
            np.searchsorted(self.label, rows).tolist(), lasts, self.starts[rows].tolist(), strict=True
        ):
            places = range(first, last)
            found.append([(begins[hit] - start, stops[hit] - start, vocabulary[words[hit]]) for hit in places])
        return found


class Told(NamedTuple):
    """What is told of names before they are cut."""

    signs: Signs
    uncovered: Counts
    """Letters of the label that are in no word."""
    rare: Floats
    """How rare its rarest word is."""
    hits: Hits


class Bound:
    """Tells which of many names a model could find."""

    def __init__(self, vocabulary: Vocabulary, model: Model) -> None:
        self._automaton = vocabulary.automaton
        words = vocabulary.words
        costs = model.costs()
        self._words = np.array([word_signs(word) for word in words], np.uint64)
        self._covers = np.array([word.place or not word.ordinary for word in words], np.bool_)
        self._exact = np.array([word.spelling == "exact" for word in words], np.bool_)
        self._letters = np.array([word.spelling == "exact" and word.text.isalpha() for word in words], np.bool_)
        self._costs = np.array([costs.total(word) for word in words])
        self._rare = np.array([max(0.0, costs.rarity(word) - 4.0) / 3.0 if _weighed(word) else 0.0 for word in words])
        self._intercept = model.intercept
        weights = model.weights
        self._anyway, self._without, self._with = (
            _gains(needs, weights) for needs in (ANYWAY, WITHOUT_BRAND, WITH_BRAND)
        )
        self._unknown = min(weights["unknown_letters"], 0.0)
        self._country = min(weights["suffix_country"], 0.0)
        self._restricted = min(weights["suffix_restricted"], 0.0)
        self._suffixes: dict[tuple[str, bool], Sign] = {}

    def most(self, names: Sequence[Registered], told: Told | None = None) -> Floats:
        """The log-odds that none of these names (with a label each) can exceed."""
        signs, uncovered, rare, _ = told or self.signs(names)
        odds = self._intercept + _sum(self._anyway, signs, rare)
        odds += np.maximum(_sum(self._without, signs, rare), _sum(self._with, signs, rare))
        odds += self._restricted * _has(signs, S.RESTRICTED)
        odds += self._country * _has(signs, S.COUNTRY | S.JOINED)
        odds += self._unknown * np.minimum(np.log1p(uncovered), 1.0) * ~_has(signs, S.BELOW_NAME)
        odds[[parts.label.startswith("xn--") for parts in names]] = math.inf
        return odds

    def signs(self, names: Sequence[Registered]) -> Told:
        """Of each name, all at once."""
        labels = "".join(f"{parts.label}\n" for parts in names).encode()
        seen, uncovered, rare, hits = self._labels(labels)
        suffixes = self._suffixes
        outside = np.empty(len(names), np.uint64)
        lower: list[str] = []
        of: list[int] = []
        for row, parts in enumerate(names):
            sign = suffixes.get((parts.suffix, parts.hosted))
            if sign is None:
                sign = suffixes[(parts.suffix, parts.hosted)] = suffix_signs(parts)
            if "365" in parts.label:
                sign |= Sign.NUMBER
            if "-" in parts.label and WRITTEN_SUFFIX.search(parts.label):
                sign |= Sign.SUFFIX
            outside[row] = sign
            for label in parts.below:
                if label not in ("www", "*"):
                    if "-" in label and WRITTEN_SUFFIX.search(label):
                        outside[row] |= np.uint64(Sign.SUFFIX)
                    lower.append(label)
                    of.append(row)
        seen |= outside
        if lower:
            below = self._labels("".join(f"{label}\n" for label in lower).encode()).signs
            moved = np.full(len(lower), np.uint64(Sign.BELOW))
            for sign, under in {**_BELOW, S.HYPHEN: S.BELOW_HYPHEN}.items():
                moved |= np.where(below & np.uint64(sign), np.uint64(under), np.uint64(0))
            np.bitwise_or.at(seen, np.array(of), moved)
        return Told(seen, uncovered, rare, hits)

    def _labels(self, text: bytes) -> Told:
        """Signs of labels, each with a line feed behind it."""
        letters = np.frombuffer(text, np.uint8)
        ends = np.flatnonzero(letters == _FEED)
        starts = np.r_[0, ends[:-1] + 1]
        label_of = np.repeat(np.arange(len(ends)), ends - starts + 1)
        alphabetic = (letters >= ord("a")) & (letters <= ord("z"))
        seen, rare = np.zeros(len(ends), np.uint64), np.zeros(len(ends))
        edges = np.zeros(len(letters) + 1, np.int64)
        kept_hits = Hits(_NONE, _NONE, _NONE, _NONE, starts)
        hits = self._automaton.find_matches_as_indexes(text, overlapping=True)
        if hits:
            found = np.fromiter(chain.from_iterable(hits), np.int64, 3 * len(hits)).reshape(-1, 3)
            words, begins, stops = found[:, 0], found[:, 1], found[:, 2]
            kept = ~self._beaten(words, begins, stops, len(letters))
            words, begins, stops = words[kept], begins[kept], stops[kept]
            label = label_of[begins]
            kept_hits = Hits(words, begins, stops, label, starts)
            signs = self._words[words]
            opens = (begins == starts[label]) & ~alphabetic[stops] & ((signs & np.uint64(S.LURE)) != 0)
            edge = (signs & np.uint64(S.EDGE)) != 0
            edge &= ((begins == starts[label]) & ~alphabetic[stops]) | (
                (stops == ends[label]) & ~alphabetic[begins - 1]
            )
            signs = np.where(edge, signs, signs & ~np.uint64(S.EDGE))
            signs = np.where(stops == ends[label], signs, signs & ~np.uint64(S.COM_LAST))
            signs = signs | np.where(opens, np.uint64(S.OPENS), np.uint64(0))
            firsts = np.flatnonzero(np.r_[True, label[1:] != label[:-1]])
            seen[label[firsts]] = np.bitwise_or.reduceat(signs, firsts)
            rare[label[firsts]] = np.maximum.reduceat(self._rare[words], firsts)
            covers = self._covers[words]
            edges += np.bincount(begins[covers], minlength=len(edges))
            edges -= np.bincount(stops[covers], minlength=len(edges))
        bare = alphabetic & (np.cumsum(edges[:-1]) == 0)
        uncovered = np.bincount(label_of[bare], minlength=len(ends))
        kinds = np.sum([(seen & np.uint64(kind)) != 0 for kind in _KINDS], axis=0)
        two = kinds >= 2
        several = (kinds >= 1) & (two | ((seen & np.uint64(S.CHANNEL | S.WHY)) != 0))
        hyphen, digit = np.zeros(len(ends), np.bool_), np.zeros(len(ends), np.bool_)
        hyphen[label_of[letters == ord("-")]] = True
        digit[label_of[(letters >= ord("0")) & (letters <= ord("9"))]] = True
        for sign, has in (
            (S.TWO_STRONG, two),
            (S.SEVERAL, several),
            (S.WHOLE, uncovered == 0),
            (S.NEARLY, uncovered <= 1),
            (S.HYPHEN, hyphen),
            (S.JOINED, ~hyphen),
            (S.DIGIT, digit),
        ):
            seen |= np.where(has, np.uint64(sign), np.uint64(0))
        return Told(seen, uncovered, rare, kept_hits)

    def _beaten(self, words: Counts, begins: Counts, stops: Counts, size: int) -> Bools:
        """Misspelt words that no cheapest cut has: a right word begins at the same place, costs no more, ends
        later, and no other word leads from inside it past its end. Whatever a cut does between the two ends, it pays
        for.

        `servic` in `services`, but not in `servicenter`, which may be cut into `servic` and `enter`."""
        reach, right_stop = np.zeros(size + 1, np.int64), np.zeros(size + 1, np.int64)
        right_cost = np.zeros(size + 1)
        # Matches come in the order of their ends: of several that begin at a place the last and longest stays.
        reach[begins] = stops
        exact = self._letters[words]
        right_stop[begins[exact]] = stops[exact]
        right_cost[begins[exact]] = self._costs[words[exact]]
        stop = right_stop[begins]
        beaten = (
            ~self._exact[words] & (stop > stops) & (stop <= stops + _AFTER) & (right_cost[begins] <= self._costs[words])
        )
        for place in range(_AFTER):
            inside = np.minimum(stops + place, size)
            beaten &= (inside >= stop) | (reach[inside] <= stop)
        return beaten


_AFTER = 4
"""Letters between the two ends that are looked at."""


def _weighed(word: Word) -> bool:
    """Whether its rarity is a feature: lure words, joining words that make an address, brands that others bear, too."""
    return word.common or word.text in POINTING or (word.brand is None and not word.filler and not word.ordinary)


class _Gain(NamedTuple):
    """What a feature can add."""

    most: float
    signs: Sign
    by_rarity: bool


_Gains = list[list[_Gain]]


def _gains(needs: Sequence[Need], weights: dict[str, float]) -> _Gains:
    """Those that exclude each other together."""
    kinds: dict[str, list[_Gain]] = {}
    for need in needs:
        most = weights[need.feature] * need.most
        if most > 0:
            kinds.setdefault(need.instead or need.feature, []).append(_Gain(most, need.signs, need.by_rarity))
    return [sorted(gains) for gains in kinds.values()]


def _sum(gains: _Gains, signs: Signs, rare: Floats) -> Floats:
    total = np.zeros(len(signs))
    for several in gains:
        best = np.zeros(len(signs))
        for gain in several:
            has = _has(signs, gain.signs)
            best[has] = gain.most * rare[has] if gain.by_rarity else gain.most
        total += best
    return total


def _has(signs: Signs, needed: Sign) -> Bools:
    bits = np.uint64(needed)
    has: Bools = (signs & bits) == bits
    return has
