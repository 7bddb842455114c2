"""Records out of a JSON document of any size, without holding it: arrays, API pages, objects one after
another.

A page (`{"value": [...]}`, `{"items": [...]}`, `{"records": [...]}`) is an object that holds its records in
a list under a known key, or one level below it (`{"response": {"authlogs": [...]}}`); several pages may follow
each other. Structural characters are found with vector operations and only those near the surface are walked one by
one, so nested content costs little.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

ENVELOPE_KEYS = (
    *("value", "items", "records", "Records", "results", "Resources"),
    *("data", "logs", "response", "authlogs", "alerts"),
)
"""Keys under which vendors' interfaces return a page's records (Graph: value; Google: items, alerts; Azure: records;
authentik: results; OneLogin: data; Auth0: logs; Duo: response, or authlogs below it). `events` is none of them: an
activity of Google Workspace holds such a list and is one record."""

WRAPPED_KEY = "authlogs"
"""The key that marks a page also one level down: Duo's interface puts an object around it that says how the request
went."""

_SPECIAL = bytes(byte in b'"{}[]' for byte in range(256))
_DEPTH = np.zeros(256, np.int32)
_DEPTH[list(b"{[")] = 1
_DEPTH[list(b"}]")] = -1
_KEY_BEFORE = re.compile(rb'"(' + "|".join(ENVELOPE_KEYS).encode() + rb')"\s*:\s*\Z')
_WRAPPED_BEFORE = re.compile(rb'"' + WRAPPED_KEY.encode() + rb'"\s*:\s*\Z')
_WRAPPED_MARK = b'"' + WRAPPED_KEY.encode() + b'"'
_KEY_BYTES = 64  # longer than any of the keys with its quotes, colon and blanks
_OPEN_OBJECT, _OPEN_LIST, _CLOSE_OBJECT, _QUOTE, _BACKSLASH = b'{[}"\\'
_BETWEEN = b" \t\r\n,;\x1e"  # what may stand between two documents; 0x1E is RFC 7464's record separator
_OBJECT, _LIST = "object", "list"
_PAGE = "page"  # the list of records inside a page's object, or a list that may turn out to be one
ENDS = "the document ends"
"""How the refusals begin that say that a document is not whole."""

_PAGES = ([_OBJECT, _PAGE], [_OBJECT, _OBJECT, _PAGE])

Array = npt.NDArray[Any]


def envelope_records(document: Mapping[str, Any]) -> list[Any] | None:
    """The records of a decoded API page, or None when the object is a record itself."""
    for key in ENVELOPE_KEYS:
        held = document.get(key)
        if isinstance(held, list) and all(isinstance(one, dict) for one in held):
            return held
    for inner in document.values():
        if isinstance(inner, dict) and isinstance(inner.get(WRAPPED_KEY), list):
            return envelope_records({WRAPPED_KEY: inner[WRAPPED_KEY]})
    return None


@dataclass(frozen=True, kw_only=True)
class Spans:
    """Whole records: their texts and the line each begins on (int64, from 1)."""

    texts: Sequence[bytes | msgspec.Raw]
    lines: Array
    sizes: Array | None = None  # of the texts in bytes, where they are known (int64)

    @property
    def count(self) -> int:
        return len(self.texts)

    @cached_property
    def joined(self) -> bytes:
        """The texts one behind the other."""
        return b"".join(self.texts)

    @cached_property
    def bounds(self) -> Array:
        """Where each begins and ends in `joined`."""
        sizes = np.fromiter(map(len, self.texts), np.int64, self.count) if self.sizes is None else self.sizes
        return np.concatenate(([0], np.cumsum(sizes)))


class JsonStream:
    """Feed bytes in order; each call gives the records that ended in them."""

    def __init__(self, *, max_record: int = 16 << 20, line: int = 1) -> None:
        self._max_record = max_record
        self._held = b""  # from the first byte still needed
        self._line = line  # of the first held byte
        self._depth = 0
        self._in_string = False
        self._tail_escapes = 0
        self._containers: list[str] = []  # what is open near the surface, outermost first
        self._record_start: int | None = None
        self._list_start = 0
        self._page_given = False  # the open top-level object turned out to be a page
        self._may_wrap = False  # a page may be open, or may open in what was fed last, inside another object
        self._gap_start = 0  # behind the last top-level value
        self._refused: list[tuple[int, str, bytes]] = []

    @property
    def in_envelope(self) -> bool:
        return self._page_given

    def take_refused(self) -> list[tuple[int, str, bytes]]:
        """Line, reason and excerpt of what was no record, since the last call."""
        refused, self._refused = self._refused, []
        return refused

    def feed(self, data: bytes) -> Spans:
        base = len(self._held)
        self._held += data
        self._may_wrap = _PAGE in self._containers[2:] or self._held.find(_WRAPPED_MARK, max(0, base - _KEY_BYTES)) >= 0
        kinds, places, outside = self._surface(data)
        found: list[tuple[int, int]] = []
        for kind, place, depth in zip(kinds.tolist(), (places + base).tolist(), outside.tolist(), strict=True):
            if kind in (_OPEN_OBJECT, _OPEN_LIST):
                self._open(kind, place, depth)
            else:
                start = self._close(kind, place, depth)
                if start is not None:
                    found.append((start, place + 1))
        spans = self._cut(found)
        self._forget()
        return spans

    def finish(self) -> Spans:
        """At the end of the document: what is still open was cut off."""
        if self._record_start is not None:
            rest = self._held[self._record_start :]
            self._refuse(self._record_start, f"{ENDS} inside this record", rest)
        elif self._containers:
            said = f"{ENDS} early: what stood before was read"
            self._refuse(len(self._held), said, b"")
        else:
            self._refuse_gap(len(self._held))
        self._held, self._containers, self._record_start = b"", [], None
        return Spans(texts=[], lines=np.empty(0, np.int64))

    @property
    def begun(self) -> int:
        """How many bytes were fed of a record in a list that has not ended."""
        return len(self._held) if self._record_start is not None and self._list_open() else 0

    def give_back(self) -> bytes:
        """Those bytes, as if they had not been fed: the stream stands before the record."""
        held, self._held = self._held, b""
        self._containers = self._list_open()
        self._depth, self._in_string, self._tail_escapes, self._record_start = len(self._containers), False, 0, None
        return held

    def pass_lines(self, lines: int) -> int:
        """The line on which the stream stands between two records; so many lines of records were read elsewhere."""
        line = self._line
        self._line += lines
        return line

    def _list_open(self) -> list[str]:
        """The containers around the records, when they are a list or a page."""
        around = ([_LIST], *(_PAGES if self._page_given else ()))
        return next((list(held) for held in around if self._containers[: len(held)] == held), [])

    def _surface(self, data: bytes) -> tuple[Array, Array, Array]:
        """The brackets at most two levels deep: which, where in `data`, and how deep they stand."""
        fresh = np.frombuffer(data, np.uint8)
        places = np.flatnonzero(np.frombuffer(data.translate(_SPECIAL), np.bool_))
        kinds = fresh[places]
        quotes = kinds == _QUOTE
        if self._in_string or quotes.any():
            spots = np.flatnonzero(quotes)
            quotes[spots[self._escaped(fresh, places[spots])]] = False
            inside = ((np.cumsum(quotes) + self._in_string) & 1).astype(np.bool_)
            if len(inside):
                self._in_string = bool(inside[-1])
            brackets = (kinds != _QUOTE) & ~inside
            places, kinds = places[brackets], kinds[brackets]
        self._tail_escapes = self._trailing_backslashes(data)
        depth = np.cumsum(_DEPTH[kinds]) + self._depth
        # A closing bracket too many closes nothing: the depth stays at the floor.
        depth -= np.minimum(np.minimum.accumulate(depth), 0) if len(depth) else 0
        before = np.concatenate(([self._depth], depth[:-1]))
        if len(depth):
            self._depth = int(depth[-1])
        outside = np.minimum(depth, before)
        near = np.flatnonzero(outside <= self._records_outside(kinds, outside))
        return kinds[near], places[near], outside[near]

    def _records_outside(self, kinds: Array, outside: Array) -> int:
        """How deep records stand at most in what comes: one level while the top list lasts, three where a page may
        stand inside another object, else two."""
        surface = np.flatnonzero(outside == 0)
        if self._containers[:1] == [_LIST] and not len(surface):
            return 1
        opens = not self._containers and len(surface) == 1 and surface[0] == 0 and kinds[0] == _OPEN_LIST
        if opens:
            return 1
        return 3 if self._may_wrap else 2

    def _escaped(self, fresh: Array, spots: Array) -> Array:
        """Which of the quotes at these spots stand behind an odd run of backslashes."""
        escaped = np.zeros(len(spots), np.bool_)
        if not len(spots):
            return escaped
        before = fresh[np.maximum(spots - 1, 0)]
        candidates = np.flatnonzero((spots > 0) & (before == _BACKSLASH))
        if len(candidates):
            # Backslashes are few: number them and find for each where its run began.
            slashes = np.flatnonzero(fresh == _BACKSLASH)
            begins = np.concatenate(([True], np.diff(slashes) != 1))
            first = slashes[np.maximum.accumulate(np.where(begins, np.arange(len(slashes)), 0))]
            ends = spots[candidates] - 1
            start = first[np.searchsorted(slashes, ends)]
            run = ends - start + 1 + np.where(start == 0, self._tail_escapes, 0)
            escaped[candidates] = run & 1 == 1
        if spots[0] == 0:
            escaped[0] = self._tail_escapes & 1 == 1
        return escaped

    def _trailing_backslashes(self, data: bytes) -> int:
        run = len(data) - len(data.rstrip(b"\\"))
        return run + self._tail_escapes if run == len(data) else run

    def _open(self, kind: int, place: int, depth: int) -> None:
        containers = self._containers
        del containers[depth:]
        if depth == 0:
            self._refuse_gap(place)
            self._page_given = False
        if kind == _OPEN_LIST:
            page = (containers == [_OBJECT] and self._stands_behind(_KEY_BEFORE, place)) or (
                self._may_wrap and containers == [_OBJECT, _OBJECT] and self._stands_behind(_WRAPPED_BEFORE, place)
            )
            self._list_start = place
            containers.append(_PAGE if page else _LIST)
            return
        if containers in _PAGES and not self._page_given:
            self._page_given, self._record_start = True, None
        if self._holds_records():
            self._record_start = place
        containers.append(_OBJECT)

    def _close(self, kind: int, place: int, depth: int) -> int | None:
        """The start of the record that ends here, if one does."""
        containers = self._containers
        if depth >= len(containers):
            return None
        closed = containers[depth]
        del containers[depth:]
        if depth == 0:
            self._gap_start = place + 1
        if closed == _PAGE and not self._page_given and not self._held[self._list_start + 1 : place].strip():
            self._page_given, self._record_start = True, None  # an empty page
        if closed != _OBJECT or not self._holds_records() or (depth == 0 and self._page_given):
            return None
        start, self._record_start = self._record_start, None
        if kind != _CLOSE_OBJECT and start is not None:
            self._refuse(start, "text that is no JSON object", self._held[start : place + 1])
            return None
        return start

    def _stands_behind(self, key: re.Pattern[bytes], place: int) -> bool:
        return key.search(self._held, max(0, place - _KEY_BYTES), place) is not None

    def _holds_records(self) -> bool:
        """Is an object here a record: at the top, in the top list, or in a page's list?"""
        containers = self._containers
        return not containers or containers == [_LIST] or (self._page_given and containers in _PAGES)

    def _cut(self, found: list[tuple[int, int]]) -> Spans:
        newlines = np.flatnonzero(np.frombuffer(self._held, np.uint8) == 0x0A)
        starts = np.array([start for start, _ in found], np.int64)
        return Spans(
            texts=[self._held[start:end] for start, end in found],
            lines=(self._line + np.searchsorted(newlines, starts)).astype(np.int64),
        )

    def _refuse(self, position: int, reason: str, excerpt: bytes) -> None:
        line = self._line + self._held.count(b"\n", 0, position)
        self._refused.append((line, reason, excerpt[:200].strip()))

    def _refuse_gap(self, end: int) -> None:
        text = self._held[self._gap_start : end]
        if text.strip(_BETWEEN):
            said = len(text) - len(text.lstrip(_BETWEEN))
            self._refuse(self._gap_start + said, "text that is no JSON object", text.strip(_BETWEEN))
        self._gap_start = end

    def _forget(self) -> None:
        """Drop what no record needs any more."""
        held = len(self._held)
        if not self._containers:
            # A page's key cannot begin out here, so nothing of this is needed.
            self._refuse_gap(held)
            keep = held
        elif self._record_start is not None:
            keep = self._record_start
            if held - keep > self._max_record:
                said = f"longer than {self._max_record >> 20} MiB: no provider writes such a record"
                self._refuse(keep, said, self._held[keep : keep + 200])
                self._record_start, keep = None, max(0, held - _KEY_BYTES)
        else:
            keep = max(0, held - _KEY_BYTES)
        self._line += self._held.count(b"\n", 0, keep)
        self._held = self._held[keep:]
        self._gap_start = max(0, self._gap_start - keep)
        self._list_start = max(-1, self._list_start - keep)
        if self._record_start is not None:
            self._record_start -= keep
