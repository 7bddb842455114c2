"""Records out of a JSON document of any size, without holding it: arrays, API pages, objects one after another.

A page (`{"value": [...]}`, `{"items": [...]}`, `{"records": [...]}`) is an object that holds its records in a list
under a known key; several pages may follow each other. Structural characters are found with vector operations and
only those near the surface are walked one by one, so nested content costs little.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

ENVELOPE_KEYS = ("value", "items", "records", "Records", "results", "Resources")
"""Keys under which vendors' interfaces return a page's records (Graph: value; Google: items; Azure: records)."""

_SPECIAL = np.zeros(256, np.bool_)
_SPECIAL[list(b'"{}[]')] = True
_DEPTH = np.zeros(256, np.int32)
_DEPTH[list(b"{[")] = 1
_DEPTH[list(b"}]")] = -1
_KEY_BEFORE = re.compile(rb'"(' + "|".join(ENVELOPE_KEYS).encode() + rb')"\s*:\s*$')
_OPEN_OBJECT, _OPEN_LIST = ord("{"), ord("[")
_OBJECT, _LIST, _PAGE = "object", "list", "page"  # a page: the list of records inside a page's object


def envelope_records(document: Mapping[str, Any]) -> list[Any] | None:
    """The records of a decoded API page, or None when the object is a record itself."""
    for key in ENVELOPE_KEYS:
        held = document.get(key)
        if isinstance(held, list) and all(isinstance(one, dict) for one in held):
            return held
    return None


@dataclass(frozen=True, kw_only=True)
class Spans:
    """Whole records: their texts and the line each begins on (int64, from 1)."""

    texts: list[bytes]
    lines: np.ndarray

    @property
    def count(self) -> int:
        return len(self.texts)


class JsonStream:
    """Feed bytes in order; each call gives the records that ended in them."""

    def __init__(self, *, max_record: int = 16 << 20) -> None:
        self._max_record = max_record
        self._held = b""  # from the first byte still needed
        self._line = 1  # line of the first held byte
        self._depth = 0
        self._in_string = False
        self._containers: list[str] = []  # what is open, outermost first
        self._record_start: int | None = None
        self._page_given = False  # the open top-level object turned out to be a page
        self._refused: list[tuple[int, str, bytes]] = []
        self._tail_escapes = 0

    @property
    def in_envelope(self) -> bool:
        return self._page_given

    def take_refused(self) -> list[tuple[int, str, bytes]]:
        refused, self._refused = self._refused, []
        return refused

    def finish(self) -> Spans:
        """At the end of the document: what is still open was cut off."""
        rest = self._held[self._record_start or 0 :].strip()
        if self._record_start is not None and not self._page_given_only_outer():
            self._refused.append(
                (self._line_at(self._record_start), "the document ends inside this record", rest[:200])
            )
        elif self._containers:
            self._refused.append(
                (self._line_at(len(self._held)), "the document ends early: what stood before was read", rest[:200])
            )
        self._held, self._containers, self._record_start = b"", [], None
        return Spans(texts=[], lines=np.empty(0, np.int64))

    def _page_given_only_outer(self) -> bool:
        return self._page_given and len(self._containers) == 1

    def _line_at(self, position: int) -> int:
        return self._line + self._held.count(b"\n", 0, position)

    def feed(self, data: bytes) -> Spans:
        base = len(self._held)
        self._held += data
        fresh = np.frombuffer(data, np.uint8)
        places = np.flatnonzero(_SPECIAL[fresh])
        kinds = fresh[places]
        quotes = kinds == 0x22
        if quotes.any() or self._in_string:
            quotes &= ~self._escaped(fresh, places, quotes)
            inside = (np.cumsum(quotes) + self._in_string) % 2 == 1
            self._in_string = bool(inside[-1]) if len(inside) else self._in_string
            # A closing quote stands "outside" after it and is itself no bracket; brackets inside strings drop out.
            brackets = (kinds != 0x22) & ~inside
        else:
            brackets = kinds != 0x22
        self._tail_escapes = self._trailing_backslashes(data)
        places, kinds = places[brackets], kinds[brackets]
        steps = _DEPTH[kinds]
        after = np.cumsum(steps) + self._depth
        depth_above = np.minimum(after, after - steps)
        near = np.flatnonzero(depth_above <= 2)
        if len(after):
            self._depth = max(int(after[-1]), 0)
        found: list[tuple[int, int]] = []
        walk = zip(kinds[near].tolist(), (places[near] + base).tolist(), depth_above[near].tolist(), strict=True)
        for kind, place, depth in walk:
            start = self._walk(kind, place, max(depth, 0))
            if start is not None:
                found.append((start, place + 1))
        spans = self._cut(found)
        self._forget()
        return spans

    def _cut(self, found: list[tuple[int, int]]) -> Spans:
        newlines = np.flatnonzero(np.frombuffer(self._held, np.uint8) == 0x0A)
        starts = np.array([start for start, _ in found], np.int64)
        return Spans(
            texts=[self._held[start:end] for start, end in found],
            lines=self._line + np.searchsorted(newlines, starts).astype(np.int64),
        )

    def _escaped(self, fresh: np.ndarray, places: np.ndarray, quotes: np.ndarray) -> np.ndarray:
        """Which of the places are quotes behind an odd run of backslashes."""
        escaped = np.zeros(len(places), np.bool_)
        spots = places[quotes]
        before = np.where(spots > 0, fresh[np.maximum(spots - 1, 0)], 0x5C if self._tail_escapes % 2 else 0)
        candidates = np.flatnonzero(before == 0x5C)
        numbers = np.flatnonzero(quotes)
        if not len(candidates):
            return escaped
        # Length of the run of backslashes ending at each position, from the last position that is none.
        slash = fresh == 0x5C
        last_other = np.maximum.accumulate(np.where(slash, -1, np.arange(len(fresh))))
        for candidate in candidates:
            spot = int(spots[candidate])
            run = spot - 1 - int(last_other[spot - 1]) if spot else 0
            if run == spot:
                run += self._tail_escapes
            escaped[numbers[candidate]] = run % 2 == 1
        return escaped

    def _trailing_backslashes(self, data: bytes) -> int:
        run = len(data) - len(data.rstrip(b"\\"))
        return run + self._tail_escapes if run == len(data) else run

    def _walk(self, kind: int, place: int, depth: int) -> int | None:
        """One bracket near the surface, `depth` deep outside it: the start of the record it closes, if any."""
        containers = self._containers
        if kind in (_OPEN_OBJECT, _OPEN_LIST):
            del containers[depth:]
            if kind == _OPEN_LIST:
                containers.append(self._list_mark(place, depth))
                return None
            if self._holds_records(depth):
                self._page_given = self._page_given and depth > 0
                self._record_start = place
            containers.append(_OBJECT)
            return None
        if depth >= len(containers):
            return None
        closed = containers[depth]
        del containers[depth:]
        if closed != _OBJECT or not self._holds_records(depth) or (depth == 0 and self._page_given):
            return None
        start, self._record_start = self._record_start, None
        return start

    def _list_mark(self, place: int, depth: int) -> str:
        if depth == 1 and self._containers == [_OBJECT]:
            key = _KEY_BEFORE.search(self._held, max(0, place - 64), place)
            if key:
                self._page_given, self._record_start = True, None
                return _PAGE
        return _LIST

    def _holds_records(self, depth: int) -> bool:
        """Is an object this deep a record: at the top, in the top list, or in a page's list?"""
        above = self._containers[:depth]
        return above in ([], [_LIST], [_OBJECT, _PAGE])

    def _forget(self) -> None:
        keep = self._record_start if self._record_start is not None else max(0, len(self._held) - 64)
        if len(self._held) - keep > self._max_record:
            self._refused.append(
                (
                    self._line_at(keep),
                    f"longer than {self._max_record >> 20} MiB: no provider writes such a record",
                    self._held[keep : keep + 200],
                )
            )
            self._record_start = None
            keep = max(0, len(self._held) - 64)
        self._line += self._held.count(b"\n", 0, keep)
        self._held = self._held[keep:]
        if self._record_start is not None:
            self._record_start -= keep
