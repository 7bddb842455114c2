"""Which of many names could be a hit at all: one pass of the automaton over all of them.

A name can reach the model's threshold only if it holds two words apart from each other, or a brand that stands by
itself, or letters of another script. Everything else is passed over without being taken apart. That nothing is lost is
not a matter of luck: `Judge.judge` asks the same question of a single name, and `ceiling` says how far a name without
these could come (tests hold it below the threshold).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from tocsin.domains.words import Vocabulary

_SEPARATES = np.ones(256, np.bool_)
_SEPARATES[[*range(ord("a"), ord("z") + 1)]] = False
_HYPHEN = ord("-")


class Candidates:
    """Finds names worth taking apart."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._automaton = vocabulary.automaton
        words = vocabulary.words
        self._brand = np.array([word.brand is not None and not word.common for word in words], np.bool_)
        self._com = np.array([word.text == "com" for word in words], np.bool_)
        self._says = np.array(
            [(not word.filler and not word.ordinary) or word.text == "com" for word in words], np.bool_
        )
        self._short = np.array([word.short for word in words], np.bool_)

    def of(self, text: bytes, ends: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """Numbers of the lines of the text (clean names, each with a line feed) that could be hits."""
        hits = self._automaton.find_matches_as_indexes(text, overlapping=True)
        if not hits:
            return np.empty(0, np.int64)
        found = np.fromiter((number for hit in hits for number in hit), np.int64, 3 * len(hits)).reshape(-1, 3)
        found = found[self._says[found[:, 0]]]
        letters = np.frombuffer(text, np.uint8)
        words, starts, stops = found[:, 0], found[:, 1], found[:, 2]
        before_at, after_at = np.maximum(starts - 1, 0), np.minimum(stops, len(letters) - 1)
        free_before = (starts == 0) | _SEPARATES[letters[before_at]]
        free_after = _SEPARATES[letters[after_at]]
        hyphened = ((starts > 0) & (letters[before_at] == _HYPHEN)) | (letters[after_at] == _HYPHEN)
        # "com" is a word only beside a hyphen, and short words only beside a separator or where another word is.
        kept = ~self._com[words] | hyphened
        words, starts, stops = words[kept], starts[kept], stops[kept]
        free_before, free_after = free_before[kept], free_after[kept]
        line = np.searchsorted(ends, starts, side="right")
        alone = line[self._brand[words] & free_before & free_after]
        # Two words apart: the first to end ends before the last to start begins.
        first_end = np.full(len(ends), np.iinfo(np.int64).max)
        last_start = np.full(len(ends), -1, np.int64)
        np.minimum.at(first_end, line, stops)
        np.maximum.at(last_start, line, starts)
        pairs = np.flatnonzero(last_start >= first_end)
        return np.union1d(alone, pairs)
