"""Records that a collector put into records of its own: taken out of them before anybody asks for their format.

Search engines, log shippers and container runtimes keep what a provider wrote as a text or an object under a name of
theirs: `{"result": {"_raw": "{...}"}}` (Splunk), `{"_source": {"event": {"original": "{...}"}}}` (Elastic),
`{"log": "{...}\\n", "stream": "stdout"}` (Docker), `<134>1 2026-03-02T08:00:00Z host app - - - {...}` (syslog). What
is of a known format as it stands is never opened, and an envelope that holds nothing known stays as it is, so that it
is refused as what the file holds.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa

from tocsin.sources.block import Block, Places, texts_of
from tocsin.sources.custom_tables import CustomTables
from tocsin.sources.json_stream import envelope_records
from tocsin.sources.source import Source

NAMES = (
    *("_raw", "original"),  # Splunk, Cribl; Elastic (event.original)
    *("result", "_source", "event", "fields", "detail"),  # around them; also Splunk's collector, Panther, EventBridge
    *("message", "MESSAGE", "full_message", "@message"),  # Beats, Logstash, Vector; systemd; Graylog; CloudWatch
    *("log", "line", "body", "Body", "@rawstring"),  # Docker, Fluent Bit; Loki; OpenTelemetry, SQS; LogScale
    *("attributes", "Sns", "Message", "value", "content"),  # Datadog; SNS; Kafka; Datadog
    *("payload", "data", "raw", "record", "msg"),  # pipelines of people's own
    *("events", "logEvents", "hits"),  # lists: CloudWatch, asked or handing on; Elastic's search
    *("response", "items"),  # the answer of Duo's interface around a list of activities
)
"""Under what names collectors keep the provider's record, or what holds it; the first that holds a known one counts.
Writers: Splunk REST `search/jobs/export`; ECS `event.original`; Docker's json-file driver; `aws logs
filter-log-events`; `systemd.journal-fields(7)`; GELF 1.1; OpenTelemetry's file exporter; Datadog's logs search."""

DEEPEST = 6
"""How many names stand on the way to a record at most: as many are on that of Elastic's search,
`hits.hits[]._source.event.original`."""

SAMPLE = 64
"""Records of a block that are looked at, evenly spread: collectors wrap all of a file or none."""

EACH = "[]"
"""The step from a list to each of its objects."""

Place = tuple[str, ...]
"""The names on the way from an envelope to the record. The empty name is the step from a line's head to the object
behind it."""

_HEAD = ""
COLUMNS = "columns"
"""The step from a row of a custom table to the record that it was made of."""

_CLOCK = re.compile(r"\d\d:\d\d:\d\d")
_members = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_elements = msgspec.json.Decoder(list[msgspec.Raw]).decode
_FAULTS = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


class Opened:
    """Takes a file's records out of what collectors put around them, block after block."""

    def __init__(self, sources: Iterable[Source]) -> None:
        sources = tuple(sources)
        self._by_record = tuple(one.recognises for one in sources if one.recognises_line is None)
        self._by_line = tuple(one.recognises_line for one in sources if one.recognises_line is not None)
        self._tables = CustomTables(sources)
        self._more = 0  # how many records more than the container counted were in the blocks before

    def block(self, block: Block) -> Block:
        """The block with the records that stand inside of its own; the block itself where none do."""
        count = len(block.lines)
        places, known = self._found(block) if count else ([], False)
        if not places:
            return replace(block, ordinals=block.ordinals + self._more) if self._more else block
        texts = block.records.to_pylist()
        taken = [
            [text] if text is None or (known and self._takes(text)) else self._taken_out(text, places) for text in texts
        ]
        sizes = np.fromiter(map(len, taken), np.int64, count)
        return replace(
            block,
            texts=pa.chunked_array([pa.array([one for held in taken for one in held], pa.string())]),
            cells=None,
            lines=np.repeat(block.lines, sizes),
            ordinals=self._numbered(block.ordinals, sizes),
            taken_from=tuple(map(_words, places)),
        )

    def _numbered(self, ordinals: Places, sizes: Places) -> Places:
        """Numbers in the file of records that stand, so many each, in those of these numbers."""
        more = self._more + np.cumsum(sizes) - sizes - np.arange(len(sizes))
        self._more += int(sizes.sum()) - len(sizes)
        within = np.arange(int(sizes.sum())) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        return np.repeat(ordinals + more, sizes) + within

    def _found(self, block: Block) -> tuple[list[Place], bool]:
        """Where records of known formats stand in some of the block's, and whether some are of one themselves."""
        part = block.part()
        step = max(len(part) // SAMPLE, 1)
        some = pa.concat_tables([part.slice(number, 1) for number in range(0, len(part), step)] or [part])
        places: dict[Place, None] = {}
        known = False
        for text in texts_of(some.combine_chunks()).to_pylist():
            if self._takes(text):
                known = True
            elif (place := self._place(_read(text), DEEPEST)) is not None:
                places[place] = None
        return list(places), known

    def _takes(self, held: Any) -> bool:
        record = _read(held) if isinstance(held, str) else held
        if isinstance(record, str):
            return any(recognises(record) for recognises in self._by_line)
        return isinstance(record, Mapping) and any(recognises(record) for recognises in self._by_record)

    def _place(self, held: Any, depth: int) -> Place | None:
        """The way to a record of a known format inside of what is held."""
        if depth == 0:
            return None
        if isinstance(held, str):
            inner = _read(held[held.find("{") :]) if "{" in held[1:] else None
            return self._stands(_HEAD, inner, depth) if isinstance(inner, Mapping) else None
        if isinstance(held, list):
            first = next((one for one in held if isinstance(one, Mapping)), None)
            return None if first is None else self._stands(EACH, first, depth)
        if not isinstance(held, Mapping):
            return None
        if self._tables.record(held) is not None:
            return (COLUMNS,)
        for name in _named(held):
            inner = held[name]
            found = self._stands(name, _read(inner) if isinstance(inner, str) else inner, depth)
            if found is not None:
                return found
        page = envelope_records(held)
        key = next((name for name, value in held.items() if value is page), None) if page else None
        return None if key is None else self._stands(key, page, depth)

    def _taken_out(self, text: str, places: Sequence[Place]) -> list[str]:
        """The records at the first of these places where there are any; else the text as it is."""
        for place in places:
            try:
                found = self._at(text, place)
            except _FAULTS:
                continue
            if found:
                return found
        return [text]

    def _at(self, held: str | msgspec.Raw, place: Place) -> list[str]:
        if isinstance(held, msgspec.Raw):
            written = bytes(held)
            held = msgspec.json.decode(written, type=str) if written[:1] == b'"' else written.decode()
        if not place:
            return [held]
        step, rest = place[0], place[1:]
        if step == _HEAD:
            begin = held.find("{")
            return self._at(held[begin:], rest) if begin >= 0 else []
        if step == EACH:
            return [text for one in _elements(held) for text in self._at(one, rest)]
        if step == COLUMNS:
            row = _read(held)
            record = self._tables.record(row) if isinstance(row, Mapping) else None
            return [] if record is None else [msgspec.json.encode(record).decode()]
        inner = _members(held).get(step)
        return [] if inner is None or bytes(inner) == b"null" else self._at(inner, rest)

    def _stands(self, step: str, inner: Any, depth: int) -> Place | None:
        # Splunk puts what it took out of a record beside the record: the record says more. A line without a time is a
        # part of the record around it.
        partly = "_raw" in inner if isinstance(inner, Mapping) else _CLOCK.search(str(inner)) is None
        if not partly and self._takes(inner):
            return (step,)
        way = self._place(inner, depth - 1)
        return None if way is None else (step, *way)


def _named(held: Mapping[str, Any]) -> Sequence[str]:
    """The names of the object under which a record may stand, those first that come first in `NAMES`."""
    ends = {name: name.rpartition(".")[2] for name in held}  # `event.original`, as tables write it
    return sorted((name for name, end in ends.items() if end in NAMES), key=lambda name: NAMES.index(ends[name]))


def _words(place: Place) -> str:
    """The place as people write it: `result._raw`, `hits.hits[]._source`."""
    said = ".".join("a line's head" if step == _HEAD else step for step in place)
    return said.replace(f".{EACH}", EACH)


def _read(text: str) -> Any:
    """What the text holds: an object, or the text where it is none."""
    if text.lstrip()[:1] != "{":
        return text
    try:
        return msgspec.json.decode(text)
    except _FAULTS:
        return None
