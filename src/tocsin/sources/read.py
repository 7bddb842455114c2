"""Files to event rows: recognise each record's format, normalise block by block, keep what cannot be read."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from tocsin.events import EVENT, REJECTED
from tocsin.sources.block import EXCERPT_CHARS, printable, texts_of
from tocsin.sources.containers import Block, NotALog, Refused, read_blocks
from tocsin.sources.engine import BROKEN, Engine, said_by
from tocsin.sources.envelopes import Opened
from tocsin.sources.event_rows import Rows, together
from tocsin.sources.parts import Divisions
from tocsin.sources.room import Room
from tocsin.sources.source import Source

SAMPLE = 32
"""Records of a block that are decoded to tell its format."""

RECORD = pa.schema(
    [
        pa.field("provider", pa.string(), nullable=False),
        pa.field("event_uid", pa.string(), nullable=False),
        pa.field("format", pa.string(), nullable=False),
    ]
)
"""Whose fields were read beside. One event may be told by several records."""

UNRECOGNISED = "not a record of a format Tocsin reads"
LIKE_A_ROSTER = "this looks like a roster of people at risk, not a log: give the file with --roster"

ROSTER_NEEDS = frozenset({"account", "category"})
ROSTER_COLUMNS = ROSTER_NEEDS | {"organisation", "recovery", "contact", "country"}
"""Columns of a roster (enrich/roster.py); nothing else stands in one."""


@dataclass(frozen=True, kw_only=True)
class Normalised:
    """What one block of a file gave."""

    file: Path
    end: int  # bytes of the file, as stored, that lie behind
    last: bool  # the file ends with this block
    failed: bool  # the file could not be read on: nothing follows, and the rest may be read another time
    events: pa.Table  # EVENT
    rejected: pa.Table  # REJECTED
    ignored: int  # well-formed records that are no events
    runs: tuple[tuple[str, int], ...]  # the source format of so many of the events, in their order
    beside: tuple[pa.Table, ...] = ()  # RECORD and the columns read beside, a table a format that has any

    @property
    def formats(self) -> Counter[str]:
        """Events by source format."""
        held: Counter[str] = Counter()
        for name, events in self.runs:
            held[name] += events
        return held


class Reader:
    """Reads files with the given sources on `workers` threads. Times without zone are read in `timezone`."""

    def __init__(
        self, sources: Iterable[Source], *, ingested_at: datetime, timezone: str = "UTC", workers: int = 2
    ) -> None:
        self._sources = tuple(sources)
        self._ingested_at = ingested_at.replace(tzinfo=None)
        self._timezone = timezone
        self._workers = workers
        self._pool = ThreadPoolExecutor(workers)
        self._engines: deque[Engine] = deque()
        self._divisions = Divisions()
        self._room = Room()

    def read(self, path: Path, *, seen: Callable[[Block], None] = lambda _block: None) -> Iterator[Normalised]:
        """The file's blocks in order, and one that closes them: `last` is set in it, or `failed`.

        `seen` is called with every block, out of collectors' envelopes and before it is normalised.
        """
        waiting: deque[Future[Normalised]] = deque()
        try:
            opened = Opened(self._sources)
            for block in map(opened.block, read_blocks(path, self._room)):
                seen(block)
                waiting.append(self._pool.submit(self._normalise, path, block))
                if len(waiting) > self._workers:
                    yield waiting.popleft().result()
        except NotALog as error:
            refused = Refused(line=None, record=None, reason=str(error))
            waiting.append(self._pool.submit(_refusal, path, refused))
        except OSError as error:
            while waiting:
                yield waiting.popleft().result()
            refused = Refused(line=None, record=None, reason=str(error.strerror or error))
            yield replace(_refusal(path, refused), failed=True)
            return
        while waiting:
            yield waiting.popleft().result()
        yield replace(_nothing(path, end=path.stat().st_size if path.exists() else 0), last=True)

    @contextmanager
    def _engine(self) -> Iterator[Engine]:
        """An engine that nobody else uses meanwhile; it keeps its prepared statements for the next file."""
        try:
            engine = self._engines.pop()
        except IndexError:
            engine = Engine(ingested_at=self._ingested_at, timezone=self._timezone, divisions=self._divisions)
        yield engine
        self._engines.append(engine)

    def _normalise(self, path: Path, block: Block) -> Normalised:
        with self._engine() as engine:
            return self._normalised(engine, path, block)

    def _normalised(self, engine: Engine, path: Path, block: Block) -> Normalised:
        engine.open(path, block)
        raw = block.part()
        refused = list(block.refused)
        tables: list[pa.Table] = []
        runs: list[tuple[str, int]] = []
        beside: list[pa.Table] = []
        ignored = 0

        def apply(source: Source, part: pa.Table) -> tuple[pa.Table, pa.Table]:
            """Normalise the part; return the records that the source gave no time, and those that are no
            JSON."""
            nonlocal ignored
            broken = part.slice(0, 0)
            try:
                rows = engine.rows(source, part)
            except BROKEN:
                if source.recognises_line is None:
                    part, broken = engine.sifted(part)
                rows = _run_apart(engine, source, part, refused)
            ignored += rows.ignored
            if len(events := rows.events):
                tables.append(events.select(EVENT.names))
                runs.append((source.format, len(events)))
                if source.beside is not None:
                    named = pa.repeat(source.format, len(events))
                    held = events.select(["provider", "event_uid", *source.beside.columns])
                    beside.append(held.add_column(2, RECORD.field("format"), named))
            untimed = part.slice(0, 0)
            if len(rows.untimed):
                untimed = part.filter(pc.is_in(part["record_number"], value_set=rows.untimed.combine_chunks()))
            return untimed, broken

        pending = raw
        guess = self._usual(pending)
        if guess is not None:
            pending = pa.concat_tables(apply(guess, pending))
        if len(pending):
            groups = self._grouped(pending, refused)
            for source, part in groups:
                untimed, broken = apply(source, part)
                for record in _records(untimed):
                    refused.append(_refuse(record, f"{source.title}: no time that can be read"))
                for record in _records(broken):
                    refused.append(_refuse(record, _why_no_json(record["record"])))
        return Normalised(
            file=path,
            end=block.end,
            last=False,
            failed=False,
            events=pa.concat_tables(tables) if tables else EVENT.empty_table(),
            rejected=_rejected(path, refused),
            ignored=ignored,
            runs=tuple(runs),
            beside=tuple(beside),
        )

    def _usual(self, part: pa.Table) -> Source | None:
        """The source of most records, by a sample: recognising each would decode it in Python."""
        if len(part) <= SAMPLE:
            return None
        # One by one: take() would make one piece of the block first, which costs as much as splitting it.
        sample = [part.slice(number, 1) for number in range(0, len(part), len(part) // SAMPLE)]
        texts = texts_of(pa.concat_tables(sample).combine_chunks()).to_pylist()
        seen = Counter(source for text in texts if (source := self._recognise(text)[0]) is not None)
        return max(seen, key=lambda source: seen[source]) if seen else None

    def _grouped(self, part: pa.Table, refused: list[Refused]) -> list[tuple[Source, pa.Table]]:
        """Records by the source that recognises them, in the order of `sources`; the rest is refused."""
        chosen: dict[str, list[int]] = {}
        for number, text in enumerate(texts_of(part).to_pylist()):
            if not text.strip():
                continue
            source, why = self._recognise(text)
            if source is None:
                place = {
                    "line": part["line"][number].as_py(),
                    "record_number": part["record_number"][number].as_py(),
                }
                refused.append(_refuse({"record": text, **place}, why))
            else:
                chosen.setdefault(source.format, []).append(number)
        return [
            (source, part.take(pa.array(chosen[source.format]))) for source in self._sources if source.format in chosen
        ]

    def _recognise(self, text: str) -> tuple[Source | None, str]:
        if text.lstrip()[:1] == "{":
            try:
                record = msgspec.json.decode(text)
            except (msgspec.DecodeError, RecursionError):
                return None, _why_no_json(text)
            for source in self._sources:
                if source.recognises_line is None and source.recognises(record):
                    return source, ""
            return None, LIKE_A_ROSTER if _like_a_roster(record) else UNRECOGNISED
        for source in self._sources:
            if source.recognises_line is not None and source.recognises_line(text):
                return source, ""
        return None, UNRECOGNISED


def _like_a_roster(record: Any) -> bool:
    if not isinstance(record, dict):
        return False
    names = {str(name).strip().lower() for name in record}
    return ROSTER_NEEDS <= names <= ROSTER_COLUMNS


def _run_apart(engine: Engine, source: Source, part: pa.Table, refused: list[Refused]) -> Rows:
    """The rows of the part less the records that the source's statement breaks on, found by halving."""
    try:
        return engine.rows(source, part)
    except BROKEN as error:
        if len(part) > 1:
            half = len(part) // 2
            halves = (part.slice(0, half), part.slice(half))
            return together([_run_apart(engine, source, each, refused) for each in halves])
        if not len(part):
            raise
        said = f"{source.title}: cannot be read ({said_by(error)})"
        refused.append(_refuse(_records(part)[0], said))
        return engine.rows(source, part.slice(0, 0))


def _records(part: pa.Table) -> list[dict[str, Any]]:
    texts = texts_of(part).to_pylist()
    places = part.select(["line", "record_number"]).to_pylist()
    return [{"record": text, **place} for text, place in zip(texts, places, strict=True)]


def _why_no_json(text: str) -> str:
    try:
        msgspec.json.decode(text)
    except msgspec.DecodeError as error:
        return f"malformed JSON: {error}"
    except RecursionError:
        return "malformed JSON: nested too deeply"
    return "malformed JSON: text that no strict reader takes (a lone surrogate, or a duplicated structure)"


def _refuse(record: dict[str, object], reason: str) -> Refused:
    line, number = record["line"], record["record_number"]
    return Refused(
        line=line if isinstance(line, int) and line > 0 else None,
        record=number if isinstance(number, int) else None,
        reason=reason,
        excerpt=str(record["record"])[:EXCERPT_CHARS],
    )


def _rejected(path: Path, refused: list[Refused]) -> pa.Table:
    return pa.Table.from_pylist(
        [
            {
                "file": str(path),
                "line": one.line,
                "record": one.record,
                "reason": one.reason,
                "excerpt": printable(one.excerpt),
            }
            for one in refused
        ],
        schema=REJECTED,
    )


def _refusal(path: Path, refused: Refused) -> Normalised:
    return replace(_nothing(path, end=0), rejected=_rejected(path, [refused]))


def _nothing(path: Path, *, end: int) -> Normalised:
    return Normalised(
        file=path,
        end=end,
        last=False,
        failed=False,
        events=EVENT.empty_table(),
        rejected=REJECTED.empty_table(),
        ignored=0,
        runs=(),
    )
