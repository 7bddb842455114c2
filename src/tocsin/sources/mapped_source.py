"""A mapping file to a `Source`, so that everything behind it is the same as for the formats that Tocsin ships.

Nothing that a mapping says reaches the engine except as a quoted literal or a quoted JSON path; names in the SQL are
made here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import msgspec
import pyarrow as pa

from tocsin.errors import MappingError
from tocsin.sources.block import Block
from tocsin.sources.engine import Engine
from tocsin.sources.mapped_fields import MappedFields, literal
from tocsin.sources.mapped_time import time_of
from tocsin.sources.mapping import Kind, LogMapping, Paths, Rule, read_mapping
from tocsin.sources.source import RawRecord, Source

UNRECOGNISED = "unrecognised"
"""What the coverage calls files of no known format."""

READ_AS = {
    "account": "account_name({})",
    "actor": "account_name({})",
    "source_ip": "ip_address({})",
    "source_asn": r"try_cast(regexp_extract({}, '^(?:AS|as)?(\d{{1,10}})$', 1) AS BIGINT)",
    "source_country": "CASE WHEN regexp_full_match(upper(trim({0})), '[A-Z]{{2}}') THEN upper(trim({0})) END",
}
"""Event column -> SQL from its text; the others are taken as they stand."""


@dataclass(frozen=True, kw_only=True)
class Mapped:
    """What mapping files add to a reader."""

    sources: tuple[Source, ...] = ()
    digest: str = ""  # of what the mappings say; '' without any
    mappings: tuple[tuple[str, LogMapping], ...] = ()  # by the name of their format

    @property
    def providers(self) -> frozenset[str]:
        return frozenset(source.provider for source in self.sources)


def read_mappings(paths: Iterable[Path], shipped: Iterable[Source]) -> Mapped:
    """The sources of the mapping files, in their order. Raises `MappingError`."""
    sources: list[Source] = []
    mappings: list[tuple[str, LogMapping]] = []
    said = hashlib.blake2b(digest_size=8)
    shipped = tuple(shipped)
    for path in paths:
        mapping = read_mapping(path)
        try:
            source = source_of(mapping)
            _own_names(source, shipped, sources)
        except MappingError as error:
            raise MappingError(f"{path}: {error.message}", remedy=error.remedy) from error
        sources.append(source)
        mappings.append((source.format, mapping))
        said.update(msgspec.json.encode(mapping))
    return Mapped(sources=tuple(sources), digest=said.hexdigest() if sources else "", mappings=tuple(mappings))


def _own_names(source: Source, shipped: Iterable[Source], mapped: Iterable[Source]) -> None:
    if source.provider == UNRECOGNISED or any(source.provider == one.provider for one in shipped):
        raise MappingError(
            f"provider = {source.provider!r} is the name of one that Tocsin reads itself",
            remedy=f"Give the application a name of its own, for example {source.provider}_export.",
        )
    if any(source.format == one.format for one in (*shipped, *mapped)):
        raise MappingError(
            f"there is another format of the name {source.format!r}",
            remedy="Give one of them another name: format = ...",
        )


def source_of(mapping: LogMapping) -> Source:
    """The source that reads what the mapping describes. Raises `MappingError`."""
    names = MappedFields(mapping)
    times = [names.of("time.field", one) for one in _listed(mapping.time.field)]
    # A line that the pattern does not fit gives no time and is neither an event nor one that a rule ignores.
    recognised = " AND ".join(
        [names.condition("recognise", mapping.recognise), *(f"{one} IS NOT NULL" for one in times)]
    )
    if mapping.kind is not Kind.TEXT and not mapping.recognise:
        raise MappingError(
            "`recognise` is missing",
            remedy='Say what every record of this log has and no other: recognise = { app = "club" }'
            " or { event = { present = true } }.",
        )
    time = time_of(mapping.time, times)
    fields = {
        one: _first([names.of(f"fields.{one}", path) for path in _listed(getattr(mapping.fields, one))])
        for one in mapping.fields.__struct_fields__
        if getattr(mapping.fields, one) is not None
    }
    fits = {
        f"fits_{number}": f"coalesce({names.condition(f'rules[{number}].when', rule.when)}, false)"
        for number, rule in enumerate(mapping.rules)
    }
    columns = {one: READ_AS.get(one, "filled({})").format(f"said_{one}") for one in fields}
    columns["tenant"] = f"coalesce({columns.get('tenant', 'NULL')}, {literal(mapping.tenant)})"
    if "actor" in columns:
        columns["actor"] = f"nullif({columns['actor']}, {columns.get('account', 'NULL')})"
    columns |= _by_rule(mapping.rules)
    code = _first([columns.get("provider_code", "NULL"), names.code(mapping.rules), literal(mapping.format or "event")])
    source = Source(
        format=mapping.format or f"{mapping.provider}_{mapping.kind}",
        provider=mapping.provider,
        title=mapping.title or f"{mapping.provider} log",
        recognises=names.recogniser(mapping.recognise) if mapping.kind is not Kind.TEXT else _no_record,
        recognises_line=names.line_recogniser(mapping.recognise) if mapping.kind is Kind.TEXT else None,
        unwraps=names.unwraps,
        known=None if mapping.kind is Kind.TEXT else tuple(names.path("unread", one) for one in mapping.unread),
        rests_on={} if mapping.kind is Kind.TEXT else _rests_on(mapping, names),
        fields=names.fields,
        derived={
            **names.derived,
            "recognised": f"coalesce({recognised}, false)",
            **{f"said_{one}": expression for one, expression in fields.items()},
            **fits,
        },
        ignores=_ignored(mapping.rules),
        columns={**columns, "provider_code": code, "time": f"CASE WHEN recognised THEN {time} END"},
    )
    _tried(source)
    return source


def _rests_on(mapping: LogMapping, names: MappedFields) -> dict[str, tuple[str, ...]]:
    """What an event is worth little without."""
    places = {
        "time": _listed(mapping.time.field)[:1],
        "id": _listed(mapping.fields.event_uid),
        "account": _listed(mapping.fields.account),
        "address": _listed(mapping.fields.source_ip),
    }
    return {means: tuple(names.path("fields", one) for one in paths) for means, paths in places.items() if paths}


def _listed(paths: Paths) -> list[str]:
    return [paths] if isinstance(paths, str) else list(paths or ())


def _first(expressions: list[str]) -> str:
    if len(expressions) == 1:
        return expressions[0]
    return f"coalesce({', '.join(f'filled({one})' if one != 'NULL' else one for one in expressions)})"


def _by_rule(rules: list[Rule]) -> dict[str, str]:
    """Event column -> SQL: the word of the first rule that fits and has one."""
    columns = {}
    for name, otherwise in (
        ("activity", "'other'"),
        ("outcome", "'unknown'"),
        ("reason", "NULL"),
        ("account_known", "'unknown'"),
        ("channel_kind", "NULL"),
    ):
        words = [(number, getattr(rule, name)) for number, rule in enumerate(rules)]
        cases = [f"WHEN fits_{number} THEN {literal(word)}" for number, word in words if word is not None]
        columns[name] = f"CASE {' '.join(cases)} ELSE {otherwise} END" if cases else otherwise
    return columns


def _ignored(rules: list[Rule]) -> str | None:
    """SQL: is the record none that a rule calls an event?"""
    if not any(rule.ignore for rule in rules):
        return None
    for number, rule in enumerate(rules):
        if rule.ignore and rule.activity is not None:
            raise MappingError(
                f"`rules[{number}]` ignores its records and gives them an activity", remedy="Remove one of the two."
            )
    cases = [
        f"WHEN fits_{number} THEN {str(rule.ignore).lower()}"
        for number, rule in enumerate(rules)
        if rule.ignore or rule.activity is not None
    ]
    return f"recognised AND CASE {' '.join(cases)} ELSE false END"


def _no_record(_record: RawRecord) -> bool:
    return False


def _tried(source: Source) -> None:
    """Does the engine take it? Whatever it does not is the mapping's fault and is said before anything is read."""
    engine = Engine(ingested_at=datetime(2000, 1, 1))  # noqa: DTZ001 - naive, as everywhere inside
    record = "x" if source.recognises_line is not None else "{}"
    part = {"record": pa.array([record], pa.string()), "line": pa.array([1]), "record_number": pa.array([1])}
    engine.open(Path("mapping"), Block(lines=_NONE, ordinals=_NONE, kind="lines", end=0))
    try:
        engine.rows(source, pa.table(part))
    except duckdb.Error as error:
        raise MappingError(
            f"the mapping cannot be carried out: {str(error).splitlines()[0]}",
            remedy="Look at its patterns and paths; docs/own-log.md shows how they are written.",
        ) from error


_NONE: Any = pa.array([], pa.int64()).to_numpy()
