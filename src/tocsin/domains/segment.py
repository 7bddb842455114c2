"""A label cut into words: the likeliest way to read it, by how common its words are in harmless names.

`mysecureaccountlogin` reads my + secure + account + login. The cost of a word is the negative logarithm of its share
among the words of harmless names (`WordCosts`, counted when the model was trained); letters of no known word cost
`UNKNOWN_LETTER` each and `UNKNOWN_START` for each stretch. The cheapest way is found by dynamic programming.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tocsin.domains.words import Word

UNKNOWN_LETTER = 3.0
UNKNOWN_START = 4.0
GLUED = 1.5
"""More for a word that stands against unknown letters without a separator between."""
SHORT_LETTER = 2.9
"""For each letter of a short word: never cheaper than what it would be inside an unknown word."""
MISSPELT = 5.0
"""More for a word spelled wrongly."""

SEPARATORS = frozenset("-_.")


@dataclass(frozen=True, slots=True)
class Piece:
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
        self.otherwise = otherwise

    def of(self, text: str) -> float:
        return self._costs.get(text, self.otherwise)


def segment(label: str, found: Iterable[tuple[int, int, Word]], costs: WordCosts) -> list[Piece]:
    """The pieces of the label between its separators and digits, in order."""
    size = len(label)
    ending: dict[int, list[tuple[int, Word]]] = {}
    for start, end, word in found:
        ending.setdefault(end, []).append((start, word))
    plain = [label[place] in SEPARATORS for place in range(size)]
    digit = [label[place].isdigit() for place in range(size)]
    # Two states at each place: 0 after a word, a separator or the start; 1 inside unknown letters.
    infinity = float("inf")
    known, unknown = [0.0] + [infinity] * size, [infinity] * (size + 1)
    known_from: list[tuple[int, int, Word | None]] = [(0, 0, None)] * (size + 1)
    unknown_from: list[int] = [0] * (size + 1)
    known_is_word = [False] * (size + 1)
    for end in range(1, size + 1):
        place = end - 1
        if plain[place] or digit[place]:
            step = 0.0 if plain[place] else 0.5
            state = 0 if known[place] <= unknown[place] else 1
            known[end] = min(known[place], unknown[place]) + step
            known_from[end] = (place, state, None)
        else:
            fresh = known[place] + UNKNOWN_START + (GLUED if known_is_word[place] else 0.0)
            if fresh < unknown[place]:
                unknown[end], unknown_from[end] = fresh + UNKNOWN_LETTER, 0
            else:
                unknown[end], unknown_from[end] = unknown[place] + UNKNOWN_LETTER, 1
        for start, word in ending.get(end, ()):
            cost = costs.of(word.right)
            if word.spelling != "exact":
                cost += MISSPELT
            if len(word.text) <= 3:
                cost = max(cost, SHORT_LETTER * len(word.text))
            after_known = known[start] + cost
            after_unknown = unknown[start] + cost + GLUED
            best = min(after_known, after_unknown)
            if best < known[end]:
                known[end] = best
                known_from[end] = (start, 0 if after_known <= after_unknown else 1, word)
                known_is_word[end] = True
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
            start == 0 or not label[start - 1].isalpha(),
            end == len(label) or not label[end].isalpha(),
        )
        for start, end, word in spans
    ]
