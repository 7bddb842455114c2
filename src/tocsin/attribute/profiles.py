"""Private profiles: actors that somebody describes himself, one YAML file each (docs/attribution.md).

A profile is other people's input: a file is taken up to a size, every scalar is read as text (no tags, no dates, no
``NO`` that turns into false), aliases are refused, and a profile that is wrong is refused with its file and reason
while the others stand.
"""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
import yaml

from tocsin.assess.assessment import CATEGORIES
from tocsin.attribute.actor import AUTHORITY_WORDS, Actor, Claim, Hours, Indicator, Refused
from tocsin.errors import UsageError
from tocsin.sources.block import printable
from tocsin.sources.countries import COUNTRY_CODES

ENDINGS = frozenset({".yml", ".yaml"})
MAX_BYTES = 1 << 19
MAX_FILES = 1_000
MAX_DEPTH = 8
MAX_NODES = 50_000
"""Texts, lists and mappings of one file; the parser takes some seconds for so many."""

MAX_INDICATORS = 5_000
MAX_LISTED = 500
SHORTEST_CLIENT = 4
LONGEST = 200
"""Characters of any text in a profile."""

OWN = "own profile"
"""The authority of a profile that names none."""

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_TECHNIQUE = re.compile(r"[TF]\d{4}(\.\d{3})?")
_DOMAIN = re.compile(r"(?=.{4,253}$)([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}")
_CLOCK = re.compile(r"([01]\d|2[0-4]):([0-5]\d)")
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


class _Base(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    pass


class _Name(_Base, frozen=True):
    name: str
    source: str | None = None
    since: date | None = None


class _Targets(_Base, frozen=True):
    categories: list[str] = []
    countries: list[str] = []


class _Hours(_Base, frozen=True):
    timezone: str
    start: str
    end: str
    days_off: list[str] = []


class _Indicator(_Base, frozen=True):
    kind: Literal["ip", "network", "domain", "client"]
    value: str
    source: str | None = None
    first_seen: date | None = None
    last_seen: date | None = None
    seized: date | None = None


class _Profile(_Base, frozen=True):
    actor: str
    authority: str = OWN
    source: str | None = None
    since: date | None = None
    names: list[_Name] = []
    country: str | None = None
    criminal: bool = False
    languages: list[str] = []
    targets: _Targets = _Targets()
    techniques: list[str] = []
    hours: _Hours | None = None
    indicators: list[_Indicator] = []


class _Wrong(ValueError):
    pass


class _Plain(yaml.BaseLoader):
    """Texts, lists and mappings only; no aliases, no key twice, no depth without end."""

    depth = 0
    nodes = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise _Wrong(f"line {self.line + 1}: a profile has no aliases")
        self.depth += 1
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise _Wrong(f"more than {MAX_NODES:,} values")
        if self.depth > MAX_DEPTH:
            raise _Wrong(f"nested deeper than {MAX_DEPTH}")
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        keys = [key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)]
        if len(keys) != len(node.value):
            raise _Wrong(f"line {node.start_mark.line + 1}: a key is no text")
        if twice := next((key for key, number in Counter(keys).items() if number > 1), None):
            raise _Wrong(f"line {node.start_mark.line + 1}: {printable(twice)} stands twice")
        return super().construct_mapping(node, deep=deep)


def read_profiles(folder: Path) -> tuple[list[Actor], list[Refused]]:
    """Actors of the folder's YAML files, in order of name, and what was refused. Raises `UsageError`."""
    if not folder.is_dir():
        raise UsageError(f"{folder} is no folder", remedy="name a folder of YAML files with --profiles")
    files = sorted(one for one in folder.iterdir() if one.suffix.lower() in ENDINGS and not one.name.startswith("."))
    actors: dict[tuple[str, str], Actor] = {}
    refused = []
    for file in files[:MAX_FILES]:
        try:
            actor = _profile(file)
            if actor.key in actors:
                raise _Wrong(f"another file describes {actor.name} by {actor.authority} already")
            actors[actor.key] = actor
        except _Wrong as wrong:
            refused.append(Refused(file=str(file), reason=printable(str(wrong))[:400]))
    if len(files) > MAX_FILES:
        refused.append(Refused(file=str(files[MAX_FILES]), reason=f"more than {MAX_FILES} profiles"))
    return list(actors.values()), refused


def _profile(file: Path) -> Actor:
    try:
        if file.stat().st_size > MAX_BYTES:
            raise _Wrong(f"larger than {MAX_BYTES // 1024} KiB: no profile is")
        text = file.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _Wrong("no UTF-8 text") from None
    except OSError as error:
        raise _Wrong(error.strerror or "cannot be read") from error
    try:
        document = yaml.load(text, Loader=_Plain)  # noqa: S506 -- _Plain makes texts, lists and mappings only
    except yaml.YAMLError as error:
        raise _Wrong(f"no YAML ({' '.join(str(error).split())})") from error
    except RecursionError:
        raise _Wrong("nested too deeply") from None
    try:
        return _actor(msgspec.convert(document, _Profile, strict=False), file)
    except msgspec.ValidationError as error:
        raise _Wrong(str(error)) from error


def _actor(held: _Profile, file: Path) -> Actor:
    name, authority = _text(held.actor, "actor"), _text(held.authority, "authority")
    if authority in AUTHORITY_WORDS:
        raise _Wrong(f"authority: {authority} is another's name; take your own")
    source = _text(held.source, "source") if held.source else f"profile {file.name}"
    since = held.since.isoformat() if held.since else None
    own = Claim(actor=name, name=name, authority=authority, source=source, since=since)
    if len(held.indicators) > MAX_INDICATORS:
        raise _Wrong(f"indicators: more than {MAX_INDICATORS}")
    return Actor(
        authority=authority,
        name=name,
        id=file.name,
        source=source,
        names=(
            own,
            *(
                Claim(
                    actor=name,
                    name=_text(one.name, f"names[{number}].name"),
                    authority=authority,
                    source=_text(one.source, f"names[{number}].source") if one.source else source,
                    since=one.since.isoformat() if one.since else since,
                )
                for number, one in enumerate(_few(held.names, "names"))
            ),
        ),
        country=_country(held.country, "country") if held.country else None,
        criminal=held.criminal,
        categories=frozenset(_words(held.targets.categories, "targets.categories", CATEGORIES)),
        target_countries=frozenset(
            _country(one, "targets.countries") for one in _few(held.targets.countries, "targets.countries")
        ),
        techniques=frozenset(_techniques(held.techniques)),
        hours=_hours(held.hours) if held.hours else None,
        languages=frozenset(_languages(held.languages)),
        indicators=tuple(
            _indicator(one, number, name=name, source=source) for number, one in enumerate(held.indicators)
        ),
    )


def _text(value: str, place: str) -> str:
    text = unicodedata.normalize("NFC", value).strip()
    if not text:
        raise _Wrong(f"{place}: empty")
    if len(text) > LONGEST:
        raise _Wrong(f"{place}: longer than {LONGEST} characters")
    if hidden := next((one for one in text if unicodedata.category(one) in _UNSEEN), None):
        raise _Wrong(f"{place}: holds a character that nobody sees, U+{ord(hidden):04X}")
    return text


def _few(values: Sequence[Any], place: str) -> Sequence[Any]:
    if len(values) > MAX_LISTED:
        raise _Wrong(f"{place}: more than {MAX_LISTED}")
    return values


def _words(values: Sequence[str], place: str, known: Sequence[str]) -> Iterator[str]:
    for value in _few(values, place):
        if value not in known:
            raise _Wrong(f"{place}: {printable(value)[:60]} is not one of {', '.join(known)}")
        yield value


def _country(value: str, place: str) -> str:
    if len(value) != 2 or value not in COUNTRY_CODES:
        raise _Wrong(f"{place}: {printable(value)[:60]} is no two-letter code of a country")
    return value


def _techniques(values: Sequence[str]) -> Iterator[str]:
    for value in _few(values, "techniques"):
        if not _TECHNIQUE.fullmatch(value):
            raise _Wrong(f"techniques: {printable(value)[:60]} is no id like T1110.003 or F1006.003")
        yield value


def _languages(values: Sequence[str]) -> Iterator[str]:
    for value in _few(values, "languages"):
        if not re.fullmatch(r"[a-z]{2,3}", value):
            raise _Wrong(f"languages: {printable(value)[:60]} is no code like fa or ru")
        yield value


def _hours(held: _Hours) -> Hours:
    try:
        ZoneInfo(held.timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise _Wrong(f"hours.timezone: {printable(held.timezone)[:60]} is no zone like Europe/Berlin") from None
    start, end = _clock(held.start, "hours.start"), _clock(held.end, "hours.end")
    length = (end - start) % 24
    if not 3 <= length <= 16:
        raise _Wrong("hours: a working day has 3 to 16 hours")
    off = tuple(sorted({_DAYS.index(one) for one in _words(held.days_off, "hours.days_off", _DAYS)}))
    if len(off) > 4:
        raise _Wrong("hours.days_off: more than four days off")
    return Hours(timezone=held.timezone, start=start, end=start + length, days_off=off)


def _clock(value: str, place: str) -> float:
    found = _CLOCK.fullmatch(value)
    if not found or (found[1] == "24" and found[2] != "00"):
        raise _Wrong(f"{place}: {printable(value)[:60]} is no time like 08:30")
    return int(found[1]) + int(found[2]) / 60


def _indicator(one: _Indicator, number: int, *, name: str, source: str) -> Indicator:
    place = f"indicators[{number}]"
    value = _text(one.value, f"{place}.value")
    if one.first_seen and one.last_seen and one.last_seen < one.first_seen:
        raise _Wrong(f"{place}: last_seen lies before first_seen")
    try:
        if one.kind == "ip":
            value = str(ipaddress.ip_address(value))
        elif one.kind == "network":
            value = value.upper() if re.fullmatch(r"(?i)AS\d{1,10}", value) else str(ipaddress.ip_network(value))
        elif one.kind == "domain":
            value = value.lower().rstrip(".")
            if not _DOMAIN.fullmatch(value):
                raise ValueError("no domain, or not in its ASCII form (xn--)")
        elif len(value) < SHORTEST_CLIENT:
            raise ValueError(f"shorter than {SHORTEST_CLIENT} characters")
    except ValueError as error:
        raise _Wrong(f"{place}.value: {printable(str(error))[:200]}") from error
    return Indicator(
        kind=one.kind,
        value=value,
        actor=name,
        source=_text(one.source, f"{place}.source") if one.source else source,
        first_seen=one.first_seen,
        last_seen=one.last_seen or one.first_seen,
        seized=one.seized,
    )
