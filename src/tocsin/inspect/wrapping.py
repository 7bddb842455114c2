"""What a file is from outside: packing, encoding, container; and the names of what is no log at all."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from tocsin.sources.unpacking import NotALog, Unpacked, as_utf8

HEAD_BYTES = 1 << 12

MAGIC = (
    (b"\x89PNG\r\n\x1a\n", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"%PDF", "a PDF document: export the data itself, not a report of it"),
    (b"PK\x03\x04", "a ZIP archive, or an office document: unpack it, or save the table as CSV, and inspect that"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive: unpack it and inspect what is inside"),
    (b"Rar!", "a RAR archive: unpack it and inspect what is inside"),
    (b"BZh", "packed with bzip2: unpack it (bunzip2) and inspect that; gzip and zstd are read as they are"),
    (b"\xfd7zXZ\x00", "packed with xz: unpack it (unxz) and inspect that; gzip and zstd are read as they are"),
    (b"SQLite format 3\x00", "a SQLite database: export its table as CSV or JSON"),
    (b"ElfFile\x00", "a Windows event log (EVTX): it holds no events of an identity provider that Tocsin reads"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old office document or mail store: save the table as CSV"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a Windows program"),
)
"""How a file begins that is something else, and what that is."""

TAR = (257, b"ustar", "a tar archive: unpack it and inspect what is inside")

_MARKUP = re.compile(rb"\s*<[!?A-Za-z]")
"""A tag; `<134>` and the like is how syslog's lines begin."""

MARKS = (
    (b"\xef\xbb\xbf", "UTF-8 with byte order mark"),
    (b"\xff\xfe", "UTF-16"),
    (b"\xfe\xff", "UTF-16"),
)


@dataclass(frozen=True, kw_only=True)
class Wrapping:
    """How the file's records are wrapped."""

    packing: str | None  # gzip, zstd; None when plain
    encoding: str | None  # None where it has none of its own (Parquet)
    other: str | None  # what it is when it is no log


def wrapping(path: Path) -> Wrapping:
    """What the first bytes tell. Raises `OSError` when the file cannot be opened."""
    with path.open("rb") as file:
        start = file.read(HEAD_BYTES)
        file.seek(0)
        if start.startswith(b"PAR1"):
            return Wrapping(packing=None, encoding=None, other=None)
        if other := _other(start):
            return Wrapping(packing=None, encoding=None, other=other)
        stream = Unpacked(file)
        head = stream.peek(HEAD_BYTES)
        packing = stream.packing
        if packing and (other := _other(head)):
            return Wrapping(packing=packing, encoding=None, other=other)
        encoding = next((name for mark, name in MARKS if head.startswith(mark)), "UTF-8")
        try:
            as_utf8(stream, head)
        except NotALog:
            return Wrapping(packing=packing, encoding=None, other="binary content: neither JSON, CSV, Parquet nor text")
        if _MARKUP.match(head):
            return Wrapping(packing=packing, encoding=encoding, other="HTML or XML: export JSON or CSV instead")
    return Wrapping(packing=packing, encoding=encoding, other=None)


def _other(head: bytes) -> str | None:
    offset, mark, name = TAR
    if head[offset : offset + len(mark)] == mark:
        return name
    return next((what for begins, what in MAGIC if head.startswith(begins)), None)


CONTAINERS = {"json": "JSON documents", "csv": "CSV", "parquet": "Parquet"}


def container(kind: str, first: str) -> str:
    """The container in words, from a block's kind and its first record."""
    if kind == "lines":
        return "JSON lines" if first.lstrip()[:1] == "{" else "text lines"
    return CONTAINERS[kind]
