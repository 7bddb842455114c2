"""Files to blocks of records: plain, gzip, zstd; JSON lines, arrays, API pages; CSV; Parquet; text lines.

A block holds some thousand records as text with their place in the file, so memory stays flat however large
a file is. What breaks inside a file costs that record only: a bad line, a record longer than
`MAX_RECORD_BYTES`, a compressed stream that ends early.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from tocsin.sources.block import EXCERPT_CHARS, MAX_RECORD_BYTES, Block, Refused, joined, refusal
from tocsin.sources.json_lists import Unlisted, holds_lists
from tocsin.sources.json_pages import JsonRecords
from tocsin.sources.json_stream import ENDS, JsonStream, Spans, envelope_records
from tocsin.sources.line_ends import NEWLINE, line_ends
from tocsin.sources.room import Piece, Room
from tocsin.sources.tables import CSV_BYTES, LongRow, csv_blocks, parquet_blocks, separator
from tocsin.sources.unpacking import READ_BYTES, Bytes, NotALog, Unpacked, as_utf8, read_behind

__all__ = ["BLOCK_BYTES", "EXCERPT_CHARS", "MAX_RECORD_BYTES", "Block", "NotALog", "Refused", "read_blocks"]

BLOCK_BYTES = 40 << 20
"""Records handed on together: enough to make the engine's setting out (some 5 ms) cheap."""

JSON_READ_BYTES = 512 << 10
"""The passes over a piece of a JSON document run twice as fast where the piece fits in the cache."""

HEAD_BYTES = 1 << 16
HEAD_LINES = 50
"""How much of a file tells what it is."""

_NOTHING: Piece = np.empty(0, np.uint8)


def read_blocks(path: Path, room: Room | None = None) -> Iterator[Block]:
    """Blocks of the file's records, in memory of this room. Raises `NotALog` for binary content, `OSError` when it
    cannot be opened."""
    gathered: list[Block] = []
    size = 0
    for block in _small_blocks(path, room or Room()):
        gathered.append(block)
        size += block.nbytes
        if size >= BLOCK_BYTES:
            yield joined(gathered)
            gathered, size = [], 0
    if gathered:
        yield joined(gathered)


def _small_blocks(path: Path, room: Room) -> Iterator[Block]:
    with path.open("rb") as file:
        if file.read(4) == b"PAR1":
            yield from parquet_blocks(path)
            return
        file.seek(0)
        stream = Unpacked(file)
        text, head = as_utf8(stream, stream.peek(HEAD_BYTES))
        kind = _container(head)
        if kind == "json":
            blocks = _json_blocks(text, stream)
        elif kind == "csv":
            blocks = _csv_blocks(path, text, head, stream, room)
        else:
            blocks = _line_blocks(text, stream, room)
        held = 0
        for block in blocks:
            held += len(block.lines)
            yield block
        if stream.damage:
            said = f"{stream.damage}, after {held:,} records, which were read: get the file again and scan that"
            yield refusal(said, kind, stream.position)


def _csv_blocks(path: Path, text: Bytes, head: bytes, stream: Unpacked, room: Room) -> Iterator[Block]:
    try:
        yield from csv_blocks(text, head, stream, room, read_bytes=CSV_BYTES)
    except LongRow as longer:
        with path.open("rb") as file:
            again = Unpacked(file)
            text, head = as_utf8(again, again.peek(HEAD_BYTES))
            yield from csv_blocks(text, head, again, room, since=longer.ordinal)
            stream.damage = again.damage


def _container(head: bytes) -> str:
    start = head.lstrip()
    if start[:1] == b"[":
        # A text log may begin with "[INFO]" or "[2026-03-02": a JSON array holds objects, arrays of them, or nothing.
        inner = start[1:].lstrip()
        return "json" if inner[:1] in (b"{", b"]", b"") or holds_lists(start) else "lines"
    lines = start.split(b"\n", HEAD_LINES)
    if start[:1] == b"{":
        return _json_container(start, [line.rstrip(b"\r") for line in lines])
    return "csv" if separator(start) is not None else "lines"


def _json_container(start: bytes, lines: list[bytes]) -> str:
    """JSON lines when a line is a whole record; an object spread over lines, and API pages, are streamed."""
    for number, line in enumerate(lines):
        if line[:1] == b"{":
            try:
                record = msgspec.json.decode(line)
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
                pass
            else:
                page = isinstance(record, dict) and envelope_records(record) is not None
                return "json" if page else "lines"
        if number == 0 and (line.strip() == b"{" or _opens_envelope(start)):
            return "json"
    if len(lines) == 1:
        return "lines"  # one very long record, cut off by the head
    # No whole record in many lines: spread over them, or else every line is broken.
    return "lines" if sum(line[:1] == b"{" for line in lines) > 1 else "json"


def _opens_envelope(start: bytes) -> bool:
    stream = JsonStream()
    stream.feed(start)
    return stream.in_envelope


def _line_blocks(text: Bytes, stream: Unpacked, room: Room) -> Iterator[Block]:
    rest, line, ordinal, overlong = _NOTHING, 1, 1, False
    while True:
        piece, size = read_behind(text, rest, room, READ_BYTES)
        ended = size == len(rest)
        if ended and (not size or stream.damage):
            return  # what is left of a damaged stream is a record cut off
        if ended and piece[size - 1] != NEWLINE:
            piece[size] = NEWLINE
            size += 1
        ends = line_ends(piece[:size])
        bounds = np.concatenate(([0], ends))
        refused: list[Refused] = []
        first = 0
        if overlong and len(ends):
            # The tail of a record already refused.
            first, overlong = 1, False
        rest = piece[bounds[-1] : size]
        count = max(len(bounds) - first - 1, 0)
        line_from = line + first
        line += len(ends)
        if overlong:
            rest = _NOTHING
        elif len(rest) > MAX_RECORD_BYTES:
            refused.append(
                Refused(
                    line=line,
                    record=None,
                    reason=f"longer than {MAX_RECORD_BYTES >> 20} MiB: no provider writes such a record",
                    excerpt=bytes(rest[:EXCERPT_CHARS]).decode("utf-8", "replace"),
                )
            )
            rest, overlong = _NOTHING, True
        if count or refused:
            records = _strings(pa.py_buffer(piece), bounds[first:].astype(np.int32), refused, line_from)
            lines = np.arange(line_from, line_from + count, dtype=np.int64)
            yield Block(
                texts=pa.chunked_array([records], pa.string()),
                lines=lines,
                ordinals=np.arange(ordinal, ordinal + count, dtype=np.int64),
                kind="lines",
                end=stream.position,
                refused=refused,
            )
            ordinal += count
        if ended:
            return


def _strings(buffer: pa.Buffer, bounds: npt.NDArray[np.int32], refused: list[Refused], line_from: int) -> pa.Array:
    """The slices of the buffer as an Arrow string array without copying; text that is no UTF-8 becomes
    NULL."""
    count = max(len(bounds) - 1, 0)
    if not count:
        return pa.array([], pa.string())
    array = pa.StringArray.from_buffers(count, pa.py_buffer(bounds), buffer)
    try:
        array.validate(full=True)
    except pa.ArrowInvalid:
        texts: list[str | None] = []
        for number in range(count):
            piece = bytes(memoryview(buffer)[bounds[number] : bounds[number + 1]])
            try:
                texts.append(piece.decode())
            except UnicodeDecodeError as error:
                texts.append(None)
                refused.append(
                    Refused(
                        line=line_from + number,
                        record=None,
                        reason=f"not UTF-8 text at byte {error.start} of the record",
                        excerpt=piece[:EXCERPT_CHARS].decode("utf-8", "replace"),
                    )
                )
        array = pa.array(texts, pa.string())
    return array


def _json_blocks(text: Bytes, stream: Unpacked) -> Iterator[Block]:
    splitter, ordinal, text = JsonRecords(max_record=MAX_RECORD_BYTES), 1, Unlisted(text)
    while True:
        data = text.read(JSON_READ_BYTES)
        spans = splitter.feed(data) if data else splitter.finish()
        refused = [
            Refused(line=line, record=None, reason=reason, excerpt=excerpt.decode("utf-8", "replace"))
            for line, reason, excerpt in splitter.take_refused()
            if not (stream.damage and reason.startswith(ENDS))  # told once, of the file
        ]
        if spans.count or refused:
            records = _texts(spans, refused)
            yield Block(
                texts=pa.chunked_array([records], pa.string()),
                lines=spans.lines,
                ordinals=np.arange(ordinal, ordinal + spans.count, dtype=np.int64),
                kind="json",
                end=stream.position,
                refused=refused,
            )
            ordinal += spans.count
        if not data:
            return


def _texts(spans: Spans, refused: list[Refused]) -> pa.Array:
    held: list[Refused] = []
    array = _strings(pa.py_buffer(spans.joined), spans.bounds.astype(np.int32), held, 0)
    for one in held:
        number = one.line or 0
        refused.append(Refused(line=int(spans.lines[number]), record=None, reason=one.reason, excerpt=one.excerpt))
    return array
