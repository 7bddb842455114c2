"""Files to blocks of records: plain, gzip or zstd; JSON lines, arrays and API pages; CSV; Parquet; text lines.

A block holds some thousand records as text with their place in the file, so memory stays flat however large a
file is. What breaks inside a file costs that record only: a bad line, a record longer than `MAX_RECORD_BYTES`,
a compressed stream that ends early.
"""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
import zstandard

from tocsin.sources.json_stream import JsonStream, envelope_records

READ_BYTES = 4 << 20
"""How much is read at a time: small enough to stay in the processor's cache, large enough to amortise calls."""

BLOCK_BYTES = 24 << 20
"""Records handed on together: enough to make the engine's planning of a statement (some 15 ms) cheap."""

MAX_RECORD_BYTES = 16 << 20
"""No provider's record comes near; a longer one is damage or an attack on memory."""

EXCERPT_CHARS = 200


@dataclass(frozen=True, kw_only=True)
class Refused:
    """Something in a file that is no record, with its place and the reason."""

    line: int | None
    record: int | None
    reason: str
    excerpt: str = ""


@dataclass(frozen=True, kw_only=True)
class Block:
    """Records of one file in order. `end` is how far into the file (bytes as stored) it reaches."""

    records: pa.ChunkedArray  # string: the text of each record; NULL where it was refused
    lines: np.ndarray  # int64: first line of each, from 1 (0 where the container has none)
    ordinals: np.ndarray  # int64: number of each in the file, from 1
    kind: str  # "lines", "json", "csv", "parquet"
    end: int
    refused: list[Refused] = field(default_factory=list)


class NotALog(Exception):
    """The file's content is nothing a log could be; the message says what it is."""


def read_blocks(path: Path) -> Iterator[Block]:
    """Blocks of the file's records. Raises `NotALog` for binary content, `OSError` when it cannot be opened."""
    gathered: list[Block] = []
    size = 0
    for block in _small_blocks(path):
        gathered.append(block)
        size += block.records.nbytes
        if size >= BLOCK_BYTES:
            yield _joined(gathered)
            gathered, size = [], 0
    if gathered:
        yield _joined(gathered)


def _joined(blocks: list[Block]) -> Block:
    return Block(
        records=pa.chunked_array([chunk for block in blocks for chunk in block.records.chunks], pa.string()),
        lines=np.concatenate([block.lines for block in blocks]),
        ordinals=np.concatenate([block.ordinals for block in blocks]),
        kind=blocks[-1].kind,
        end=blocks[-1].end,
        refused=[refusal for block in blocks for refusal in block.refused],
    )


def _small_blocks(path: Path) -> Iterator[Block]:
    with path.open("rb") as file:
        magic = file.read(4)
        file.seek(0)
        if magic == b"PAR1":
            yield from _parquet_blocks(path)
            return
        stream, damage = _Unpacked(file), None
        head = stream.peek(1 << 16)
        if not head.strip():
            if stream.damage:
                yield _only_refusal(stream.damage, 0)
            return
        text, head = _as_utf8(stream, head)
        kind = _container(head)
        if kind == "json":
            yield from _json_blocks(text, stream)
        elif kind == "csv":
            yield from _csv_blocks(text, stream)
        else:
            yield from _line_blocks(text, stream)
        damage = stream.damage
        if damage:
            yield _only_refusal(damage, stream.position)


def _only_refusal(reason: str, end: int) -> Block:
    empty = np.empty(0, np.int64)
    return Block(
        records=pa.chunked_array([], pa.string()),
        lines=empty,
        ordinals=empty,
        kind="lines",
        end=end,
        refused=[Refused(line=None, record=None, reason=reason)],
    )


class _Unpacked(io.RawIOBase):
    """The file's bytes, decompressed. A stream that ends early gives what it held and says so in `damage`."""

    def __init__(self, file: BinaryIO) -> None:
        magic = file.read(4)
        file.seek(0)
        self._file = file
        self.damage: str | None = None
        self._held = b""
        if magic[:2] == b"\x1f\x8b":
            self._source: io.BufferedIOBase | BinaryIO = gzip.GzipFile(fileobj=file)
        elif magic == b"\x28\xb5\x2f\xfd":
            reader = zstandard.ZstdDecompressor().stream_reader(file, read_across_frames=True)
            self._source = io.BufferedReader(reader, READ_BYTES)
        else:
            self._source = file

    @property
    def position(self) -> int:
        """How many bytes of the file as stored have been read."""
        return self._file.tell()

    def peek(self, size: int) -> bytes:
        while len(self._held) < size:
            more = self._raw_read(size - len(self._held))
            if not more:
                break
            self._held += more
        return self._held

    def readable(self) -> bool:
        return True

    def read(self, size: int = READ_BYTES) -> bytes:
        if self._held:
            held, self._held = self._held, b""
            return held
        return self._raw_read(size)

    def _raw_read(self, size: int) -> bytes:
        if self.damage:
            return b""
        try:
            return self._source.read(size) or b""
        except EOFError:
            self.damage = "the compressed file ends early (incomplete download?): what it held was read"
        except (zlib.error, gzip.BadGzipFile, zstandard.ZstdError) as error:
            self.damage = f"the compressed file is damaged ({error}): what stood before the damage was read"
        return b""


class _Transcoded:
    """UTF-16 (as PowerShell writes it) to UTF-8, block by block."""

    def __init__(self, stream: _Unpacked, encoding: str) -> None:
        import codecs

        self._stream = stream
        self._decode = codecs.getincrementaldecoder(encoding)(errors="replace").decode

    def read(self, size: int = READ_BYTES) -> bytes:
        data = self._stream.read(size)
        text = self._decode(data, not data)
        while data and not text:
            data = self._stream.read(size)
            text = self._decode(data, not data)
        return text.removeprefix("\ufeff").encode()


class _Skipping:
    """The stream less its first bytes (a byte order mark)."""

    def __init__(self, stream: _Unpacked, skip: int) -> None:
        self._stream, self._skip = stream, skip

    def read(self, size: int = READ_BYTES) -> bytes:
        data = self._stream.read(size)
        if self._skip:
            data, self._skip = data[self._skip :], 0
        return data


Bytes = _Unpacked | _Transcoded | _Skipping


def _as_utf8(stream: _Unpacked, head: bytes) -> tuple[Bytes, bytes]:
    for mark, encoding in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if head.startswith(mark):
            even = head[: len(head) & ~1]
            return _Transcoded(stream, encoding), even.decode(encoding, "replace").lstrip("\ufeff").encode()
    if head.startswith(b"\xef\xbb\xbf"):
        return _Skipping(stream, 3), head[3:]
    if b"\x00" in head:
        raise NotALog("binary content: neither JSON, CSV, Parquet nor a text log")
    return stream, head


def _container(head: bytes) -> str:
    start = head.lstrip()
    if start[:1] == b"[":
        return "json"
    if start[:1] == b"{":
        line, complete, _ = start.partition(b"\n")
        try:
            first = msgspec.json.decode(line)
        except msgspec.DecodeError:
            # One long line that the head cuts off may still be a JSON line; a short one is spread over lines.
            return "json" if complete or _opens_envelope(start) else "lines"
        return "json" if isinstance(first, dict) and envelope_records(first) is not None else "lines"
    line = start.split(b"\n", 1)[0]
    if line.startswith(b"#TYPE"):
        return "csv"
    names = [name.strip(b' "\r') for name in line.split(b",")]
    if len(names) >= 3 and all(0 < len(name) < 80 and b"=" not in name and b"{" not in name for name in names):
        return "csv"
    return "lines"


def _opens_envelope(start: bytes) -> bool:
    stream = JsonStream()
    stream.feed(start)
    return stream.in_envelope


def _line_blocks(text: Bytes, stream: _Unpacked) -> Iterator[Block]:
    rest, line, ordinal, overlong = b"", 1, 1, False
    while True:
        data = text.read(READ_BYTES)
        if not data and not rest:
            return
        buffer = rest + data if rest else data
        if not data and not buffer.endswith(b"\n"):
            buffer += b"\n"
        ends, position, find = [0], 0, buffer.find
        while position := find(b"\n", position) + 1:
            ends.append(position)
        refused: list[Refused] = []
        first = 0
        if overlong and len(ends) > 1:
            # The tail of a record already refused.
            first, overlong = 1, False
        rest = buffer[ends[-1] :]
        bounds = np.array(ends[first:], np.int32)
        count = max(len(bounds) - 1, 0)
        line_from = line + first
        line += len(ends) - 1
        if overlong:
            rest = b""
        elif len(rest) > MAX_RECORD_BYTES:
            refused.append(
                Refused(
                    line=line,
                    record=None,
                    reason=f"longer than {MAX_RECORD_BYTES >> 20} MiB: no provider writes such a record",
                    excerpt=rest[:EXCERPT_CHARS].decode("utf-8", "replace"),
                )
            )
            rest, overlong = b"", True
        if count or refused:
            records = _strings(buffer, bounds, refused, line_from)
            lines = np.arange(line_from, line_from + count, dtype=np.int64)
            yield Block(
                records=pa.chunked_array([records], pa.string()),
                lines=lines,
                ordinals=np.arange(ordinal, ordinal + count, dtype=np.int64),
                kind="lines",
                end=stream.position,
                refused=refused,
            )
            ordinal += count
        if not data:
            return


def _strings(buffer: bytes, bounds: np.ndarray, refused: list[Refused], line_from: int) -> pa.Array:
    """The slices of the buffer as an Arrow string array without copying; text that is no UTF-8 becomes NULL."""
    count = max(len(bounds) - 1, 0)
    if not count:
        return pa.array([], pa.string())
    array = pa.StringArray.from_buffers(count, pa.py_buffer(bounds), pa.py_buffer(buffer))
    try:
        array.validate(full=True)
    except pa.ArrowInvalid:
        texts: list[str | None] = []
        for number in range(count):
            piece = buffer[bounds[number] : bounds[number + 1]]
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


def _json_blocks(text: Bytes, stream: _Unpacked) -> Iterator[Block]:
    splitter, ordinal = JsonStream(max_record=MAX_RECORD_BYTES), 1
    while True:
        data = text.read(READ_BYTES)
        spans = splitter.feed(data) if data else splitter.finish()
        refused = [
            Refused(line=line, record=None, reason=reason, excerpt=excerpt.decode("utf-8", "replace"))
            for line, reason, excerpt in splitter.take_refused()
        ]
        if spans.count or refused:
            records = _texts(spans.texts, refused, spans.lines)
            yield Block(
                records=pa.chunked_array([records], pa.string()),
                lines=spans.lines,
                ordinals=np.arange(ordinal, ordinal + spans.count, dtype=np.int64),
                kind="json",
                end=stream.position,
                refused=refused,
            )
            ordinal += spans.count
        if not data:
            return


def _texts(pieces: list[bytes], refused: list[Refused], lines: np.ndarray) -> pa.Array:
    bounds = np.zeros(len(pieces) + 1, np.int32)
    np.cumsum([len(piece) for piece in pieces], out=bounds[1:])
    held: list[Refused] = []
    array = _strings(b"".join(pieces), bounds, held, 0)
    for refusal in held:
        number = refusal.line or 0
        refused.append(
            Refused(line=int(lines[number]), record=None, reason=refusal.reason, excerpt=refusal.excerpt)
        )
    return array


class _CsvBytes(io.RawIOBase):
    """What `pyarrow.csv` reads: the stream, without a leading `#TYPE` line (as PowerShell writes it)."""

    def __init__(self, text: Bytes) -> None:
        self._text, self._held, self._first = text, b"", True

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        if not self._held:
            self._held = self._text.read(READ_BYTES)
            if self._first and self._held.startswith(b"#TYPE"):
                self._held = self._held.partition(b"\n")[2]
            self._first = False
        piece, self._held = self._held[: len(buffer)], self._held[len(buffer) :]
        buffer[: len(piece)] = piece
        return len(piece)


def _csv_blocks(text: Bytes, stream: _Unpacked) -> Iterator[Block]:
    refused: list[Refused] = []

    def bad_row(row: pa.csv.InvalidRow) -> str:
        refused.append(
            Refused(
                line=None,
                record=row.number - 1 if row.number else None,
                reason=f"{row.actual_columns} columns where the header has {row.expected_columns}",
                excerpt=(row.text or "")[:EXCERPT_CHARS],
            )
        )
        return "skip"

    source = io.BufferedReader(_CsvBytes(text), READ_BYTES)
    header_names: list[str] | None = None
    ordinal = 1
    try:
        reader = pa.csv.open_csv(
            source,
            read_options=pa.csv.ReadOptions(block_size=MAX_RECORD_BYTES, use_threads=False),
            parse_options=pa.csv.ParseOptions(newlines_in_values=True, invalid_row_handler=bad_row),
            convert_options=pa.csv.ConvertOptions(
                strings_can_be_null=True, quoted_strings_can_be_null=True, null_values=[""], **_all_text(stream)
            ),
        )
        header_names = reader.schema.names
        text_schema = pa.schema([(name, pa.string()) for name in header_names])
        for batch in reader:
            table = pa.Table.from_batches([batch]).cast(text_schema)
            records = _rows_as_json(table)
            count = len(records)
            ordinals = np.arange(ordinal, ordinal + count, dtype=np.int64)
            yield Block(
                records=pa.chunked_array([records], pa.string()),
                lines=np.zeros(count, np.int64),
                ordinals=ordinals,
                kind="csv",
                end=stream.position,
                refused=list(refused),
            )
            refused.clear()
            ordinal += count
    except (pa.ArrowInvalid, UnicodeDecodeError) as error:
        refused.append(Refused(line=None, record=ordinal, reason=f"the CSV cannot be read on from here: {error}"))
    if refused:
        empty = np.empty(0, np.int64)
        yield Block(
            records=pa.chunked_array([], pa.string()), lines=empty, ordinals=empty, kind="csv", end=stream.position,
            refused=refused,
        )  # fmt: skip


def _all_text(stream: _Unpacked) -> dict[str, object]:
    import csv

    head = stream.peek(1 << 16)
    text = head.decode("utf-16" if head[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig", "replace")
    rows = csv.reader(io.StringIO(text))
    names = next(rows, [])
    if names and names[0].startswith("#TYPE"):
        names = next(rows, [])
    return {"column_types": {name: pa.string() for name in names}}


def _rows_as_json(table: pa.Table) -> pa.Array:
    names = table.schema.names
    encode = msgspec.json.encode
    columns = [column.to_pylist() for column in table.columns]
    return pa.array(
        [
            encode({name: value for name, value in zip(names, row, strict=True) if value is not None}).decode()
            for row in zip(*columns, strict=True)
        ],
        pa.string(),
    )


def _parquet_blocks(path: Path) -> Iterator[Block]:
    try:
        file = pa.parquet.ParquetFile(path)
    except (pa.ArrowInvalid, OSError) as error:
        raise NotALog(f"damaged Parquet: {error}") from error
    encode = msgspec.json.encode
    ordinal, size = 1, path.stat().st_size
    total = max(file.metadata.num_rows, 1)
    for batch in file.iter_batches(batch_size=8192):
        records = pa.array([encode(_json_ready(row)).decode() for row in batch.to_pylist()], pa.string())
        count = len(records)
        ordinals = np.arange(ordinal, ordinal + count, dtype=np.int64)
        ordinal += count
        yield Block(
            records=pa.chunked_array([records], pa.string()),
            lines=np.zeros(count, np.int64),
            ordinals=ordinals,
            kind="parquet",
            end=size * (ordinal - 1) // total,
        )


def _json_ready(row: dict[str, object]) -> dict[str, object]:
    """The row as JSON; a text column that itself holds JSON objects or lists is opened."""
    ready: dict[str, object] = {}
    for name, value in row.items():
        if isinstance(value, str) and value[:1] in "{[" and value:
            try:
                ready[name] = msgspec.json.decode(value)
                continue
            except msgspec.DecodeError:
                pass
        if isinstance(value, bytes):
            ready[name] = value.decode("utf-8", "replace")
        elif isinstance(value, list) and value and isinstance(value[0], tuple):
            ready[name] = dict(value)
        elif value is not None:
            ready[name] = value
    return ready
