"""Pages that stand on one line each, as interfaces and pipelines write them, at thrice the speed of `JsonStream`.

The first line that is no such page, and all behind it, is left to `JsonPieces`: nothing is read differently.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import msgspec
import numpy as np

from tocsin.sources.json_pieces import JsonPieces
from tocsin.sources.json_stream import ENVELOPE_KEYS, WRAPPED_KEY, Spans

LINE_BYTES = 32 << 20
"""A longer line is streamed: it would have to be held as a whole."""

HEAD_BYTES = 1 << 14
"""A page has less than this around its records; with more, some of them may stand under a key that comes twice."""

PIECE = 1 << 19
"""What a stream is given at a time of a line that was held: it watches the length of records between pieces."""

_OBJECT = ord("{")
_NO_OBJECT = re.compile(rb"\s*+[^{]")
_BLANK = re.compile(rb"\s*+")
_Records = list[msgspec.Raw] | None
_Inner = msgspec.defstruct("_Inner", [(WRAPPED_KEY, _Records, None)])
_Page = msgspec.defstruct(
    "_Page", [(key, _Records | _Inner if key == "response" else _Records, None) for key in ENVELOPE_KEYS]
)
_decode = msgspec.json.Decoder(_Page).decode


class JsonRecords:
    """Feed bytes in order; each call gives the records that ended in them."""

    def __init__(self, *, max_record: int = 16 << 20) -> None:
        self._max_record = max_record
        self._line = 1  # the next one
        self._held: list[memoryview] = []  # of a line that has not ended
        self._held_bytes = 0
        self._stream: JsonPieces | None = None

    def take_refused(self) -> list[tuple[int, str, bytes]]:
        """Line, reason and excerpt of what was no record, since the last call."""
        return self._stream.take_refused() if self._stream else []

    def feed(self, data: bytes) -> Spans:
        if self._stream:
            return self._stream.feed(data)
        end = data.rfind(b"\n") + 1
        if not end:
            self._hold(memoryview(data))
            no_page = self._held_bytes > LINE_BYTES or _NO_OBJECT.match(self._held[0]) is not None
            return self._streamed(_NONE) if no_page else _NONE
        # Whole lines are read where they lie: each copy of a page costs a tenth of reading it.
        if self._held:
            self._hold(memoryview(data)[:end])
            text = self._released()
            whole = len(text)
        else:
            text, whole = data, end
        self._hold(memoryview(data)[end:])
        return self._pages(text, whole)

    def finish(self) -> Spans:
        """At the end of the document: its last line may lack a line end."""
        spans = _NONE
        if self._stream is None:
            text = self._released()
            spans = self._pages(text, len(text))
        if self._stream is not None:
            spans = _together([spans, self._stream.finish()])
        return spans

    def _hold(self, data: memoryview) -> None:
        if data:
            self._held.append(data)
            self._held_bytes += len(data)

    def _released(self) -> bytes:
        """What was held."""
        held, self._held, self._held_bytes = self._held, [], 0
        return b"".join(held)

    def _pages(self, text: bytes, whole: int) -> Spans:
        """The records of the lines in this part of the text, as far as they are pages."""
        line = self._line
        spans, end = self._read(text, whole, _records)
        if not _objects(spans):
            self._line = line
            spans, end = self._read(text, whole, _objects_only)
        if end == whole:
            return spans
        self._held.insert(0, memoryview(text)[end:whole])
        return self._streamed(spans)

    def _read(self, text: bytes, whole: int, read: Callable[[memoryview, int], list[Any] | None]) -> tuple[Spans, int]:
        """The records of the lines as far as they are pages, and where the first one begins that is none."""
        texts: list[Any] = []
        lines: list[int] = []
        counts: list[int] = []
        start, view = 0, memoryview(text)
        while start < whole:
            end = text.find(b"\n", start, whole) + 1 or whole
            records = read(view[start:end], self._max_record)
            if records is None:
                break
            texts += records
            lines.append(self._line)
            counts.append(len(records))
            self._line += 1
            start = end
        return Spans(texts=texts, lines=np.repeat(np.array(lines, np.int64), counts)), start

    def _streamed(self, read: Spans) -> Spans:
        """These records and those of what is held, which a stream reads from now on."""
        self._stream = JsonPieces(max_record=self._max_record, line=self._line)
        held = self._released()
        return _together([read, *(self._stream.feed(held[at : at + PIECE]) for at in range(0, len(held), PIECE))])


def _together(found: list[Spans]) -> Spans:
    return Spans(
        texts=[text for one in found for text in one.texts], lines=np.concatenate([one.lines for one in found])
    )


def _records(line: memoryview, max_record: int) -> list[Any] | None:
    """The texts of what a page on this line lists; None when it is not a page and nothing else."""
    if _BLANK.fullmatch(line):
        return []
    try:
        page = _decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    held = [records for key in ENVELOPE_KEYS if (records := getattr(page, key)) is not None]
    if len(held) == 1 and isinstance(held[0], _Inner):
        held = [getattr(held[0], WRAPPED_KEY)]
    if len(held) != 1 or held[0] is None:
        return None
    (records,) = held
    sizes = list(map(len, records))
    if max(sizes, default=0) > max_record:
        return None
    return records if len(line) - sum(sizes) - len(sizes) < HEAD_BYTES else None


def _objects_only(line: memoryview, max_record: int) -> list[Any] | None:
    """The same, and None when it lists something that is no object."""
    records = _records(line, max_record)
    none = records is None or any(memoryview(record)[0] != _OBJECT for record in records)
    return None if none else records


def _objects(spans: Spans) -> bool:
    """Are all texts of objects? To look at all first letters at once takes a tenth of looking at one after another."""
    letters = np.frombuffer(spans.joined, np.uint8)
    return bool((letters[spans.bounds[:-1]] == _OBJECT).all())


_NONE = Spans(texts=(), lines=np.empty(0, np.int64))
