"""The most that a name could score, from the signs of it: who cannot reach the threshold is not cut into words.

Each feature has signs without which it is nothing (`NEEDS`), and a weight in the model. The sum of the weights of all
features whose signs a name has is more than the name can score, whatever the cut finds; of features that exclude each
other the largest counts. What surely counts against a name is taken off. Tests hold both: no feature without its signs,
and no score above the bound.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import chain
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from tocsin.domains.kinds import CHANNEL, POINTING, SAYING_WHY
from tocsin.domains.model import Model
from tocsin.domains.registered import CHEAP, SPEAKING, Registered
from tocsin.domains.signs import STRONG_KINDS, Sign
from tocsin.domains.words import Vocabulary, Word

S = Sign
Signs = npt.NDArray[np.uint64]
Counts = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


class Need(NamedTuple):
    """Signs without which a feature is nothing, and how large it can be."""

    feature: str
    signs: Sign
    most: float = 1.0
    instead: str = ""
    """Of features with the same word here a name has one at most; of several lines of a feature the largest counts."""
    by_rarity: bool = False
    """It is as large as the rarest word of the name is rare, at most."""


_ALONE = S.WHOLE | S.LURE
_APART = _ALONE | S.HYPHEN
_GLUED = _ALONE | S.JOINED

WITHOUT_BRAND = (
    Need("strong_hyphened", _APART | S.STRONG, instead="kind"),
    Need("channel_hyphened", _APART | S.CHANNEL, instead="kind"),
    Need("loose_hyphened", _APART, instead="kind"),
    Need("strong_glued", _GLUED | S.STRONG, instead="kind"),
    Need("channel_glued", _GLUED | S.CHANNEL, instead="kind"),
    Need("loose_glued", _GLUED, instead="kind"),
    Need("strong_joined", _APART | S.STRONG, instead="kind"),
    Need("strong_joined_cheap", _GLUED | S.STRONG | S.CHEAP, instead="kind"),
    Need("channel_joined", _APART | S.CHANNEL, instead="kind"),
    Need("strong_with_channel", _APART | S.STRONG | S.CHANNEL),
    Need("loose_beside", _APART),
    Need("second_strong", _ALONE | S.TWO_STRONG),
    Need("third_word", _APART),
    Need("third_word", _GLUED, 0.5),
    Need("rarity", _APART, by_rarity=True),
    Need("commonest", _APART, by_rarity=True),
    Need("rarity_glued", _GLUED, by_rarity=True),
    Need("glued_under_cheap", _GLUED | S.CHEAP),
    Need("access_to_place", _APART),
    Need("access_first", S.HYPHEN | S.OPENS),
    Need("digits_by_lure", _ALONE | S.DIGIT),
    Need("two_strong_glued", _GLUED | S.SEVERAL),
    Need("two_and_a_name", S.HYPHEN | S.SEVERAL),
    Need("misspelt_glued", _GLUED | S.LURE_WRONG),
    Need("common_brand_with_word", S.WHOLE | S.NAME),
)
"""Features of names in which no brand is read."""

_NEARLY = S.BRAND | S.NEARLY

WITH_BRAND = (
    Need("brand_with_strong", S.BRAND | S.STRONG | S.HYPHEN, instead="with"),
    Need("brand_with_strong", _NEARLY | S.STRONG, 0.85, instead="with"),
    Need("brand_with_strong", S.BRAND | S.STRONG, 0.5, instead="with"),
    Need("brand_with_channel", _NEARLY | S.CHANNEL, instead="with"),
    Need("brand_with_loose", _NEARLY | S.LURE, instead="with"),
    Need("brand_with_filler", _NEARLY, instead="with"),
    Need("brand_alone_elsewhere", _NEARLY | S.CHEAP, instead="with"),
    Need("brand_of_mail", _NEARLY | S.HYPHEN),
    Need("brand_of_mail", _NEARLY, 0.5),
    Need("brand_glued_under_cheap", _NEARLY | S.JOINED | S.CHEAP),
    Need("brand_hyphened_under_cheap", _NEARLY | S.HYPHEN | S.CHEAP),
    Need("brand_with_company", _NEARLY | S.HYPHEN),
    Need("brand_with_my", S.BRAND | S.HYPHEN),
    Need("brand_with_my", S.BRAND | S.WRITTEN),
    Need("brand_hyphened", S.BRAND | S.HYPHEN),
    Need("brand_in_part", S.BRAND | S.HYPHEN, 2.0),
    Need("brand_misspelt", S.BRAND | S.BRAND_WRONG, instead="wrong"),
    Need("brand_lookalike", S.BRAND | S.BRAND_WRONG, instead="wrong"),
    Need("organisation", S.BRAND | S.ORGANISATION),
)
"""Features of names in which a brand is read that others do not bear."""

ANYWAY = (
    Need("office_number", S.WHOLE | S.NUMBER),
    Need("misspelt", _ALONE | S.LURE_WRONG),
    Need("business_word", S.LURE),
    Need("strong_in_part", S.STRONG, 6.0),
    Need("unknown_letters", S(0), 3.0),
    Need("com_token", S.HYPHEN | S.COM),
    Need("organisation_before", S.HYPHEN | S.NAME),
    Need("suffix_cheap", S.CHEAP),
    Need("suffix_country", S.COUNTRY),
    Need("suffix_restricted", S.RESTRICTED),
    Need("suffix_speaks", S.SPEAKING),
    Need("hosted", S.HOSTED),
    Need("hosted_whole", S.HOSTED | S.WHOLE),
    Need("below_own_domain", S.BELOW_NAME),
    Need("below_brand_with_lure", S.BELOW_BRAND | S.BELOW_HYPHEN),
    Need("below_brand", S.BELOW_BRAND),
    Need("below_brand_over_lure", S.BELOW_BRAND, 1.2),
    Need("below_strong", S.BELOW_STRONG, 2.0),
)
"""The others. `confusable` is of names in another script, which are always cut."""

_BELOW = {Sign.STRONG: Sign.BELOW_STRONG, Sign.NAME: Sign.BELOW_NAME, Sign.BRAND: Sign.BELOW_BRAND}
_KINDS = tuple(STRONG_KINDS.values())
_FEED = 10


class Bound:
    """Tells which of many names a model could find."""

    def __init__(self, vocabulary: Vocabulary, model: Model) -> None:
        self._automaton = vocabulary.automaton
        words = vocabulary.words
        costs = model.costs()
        self._words = np.array([_signs(word) for word in words], np.uint64)
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

    def most(self, names: Sequence[Registered]) -> Floats:
        """The log-odds that none of these names (with a label each) can exceed."""
        signs, uncovered, rare = self.signs(names)
        odds = self._intercept + _sum(self._anyway, signs, rare)
        odds += np.maximum(_sum(self._without, signs, rare), _sum(self._with, signs, rare))
        odds += self._restricted * _has(signs, S.RESTRICTED)
        odds += self._country * _has(signs, S.COUNTRY | S.JOINED)
        odds += self._unknown * np.minimum(np.log1p(uncovered), 1.0) * ~_has(signs, S.BELOW_NAME)
        odds[[parts.label.startswith("xn--") for parts in names]] = math.inf
        return odds

    def signs(self, names: Sequence[Registered]) -> tuple[Signs, Counts, Floats]:
        """Signs of each name, how many letters of its label are in no word, and how rare its rarest word is."""
        labels = "".join(f"{parts.label}\n" for parts in names).encode()
        seen, uncovered, rare = self._labels(labels)
        suffixes = self._suffixes
        outside = np.empty(len(names), np.uint64)
        lower: list[str] = []
        of: list[int] = []
        for row, parts in enumerate(names):
            sign = suffixes.get((parts.suffix, parts.hosted))
            if sign is None:
                sign = suffixes[(parts.suffix, parts.hosted)] = _suffix_signs(parts)
            outside[row] = sign
            for label in parts.below:
                if label not in ("www", "*"):
                    lower.append(label)
                    of.append(row)
        seen |= outside
        if lower:
            below, _, _ = self._labels("".join(f"{label}\n" for label in lower).encode())
            moved = np.full(len(lower), np.uint64(Sign.BELOW))
            for sign, under in {**_BELOW, S.HYPHEN: S.BELOW_HYPHEN}.items():
                moved |= np.where(below & np.uint64(sign), np.uint64(under), np.uint64(0))
            np.bitwise_or.at(seen, np.array(of), moved)
        return seen, uncovered, rare

    def _labels(self, text: bytes) -> tuple[Signs, Counts, Floats]:
        """Signs of labels, each with a line feed behind it."""
        letters = np.frombuffer(text, np.uint8)
        ends = np.flatnonzero(letters == _FEED)
        starts = np.r_[0, ends[:-1] + 1]
        label_of = np.repeat(np.arange(len(ends)), ends - starts + 1)
        alphabetic = (letters >= ord("a")) & (letters <= ord("z"))
        seen, rare = np.zeros(len(ends), np.uint64), np.zeros(len(ends))
        edges = np.zeros(len(letters) + 1, np.int64)
        hits = self._automaton.find_matches_as_indexes(text, overlapping=True)
        if hits:
            found = np.fromiter(chain.from_iterable(hits), np.int64, 3 * len(hits)).reshape(-1, 3)
            words, begins, stops = found[:, 0], found[:, 1], found[:, 2]
            kept = ~self._beaten(words, begins, stops, len(letters))
            words, begins, stops = words[kept], begins[kept], stops[kept]
            label = label_of[begins]
            signs = self._words[words]
            opens = (begins == starts[label]) & ~alphabetic[stops] & ((signs & np.uint64(S.LURE)) != 0)
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
            (S.DIGIT | S.NUMBER, digit),
        ):
            seen |= np.where(has, np.uint64(sign), np.uint64(0))
        return seen, uncovered, rare

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


def _signs(word: Word) -> Sign:
    brand = word.brand
    if brand is not None:
        signs = S.NAME
        if not word.common:
            signs |= S.BRAND
        if brand.organisation:
            signs |= S.ORGANISATION
        elif "-" in word.right:
            signs |= S.WRITTEN
        return signs if word.spelling == "exact" else signs | S.BRAND_WRONG
    if word.text == "com":
        return S.COM
    if word.filler or word.ordinary:
        return S(0)
    signs = S.LURE
    if word.group in STRONG_KINDS:
        signs |= S.STRONG | STRONG_KINDS[word.group]
    if word.group in CHANNEL:
        signs |= S.CHANNEL
    if word.group in SAYING_WHY:
        signs |= S.WHY
    return signs if word.spelling == "exact" else signs | S.LURE_WRONG


def _suffix_signs(parts: Registered) -> Sign:
    last = parts.suffix.rsplit(".", 1)[-1]
    signs = S(0)
    if parts.hosted:
        signs |= S.HOSTED
    elif parts.restricted:
        signs |= S.RESTRICTED
    elif parts.country and last not in CHEAP:
        signs |= S.COUNTRY
    if last in CHEAP or parts.dynamic:
        signs |= S.CHEAP
    return signs | S.SPEAKING if last in SPEAKING else signs


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
