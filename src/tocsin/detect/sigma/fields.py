"""Fields that rules name, found in each format of their log, as SQL that reads them beside the event columns.

A rule writes `target.displayName` or `eventtype`; the record holds `target[].displayName` and `eventType`. Names are
compared with the fields that a format is known to have (`inspect/known_fields`), without regard to case, blanks and
lists; below a part that may hold anything, keys are looked for in the record itself, again without regard to case. A
name that is known nowhere is read as it is written, with a capital or a small first letter.

A list gives every value in it: a rule matches when one of them does. What stands there as an object, or as JSON
inside a text, is matched as its text, and taken apart where a rule's name leads further down.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache

from tocsin.detect.sigma.condition import ANYWHERE
from tocsin.detect.sigma.logs import Logs
from tocsin.inspect.known import known_fields
from tocsin.sources.mapped_paths import NoPath, json_path, steps
from tocsin.sources.source import Beside, Source

MAX_STEPS = 12
"""Names in one field: no provider nests deeper."""

NO_VALUES = "[]::VARCHAR[]"


@dataclass(frozen=True, kw_only=True)
class Column:
    """Where the values of a field stand after reading."""

    name: str
    many: bool  # VARCHAR[]: a list may hold several


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What to read of each format, and in which columns it comes."""

    beside: Mapping[str, Beside] = field(default_factory=dict)  # format -> what is read
    columns: Mapping[tuple[str, str], Column] = field(default_factory=dict)  # log, field in lower case -> column

    @property
    def needed(self) -> tuple[Column, ...]:
        return tuple(sorted(set(self.columns.values()), key=lambda one: one.name))

    def reading(self, sources: Iterable[Source]) -> tuple[Source, ...]:
        """The sources, those of the plan with what is read beside."""
        return tuple(
            replace(one, beside=self.beside[one.format]) if one.format in self.beside else one for one in sources
        )


@dataclass(frozen=True, kw_only=True)
class _Found:
    """One place of a field in one format."""

    path: str | None = None  # JSON path of the text; None for SQL of the source's own names
    below: tuple[str, ...] = ()  # keys further down, lower case
    direct: str | None = None  # the same as the rule writes it, as one path: mostly right, and much quicker
    many: bool = False
    sql: str = ""  # of one text, where there is no path
    named: str = ""  # the name looked for in a list of names with values
    worded: tuple[tuple[str, str], ...] = ()  # values, and what rules call them instead
    guessed: bool = False


def planned(asked: Iterable[tuple[Logs, str]], sources: Iterable[Source]) -> Plan:
    """How to read the fields that rules name of their logs."""
    by_format = {one.format: one for one in sources if one.recognises_line is None}
    wanted = sorted({(logs.name, name.lower()): (logs, name) for logs, name in asked if logs.formats}.items())
    columns: dict[tuple[str, str], Column] = {}
    paths: dict[str, list[str]] = {}
    read: dict[str, dict[str, str]] = {}
    for key, (logs, name) in wanted:
        formats = [one for one in logs.formats if one in by_format]
        places = {one: places_of(name, logs, by_format[one]) for one in formats}
        sure = [found for found in places.values() if not any(one.guessed for one in found)]
        many = any(map(_gives_many, sure)) if sure else True
        columns[key] = column = Column(name=_column_name(places, many), many=many)
        for one, found in places.items():
            sql = _sql(found, many, paths.setdefault(one, []), by_format[one])
            read.setdefault(one, {})[column.name] = sql
    return Plan(
        beside={one: Beside(paths=tuple(paths[one]), columns=held) for one, held in read.items()}, columns=columns
    )


def _gives_many(places: list[_Found]) -> bool:
    return any(one.many for one in places) or (len(places) > 1 and any(one.sql for one in places))


def places_of(name: str, logs: Logs, source: Source) -> list[_Found]:
    """Where the field stands in a record of the format, if it is there."""
    if name == ANYWHERE:
        return [_Found(sql="record")]
    told = _plain(name, logs)
    found: list[_Found] = []
    if (computed := logs.computed.get(name.lower()) or logs.computed.get(told.lower())) is not None:
        found.append(_Found(sql=computed))
    names = logs.aliases.get(name.lower()) or logs.aliases.get(told.lower()) or (() if found else (name, told))
    worded = tuple(logs.worded.get(told.lower(), {}).items())
    for one in dict.fromkeys(names):
        found += _known(one, logs, source, worded)
    if not found:
        lists = [
            place for one in logs.named_in for place in _known(one, logs, source, ()) or _below_known(one, logs, source)
        ]
        found += [_Found(path=one.path, below=one.below, many=True, named=told.lower()) for one in lists]
        found += [place for one in dict.fromkeys(names) for place in _below_known(one, logs, source)]
    return list(dict.fromkeys(found)) or list(_guessed(told))


def _plain(name: str, logs: Logs) -> str:
    """The name without what only some formats put before it."""
    for prefix in logs.prefixes:
        if name.lower().startswith(prefix.lower()) and len(name) > len(prefix):
            return name[len(prefix) :]
    return name


def _known(name: str, logs: Logs, source: Source, worded: tuple[tuple[str, str], ...]) -> list[_Found]:
    """Places that the format is known to have under this name, with any of the prefixes."""
    places = _places(source)
    found = []
    for prefix in (*logs.prefixes, ""):  # what stands in an envelope comes before the envelope's own
        whole = places.get(".".join(_parts(prefix + name)), [])
        found += [_Found(path=path, below=below, many=many, worded=worded) for path, below, many in whole]
    return found


def _below_known(name: str, logs: Logs, source: Source) -> Iterator[_Found]:
    """Places below the longest part of the name that the format has and that may hold more."""
    places = _places(source)
    for prefix in (*logs.prefixes, ""):
        parts = _parts(prefix + name)
        as_written = [part for part in (prefix + name).split(".") if part]
        for end in range(len(parts) - 1, 0, -1):
            above = ".".join(parts[:end])
            if above in places and _is_open(source, above):
                for path, first, _ in places[above]:
                    direct = None if first else _direct(path, as_written[end:])
                    yield _Found(path=path, below=(*first, *parts[end:]), direct=direct, many=True)
                break


def _direct(path: str, rest: list[str]) -> str | None:
    try:
        return path + json_path(steps(".".join(map(_quoted_step, rest)))).removeprefix("$")
    except NoPath:
        return None


def _parts(name: str) -> list[str]:
    """`client.userAgent[]` -> client, useragent; blanks are no part of a name."""
    return [part for part in name.lower().replace("[]", "").replace('"', "").replace(" ", "").split(".") if part]


@cache
def _places(source: Source) -> dict[str, list[tuple[str, tuple[str, ...], bool]]]:
    """What a format is known to have: plain name -> JSON path up to the first list, keys below it, is it a list?"""
    known = known_fields(source)
    found: dict[str, list[tuple[str, tuple[str, ...], bool]]] = {}
    for path in sorted(known.paths):
        if path.endswith("[]"):
            continue
        first, listed, rest = path.partition("[]")
        try:
            start = json_path(steps(first))
        except NoPath:
            continue
        below = tuple(_parts(rest.lstrip("."))) if listed else ()
        many = bool(listed) or f"{path}[]" in known.paths or path in known.open
        place = (start, below, many)
        held = found.setdefault(".".join(_parts(path)), [])
        if place not in held:
            held.append(place)
    return found


@cache
def _open(source: Source) -> frozenset[str]:
    return frozenset(".".join(_parts(one)) for one in known_fields(source).open)


def _is_open(source: Source, above: str) -> bool:
    """May anything stand below? Below a list of objects it may, too: lists of fields are never whole."""
    return above in _open(source) or any(many for _, _, many in _places(source)[above])


def _guessed(name: str) -> Iterator[_Found]:
    """A name that is known nowhere: as it is written, and with another first letter."""
    parts = [part for part in name.split(".") if part][:MAX_STEPS]
    if not parts:
        return
    for turn in (str, _with_small, _with_capital):
        try:
            yield _Found(path=json_path(steps(".".join(_quoted_step(turn(part)) for part in parts))), guessed=True)
        except NoPath:
            return


def _with_small(text: str) -> str:
    return text[:1].lower() + text[1:]


def _with_capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _quoted_step(text: str) -> str:
    return '"' + text.replace("[]", "").replace("\\", "\\\\").replace('"', '\\"') + '"'


def _sql(places: list[_Found], many: bool, paths: list[str], source: Source) -> str:
    if not places:
        return "NULL::VARCHAR[]" if many else "NULL::VARCHAR"
    if not many:
        texts = [place.sql or _worded(_at(place.path, paths), place.worded) for place in places]
        return texts[0] if len(texts) == 1 else f"coalesce({', '.join(texts)})"
    lists = []
    for place in places:
        if place.path is None:
            value = f"coalesce({place.sql}, {NO_VALUES})" if place.many else f"[{place.sql}]"
        else:
            value = f"[{_worded(_of_item(place.path, _at(place.path, paths), source), place.worded)}]"
            for key in place.below:
                value = f"json_below({value}, {_text(key)})"
            if place.direct is not None:
                text = _at(place.direct, paths)
                value = f"CASE WHEN {text} IS NOT NULL THEN [{text}] ELSE {value} END"
            value = f"json_named({value}, {_text(place.named)})" if place.named else f"json_leaves({value})"
        lists.append(value)
    whole = lists[0]
    for one in lists[1:]:
        whole = f"list_concat({whole}, {one})"
    return f"some_values({whole})"


def _of_item(path: str, text: str, source: Source) -> str:
    """The part of a list of events that tells of this one."""
    if source.explode is None or source.fields.get("events") != path:
        return text
    return f"coalesce(json_extract_string({text}, '$[' || item_index || ']'), {text})"


def _worded(text: str, words: tuple[tuple[str, str], ...]) -> str:
    if not words:
        return text
    told = " ".join(f"WHEN {_text(given)} THEN {_text(word)}" for given, word in words)
    return f"CASE {text} {told} ELSE {text} END"


def _at(path: str | None, paths: list[str]) -> str:
    """The name under which the text at the path stands."""
    if path is None:
        raise ValueError("no path")
    if path not in paths:
        paths.append(path)
    return f"beside_{paths.index(path)}"


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _column_name(places: Mapping[str, list[_Found]], many: bool) -> str:
    """Another way of reading a field gives another column, so that what was read before is not taken for it."""
    digest = hashlib.blake2b(repr(sorted(places.items())).encode(), digest_size=10).hexdigest()
    return f"{'values' if many else 'value'}_{digest}"
