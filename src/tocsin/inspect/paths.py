"""The fields of a record as paths: `client.ipAddress`, `target[].type`, `"dotted.name".id`; with what stands there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

_PLAIN = re.compile(r"[A-Za-z_@$][\w@$:-]*\Z", re.ASCII)
_ENTRY = re.compile(r"""(?:^|[\s,(\[])([A-Za-z_][\w.-]{0,60})=("(?:[^"\\]|\\.)*"|'[^']*'|[^\s,)\]]*)""")

LINE = "line"
"""The path of a text line as a whole."""

DEPTH = 12
"""Deeper than any provider nests; a record that is an attack on memory is not followed further."""

_SHAPES = (
    ("time", re.compile(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d.*)?\Z")),
    ("IP address", re.compile(r"(\d{1,3}(\.\d{1,3}){3}|[0-9A-Fa-f]{0,4}(:[0-9A-Fa-f]{0,4}){2,7})(:\d+)?\Z")),
    ("UUID", re.compile(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\Z")),
    ("mail address", re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+\Z")),
    ("URL", re.compile(r"https?://\S+\Z")),
    ("user agent", re.compile(r"(Mozilla/\d|curl/|okhttp/|python-requests/|Dalvik/)")),
    ("number as text", re.compile(r"-?\d+(\.\d+)?\Z")),
)


def step(parent: str, name: str) -> str:
    """The path of what an object holds under a name."""
    written = name if _PLAIN.match(name) else '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return f"{parent}.{written}" if parent else written


def nodes(record: Any, path: str = "", depth: int = 0) -> Iterator[tuple[str, Any]]:
    """Every path in the record below its root, parents first, with what stands there."""
    if depth > DEPTH:
        return
    if isinstance(record, Mapping):
        for name, value in record.items():
            here = step(path, name)
            yield here, value
            yield from nodes(value, here, depth + 1)
    elif isinstance(record, list):
        here = f"{path}[]"
        for value in record:
            yield here, value
            yield from nodes(value, here, depth + 1)


def opened_text(record: Mapping[str, Any]) -> dict[str, Any]:
    """The record with JSON that stands in it as text opened, one level deep."""
    opened = dict(record)
    for name, value in record.items():
        if isinstance(value, str) and value[:1] == "{":
            try:
                opened[name] = msgspec.json.decode(value)
            except (msgspec.DecodeError, RecursionError):
                continue
    return opened


def leaves(record: Any) -> dict[str, Any]:
    """Path -> its first value that is neither an object, a list nor empty."""
    found: dict[str, Any] = {}
    for path, value in nodes(record):
        if not isinstance(value, Mapping | list) and value is not None and value != "":
            found.setdefault(path, value)
    return found


def first_values(record: Any) -> dict[str, Any]:
    """Every path -> the first value there that is not null; None where there is only null."""
    found: dict[str, Any] = {}
    for path, value in nodes(record):
        if found.get(path) is None:
            found[path] = value
    return found


def entries(line: str) -> dict[str, str]:
    """The `name=value` entries of a text line."""
    return {name: value.strip("\"'") for name, value in _ENTRY.findall(line)}


def shape(value: Any) -> str:
    """What a value looks like, without saying it."""
    match value:
        case None:
            return "null"
        case bool():
            return "true or false"
        case int() | float():
            return "number"
        case str():
            return next((name for name, pattern in _SHAPES if pattern.match(value)), "text" if value else "empty text")
        case list():
            return "list"
        case _:
            return "object"
