"""Which fields a format has, and on which of them detection rests: the lists in `known_fields/`, one file a format.

A line holds paths (`client.ipAddress`, `target[].type`; `debugContext.debugData.*` for whatever stands below it), or

    ! address: client.ipAddress | request.ipChain[].ip when eventType ~ ^user[.]session
    > detail okta_system_log

The first says what detection rests on: what it tells, where it stands (of several places, one is enough), and in which
records it is expected (those in which another field holds a value that the pattern is found in; without it, in all).
The second takes over the list of another format, below a path if one is named; `>-` without what detection rests on.
`#` begins a remark.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any

from tocsin.inspect.paths import nodes, step
from tocsin.sources.mapped_paths import steps
from tocsin.sources.source import Source

FOLDER = resources.files("tocsin.inspect") / "known_fields"

_WORDS = re.compile(r'(?:"(?:[^"\\]|\\.)*"|[^\s"])+')
_RESTS = re.compile(r"!\s*(?P<means>[\w ]+):\s*(?P<paths>.+?)(?:\s+when\s+(?P<asks>.+?)\s+~\s+(?P<pattern>\S.*))?\Z")


@dataclass(frozen=True, kw_only=True)
class Rest:
    """A field that detection rests on."""

    means: str
    paths: tuple[str, ...]  # one of them is enough
    asks: str | None = None  # expected where this field
    pattern: re.Pattern[str] | None = None  # holds such a value

    def expected(self, found: dict[str, Any]) -> bool:
        """Should a record of these fields have it?"""
        if self.asks is None or self.pattern is None:
            return True
        value = found.get(self.asks)
        return value is not None and self.pattern.search(_text(value)) is not None

    def held(self, found: dict[str, Any]) -> bool:
        """Has a record of these fields it? One that says null has it, and nothing in it: it was not renamed."""
        return any(path in found or _is_null_above(path, found) for path in self.paths)


@dataclass(frozen=True, kw_only=True)
class Known:
    """The fields of one format."""

    paths: frozenset[str] = frozenset()  # with all their parents
    open: frozenset[str] = frozenset()  # below these, anything may stand
    rests: tuple[Rest, ...] = field(default=())

    def __bool__(self) -> bool:
        return bool(self.paths)

    def has(self, path: str) -> bool:
        return path in self.paths or any(path.startswith((f"{one}.", f"{one}[")) for one in self.open)

    def new(self, record: Any) -> Iterator[tuple[str, Any]]:
        """Paths of the record that are not known, without what stands below one of them."""
        if not self.paths:
            return
        beyond: tuple[str, ...] = ()
        for path, value in nodes(record):
            if path in self.paths or path.startswith(beyond or "\0") or self.has(path):
                continue
            beyond = (*beyond, f"{path}.", f"{path}[")
            yield path, value


def _is_null_above(path: str, found: dict[str, Any]) -> bool:
    return any(one in found and found[one] is None for one in with_parents(path)[1:])


def _text(value: Any) -> str:
    return ("false", "true")[value] if isinstance(value, bool) else str(value)


@cache
def known_fields(source: Source) -> Known:
    """What is known of a source's records; nothing for a format without a list.

    A mapping's source knows the fields that it reads and those that it calls `unread`.
    """
    listed = read_list(source.format) if (FOLDER / f"{source.format}.txt").is_file() else None
    if listed is None and source.known is None:
        return Known()
    reads = () if source.recognises_line is not None else tuple(source.fields.values())
    paths = {one for path in (*reads, *(source.known or ())) for one in with_parents(written(path))}
    rests = tuple(Rest(means=means, paths=tuple(map(written, places))) for means, places in source.rests_on.items())
    if listed is None:
        return Known(paths=frozenset(paths), rests=rests)
    return Known(paths=listed.paths | paths, open=listed.open, rests=listed.rests)


def written(json_path: str) -> str:
    """A source's JSON path as the lists have it: without `$.`, and without the place in a list."""
    path = ""
    for name in steps(json_path):
        path = f"{path}[]" if isinstance(name, int) else step(path, name)
    return path


@cache
def read_list(name: str) -> Known:
    """The list of that name."""
    paths: set[str] = set()
    opened: set[str] = set()
    rests: list[Rest] = []
    for raw in (FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines():
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        if line.startswith(">"):
            *below, other = line.lstrip(">-").split()
            taken = read_list(other)
            front = f"{below[0]}." if below else ""
            paths |= {front + one for one in taken.paths} | set(with_parents(below[0]) if below else ())
            opened |= {front + one for one in taken.open}
            rests += [] if line.startswith(">-") else [_below(front, one) for one in taken.rests]
        elif line.startswith("!"):
            one = _rest(line)
            rests.append(one)
            paths |= {parent for path in one.paths for parent in with_parents(path)}
        for path in [] if line.startswith((">", "!")) else _WORDS.findall(line):
            if path.endswith(".*"):
                opened.add(path[:-2])
            paths |= set(with_parents(path.removesuffix(".*")))
    return Known(paths=frozenset(paths), open=frozenset(opened), rests=tuple(rests))


def _rest(line: str) -> Rest:
    found = _RESTS.match(line)
    if found is None:
        raise ValueError(f"not understood: {line}")
    return Rest(
        means=found["means"],
        paths=tuple(one.strip() for one in found["paths"].split("|")),
        asks=found["asks"],
        pattern=re.compile(found["pattern"]) if found["pattern"] else None,
    )


def _below(front: str, one: Rest) -> Rest:
    asks = front + one.asks if one.asks else None
    return Rest(means=one.means, paths=tuple(front + path for path in one.paths), asks=asks, pattern=one.pattern)


def with_parents(path: str) -> list[str]:
    """The path and every path that it stands below."""
    found = [path]
    for end in re.finditer(r"\.|\[\]", _outside_quotes(path)):
        if end.start():
            found.append(path[: end.start()])
        if end.group() == "[]":
            found.append(path[: end.end()])
    return list(dict.fromkeys(found))


def _outside_quotes(path: str) -> str:
    """The path with what is quoted blanked out: a dot in a name parts nothing."""
    return re.sub(r'"(?:[^"\\]|\\.)*"', lambda quoted: "_" * len(quoted[0]), path)
