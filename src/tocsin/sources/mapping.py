"""Mapping files: the log format of somebody's own application, described in TOML (docs/own-log.md).

A mapping is decoded into `LogMapping`, and `mapped_source.py` makes a `Source` of it. Unknown keys are refused with
their path and the nearest known key, wrong words with the allowed ones: a typo must not turn off an alarm.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any

import msgspec

from tocsin.errors import MappingError
from tocsin.events.schema import Activity, ChannelKind, Known, Outcome, Reason

Paths = str | list[str] | None
"""Where a value stands; of several places, the first that holds one."""

Scalar = str | int | bool


class Kind(StrEnum):
    """What the records are."""

    JSON = "json"  # JSON lines, arrays or API pages; fields are paths
    CSV = "csv"  # rows of a table, also of Parquet; fields are names of columns
    TEXT = "text"  # lines; fields are the named groups of `pattern`


class Check(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a field must be like, where it is not simply one of some values."""

    matches: str | None = None  # a regular expression that is found in the value
    present: bool | None = None  # does the record hold a value there?


Condition = Scalar | list[Scalar] | Check
Conditions = dict[str, Condition]
"""Field -> what it must be; all must hold."""


class Time(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When it happened."""

    field: str | list[str]  # several are joined with a blank: date and time of day
    format: str = "iso"  # iso, seconds, milliseconds, microseconds, nanoseconds, or a pattern like %d/%b/%Y:%H:%M:%S %z
    zone: str | None = None  # of times that carry none; without it, that of --timezone
    year: int | None = None  # for patterns without one, as in syslog


class Fields(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Event column -> where it stands in the record."""

    event_uid: Paths = None
    tenant: Paths = None
    provider_code: Paths = None
    account: Paths = None
    account_uid: Paths = None
    actor: Paths = None
    channel_value: Paths = None
    source_ip: Paths = None
    source_asn: Paths = None
    source_org: Paths = None
    source_country: Paths = None
    user_agent: Paths = None
    client_key: Paths = None
    app_uid: Paths = None
    session_uid: Paths = None
    correlation_uid: Paths = None


class Rule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a record with such values is. For each column the first rule that fits and names it counts."""

    when: Conditions = {}  # without it, the rule fits every record
    ignore: bool = False  # such a record is no event; counts where `activity` would
    activity: Activity | None = None
    outcome: Outcome | None = None
    reason: Reason | None = None
    account_known: bool | Known | None = None
    channel_kind: ChannelKind | None = None


class LogMapping(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One log format of one application."""

    provider: str  # short name of the application
    kind: Kind
    time: Time
    rules: list[Rule]
    format: str = ""  # name of the format, if the application has several
    title: str = ""  # for people
    pattern: str | None = None  # text: a regular expression with named groups
    inside: str | None = None  # json: the field whose text is the record, as container runtimes write it
    tenant: str = ""  # where the record does not name one
    recognise: Conditions = {}
    fields: Fields = Fields()
    unread: list[str] = []  # fields that are known and not needed: `tocsin inspect` is silent about them


_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}\Z")
_STRUCTS: Mapping[str, type[msgspec.Struct]] = {
    "": LogMapping,
    "time": Time,
    "fields": Fields,
    "rules[]": Rule,
    "recognise.*": Check,
    "rules[].when.*": Check,
}
_WORDS: Mapping[str, type[StrEnum]] = {
    "kind": Kind,
    "rules[].activity": Activity,
    "rules[].outcome": Outcome,
    "rules[].reason": Reason,
    "rules[].account_known": Known,
    "rules[].channel_kind": ChannelKind,
}


def read_mapping(path: Path) -> LogMapping:
    """The mapping that the file holds. Raises `MappingError`, which names the key and what may stand there."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise MappingError(
            f"the mapping {path} cannot be read: {error.strerror}", remedy="Check the path after --mapping."
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise MappingError(
            f"{path} is no TOML: {error}",
            remedy="Put text in quotes; patterns with backslashes in single quotes. docs/own-log.md has an example.",
        ) from error
    try:
        return mapping_of(data)
    except MappingError as error:
        raise MappingError(f"{path}: {error.message}", remedy=error.remedy) from error


def mapping_of(data: Mapping[str, Any]) -> LogMapping:
    """The mapping of decoded TOML. Raises `MappingError`."""
    for place, general, held in _tables(data, "", ""):
        _known_keys(place, general, held)
    for place, general, value in _values(data, "", ""):
        if words := _WORDS.get(general):
            _allowed_word(place, value, words)
    try:
        mapping = msgspec.convert(data, LogMapping)
    except msgspec.ValidationError as error:
        raise MappingError(
            f"{_said(str(error))}", remedy="docs/own-log.md lists every key and what it takes."
        ) from error
    for key, name in (("provider", mapping.provider), ("format", mapping.format)):
        if not _NAME.match(name) and (key == "provider" or name):
            raise MappingError(
                f"{key} = {name!r} cannot be used",
                remedy="Use small letters, digits and _, beginning with a letter, at most 40 (as in club_portal).",
            )
    return mapping


def _tables(value: Any, place: str, general: str) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    if isinstance(value, Mapping):
        yield place, general, value
    for inner_place, inner_general, inner in _inner(value, place, general):
        yield from _tables(inner, inner_place, inner_general)


def _values(value: Any, place: str, general: str) -> Iterator[tuple[str, str, Any]]:
    if not isinstance(value, Mapping | list):
        yield place, general, value
    for inner_place, inner_general, inner in _inner(value, place, general):
        yield from _values(inner, inner_place, inner_general)


def _inner(value: Any, place: str, general: str) -> Iterator[tuple[str, str, Any]]:
    """What a table or list holds, each with its place as the file has it and as `_STRUCTS` names it."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            known = "*" if general in ("recognise", "rules[].when") else name
            yield f"{place}.{name}" if place else name, f"{general}.{known}" if general else known, inner
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield f"{place}[{number}]", f"{general}[]", inner


def _known_keys(place: str, general: str, held: Mapping[str, Any]) -> None:
    struct = _STRUCTS.get(general)
    if struct is None:
        return
    known = [one.name for one in msgspec.structs.fields(struct)]
    for key in held:
        if key in known:
            continue
        at = f"{place}.{key}" if place else key
        if struct is Check:
            raise MappingError(
                f"`{at}` is no condition",
                remedy=f'If it is a path, quote it whole: "{at.split(".when.")[-1].removeprefix("recognise.")}" = ...'
                " Conditions are a value, a list of values, { matches = ... } or { present = ... }.",
            )
        near = difflib.get_close_matches(key, known, 1, 0.5)
        meant = f"Did you mean `{near[0]}`? " if near else ""
        raise MappingError(f"`{at}` is no key of a mapping", remedy=f"{meant}Keys here: {', '.join(known)}.")


def _allowed_word(place: str, value: Any, words: type[StrEnum]) -> None:
    allowed = [str(word) for word in words]
    if value in allowed or (words is Known and isinstance(value, bool)):
        return
    near = difflib.get_close_matches(str(value), allowed, 1, 0.5)
    meant = f"Did you mean {near[0]!r}? " if near else ""
    raise MappingError(f"`{place}` cannot be {value!r}", remedy=f"{meant}It is one of {', '.join(allowed)}.")


def _said(message: str) -> str:
    """What msgspec found, with the key's place in front."""
    said, _, place = message.partition(" - at ")
    said = said[:1].lower() + said[1:]
    return f"{place.strip('`').removeprefix('$.')}: {said}" if place else said
