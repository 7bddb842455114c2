"""Files in; what each of them is out. Nothing is written and no store is opened."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from tocsin.inspect.fields import Fields
from tocsin.inspect.inspection import (
    ActivityLook,
    Change,
    FileLook,
    FormatLook,
    Inspection,
    PassedOver,
    Refusal,
    TenantLook,
    Unrecognised,
)
from tocsin.inspect.known import known_fields
from tocsin.inspect.nearest import Formats
from tocsin.inspect.paths import LINE, entries
from tocsin.inspect.recognition import recognised
from tocsin.inspect.unknown import Others, unknown
from tocsin.inspect.wrapping import Wrapping, container, wrapping
from tocsin.lake import EMPTY, Intake, dated, log_files, passed_over, refused_dates
from tocsin.sources import Reader
from tocsin.sources.block import Block, texts_of
from tocsin.sources.containers import read_blocks
from tocsin.sources.engine import Engine
from tocsin.sources.read import Normalised
from tocsin.sources.source import Source

LOOKED_AT = 2_000
"""Records of a block (some 24 MB) that are looked at field by field, evenly spread; smaller blocks altogether."""

DECIDED = 50
"""Records of a format that tell which fields decided."""

KEPT_UNRECOGNISED = 500
REASONS_TOLD = 10

_PLACES = re.compile(r" \(byte \d+\)| at byte \d+ of the record")


@dataclass(kw_only=True)
class Looked:
    """What was found, and of each reason in a file one record's beginning, for the terminal."""

    inspection: Inspection
    excerpts: dict[tuple[str, str], str] = field(default_factory=dict)


def inspected(
    paths: Sequence[Path],
    sources: Iterable[Source],
    *,
    now: datetime,
    timezone: str = "UTC",
    progress: Callable[[Intake], None] = lambda _intake: None,
) -> Looked:
    """Look at every file in the paths. Raises `NoLogsFound`."""
    files = log_files(paths)
    sources = tuple(sources)
    reader = Reader(sources, ingested_at=now, timezone=timezone)
    engine = Engine(ingested_at=now, timezone=timezone)
    formats = Formats(sources)
    intake = Intake(files=len(files), bytes_total=sum(path.stat().st_size for path in files))
    found: list[FileLook] = []
    changes: list[Change] = []
    excerpts: dict[tuple[str, str], str] = {}
    for path in files:
        intake.current = str(path)
        before = intake.bytes_done

        def shown(block: Normalised, before: int = before) -> None:
            intake.records += len(block.events)
            intake.bytes_done = before + block.end
            progress(intake)

        look = _File(path=path, sources=sources, engine=engine, formats=formats, year=now.year)
        found.append(look.look(reader, shown))
        changes += look.changes
        excerpts |= {(str(path), reason): text for reason, text in look.excerpts.items()}
        intake.bytes_done = before + path.stat().st_size
        progress(intake)
    inspection = Inspection(generated_at=now, files=found, passed_over=_passed_over(paths), changes=changes)
    return Looked(inspection=inspection, excerpts=excerpts)


def _passed_over(paths: Sequence[Path]) -> list[PassedOver]:
    return [
        PassedOver(file=str(file), why=f"a scan of a folder does not open it ({kind})")
        for file, kind in passed_over(paths)
        if kind != EMPTY
    ]


def decoded(engine: Engine, source: Source, part: pa.Table) -> list[Any]:
    """The records of a block's part as the source's fields are read of them; None for what is no JSON."""
    wrapped = source.unwraps is not None or source.csv_record_column is not None
    texts = engine.opened(source, part) if wrapped else texts_of(part).to_pylist()
    if source.recognises_line is not None:
        return [{LINE: text} | entries(text) for text in texts]
    return [_object(text) for text in texts]


def _object(text: str | None) -> Any:
    try:
        return msgspec.json.decode(text or "{}")
    except (msgspec.DecodeError, RecursionError):
        return None


def records_of(path: Path, source: Source, engine: Engine) -> Iterator[Any]:
    """All records of a file, as this source would read them."""
    for block in read_blocks(path):
        engine.open(path, block)
        yield from decoded(engine, source, block.part())


@dataclass(kw_only=True)
class _File:
    """One file on its way."""

    path: Path
    sources: tuple[Source, ...]
    engine: Engine
    formats: Formats
    year: int
    changes: list[Change] = field(default_factory=list)
    excerpts: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._fields: dict[str, Fields] = {}
        self._others: list[Any] = []  # records that no source takes
        self._other_count = 0
        self._looked_at = 0
        self._kind: str | None = None
        self._taken_from: dict[str, None] = {}
        self._first = ""
        self._records = 0
        self._ignored = 0
        self._rejected: Counter[str] = Counter()
        self._places: dict[str, tuple[int | None, int | None]] = {}
        self._formats: Counter[str] = Counter()
        self._groups: list[pa.Table] = []

    def look(self, reader: Reader, shown: Callable[[Normalised], None]) -> FileLook:
        size = self.path.stat().st_size
        try:
            outside = wrapping(self.path)
        except OSError as error:
            return FileLook(file=str(self.path), bytes=size, what="no log", note=str(error.strerror or error))
        if outside.other:
            return FileLook(file=str(self.path), bytes=size, what="no log", packing=outside.packing, note=outside.other)
        for block in reader.read(self.path, seen=self._seen):
            self._count(block)
            shown(block)
        return self._said(outside, size)

    # While reading

    def _seen(self, block: Block) -> None:
        """Look at some of the block's records field by field."""
        self._kind = self._kind or block.kind
        self._taken_from |= dict.fromkeys(block.taken_from)
        part = block.part()
        self._records += len(part)
        part = part.take(pa.array(range(0, len(part), max(len(part) // LOOKED_AT, 1)), pa.int64()))
        taken: dict[str, list[int]] = {}
        for place, text in enumerate(texts_of(part).to_pylist()):
            if not text.strip():
                continue
            self._first = self._first or text
            self._looked_at += 1
            source = self._recognise(text)
            if source is not None:
                taken.setdefault(source.format, []).append(place)
        self.engine.open(self.path, block)
        for format_, places in taken.items():
            self._take(self._fields[format_], part.take(pa.array(places)))

    def _recognise(self, text: str) -> Source | None:
        if text.lstrip()[:1] != "{":
            source = next((one for one in self.sources if one.recognises_line and one.recognises_line(text)), None)
            if source is None:
                self._other(text.rstrip("\r\n"))
                return None
            self._of(source).recognised_by["the pattern of the line"] += 1
            return source
        try:
            record = msgspec.json.decode(text)
        except (msgspec.DecodeError, RecursionError):
            return None
        source = next((one for one in self.sources if not one.recognises_line and one.recognises(record)), None)
        if source is None:
            self._other(record)
            return None
        fields = self._of(source)
        if fields.decided < DECIDED:
            fields.decided += 1
            fields.recognised_by.update(recognised(source, record)[1])
            others = [one for one in self.sources if one is not source and not one.recognises_line]
            fields.also_like.update(one.title for one in others if one.recognises(record))
        return source

    def _of(self, source: Source) -> Fields:
        return self._fields.setdefault(source.format, Fields(source=source, known=known_fields(source)))

    def _other(self, record: Any) -> None:
        self._other_count += 1
        if len(self._others) < KEPT_UNRECOGNISED:
            self._others.append(record)

    def _take(self, fields: Fields, part: pa.Table) -> None:
        records = decoded(self.engine, fields.source, part)
        for record, number in zip(records, part["record_number"].to_pylist(), strict=True):
            if record is not None:
                fields.take(record, number)

    def _count(self, block: Normalised) -> None:
        sound = dated(block.events)
        events, undated = block.events, block.events.slice(0, 0)
        if sound is not None:
            events, undated = events.filter(sound), events.filter(pc.invert(sound))
        self._ignored += block.ignored
        self._formats.update(block.formats)
        for row in pa.concat_tables([block.rejected, refused_dates(self.path, undated)]).to_pylist():
            reason = _PLACES.sub("", row["reason"])
            self._rejected[reason] += 1
            if reason not in self._places:
                self._places[reason] = row["line"], row["record"]
                self.excerpts[reason] = row["excerpt"] or ""
        if len(events):
            self._groups.append(
                events.group_by(["provider", "tenant", "activity", "outcome"]).aggregate(
                    [("time", "min"), ("time", "max"), ("event_uid", "count")]
                )
            )

    # At the end

    def _said(self, outside: Wrapping, size: int) -> FileLook:
        groups = pa.concat_tables(self._groups).to_pylist() if self._groups else []
        events = sum(row["event_uid_count"] for row in groups)
        rejected = sum(self._rejected.values())
        for fields in self._fields.values():
            self.changes += fields.changes(str(self.path))
        unrecognised, changes = self._unknown()
        self.changes += changes
        read = events + self._ignored
        nothing = not read and not rejected
        return FileLook(
            file=str(self.path),
            bytes=size,
            what="empty" if nothing else "unrecognised" if not read else "partly" if unrecognised else "log",
            container=None if self._kind is None or nothing else container(self._kind, self._first),
            packing=outside.packing,
            encoding=outside.encoding,
            taken_from=list(self._taken_from),
            records=self._records,
            events=events,
            ignored=self._ignored,
            rejected=rejected,
            first=min((row["time_min"] for row in groups), default=None),
            last=max((row["time_max"] for row in groups), default=None),
            formats=[self._format(fields) for fields in self._fields.values()],
            tenants=_tenants(groups),
            activities=_activities(groups),
            refusals=self._refusals(),
            unrecognised=unrecognised,
        )

    def _format(self, fields: Fields) -> FormatLook:
        source = fields.source
        return FormatLook(
            format=source.format,
            title=source.title,
            provider=source.provider,
            events=self._formats[source.format],
            looked_at=fields.looked_at,
            recognised_by=[path for path, _ in fields.recognised_by.most_common()],
            also_like=sorted(fields.also_like),
            knows_fields=bool(fields.known),
            new_fields=fields.new_fields(),
        )

    def _unknown(self) -> tuple[Unrecognised | None, list[Change]]:
        if not self._other_count:
            return None, []
        kind: Literal["json", "csv"] = "csv" if self._kind in ("csv", "parquet") else "json"
        others = Others(records=self._others, count=self._other_count, looked_at=self._looked_at, kind=kind)
        return unknown(others, self.path, self.sources, self.formats, year=self.year)

    def _refusals(self) -> list[Refusal]:
        told = [
            Refusal(reason=reason, records=number, line=self._places[reason][0], record=self._places[reason][1])
            for reason, number in self._rejected.most_common(REASONS_TOLD)
        ]
        rest = self._rejected.most_common()[REASONS_TOLD:]
        if rest:
            told.append(Refusal(reason=f"other reasons ({len(rest)})", records=sum(number for _, number in rest)))
        return told


def _tenants(groups: Sequence[dict[str, Any]]) -> list[TenantLook]:
    found: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in groups:
        found.setdefault((row["provider"], row["tenant"]), []).append(row)
    looks = [
        TenantLook(
            provider=provider,
            tenant=tenant,
            events=sum(row["event_uid_count"] for row in rows),
            first=min(row["time_min"] for row in rows),
            last=max(row["time_max"] for row in rows),
        )
        for (provider, tenant), rows in found.items()
    ]
    return sorted(looks, key=lambda one: (-one.events, one.provider, one.tenant))


def _activities(groups: Sequence[dict[str, Any]]) -> list[ActivityLook]:
    found: Counter[tuple[str, str]] = Counter()
    for row in groups:
        found[row["activity"], row["outcome"]] += row["event_uid_count"]
    return [ActivityLook(activity=one[0], outcome=one[1], events=number) for one, number in found.most_common()]
