"""A mapping file to begin with, for records of no known format: what can be guessed, and what is left to say.

It is tried before it is given: a draft that could not be read back is none. Of values it holds only the application's
own words for acts and outcomes.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from tocsin.errors import MappingError
from tocsin.inspect.guess import (
    OWNER,
    Seen,
    activity,
    code_field,
    columns,
    end_fields,
    ended,
    seen_fields,
    time_field,
)
from tocsin.inspect.text_draft import line_pattern
from tocsin.sources import SOURCES
from tocsin.sources.mapped_source import source_of
from tocsin.sources.mapping import mapping_of

RULES_TOLD = 30
UNREAD_TOLD = 30

LINE_CHARS = 4_000
"""A log line says what it says before that."""


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A mapping as TOML text, if there can be one; and what to do first, if there is something."""

    text: str | None = None
    hint: str | None = None


def draft(records: Sequence[Any], *, kind: Literal["json", "csv", "text"], name: str, year: int) -> Draft:
    """A draft for these records (lines of text, where `kind` says so)."""
    if kind != "text":
        return _checked(_written(list(records), kind=kind, name=name, pattern=None, year=year))
    lines = [one[:LINE_CHARS] for one in records if one.strip()]
    if hint := _json_behind(lines):
        return Draft(hint=hint)
    found = line_pattern(lines)
    if found is None:
        return Draft(hint="no line of it begins with a time that a mapping could read")
    pattern, groups = found
    return _checked(_written(groups, kind=kind, name=name, pattern=pattern, year=year))


def _json_behind(lines: Sequence[str]) -> str | None:
    """What to do with lines that hold JSON behind a prefix, as syslog writes them."""
    whole = 0
    for line in lines:
        start = line.find("{")
        if start > 0:
            try:
                whole += isinstance(json.loads(line[start:]), dict)
            except ValueError:
                continue
    if whole * 10 < len(lines) * 8:
        return None
    return (
        "its lines are JSON behind a prefix: cut that off (sed 's/^[^{]*//' FILE > FILE.jsonl) and inspect the result"
    )


def _checked(text: str | None) -> Draft:
    if text is None:
        return Draft(hint="no field of it holds a time")
    try:
        source_of(mapping_of(tomllib.loads(text)))
    except (MappingError, tomllib.TOMLDecodeError):
        return Draft(hint="no draft could be made of it: begin with the example in docs/own-log.md")
    return Draft(text=text)


def _written(records: list[dict[str, Any]], *, kind: str, name: str, pattern: str | None, year: int) -> str | None:
    fields = seen_fields(records)
    times = time_field(fields)
    if times is None:
        return None
    paths, format_ = times
    used = set(paths)
    code = code_field(fields, used)
    if code is not None:
        used.add(code.path)
    ends = end_fields(fields, used)
    used |= {one.path for one in ends}
    found = columns(fields, len(records), used)
    used |= set(found.values())
    owner = next(
        (
            one
            for one in fields
            if OWNER.match(one.path) and one.records == len(records) and len(one.values) == 1 and one.few
        ),
        None,
    )

    def at(path: str) -> str:
        return _quoted(_field(path, kind))

    provider = _provider(next(iter(owner.values)) if owner else name)
    lines = [
        "# A draft: look through it, above all at the rules (docs/own-log.md).",
        f"provider = {_quoted(provider)}",
        f"kind = {_quoted(kind)}",
    ]
    if pattern is not None:
        lines.append(f"pattern = '{pattern}'")
    elif owner is not None:
        used.add(owner.path)
        lines.append(f"recognise = {{ {_key(_field(owner.path, kind))} = {_quoted(next(iter(owner.values)))} }}")
    else:
        sure = [one.path for one in fields if one.records * 10 >= len(records) * 9]
        chosen = list(
            dict.fromkeys([*paths, *([code.path] if code and code.path in sure else []), *found.values(), *sure])
        )
        asked = ", ".join(
            f"{_key(_field(one, kind))} = {{ present = true }}" for one in [one for one in chosen if one in sure][:3]
        )
        lines.append(f"recognise = {{ {asked} }}")
    left = [one.path for one in fields if one.path not in used]
    if left and pattern is None:
        told = [f"  {at(path)}," for path in left[:UNREAD_TOLD]]
        more = [f"  # and {len(left) - UNREAD_TOLD} more"] if len(left) > UNREAD_TOLD else []
        lines += ["unread = [  # known and not needed", *told, *more, "]"]
    lines += ["", "[time]", f"field = {at(paths[0])}" if len(paths) == 1 else f"field = [{', '.join(map(at, paths))}]"]
    lines.append(f"format = {_quoted(format_)}")
    if format_.startswith("%") and "%Y" not in format_:
        lines.append(f"year = {year}  # of this log: its times have none")
    if (format_.startswith("%") and "%z" not in format_) or (format_ == "iso" and not _zoned(fields, paths[0])):
        lines.append('zone = "UTC"  # of times without one: correct it if the server is elsewhere')
    lines += ["", "[fields]", *(f"{column} = {at(path)}" for column, path in found.items())]
    for column, what in (("account", "who signed in"), ("source_ip", "the client's address")):
        if column not in found:
            lines.append(f"# {column} = ...  # {what}")
    lines += _rules(code, ends, kind)
    return "\n".join(lines) + "\n"


def _rules(code: Seen | None, ends: list[Seen], kind: str) -> list[str]:
    lines: list[str] = []
    for text in sorted(code.values, key=lambda one: -code.values[one])[:RULES_TOLD] if code else []:
        act = activity(text)
        lines += ["", "[[rules]]", f"when = {{ {_key(_field(code.path, kind))} = {_quoted(text)} }}"]  # type: ignore[union-attr]
        lines.append(f"activity = {_quoted(act)}" if act else 'activity = "other"  # or ignore = true')
        lines += [f"{name} = {_toml(value)}" for name, value in ended(text, by_reason=False).items()] if act else []
    for one in ends:
        for text in sorted(one.values):
            said = ended(text)
            value = text if one.looks(("true or false",)) else _quoted(text)
            rule = ["", "[[rules]]", f"when = {{ {_key(_field(one.path, kind))} = {value} }}"]
            lines += [*rule, *(f"{name} = {_toml(value)}" for name, value in said.items())] if said else []
            if not said:
                lines += [
                    *(f"# {line}" if line else "" for line in rule),
                    "# outcome = ...  # what does this word mean?",
                ]
    if not lines:
        lines = ["", "[[rules]]", 'activity = "other"  # say here, by `when`, which records are sign-ins and resets']
    return lines


def _zoned(fields: list[Seen], path: str) -> bool:
    values = next(one.values for one in fields if one.path == path)
    return all(re.search(r"(Z|UTC|[+-]\d\d:?\d\d)$", text) for text in values)


def _field(path: str, kind: str) -> str:
    """As a mapping writes it: the first of a list, a column by its name."""
    if kind == "json":
        return path.replace("[]", "[0]")
    return re.sub(r"\\(.)", r"\1", path[1:-1]) if path.startswith('"') else path


def _provider(name: str) -> str:
    plain = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")[:30] or "own"
    plain = plain if plain[0].isalpha() else f"log_{plain}"
    return f"{plain}_own" if plain in {source.provider for source in SOURCES} else plain


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _key(text: str) -> str:
    return text if re.fullmatch(r"[A-Za-z0-9_-]+", text) else _quoted(text)


def _toml(value: str | bool) -> str:
    return str(value).lower() if isinstance(value, bool) else _quoted(value)
