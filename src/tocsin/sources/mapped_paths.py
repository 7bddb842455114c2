"""Where a value stands in a record, as a mapping file writes it: `user.email`, `hits[0].name`, `"dotted.name".id`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import msgspec

_STEP = re.compile(r"""\.?(?:"((?:[^"\\]|\\.)+)"|\[(\d{1,4})\]|([^."\[\]\\*\s][^."\[\]\\*]*))""")
_PLAIN = re.compile(r"[A-Za-z_]\w*\Z", re.ASCII)

Step = str | int
Path = tuple[Step, ...]


class NoPath(ValueError):
    """The text is no path; the message says what is wrong with it."""


def steps(text: str) -> Path:
    """The path's names and list places. A leading `$.` is allowed. Raises `NoPath`."""
    rest = text.strip().removeprefix("$")
    found: list[Step] = []
    position = 0
    while position < len(rest):
        step = _STEP.match(rest, position)
        if step is None or (found and rest[position] not in ".["):
            raise NoPath(f"{text!r} is no path: names are joined with dots (user.email, hits[0].name), and a name that"
                         ' holds a dot, a bracket or a quote is quoted ("a.b".c)')  # fmt: skip
        quoted, place, name = step.groups()
        found.append(re.sub(r"\\(.)", r"\1", quoted) if quoted else int(place) if place else name.rstrip())
        position = step.end()
    if not found:
        raise NoPath("an empty path leads nowhere")
    return _checked(tuple(found))


def column(name: str) -> Path:
    """The path of a CSV column: its name as it stands, dots and all. Raises `NoPath`."""
    if not name.strip():
        raise NoPath("an empty name names no column")
    return _checked((name,))


def _checked(path: Path) -> Path:
    for step in path:
        if isinstance(step, str) and ("*" in step or not step.isprintable()):
            raise NoPath(f"{step!r} cannot be part of a path: it holds an asterisk or a character that does not show")
    return path


def json_path(path: Path) -> str:
    """The path as DuckDB takes it, each name that is not plain in quotes."""
    written = "$"
    for step in path:
        if isinstance(step, int):
            written += f"[{step}]"
        elif _PLAIN.match(step):
            written += f".{step}"
        else:
            written += '."' + step.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return written


def value_at(record: Any, path: Path) -> str | None:
    """The text of what stands there, as DuckDB's `json_extract_string` gives it; None for nothing or null."""
    for step in path:
        if isinstance(step, int):
            if not isinstance(record, list) or step >= len(record):
                return None
            record = record[step]
        else:
            if not isinstance(record, Mapping) or step not in record:
                return None
            record = record[step]
    if record is None or isinstance(record, str):
        return record
    return msgspec.json.encode(record).decode()
