"""The limit L: DuckDB reading the same files, with explicit columns for the fields that Tocsin reads, and counting.

Nobody reads these logs for less with DuckDB: no row is kept, no code looked up, nothing normalised. Columns come
from the sources' own descriptions, so that L follows when a source reads more or fewer fields.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import chain, islice
from pathlib import Path

import msgspec

from tocsin.sources import SOURCES
from tocsin.sources.containers import read_blocks
from tocsin.sources.json_stream import envelope_records
from tocsin.sources.source import Source

Shape = dict[str, "Shape"]
"""Names of a record's fields and of what they hold; empty for a value."""

_STEP = re.compile(r'\.(?:"([^"]+)"|([\w@-]+))|\[(\d+|\*)\]')
_HEAD_LINE = 32 << 20
_SAMPLE = 2000


def counting(path: Path) -> str:
    """SQL that counts the file's records and every field of them, so that none is skipped."""
    sources, page = _kind(path)
    if not sources:
        lines = "header=false, delim='\\0', quote='', columns={'line': 'VARCHAR'}"
        return f"SELECT count(*) FROM read_csv({_quoted(str(path))}, {lines})"
    shape: Shape = {}
    for source in sources:
        for field in source.fields.values():
            _add(shape, field)
    inner = ", ".join(f"{_name(name)}: {_quoted(_type(held))}" for name, held in shape.items())
    values = ", ".join(f"count({value})" for value in _values(shape, ""))
    if page is None:
        return f"SELECT count(*), {values} FROM read_json({_quoted(str(path))}, columns={{{inner}}}, {_layout(path)})"
    # Columns of `read_json` cost nine times as much where a line holds a page of a megabyte.
    document = msgspec.json.encode({page: [_json(shape)]}).decode()
    records = f"from_json(json, {_quoted(document)}).{_name(page)}"
    pages = f"SELECT unnest({records}) AS r FROM read_ndjson_objects({_quoted(str(path))})"
    values = ", ".join(f"count({value})" for value in _values(shape, "r."))
    return f"SELECT count(*), {values} FROM ({pages})"


def _layout(path: Path) -> str:
    with path.open("rb") as file:
        return "format='array'" if file.read(1) == b"[" else "format='nd'"


def _kind(path: Path) -> tuple[list[Source], str | None]:
    """The sources that read the file's first records, and the key under which its pages hold them."""
    found: dict[str, Source] = {}
    for text in islice(chain.from_iterable(block.records for block in read_blocks(path)), _SAMPLE):
        try:
            record = msgspec.json.decode(text.as_py())
        except msgspec.DecodeError:
            continue
        source = next((one for one in SOURCES if one.recognises_line is None and one.recognises(record)), None)
        if source is not None:
            found[source.format] = source
    return list(found.values()), _page_key(path)


def _page_key(path: Path) -> str | None:
    with path.open("rb") as file:
        head = file.readline(_HEAD_LINE)
    try:
        document = msgspec.json.decode(head)
    except msgspec.DecodeError:
        return None
    if not isinstance(document, dict) or (records := envelope_records(document)) is None:
        return None
    return next(str(name) for name, held in document.items() if held is records)


def _add(shape: Shape, path: str) -> None:
    for quoted, plain, index in _STEP.findall(path):
        name = "[]" if index else quoted or plain
        # DuckDB's columns and struct fields know no case: of `tenantId` and `tenantid` one is enough.
        shape = shape.setdefault(next((one for one in shape if one.lower() == name.lower()), name), {})


def _type(shape: Shape) -> str:
    """What holds parts and is also asked for as a whole is read as its parts: the cheaper of the two."""
    if not shape:
        return "VARCHAR"
    if "[]" in shape:
        return _type(shape["[]"]) + "[]"
    return "STRUCT(" + ", ".join(f"{_name(name)} {_type(held)}" for name, held in shape.items()) + ")"


def _json(shape: Shape) -> object:
    """The same as DuckDB's `from_json` takes it."""
    if not shape:
        return "VARCHAR"
    return [_json(shape["[]"])] if "[]" in shape else {name: _json(held) for name, held in shape.items()}


def _values(shape: Shape, before: str) -> Iterable[str]:
    for name, held in shape.items():
        value = f"{before}{_name(name)}"
        while "[]" in held:
            held, value = held["[]"], f"{value}[1]"
        yield from _values(held, f"{value}.") if held else [value]


def _name(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
