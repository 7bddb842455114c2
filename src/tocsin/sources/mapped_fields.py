"""The fields of a mapping and what it asks of them: in SQL for the engine, in Python to recognise a record.

Its regular expressions run on RE2 (in DuckDB and in Arrow), which takes time in proportion to the text whatever the
pattern is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from tocsin.errors import MappingError
from tocsin.sources.code_table import quoted
from tocsin.sources.mapped_paths import NoPath, Path, column, json_path, steps, value_at
from tocsin.sources.mapping import Check, Condition, Conditions, Kind, LogMapping, Rule, Scalar
from tocsin.sources.source import RawRecord

GROUP_NAME = re.compile(r"[A-Za-z_]\w*\Z", re.ASCII)


@dataclass
class MappedFields:
    """The fields that a mapping reads, each under a name of ours; `of` adds one."""

    mapping: LogMapping
    fields: dict[str, str] = field(default_factory=dict)  # name -> JSON path
    derived: dict[str, str] = field(default_factory=dict)
    unwraps: str | None = None
    pattern: str = ""
    _groups: tuple[str, ...] = ()
    _inside: Path | None = None

    def __post_init__(self) -> None:
        if self.mapping.kind is Kind.TEXT:
            self._of_text()
        elif self.mapping.pattern is not None:
            raise MappingError("`pattern` is for text only", remedy='Remove it, or write kind = "text".')
        if self.mapping.inside is not None:
            if self.mapping.kind is not Kind.JSON:
                raise MappingError("`inside` is for JSON only", remedy='Remove it, or write kind = "json".')
            self._inside = self._path("inside", self.mapping.inside)
            inner = f"json_extract_string(record, {literal(json_path(self._inside))})"
            self.unwraps = f"CASE WHEN json_valid({inner}) THEN {inner} ELSE '{{}}' END"
        for number, one in enumerate(self.mapping.unread):
            self._path(f"unread[{number}]", one)

    def _of_text(self) -> None:
        if not self.mapping.pattern:
            raise MappingError(
                "`pattern` is missing",
                remedy="A text log needs a regular expression with named groups:"
                r" pattern = '^(?P<time>\S+) login of (?P<user>\S+) from (?P<ip>\S+)'",
            )
        self.pattern = re.sub(r"\(\?<(?=[A-Za-z_])", "(?P<", self.mapping.pattern)
        self._groups = tuple(one.name for one in _compiled("pattern", self.pattern))
        if odd := [one for one in self._groups if not GROUP_NAME.match(one)]:
            raise MappingError(f"`pattern`: {odd[0]!r} cannot name a group", remedy="Use letters, digits and _.")
        groups = ", ".join(quoted(one) for one in self._groups)
        # Nothing but lines: their end is no part of them.
        self.unwraps = "rtrim(record, chr(13) || chr(10))"
        self.derived["groups"] = f"regexp_extract(record, {literal(self.pattern)}, [{groups}])"
        self.fields["whole_line"] = "(?s)(.+)"

    def of(self, key: str, text: str) -> str:
        """The SQL name of a field. Raises `MappingError` that names the key."""
        if self.mapping.kind is Kind.TEXT:
            if text not in self._groups:
                known = ", ".join(self._groups) or "it has none"
                raise MappingError(f"`{key}`: `pattern` has no group {text!r}", remedy=f"Its groups: {known}.")
            name = f"group_{self._groups.index(text)}"
            self.derived[name] = f"filled_once(groups[{quoted(text)}])"
            return name
        path = json_path(self._path(key, text))
        for name, known in self.fields.items():
            if known == path:
                return name
        name = f"field_{len(self.fields)}"
        self.fields[name] = path
        return name

    def path(self, key: str, text: str) -> str:
        """The JSON path of a field."""
        return json_path(self._path(key, text))

    def _path(self, key: str, text: str) -> Path:
        try:
            return column(text) if self.mapping.kind is Kind.CSV else steps(text)
        except NoPath as error:
            raise MappingError(f"`{key}`: {error}", remedy="docs/own-log.md shows how paths are written.") from error

    def condition(self, key: str, conditions: Conditions) -> str:
        """SQL that is true when all of them hold."""
        told = []
        for text, wanted in conditions.items():
            name = self.of(f"{key}.{text}", text)
            match wanted:
                case Check(matches=pattern, present=present):
                    if pattern is None and present is None:
                        raise MappingError(
                            f"`{key}.{text}` asks nothing", remedy="Write matches = ... or present = ..."
                        )
                    if pattern is not None:
                        _compiled(f"{key}.{text}", pattern, groups=False)
                        told.append(f"regexp_matches({name}, {literal(pattern)})")
                    if present is not None:
                        told.append(f"filled({name}) IS {'NOT NULL' if present else 'NULL'}")
                case _:
                    told.append(f"{name} IN ({', '.join(literal(one) for one in _texts(wanted))})")
        return " AND ".join(told) if told else "true"

    def code(self, rules: Iterable[Rule]) -> str:
        """SQL for the application's own words about the event: what the rules compare, joined."""
        asked: dict[str, None] = {}
        for number, rule in enumerate(rules):
            for text, wanted in rule.when.items():
                if not isinstance(wanted, Check):
                    asked[self.of(f"rules[{number}].when", text)] = None
        return f"nullif(concat_ws('/', {', '.join(asked)}), '')" if asked else "NULL"

    def recogniser(self, conditions: Conditions) -> Callable[[RawRecord], bool]:
        tests = [(self._path("recognise", text), _fulfilled(wanted)) for text, wanted in conditions.items()]
        inside = self._inside

        def recognises(record: RawRecord) -> bool:
            inner: Any = record
            if inside is not None:
                try:
                    inner = msgspec.json.decode(value_at(record, inside) or "")
                except (msgspec.DecodeError, RecursionError):
                    return False
            return isinstance(inner, Mapping) and all(holds(value_at(inner, path)) for path, holds in tests)

        return recognises

    def line_recogniser(self, conditions: Conditions) -> Callable[[str], bool]:
        tests = {text: _fulfilled(wanted) for text, wanted in conditions.items()}
        pattern = self.pattern

        def recognises(line: str) -> bool:
            found = pc.extract_regex(pa.scalar(line.rstrip("\r\n")), pattern=pattern).as_py()
            return found is not None and all(
                holds((found[name] or "").strip() or None) for name, holds in tests.items()
            )

        return recognises


def literal(value: Scalar) -> str:
    """A value as SQL text, in which nothing is a mark of `code_table.py` or a name of a parameter."""
    pieces = re.split(r"(?<=/)(?=\*)|(?<=\$)(?=\w)", _text(value))
    joined = " || ".join(quoted(piece) for piece in pieces)
    return joined if len(pieces) == 1 else f"({joined})"


def _text(value: Scalar) -> str:
    return ("false", "true")[value] if isinstance(value, bool) else str(value)


def _texts(wanted: Condition) -> list[str]:
    listed = wanted if isinstance(wanted, list) else [wanted]
    return [_text(one) for one in listed if not isinstance(one, Check)]


def _fulfilled(wanted: Condition) -> Callable[[str | None], bool]:
    """The same as `condition` gives in SQL, for one value in Python."""
    if isinstance(wanted, Check):
        pattern, present = wanted.matches, wanted.present

        def holds(value: str | None) -> bool:
            found = bool(value and value.strip())
            if present is not None and found != present:
                return False
            if pattern is None:
                return True
            return value is not None and bool(pc.match_substring_regex(pa.scalar(value), pattern=pattern).as_py())

        return holds
    texts = frozenset(_texts(wanted))
    return lambda value: value in texts


def _compiled(key: str, pattern: str, *, groups: bool = True) -> pa.StructType:
    """The type of what the pattern finds. Raises `MappingError` when RE2 does not take it."""
    try:
        if groups:
            return pc.extract_regex(pa.array([""]), pattern=pattern).type
        return pc.match_substring_regex(pa.array([""]), pattern=pattern).type
    except pa.ArrowInvalid as error:
        said = str(error).removeprefix("Invalid regular expression: ")
        unnamed = "unnamed groups" in said
        raise MappingError(
            f"`{key}` is no regular expression that can be used: {said}",
            remedy="Give every group a name, (?P<user>...), or no capture, (?:...)."
            if unnamed
            else "The syntax is RE2's: no look-ahead, no back-references. Write the pattern in single quotes.",
        ) from error
