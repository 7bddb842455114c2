"""Records of a list spread over lines, a large piece at once, at four times the speed of `JsonStream`.

What begins and ends between two records of a list is itself a list once there are brackets around it, and any reader
of JSON tells where its records end. Only where such a piece ends has to be guessed: at the last place that looks as the
place between two records did before. After a wrong guess it is no JSON, and what is none is left to `JsonStream`, as
all else is: nothing is read differently.
"""

from __future__ import annotations

import re

import msgspec
import numpy as np
import numpy.typing as npt

from tocsin.sources.json_stream import JsonStream, Spans
from tocsin.sources.line_ends import line_ends

LEAST = 1 << 15
"""Of fewer bytes a piece is not worth while."""

GAP_BYTES = 64
"""More does not stand between two records, not even in deep indentation."""

MISSES = 4
"""So many pieces may be no list before that is held against a file of which fewer were one."""

_GAP = re.compile(rb"\}(\s*,\s*)\Z")
_FIRST_KEY = re.compile(rb'\{\s*"[^"\\]{0,60}"\s*:')
_decode = msgspec.json.Decoder(list[msgspec.Raw]).decode
_OBJECT = ord("{")
_APART = b" \t\r\n,"


class JsonPieces:
    """Feed bytes in order; each call gives records that ended in them, or before."""

    def __init__(self, *, max_record: int = 16 << 20, line: int = 1, least: int = LEAST) -> None:
        self._stream = JsonStream(max_record=max_record, line=line)
        self._most, self._least = max_record, least
        self._unread = b""  # what the stream was not given yet; begins with a record
        self._gap = b""  # what stands between two records; none is known when it is empty
        self._between = b""  # how the place between two looks, from bracket to bracket
        self._read, self._missed = 0, 0  # pieces

    def take_refused(self) -> list[tuple[int, str, bytes]]:
        """Line, reason and excerpt of what was no record, since the last call."""
        return self._stream.take_refused()

    def feed(self, data: bytes) -> Spans:
        data = self._unread + data
        if self._unread and self._least <= len(data) <= self._most:
            spans = self._at_once(data)
            if spans is not None:
                self._read += 1
                return spans
            self._missed += 1
        spans, self._unread = self._stream.feed(data), b""
        if len(data) >= self._least and self._missed <= max(self._read, MISSES):
            self._look(data)
        return spans

    def finish(self) -> Spans:
        """At the end of the document: what ended in what was not read yet, and what is still open was cut off."""
        spans = self._stream.feed(self._unread)
        self._unread = b""
        self._stream.finish()
        return spans

    def _look(self, data: bytes) -> None:
        """Go back to where the last record began, if it has not ended, and see how that place looks."""
        begin = len(data) - self._stream.begun
        # A record of many pieces is not read again with each of them.
        if not len(data) // 2 < begin < len(data):
            return
        gap = _GAP.search(data, max(0, begin - GAP_BYTES), begin)
        key = _FIRST_KEY.match(data, begin)
        if gap is not None and key is not None:
            self._gap = gap[1]
            # Over lines, a list inside a record is indented otherwise; on one line, it mostly has other names.
            self._between = gap[0] + (b"{" if b"\n" in self._gap else key[0])
            self._unread = self._stream.give_back()

    def _at_once(self, data: bytes) -> Spans | None:
        """The records up to the last one that begins in the data, which is kept; None where they are not found so."""
        end = data.rfind(self._between) + 1
        if not end:
            return None
        text = data[:end]
        try:
            records = _decode(b"[%b]" % text)
        except (msgspec.DecodeError, RecursionError):
            return None
        sizes = np.fromiter(map(len, records), np.int64, len(records))
        begins = self._begins(text, sizes)
        if begins is None:
            return None
        passed = end + len(self._gap)
        ends = line_ends(np.frombuffer(data, np.uint8, passed))
        first = self._stream.pass_lines(len(ends))
        self._unread = data[passed:]
        lines = first + np.searchsorted(ends, begins, side="right").astype(np.int64)
        return Spans(texts=records, lines=lines, sizes=sizes)

    def _begins(self, text: bytes, sizes: npt.NDArray[np.int64]) -> npt.NDArray[np.int64] | None:
        """Where the records of these sizes begin in the text, of which the first begins it; None where one is no
        object."""
        letters = np.frombuffer(text, np.uint8)
        begins = np.cumsum(sizes + len(self._gap)) - sizes - len(self._gap)
        gaps = (begins + sizes)[:-1]
        if begins[-1] + sizes[-1] == len(text) and all(
            (letters[gaps + place] == sign).all() for place, sign in enumerate(self._gap)
        ):
            return begins if (letters[begins] == _OBJECT).all() else None
        return _one_by_one(text, sizes.tolist())


def _one_by_one(text: bytes, sizes: list[int]) -> npt.NDArray[np.int64] | None:
    """The same where they are not all the same length apart."""
    begins, end = [], 0
    for size in sizes:
        begin = text.find(b"{", end)
        if text[end:begin].strip(_APART):
            return None
        begins.append(begin)
        end = begin + size
    return np.array(begins, np.int64)
