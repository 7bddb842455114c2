"""Which of many names could be a hit at all: one pass of an automaton over all of them.

A name can reach the model's threshold only if one of its labels holds two words apart from each other (joining words
and countries among them where hyphens set them apart), or if it holds a brand that stands by itself, beside another
word or with look-alike letters, or begins like a server of an organisation, or holds a word about accounts and little
else, or has letters of another script. Everything else is passed over without being taken apart. That nothing is lost
is not a matter of luck: `Judge.judge` asks the same question of a single name, and tests weigh thousands of names
that are passed over here and hold them below the threshold.
"""

from __future__ import annotations

from itertools import chain

import ahocorasick_rs
import numpy as np
import numpy.typing as npt

from tocsin.domains.kinds import BEGINNING, CHANNEL, DOCUMENTS, MOST_JOINING, POINTING, SERVERS, STRONG, WRITTEN
from tocsin.domains.words import Vocabulary

_SEPARATES = np.ones(256, np.bool_)
_SEPARATES[[*range(ord("a"), ord("z") + 1)]] = False
_DOT, _FEED, _HYPHEN = 46, 10, 45

PIECE = 1 << 20
"""Bytes looked at together: of text that is nothing but lure words, the matches weigh a hundred times as much."""

_NONE = np.empty(0, np.int64)


class Candidates:
    """Finds names worth taking apart."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        words = [word for word in vocabulary.words if word.close or not (word.filler or word.ordinary)]
        # Words that count between hyphens only: looked for with one of them, for "com" and "in" are in most names.
        joining = [word.text for word in vocabulary.words if word.place or word.text in POINTING or word.text == "com"]
        leading, trailing = [f"-{text}" for text in joining], [f"{text}-" for text in joining]
        # Addresses of brands in front of another name: "live.com." and "live.com-".
        addresses = [f"{domain}{sign}" for domain in vocabulary.addresses for sign in ".-"]
        servers = [f"{text}-" for text in sorted(SERVERS)]
        written = [f"-{text}-" for text in WRITTEN]
        patterns = [*(word.text for word in words), *leading, *trailing, *addresses, *servers, *written]
        self._automaton = ahocorasick_rs.BytesAhoCorasick(
            [text.encode() for text in patterns], matchkind=ahocorasick_rs.MatchKind.Standard
        )
        listed = (words, leading, trailing, addresses, servers, written)
        kinds = np.repeat(np.arange(len(listed)), [len(texts) for texts in listed])
        self._leading, self._trailing = kinds == 1, kinds == 2
        self._address, self._server, self._written = kinds == 3, kinds == 4, kinds == 5
        self._com = np.array([text in ("com-", "-com") for text in patterns])
        self._com[: len(words)] = False
        self._brand = self._address.copy()
        self._brand[: len(words)] = [word.brand is not None and not word.common for word in words]
        self._looks = np.zeros(len(patterns), np.bool_)
        self._looks[: len(words)] = [
            word.close or (word.brand is not None and (word.spelling == "lookalike" or "-" in word.right))
            for word in words
        ]
        self._documents = np.zeros(len(patterns), np.bool_)
        self._documents[: len(words)] = [word.text in DOCUMENTS for word in words]
        self._mail = np.zeros(len(patterns), np.bool_)
        self._mail[: len(words)] = [word.group == "mail" or word.text in SERVERS for word in words]
        self._begins, self._strong = np.zeros(len(patterns), np.bool_), np.zeros(len(patterns), np.bool_)
        self._begins[: len(words)] = [word.group in BEGINNING and word.spelling == "exact" for word in words]
        self._strong[: len(words)] = [word.group in STRONG for word in words]
        self._channel = np.zeros(len(patterns), np.bool_)
        self._channel[: len(words)] = [word.group in CHANNEL for word in words]

    def of(self, text: bytes, ends: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """Numbers of the lines of the text (clean names, each with a line feed) that could be hits."""
        if len(text) <= PIECE:
            return self._of_piece(text, ends)
        found: list[npt.NDArray[np.int64]] = []
        row, start = 0, 0
        while row < len(ends):
            last = max(int(np.searchsorted(ends, start + PIECE, side="right")), row + 1)
            stop = int(ends[last - 1])
            found.append(self._of_piece(text[start:stop], ends[row:last] - start) + row)
            row, start = last, stop
        return np.concatenate(found)

    def _of_piece(self, text: bytes, ends: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        hits = self._automaton.find_matches_as_indexes(text, overlapping=True)
        if not hits:
            return _NONE
        found = np.fromiter(chain.from_iterable(hits), np.int64, 3 * len(hits)).reshape(-1, 3)
        words, starts, stops = found[:, 0], found[:, 1], found[:, 2]
        letters = np.frombuffer(text, np.uint8)
        before, after = letters[np.maximum(starts - 1, 0)], letters[np.minimum(stops, len(letters) - 1)]
        opens, closes = (starts == 0) | _SEPARATES[before], _SEPARATES[after]
        kept = (~self._leading[words] | closes) & (~(self._trailing[words] | self._server[words]) | opens)
        if not kept.all():
            words, starts, stops, opens, closes = words[kept], starts[kept], stops[kept], opens[kept], closes[kept]
        if not len(words):
            return _NONE
        brand, server = self._brand[words], self._server[words]
        line = np.searchsorted(ends, starts, side="right")
        alone = line[
            server | self._written[words] | self._looks[words] | (brand & opens & (closes | self._address[words]))
        ]
        marks = np.flatnonzero((letters == _DOT) | (letters == _FEED))
        label = np.searchsorted(marks, starts)
        first = np.r_[0, marks + 1][label]
        begins = line[
            self._begins[words] & (starts == first) & (letters[np.minimum(stops, len(letters) - 1)] == _HYPHEN)
        ]
        last = stops == marks[np.minimum(label, len(marks) - 1)]
        ends_so = (self._documents[words] | self._mail[words]) & last
        edge = line[opens & closes & (ends_so | (self._documents[words] & (starts == first)))]
        com = line[self._com[words] & np.where(self._trailing[words], starts == first, last)]
        rest = marks[np.minimum(label, len(marks) - 1)] - first - (stops - starts)
        speaks = self._strong[words] | (self._channel[words] & opens & closes)
        joined = line[(speaks & (rest >= 1) & (rest <= MOST_JOINING)) | (self._strong[words] & opens & closes)]
        pairs = line[_apart(label, starts, stops)]
        branded = np.isin(line, line[brand])
        beside = line[branded][_apart(line[branded], starts[branded], stops[branded])] if branded.any() else _NONE
        return np.unique(np.concatenate([alone, begins, edge, com, joined, pairs, beside]))


def _apart(
    group: npt.NDArray[np.int64], starts: npt.NDArray[np.int64], stops: npt.NDArray[np.int64]
) -> npt.NDArray[np.int64]:
    """First places of the groups that hold two words apart: the first to end ends before the last to begin begins.
    Words come in the order of their ends, so that groups are in order and each begins with the first to end."""
    firsts = np.flatnonzero(np.r_[True, group[1:] != group[:-1]])
    return firsts[np.maximum.reduceat(starts, firsts) >= stops[firsts]]
