"""JSON documents out of a file, whole: an export's page says around its records whose they are.

Plain, gzip or zstd; one document, several one after another, or one a line. A document cut off or broken gives the
records that stood before the break (of a page or list), without what stood around them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from tocsin.exposure.registered import Refused
from tocsin.sources.containers import read_blocks
from tocsin.sources.unpacking import NotALog, Unpacked, as_utf8

EXCERPT_CHARS = 200
HEAD_BYTES = 1 << 16


@dataclass(frozen=True, kw_only=True)
class Document:
    """A decoded JSON value and where it begins; `line` where documents stand one a line."""

    value: Any
    line: int | None = None
    number: int | None = None


def documents(path: Path) -> Iterator[Document | Refused]:
    """Each document of the file, or why there is none. Raises `OSError` when it cannot be opened."""
    try:
        text, damage = _text(path)
    except NotALog as refusal:
        yield _refused(path, None, str(refusal))
        return
    if not damage and not text.strip():
        yield _refused(path, None, "the file is empty")
        return
    if text.lstrip()[:1] not in (b"{", b"[", b'"') and text.strip():
        yield _refused(path, 1, "neither a JSON document nor JSON lines", text)
        return
    if damage:
        yield _refused(path, None, damage)
    else:
        try:
            yield Document(value=msgspec.json.decode(text))
            return
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            pass
    if _a_line_each(text):
        yield from _lines(path, text[: text.rfind(b"\n") + 1] if damage else text)
    else:
        yield from _one_after_another(path, text)


def _text(path: Path) -> tuple[bytes, str | None]:
    with path.open("rb") as file:
        stream = Unpacked(file)
        text, _ = as_utf8(stream, stream.peek(HEAD_BYTES))
        pieces = []
        while data := text.read():
            pieces.append(data)
        return b"".join(pieces), stream.damage


def _a_line_each(text: bytes) -> bool:
    """Does a line of the first few hold a whole object?"""
    for line in text.split(b"\n", 20)[:20]:
        if line.lstrip()[:1] == b"{":
            try:
                msgspec.json.decode(line)
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
                continue
            return True
    return False


def _lines(path: Path, text: bytes) -> Iterator[Document | Refused]:
    for line, content in enumerate(text.split(b"\n"), start=1):
        if not content.strip():
            continue
        try:
            yield Document(value=msgspec.json.decode(content), line=line)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            yield _refused(path, line, f"no JSON: {error}", content)


def _one_after_another(path: Path, text: bytes) -> Iterator[Document | Refused]:
    try:
        content = text.decode()
    except UnicodeDecodeError as error:
        line = text.count(b"\n", 0, error.start) + 1
        yield _refused(path, line, "not UTF-8 text", text[max(error.start - 20, 0) : error.start + 20])
        return
    decoder, place, number = json.JSONDecoder(), 0, 0
    while place < len(content):
        if content[place] in " \t\r\n,;\x1e":
            place += 1
            continue
        try:
            value, place = decoder.raw_decode(content, place)
        except (json.JSONDecodeError, RecursionError):
            break
        number += 1
        yield Document(value=_encodable(value), number=number)
    if place < len(content):
        yield from _salvaged(path, content.count("\n", 0, place) + 1, number, content[place:])


def _encodable(value: Any) -> Any:
    """The value with `?` for halves of surrogate pairs, which Python's JSON lets through and no file can hold."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {_encodable(key): _encodable(one) for key, one in value.items()}
    return [_encodable(one) for one in value] if isinstance(value, list) else value


def _salvaged(path: Path, line: int, number: int, rest: str) -> Iterator[Document | Refused]:
    """What can be had of a document that breaks off: the whole records of a page, each by itself."""
    if number:  # earlier documents are used, and `read_blocks` would give their records again
        yield _refused(path, line, "text that is no JSON document", rest.encode())
        return
    for block in read_blocks(path):
        for at, record in zip(block.lines.tolist(), block.records.to_pylist(), strict=True):
            if record is None:
                continue
            try:
                yield Document(value=msgspec.json.decode(record), line=at)
            except (msgspec.DecodeError, RecursionError) as error:
                yield _refused(path, at, f"no JSON: {error}", record.encode())
        for one in block.refused:
            yield _refused(path, one.line, one.reason, one.excerpt.encode())


def _refused(path: Path, line: int | None, reason: str, content: bytes = b"") -> Refused:
    excerpt = " ".join(content[:EXCERPT_CHARS].decode("utf-8", "replace").split())
    return Refused(file=str(path), line=line, record=None, reason=reason, excerpt=excerpt)
