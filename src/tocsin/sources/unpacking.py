"""A file's bytes as UTF-8 text: gzip and zstd undone, byte order marks and UTF-16 taken away."""

from __future__ import annotations

import codecs
import zlib
from abc import ABC, abstractmethod
from io import BufferedReader
from typing import Protocol

import numpy as np
import zstandard

from tocsin.sources.room import Piece, Room

READ_BYTES = 4 << 20
"""How much is read at a time: small enough to stay in the processor's cache, large enough to amortise
calls."""

BINARY_SHARE = 0.01
"""Of control characters. Zero bytes alone prove nothing: a log has some where a machine lost power."""

_TEXT = bytes({9, 10, 13, 27, *range(32, 256)})
_GZIP, _ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
_ZSTD_INPUT = 16 << 10  # a hostile frame unpacks to 30,000 times its size: some hundred MB at most from this
_EARLY = "the compressed file ends early"


class NotALog(Exception):
    """The file's content is nothing a log could be; the message says what it is."""


class Bytes(Protocol):
    def read(self, size: int = READ_BYTES) -> bytes:
        """Some more bytes, not more than fit in memory; none at the end."""
        ...


class Unpacked:
    """The file's bytes, decompressed. A stream that ends early gives what it held and says so in `damage`."""

    def __init__(self, file: BufferedReader) -> None:
        self._file = file
        self._head = b""
        self._packed: _Packed | None = None
        self.damage: str | None = None
        magic = file.read(4)
        file.seek(0)
        if magic[:2] == _GZIP:
            self._packed = _Gzip(file)
        elif magic == _ZSTD:
            self._packed = _Zstd(file)

    @property
    def packing(self) -> str | None:
        """gzip or zstd; None when the file is plain."""
        return None if self._packed is None else self._packed.name

    @property
    def position(self) -> int:
        """How many bytes of the file as stored have been read."""
        return self._file.tell()

    def peek(self, size: int) -> bytes:
        while len(self._head) < size:
            more = self._more(size - len(self._head))
            if not more:
                break
            self._head += more
        return self._head

    def read(self, size: int = READ_BYTES) -> bytes:
        if self._head:
            head, self._head = self._head, b""
            return head
        return self._more(size)

    @property
    def direct(self) -> bool:
        """Is what comes next stored as it is, so that it can be read where it shall lie?"""
        return self._packed is None and not self._head

    def readinto(self, room: memoryview) -> int:
        """What comes next, where that is `direct`; how many bytes there were, none at the end."""
        return self._file.readinto(room)

    def _more(self, size: int) -> bytes:
        if self._packed is None:
            return self._file.read(size)
        if self.damage:
            return b""
        data = self._packed.read(size)
        self.damage = self._packed.damage
        return data


class _Packed(ABC):
    """Members or frames one after another, unpacked as far as they go."""

    name: str

    def __init__(self, file: BufferedReader) -> None:
        self._file = file
        self._waiting = b""  # packed bytes not yet unpacked
        self._open = False  # inside a member
        self.damage: str | None = None
        self._begin()

    def read(self, size: int) -> bytes:
        pieces: list[bytes] = []
        gathered = 0
        while gathered < size and self.damage is None:
            if not self._waiting:
                self._waiting = self._file.read(_ZSTD_INPUT)
            if not self._open and not self._next():
                break
            try:
                piece = self._unpack(size - gathered)
            except (zlib.error, zstandard.ZstdError) as error:
                self.damage = f"the compressed file is damaged ({error})"
                break
            if piece:
                pieces.append(piece)
                gathered += len(piece)
            elif self._open and not self._waiting:
                self._waiting = self._file.read(_ZSTD_INPUT)
                if not self._waiting:
                    self.damage = _EARLY
        return b"".join(pieces)

    def _next(self) -> bool:
        """Is there another member? Zeros behind the last one are padding."""
        while self._waiting and not self._waiting.strip(b"\0"):
            self._waiting = self._file.read(_ZSTD_INPUT)
        if not self._waiting:
            return False
        self._begin()
        self._open = True
        return True

    @abstractmethod
    def _begin(self) -> None:
        """Get ready for the next member or frame."""

    @abstractmethod
    def _unpack(self, size: int) -> bytes:
        """Some of what the waiting bytes hold; nothing when more of them are needed."""


class _Gzip(_Packed):
    name = "gzip"

    def _begin(self) -> None:
        self._inflate = zlib.decompressobj(wbits=31)

    def _unpack(self, size: int) -> bytes:
        data = self._inflate.decompress(self._waiting, size)
        self._waiting = self._inflate.unconsumed_tail
        if self._inflate.eof:
            self._waiting, self._open = self._inflate.unused_data, False
        return data


class _Zstd(_Packed):
    name = "zstd"

    def _begin(self) -> None:
        self._inflate = zstandard.ZstdDecompressor().decompressobj()

    def _unpack(self, size: int) -> bytes:  # noqa: ARG002 - zstd has no say in how much it gives
        packed, self._waiting = self._waiting, b""
        data = self._inflate.decompress(packed)
        if self._inflate.eof:
            self._waiting, self._open = self._inflate.unused_data, False
        return data


class _Transcoded:
    """UTF-16 (as PowerShell writes it) to UTF-8, block by block."""

    def __init__(self, stream: Unpacked, encoding: str) -> None:
        self._stream = stream
        self._decode = codecs.getincrementaldecoder(encoding)(errors="replace").decode
        self._first = True

    def read(self, size: int = READ_BYTES) -> bytes:
        while True:
            data = self._stream.read(size)
            text = self._decode(data, not data)
            if self._first and text:
                self._first, text = False, text.removeprefix("\ufeff")
            if text or not data:
                return text.encode("utf-8", "replace")


class _Skipping:
    """The stream less its first bytes (a byte order mark)."""

    def __init__(self, stream: Unpacked, skip: int) -> None:
        self._stream, self._skip = stream, skip

    def read(self, size: int = READ_BYTES) -> bytes:
        while True:
            data = self._stream.read(size)
            ended = not data
            if self._skip:
                data, self._skip = data[self._skip :], max(0, self._skip - len(data))
            if data or ended:
                return data


def read_behind(text: Bytes, rest: Piece, room: Room, size: int) -> tuple[Piece, int]:
    """The rest and what comes next behind it, about so many bytes, in a piece of memory with a byte to spare; and how
    many bytes that is."""
    direct = isinstance(text, Unpacked) and text.direct
    data = b"" if direct else text.read(size)
    begin = len(rest)
    piece = room.take(begin + (size if direct else len(data)) + 1)
    piece[:begin] = rest
    if isinstance(text, Unpacked) and direct:
        return piece, begin + text.readinto(piece.data[begin : begin + size])
    piece[begin : begin + len(data)] = np.frombuffer(data, np.uint8)
    return piece, begin + len(data)


def as_utf8(stream: Unpacked, head: bytes) -> tuple[Bytes, bytes]:
    """The text and its head. Raises `NotALog` for binary content."""
    for mark, encoding in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if head.startswith(mark):
            even = head[: len(head) & ~1]
            text = even.decode(encoding, "replace").removeprefix("\ufeff")
            return _Transcoded(stream, encoding), text.encode("utf-8", "replace")
    if head.startswith(b"\xef\xbb\xbf"):
        return _Skipping(stream, 3), head[3:]
    if b"\x00" in head and len(head.translate(None, _TEXT)) > len(head) * BINARY_SHARE:
        raise NotALog("binary content: neither JSON, CSV, Parquet nor a text log")
    return stream, head
