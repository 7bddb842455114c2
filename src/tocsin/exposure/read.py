"""Files of registered methods -> what each record says of an account; what cannot be read is refused with its place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import msgspec

from tocsin.exposure.collector import collector_at_rest
from tocsin.exposure.documents import EXCERPT_CHARS, Document, documents
from tocsin.exposure.exports import EXPORTS, Export
from tocsin.exposure.registered import BadRecord, Refused, Registered

LISTS = ("value", "users", "methods")
"""Keys under which an answer holds its records: Graph, Google and Keycloak, a user with his methods beside him."""


@dataclass(kw_only=True)
class Reading:
    """What all files gave."""

    registered: list[Registered] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    files: int = 0
    records: dict[str, int] = field(default_factory=dict)  # by title of the export


def read_exports(files: Iterable[Path], exports: Sequence[Export] = EXPORTS) -> Reading:
    """Every record of every file."""
    reading = Reading()
    with collector_at_rest():
        for path in files:
            reading.files += 1
            for document in documents(path):
                if isinstance(document, Refused):
                    reading.refused.append(document)
                else:
                    _take_all(reading, path, document, exports)
    return reading


def _take_all(reading: Reading, path: Path, document: Document, exports: Sequence[Export]) -> None:
    before = str(document.number) if document.number is not None else None
    for place, record, around in _records(document.value, before):
        _take(reading, path, document.line, place, record, around, exports)


def _take(
    reading: Reading,
    path: Path,
    line: int | None,
    place: str | None,
    record: Any,
    around: Mapping[str, Any],
    exports: Sequence[Export],
) -> None:
    try:
        if not isinstance(record, dict):
            raise BadRecord("no JSON object")
        export = next((one for one in exports if one.recognises(record, around)), None)
        if export is None:
            raise BadRecord("no export of registered methods has such records")
        found = export.reads(record, around)
    except BadRecord as refusal:
        excerpt = msgspec.json.encode(record)[:EXCERPT_CHARS].decode("utf-8", "replace")
        reading.refused.append(
            Refused(file=str(path), line=line, record=place, reason=str(refusal), excerpt=" ".join(excerpt.split()))
        )
        return
    reading.registered.append(replace(found, where=f"{path}{_place(line, place)}"))
    reading.records[export.title] = reading.records.get(export.title, 0) + 1


def _place(line: int | None, place: str | None) -> str:
    """`:4`, `#17`, or both: a record of a page that stands on line 4."""
    return (f":{line}" if line is not None else "") + (f"#{place}" if place is not None else "")


def _records(value: Any, place: str | None) -> Iterator[tuple[str | None, Any, Mapping[str, Any]]]:
    """The records of a document, each with its place in it and what stands around it."""
    if isinstance(value, list):
        for number, one in enumerate(value, start=1):
            yield from _records_of(one, _below(place, number))
    else:
        yield from _records_of(value, place)


def _records_of(value: Any, place: str | None) -> Iterator[tuple[str | None, Any, Mapping[str, Any]]]:
    if isinstance(value, list):
        yield from _records(value, place)
        return
    if not isinstance(value, dict):
        yield place, value, {}
        return
    if isinstance(responses := value.get("responses"), list):
        for number, one in enumerate(responses, start=1):
            body = one.get("body") if isinstance(one, dict) else None
            if isinstance(body, dict):
                yield from _records_of(body, _below(place, number))
            else:
                yield _below(place, number), one, {}
        return
    for key in LISTS:
        held = value.get(key)
        if isinstance(held, list):
            around = {name: one for name, one in value.items() if name != key}
            for number, one in enumerate(held, start=1):
                yield _below(place, number), one, around
            return
    yield place, value, {}


def _below(place: str | None, number: int) -> str:
    return str(number) if place is None else f"{place}/{number}"
