"""A label cut into words: the likeliest way to read it, by how common its words are in harmless names.

`mysecureaccountlogin` reads my + secure + account + login. The cost of a word is the negative logarithm of its share
among the words of harmless names (`WordCosts`, counted when the model was trained); letters of no known word cost
`UNKNOWN_LETTER` each and `UNKNOWN_START` for each stretch. The cheapest way is found by dynamic programming.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from tocsin.domains.words import Word

UNKNOWN_LETTER = 3.0
UNKNOWN_START = 4.0
GLUED = 1.5
"""More for a word that stands against unknown letters without a separator between."""
SHORT_LETTER = 2.9
"""For each letter of a short word: never cheaper than what it would be inside an unknown word."""
MISSPELT = 5.0
"""More for a word spelled wrongly."""

DIGIT = 0.5

SEPARATORS = frozenset("-_.")
SCHEMES = frozenset({"https", "http", "www"})
"""What addresses begin with: what follows is a word of its own."""
_NEVER = float("inf")


class Piece(NamedTuple):
    """A stretch of the label: a word, or letters of none."""

    start: int
    end: int
    text: str
    word: Word | None
    before: bool
    """A separator, a digit or the label's end stands before it."""
    after: bool

    @property
    def bounded(self) -> bool:
        return self.before and self.after


class WordCosts:
    """What words cost: rare ones in harmless names more."""

    def __init__(self, costs: Mapping[str, float], otherwise: float) -> None:
        self._costs = costs
        self._totals: dict[str, float] = {}
        self.otherwise = otherwise

    def of(self, text: str) -> float:
        """By how rare the word is."""
        return self._costs.get(text, self.otherwise)

    def rarity(self, word: Word) -> float:
        """How rare it is as it is written: hardly anybody writes `servics`, however common `services` is."""
        return self.of(word.right) if word.spelling == "exact" else self.otherwise

    def total(self, word: Word) -> float:
        """The same with what its spelling and shortness add."""
        total = self._totals.get(word.text)
        if total is None:
            total = self.of(word.right) + (MISSPELT if word.spelling != "exact" else 0.0)
            if word.short:
                least = SHORT_LETTER * len(word.text)
                # A country's code by itself is one, however rare.
                total = least if word.place else max(total, least)
            self._totals[word.text] = total
        return total


def segment(label: str, found: Iterable[tuple[int, int, Word]], costs: WordCosts) -> list[Piece]:
    """The pieces of the label between its separators and digits, in order."""
    size = len(label)
    ending: list[list[tuple[int, Word]] | None] = [None] * (size + 1)
    for start, end, word in found:
        if word.group == "place" and len(word.text) == 2 and not _apart(label, start, end):
            continue  # a country's code is one by itself only: "es" of "myaccountes" is none
        here = ending[end]
        if here is None:
            ending[end] = [(start, word)]
        else:
            here.append((start, word))
    # Two states at each place: known, after a word, a separator or the start; unknown, inside letters of no word.
    known, unknown = [0.0] + [_NEVER] * size, [_NEVER] * (size + 1)
    known_from: list[tuple[int, int, Word | None]] = [(0, 0, None)] * (size + 1)
    unknown_from: list[int] = [0] * (size + 1)
    after_word = [False] * (size + 1)
    total = costs.total
    for end, letter in enumerate(label, start=1):
        place = end - 1
        before_known, before_unknown = known[place], unknown[place]
        if letter.isalpha():
            fresh = before_known + (UNKNOWN_START + GLUED if after_word[place] else UNKNOWN_START)
            if fresh < before_unknown:
                unknown[end] = fresh + UNKNOWN_LETTER
            else:
                unknown[end], unknown_from[end] = before_unknown + UNKNOWN_LETTER, 1
        else:
            step = 0.0 if letter in SEPARATORS else DIGIT
            if before_known <= before_unknown:
                known[end], known_from[end] = before_known + step, (place, 0, None)
            else:
                known[end], known_from[end] = before_unknown + step, (place, 1, None)
        for start, word in ending[end] or ():
            cost = total(word)
            if word.brand is not None and word.spelling != "exact" and _apart(label, start, end):
                cost -= MISSPELT  # protonemail by itself is protonmail misspelt, not proton and email
            by_known, by_unknown = known[start] + cost, unknown[start] + cost + GLUED
            if by_known <= by_unknown:
                if by_known < known[end]:
                    known[end], known_from[end], after_word[end] = by_known, (start, 0, word), True
            elif by_unknown < known[end]:
                known[end], known_from[end], after_word[end] = by_unknown, (start, 1, word), True
    return _pieces(label, known, unknown, known_from, unknown_from)


def _pieces(
    label: str,
    known: list[float],
    unknown: list[float],
    known_from: list[tuple[int, int, Word | None]],
    unknown_from: list[int],
) -> list[Piece]:
    spans: list[tuple[int, int, Word | None]] = []
    end = len(label)
    state = 0 if known[end] <= unknown[end] else 1
    while end > 0:
        if state == 1:
            start = end
            while state == 1:
                start -= 1
                state = unknown_from[start + 1]
            spans.append((start, end, None))
            end = start
        else:
            start, state, word = known_from[end]
            if word is not None:
                spans.append((start, end, word))
            end = start
    spans.reverse()
    return [
        Piece(
            start,
            end,
            label[start:end],
            word,
            start == 0 or not label[start - 1].isalpha() or _opened(label[:start], word),
            end == len(label) or not label[end].isalpha() or (start == 0 and label[:end] in SCHEMES),
        )
        for start, end, word in spans
    ]


def _opened(before: str, word: Word | None) -> bool:
    """Whether what stands before begins an address: `https` of httpsaccounts-google, `my` of mydrive-google."""
    return before in SCHEMES or (before == "my" and word is not None and word.brand is not None)


def _apart(label: str, start: int, end: int) -> bool:
    return (start == 0 or label[start - 1] in SEPARATORS) and (end == len(label) or label[end] in SEPARATORS)
