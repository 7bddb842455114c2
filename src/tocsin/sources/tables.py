"""CSV and Parquet rows: columns of texts, or each row a JSON object of its columns."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet

from tocsin.sources.block import EXCERPT_CHARS, MAX_RECORD_BYTES, Block, Places, Refused
from tocsin.sources.line_ends import line_ends
from tocsin.sources.room import Piece, Room
from tocsin.sources.unpacking import READ_BYTES, Bytes, NotALog, Unpacked, read_behind
from tocsin.sources.value_texts import value_texts

_COLUMN = re.compile(rb"@?\d{0,2}[^\W\d][\w .()/:@#$\[\]-]{0,79}|[\x80-\xff][^=\[{]{0,79}")
"""How columns are called: `userPrincipalName`, `Date (UTC)`, `2FA Device Name`, `@timestamp`; not how a line of a log
begins."""

_JSON_CELL = b'"{""'
"""A cell that holds JSON tells a CSV even where it has one column or two: records and when they came, for example."""

_NO_HEADER = (b"#TYPE", b"sep=")
"""How a line begins that PowerShell or Excel writes before the header."""

_NOT_ASCII = 0x80
_NOTHING: Piece = np.empty(0, np.uint8)


def separator(head: bytes) -> str | None:
    """What separates the columns of the CSV that begins so: a comma, the semicolon that Excel and PowerShell write
    where the comma is a decimal point, or the tab of Excel's Unicode text. None when it is no CSV."""
    lines = head.lstrip().split(b"\n", 2)
    header = lines[1] if lines[0].startswith(_NO_HEADER) and len(lines) > 1 else lines[0]
    found = {sign: [name.strip(b' "\r') for name in header.split(sign)] for sign in (b",", b";", b"\t")}
    sign, names = max(found.items(), key=lambda one: len(one[1]))
    enough = len(names) >= 3 or _JSON_CELL in head
    return sign.decode() if enough and all(map(_COLUMN.fullmatch, names)) else None


CSV_BYTES = 2 << 20
"""What `pyarrow.csv` reads at a time: a tenth to a fifth less than `MAX_RECORD_BYTES` costs, but no longer row fits in.
Half of it costs a tenth more where there are sixty columns."""

_HELD = 0xF700
_BYTE = re.compile("[\uf780-\uf7ff]")
"""A byte that is no UTF-8, on its way through `pyarrow.csv`, which gives up the whole file for one in a broken row."""


def _hold(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return "".join(chr(_HELD + byte) for byte in error.object[error.start : error.end]), error.end


codecs.register_error("tocsin.hold", _hold)


class _CsvBytes(io.RawIOBase):
    """What `pyarrow.csv` reads: the stream, without what stands before the header and with bytes held that are no
    UTF-8. `holds` is whether there were such bytes so far."""

    def __init__(self, text: Bytes, room: Room) -> None:
        self._text, self._room, self._first, self._ended = text, room, True, False
        self._held: Piece = _NOTHING
        self._sound = 0  # how many bytes of it are UTF-8; behind them may be the beginning of a letter
        self.holds = False

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> memoryview:
        """So many of the next bytes, where they lie, which spares a copy; less only at the end."""
        while not self._ended and not 0 <= size <= self._sound:
            before = len(self._held)
            piece, filled = read_behind(self._text, self._held, self._room, READ_BYTES)
            self._ended = filled == before
            self._held = piece[:filled]
            if self._first:
                self._held = self._held[_before_header(self._held) :]
            self._first = False
            self._make_sound()
        size = self._sound if size < 0 else min(size, self._sound)
        given, self._held = self._held.data[:size], self._held[size:]
        self._sound -= size
        return given

    def _make_sound(self) -> None:
        held = self._held
        self._sound = len(held)
        if not len(held) or held.max() < _NOT_ASCII:  # as most is; to decode it would cost a tenth of reading the rows
            return
        try:
            self._sound = codecs.utf_8_decode(held.data, "strict", self._ended)[1]
        except UnicodeDecodeError:
            self.holds = True
            text, used = codecs.utf_8_decode(held.data, "tocsin.hold", self._ended)
            sound = np.frombuffer(text.encode(), np.uint8)
            self._held, self._sound = np.concatenate((sound, held[used:])), len(sound)


def _before_header(data: Piece) -> int:
    """How many bytes stand before the line that names the columns."""
    if not data[: len(max(_NO_HEADER, key=len))].tobytes().startswith(_NO_HEADER):
        return 0
    ends = line_ends(data)
    return int(ends[0]) if len(ends) else len(data)


class LongRow(Exception):
    """A row is longer than what is read at a time; `ordinal` is the first one that was not given."""

    def __init__(self, ordinal: int) -> None:
        super().__init__(ordinal)
        self.ordinal = ordinal


def csv_blocks(
    text: Bytes, head: bytes, stream: Unpacked, room: Room, *, read_bytes: int = MAX_RECORD_BYTES, since: int = 1
) -> Iterator[Block]:
    """Blocks of a CSV file's rows from this one on, read into memory of this room; a row of another width, or no UTF-8,
    costs that row.

    Raises `LongRow` where it could go on with a larger `read_bytes`.
    """
    refused: list[Refused] = []
    skipped: set[int] = set()

    def bad_row(row: Any) -> str:
        said = f"{row.actual_columns} columns where the header has {row.expected_columns}"
        place = row.number - 1 if row.number else None
        if place is None or place >= since:
            refused.append(Refused(line=None, record=place, reason=said, excerpt=_shown(row.text or "")))
        if place is not None:
            skipped.add(place)
        return "skip"

    sign = separator(head) or ","
    names = _header(head, sign)
    source = _CsvBytes(text, room)
    ordinal = 1
    try:
        reader = pa.csv.open_csv(
            source,
            read_options=pa.csv.ReadOptions(block_size=min(read_bytes, MAX_RECORD_BYTES), use_threads=False),
            parse_options=pa.csv.ParseOptions(delimiter=sign, newlines_in_values=True, invalid_row_handler=bad_row),
            convert_options=pa.csv.ConvertOptions(
                strings_can_be_null=True,
                quoted_strings_can_be_null=True,
                null_values=[""],
                check_utf8=False,
                column_types={name: pa.string() for name in names},
            ),
        )
        for batch in reader:
            places = _places(ordinal, len(batch), skipped)
            cells = _cells(batch)
            if not len(places):
                continue
            ordinal = int(places[-1]) + 1
            if ordinal <= since:
                continue
            if places[0] < since:
                kept = places >= since
                cells, places = cells.filter(pa.array(kept)), places[kept]
            if source.holds:
                cells, places = _released(cells, places, sign, refused)
            yield _block(None, cells, places, "csv", stream.position, refused)
            refused = []
    except (pa.ArrowInvalid, UnicodeDecodeError) as error:
        if "straddl" in str(error) and read_bytes < MAX_RECORD_BYTES:
            raise LongRow(ordinal) from error
        if "Empty CSV file" not in str(error):
            said = f"the CSV cannot be read on from here: {error}"
            refused.append(Refused(line=None, record=ordinal, reason=said))
    if refused:
        yield _block(None, None, _places(ordinal, 0, set()), "csv", stream.position, refused)


def _places(ordinal: int, count: int, skipped: set[int]) -> Places:
    """The numbers in the file of so many rows from this one on, where those skipped are not among them."""
    places = np.arange(ordinal, ordinal + count + len(skipped), dtype=np.int64)
    if not skipped:
        return places
    return places[~np.isin(places, list(skipped))][:count]


def _header(head: bytes, sign: str) -> list[str]:
    rows = csv.reader(io.StringIO(head.decode("utf-8", "replace")), delimiter=sign)
    try:
        names = next(rows, [])
        return next(rows, []) if head.startswith(_NO_HEADER) else names
    except csv.Error:
        return []


def _cells(batch: pa.RecordBatch) -> pa.Table:
    """The columns as texts, each name once: of columns that share one, what stands last in a row counts."""
    columns: dict[str, pa.Array] = {}
    for name, column in zip(batch.schema.names, batch.columns, strict=True):
        texts = column if pa.types.is_string(column.type) else column.cast(pa.string())
        columns[name] = pc.coalesce(texts, columns[name]) if name in columns else texts
    return pa.table(columns)


def _released(cells: pa.Table, places: Places, sign: str, refused: list[Refused]) -> tuple[pa.Table, Places]:
    """The cells with what was held of them read in the code page; rows where that cannot be are refused."""
    # With semicolons it was saved by Excel, whose plain CSV is in the code page of Windows.
    page = "cp1252" if sign == ";" else "utf-8"
    broken: set[int] = set()
    for place, name in enumerate(cells.column_names):
        found = pc.fill_null(pc.match_substring_regex(cells[name], "[\uf780-\uf7ff]"), False)
        if not pc.any(found).as_py():
            continue
        texts = cells[name].to_pylist()
        for number in np.flatnonzero(found.to_numpy()).tolist():
            held = texts[number]
            try:
                texts[number] = b"".join(
                    bytes([ord(one) - _HELD]) if _BYTE.match(one) else one.encode() for one in held
                ).decode(page)
            except UnicodeDecodeError:
                broken.add(number)
        cells = cells.set_column(place, name, [pa.array(texts, pa.string())])
    for number in sorted(broken):
        row = cells.slice(number, 1).to_pylist()[0]
        excerpt = _shown(",".join(text for text in row.values() if text is not None))
        refused.append(Refused(line=None, record=int(places[number]), reason="not UTF-8 text", excerpt=excerpt))
    sound = ~np.isin(np.arange(len(places)), list(broken))
    return cells.filter(pa.array(sound)), places[sound]


def _shown(text: str) -> str:
    return _BYTE.sub("\ufffd", text[:EXCERPT_CHARS])


def parquet_blocks(path: Path) -> Iterator[Block]:
    """Blocks of a Parquet file's rows."""
    ordinal, size = 1, path.stat().st_size
    try:
        file = pa.parquet.ParquetFile(path)
        total = max(file.metadata.num_rows, 1)
        for batch in file.iter_batches(batch_size=8192):
            records = value_texts(batch)
            ordinal += len(records)
            end = size * (ordinal - 1) // total
            places = _places(ordinal - len(records), len(records), set())
            yield _block(records, None, places, "parquet", end, [])
    except (pa.ArrowException, OSError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise  # the disk's word, not Arrow's
        raise NotALog(f"damaged Parquet: {error}") from error


def _block(
    texts: pa.Array | None, cells: pa.Table | None, places: Places, kind: str, end: int, refused: list[Refused]
) -> Block:
    return Block(
        texts=None if texts is None else pa.chunked_array([texts], pa.string()),
        cells=cells,
        lines=np.zeros(len(places), np.int64),
        ordinals=places,
        kind=kind,
        end=end,
        refused=refused,
    )
