"""A list of pages, or of lists, as these pages and lists one after another: `jq --slurp` writes it of many answers.

`JsonStream` reads the one like the other, and at any size, once the brackets of the outer list are gone.
"""

from __future__ import annotations

from tocsin.sources.json_stream import JsonStream
from tocsin.sources.unpacking import READ_BYTES, Bytes

PROBE_BYTES = 1 << 14
"""How much of a document tells what it is a list of."""


def holds_lists(head: bytes) -> bool:
    """Does a document that begins so hold a list of pages or of lists?"""
    start = head.lstrip()
    inner = start[1:].lstrip()
    if start[:1] != b"[":
        return False
    if inner[:1] == b"[":
        return inner[1:].lstrip()[:1] in (b"{", b"]")
    stream = JsonStream()
    for piece in inner[:PROBE_BYTES].split(b"{")[1:]:
        # One object opens in a piece, so that no page passes unseen between two looks.
        records = stream.feed(b"{" + piece).count
        if stream.in_envelope:
            return True
        if records:
            return False
    return False


class Unlisted:
    """The document's bytes; where it is such a list, without the brackets around it."""

    def __init__(self, text: Bytes) -> None:
        self._text = text
        self._begun = False
        self._listed = False
        self._kept = b""  # what may be the document's end

    def read(self, size: int = READ_BYTES) -> bytes:
        if not self._begun:
            return self._first(size)
        if not self._listed:
            return self._text.read(size)
        while data := self._text.read(size):
            if given := self._without_end(data):
                return given
        return self._end()

    def _first(self, size: int) -> bytes:
        self._begun = True
        data = b""
        while len(data) < PROBE_BYTES and (more := self._text.read(size)):
            data += more
        self._listed = holds_lists(data)
        if not self._listed:
            return data
        # A blank for the bracket: every line keeps its number.
        return self._without_end(data.replace(b"[", b" ", 1)) or self.read(size)

    def _without_end(self, data: bytes) -> bytes:
        data = self._kept + data
        whole = len(data.rstrip(b" \t\r\n]"))
        self._kept = data[whole:]
        return data[:whole]

    def _end(self) -> bytes:
        kept, self._kept, self._listed = self._kept, b"", False
        bracket = kept.rfind(b"]")
        # A list that is never closed was cut off: one left open says so.
        return kept[:bracket] + kept[bracket + 1 :] if bracket >= 0 else kept + b"["
