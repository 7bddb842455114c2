"""The limit L: DuckDB reading the same files, with explicit columns for the fields that Tocsin reads, and counting.

Nobody reads these logs for less with DuckDB: no row is kept, no code looked up, nothing normalised. Columns come
from the sources' own descriptions, so that L follows when a source reads more or fewer fields. Of a record in another
record's text, or in a column of a CSV, that text is read as JSON; of a text line each field's pattern is looked for.
Fields that stand in another text inside the record are read of that text as the source reads them: in one pass over the
JSON that it is rewritten as, and not at all where it cannot be rewritten. Of a list that a source searches, the fields
that it searches for are columns, too.

A record without an id of its own is known by the digest of all that it says, so there is no field that Tocsin does not
need: all columns of a CSV are read, and the text of every JSON record beside its fields (a text line is read whole
anyway). The digest itself is Tocsin's affair and no part of L.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import chain, islice
from pathlib import Path

import msgspec

from tocsin.sources import SOURCES, Reader
from tocsin.sources.containers import read_blocks
from tocsin.sources.json_stream import envelope_records
from tocsin.sources.normalise import DIGEST, record_text
from tocsin.sources.source import Source

Shape = dict[str, "Shape"]
"""Names of a record's fields and of what they hold; empty for a value."""

_STEP = re.compile(r'\.(?:"([^"]+)"|([\w@-]+))|\[(\d+|\*)\]')
_HEAD_LINE = 32 << 20
_SAMPLE = 2000


def counting(path: Path, *, whole: bool = True) -> str:
    """SQL that counts the file's records and every field of them, so that none is skipped. Without `whole` of records
    that have no id only what a source names."""
    kind, sources = read_by(path)
    if not whole or not _known_by_digest(path):
        return _of_fields(path, kind, sources)
    if kind == "csv":
        return _of_fields(path, kind, sources, every_column=True)
    if kind == "lines" and sources[0].recognises_line is not None:
        return _of_fields(path, kind, sources)
    # Counted by themselves: one statement that gives both the records and their fields costs as much or more.
    texts = f"SELECT count(json) FROM ({_documents(path)})"
    return f"SELECT * FROM ({_of_fields(path, kind, sources)}), ({texts})"


def _known_by_digest(path: Path) -> bool:
    """Has none of the first records an id of its own?"""
    for block in Reader(SOURCES, ingested_at=datetime(2026, 1, 1, tzinfo=UTC)).read(path):
        known = block.events["event_uid"].slice(0, _SAMPLE).to_pylist()
        return bool(known) and all(one.startswith(DIGEST) for one in known)
    return False


def _of_fields(path: Path, kind: str, sources: list[Source], *, every_column: bool = False) -> str:
    if not sources or sources[0].recognises_line is not None:
        return _of_lines(path, sources)
    shape: Shape = {}
    for source in sources:
        for field in source.fields.values():
            _add(shape, field)
        for name, paths in source.looks_into.items():
            for one in paths if name in source.fields else ():
                _add(shape, source.fields[name] + one)
    inside = next((source for source in sources if source.inside is not None), None)
    if inside is not None:
        return _of_inside(path, kind, shape, inside)
    held = next((text for source in sources if (text := _held(source, kind)) is not None), None)
    if kind == "csv":
        return _of_csv(path, shape, held, every_column=every_column)
    if held is not None:
        records = f"SELECT json AS record FROM ({_documents(path)})"
        return _of_json(f"SELECT {held} AS text FROM ({records})", "text", shape)
    page = _page_key(path)
    if page is None:
        values = ", ".join(f"count({value})" for value in _values(shape, ""))
        return f"SELECT count(*), {values} FROM {_columns(path, shape)}"
    # Columns of `read_json` cost nine times as much where a line holds a page of a megabyte.
    document = msgspec.json.encode({page: [_json(shape)]}).decode()
    records = f"from_json(json, {_quoted(document)}).{_name(page)}"
    pages = f"SELECT unnest({records}) AS r FROM read_ndjson_objects({_quoted(str(path))})"
    return f"SELECT count(*), {', '.join(f'count({value})' for value in _values(shape, 'r.'))} FROM ({pages})"


def _held(source: Source, kind: str) -> str | None:
    """SQL of the text in `record` that the fields are read of, where that is not the record itself."""
    if source.unwraps is None and not (kind == "csv" and source.csv_record_column):
        return None
    return record_text(source, by_row="true")


def _of_lines(path: Path, sources: list[Source]) -> str:
    if sources and sources[0].inside is not None:
        return _of_inside(path, "lines", {}, sources[0])
    patterns = [pattern for source in sources[:1] for pattern in source.fields.values()]
    values = "".join(f", count(nullif(regexp_extract(line, {_quoted(pattern)}, 1), ''))" for pattern in patterns)
    return f"SELECT count(*){values} FROM {_lines(path)}"


def _lines(path: Path) -> str:
    return f"read_csv({_quoted(str(path))}, header=false, delim='\\0', quote='', columns={{'line': 'VARCHAR'}})"


def _rows(path: Path) -> str:
    return f"read_csv({_quoted(str(path))}, header=true, all_varchar=true, quote='\"', escape='\"')"


def _of_inside(path: Path, kind: str, shape: Shape, source: Source) -> str:
    """The source's fields, and those of the text inside that it rewrites as JSON."""
    if source.recognises_line is not None:
        named = [
            f"nullif(regexp_extract(line, {_quoted(one)}, 1), '') AS {name}" for name, one in source.fields.items()
        ]
        rows = _lines(path)
    else:
        steps = {
            name: [quoted or plain for quoted, plain, _ in _STEP.findall(one)] for name, one in source.fields.items()
        }
        named = [f"{'.'.join(map(_name, held))} AS {name}" for name, held in steps.items()]
        rows = _rows(path) if kind == "csv" else _columns(path, shape)
    paths = ", ".join(map(_quoted, source.fields_inside.values()))
    read = f"CASE WHEN json_valid(inside) THEN json_extract_string(inside, [{paths}]) END AS found"
    texts = f"SELECT *, {source.inside} AS inside FROM (SELECT {', '.join(named)} FROM {rows})"
    values = [*source.fields, *(f"found[{number}]" for number in range(1, len(source.fields_inside) + 1))]
    return f"SELECT count(*), {', '.join(f'count({one})' for one in values)} FROM (SELECT *, {read} FROM ({texts}))"


def _columns(path: Path, shape: Shape) -> str:
    inner = ", ".join(f"{_name(name)}: {_quoted(_type(held))}" for name, held in shape.items())
    layout = _layout(path) + ("" if _uniform(path, shape) else ", ignore_errors=true")
    return f"read_json({_quoted(str(path))}, columns={{{inner}}}, {layout})"


def _of_csv(path: Path, shape: Shape, held: str | None, *, every_column: bool) -> str:
    """The columns that are read, as text; of the one that holds the record, its fields."""
    rows = _rows(path)
    with path.open(encoding="utf-8-sig") as file:
        header = next(csv.reader(file))
    inside = next((name for name in header if held is not None and f"$.{name}'" in held), None)
    if inside is not None:
        return _of_json(f"SELECT {_name(inside)} AS text FROM {rows}", "text", shape)
    # The engine leaves the blanks around a name away, which some of Microsoft's have.
    values = ", ".join(f"count({_name(name.strip())})" for name in header if every_column or name in shape)
    return f"SELECT count(*), {values} FROM {rows}"


def _documents(path: Path) -> str:
    """SELECT of every record's text as `json`."""
    page = _page_key(path)
    if page is None:
        return f"SELECT json FROM read_json_objects({_quoted(str(path))}, {_layout(path)})"
    opened = f"from_json(json, {_quoted(msgspec.json.encode({page: ['JSON']}).decode())}).{_name(page)}"
    return f"SELECT unnest({opened}) AS json FROM read_ndjson_objects({_quoted(str(path))})"


def _of_json(texts: str, name: str, shape: Shape) -> str:
    document = _quoted(msgspec.json.encode(_json(shape)).decode())
    values = ", ".join(f"count({value})" for value in _values(shape, "r."))
    return f"SELECT count(*), {values} FROM (SELECT from_json({name}, {document}) AS r FROM ({texts}))"


def _layout(path: Path) -> str:
    with path.open("rb") as file:
        return "format='array'" if file.read(1) == b"[" else "format='nd'"


def read_by(path: Path) -> tuple[str, list[Source]]:
    """How the file holds its records, and the sources that read the first of them."""
    found: dict[str, Source] = {}
    kind = "lines"
    for block in islice(read_blocks(path), 1):
        kind = block.kind
        for text in islice(chain.from_iterable(block.records.chunks), _SAMPLE):
            source = _source(text.as_py())
            if source is not None:
                found[source.format] = source
    return kind, list(found.values())


def _source(text: str) -> Source | None:
    if text.lstrip()[:1] != "{":
        return next((one for one in SOURCES if one.recognises_line is not None and one.recognises_line(text)), None)
    try:
        record = msgspec.json.decode(text)
    except msgspec.DecodeError:
        return None
    return next((one for one in SOURCES if one.recognises_line is None and one.recognises(record)), None)


def _uniform(path: Path, shape: Shape) -> bool:
    """Is what should hold parts an object or a list in all of the first records? Else DuckDB has to pass over errors,
    which costs a third more."""

    def fits(value: object, held: Shape) -> bool:
        if value is None or not held:
            return True
        if "[]" in held:
            return isinstance(value, list) and all(fits(one, held["[]"]) for one in value)
        return isinstance(value, dict) and all(fits(value.get(name), part) for name, part in held.items())

    texts = islice(chain.from_iterable(block.records for block in read_blocks(path)), _SAMPLE)
    return all(fits(msgspec.json.decode(text.as_py()), shape) for text in texts)


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
