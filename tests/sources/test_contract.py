"""What every log format keeps to, whoever wrote it. A new source is tested by being in `SOURCES`, with
samples.

Samples lie in `samples/<format>/`: `raw.*` in, `expected.jsonl` out.
"""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mapped_samples import MAPPED
from tocsin.events import EVENT, REJECTED
from tocsin.events.schema import Activity, ChannelKind, Known, Outcome, Reason
from tocsin.sources import SOURCES as SHIPPED
from tocsin.sources import Reader, Source
from tocsin.sources.containers import read_blocks

SAMPLES = Path(__file__).parent / "samples"
SOURCES = (*MAPPED, *SHIPPED)
READER = Reader(SOURCES, ingested_at=datetime(2026, 4, 1, tzinfo=UTC), workers=1)

every_source = pytest.mark.parametrize("source", SOURCES, ids=[source.format for source in SOURCES])


class Everything:
    def __init__(self, path: Path, reader: Reader = READER) -> None:
        blocks = list(reader.read(path))
        self.events = pa.concat_tables([block.events for block in blocks])
        self.rejected = pa.concat_tables([block.rejected for block in blocks])
        self.ignored = sum(block.ignored for block in blocks)
        self.formats = sum((block.formats for block in blocks), Counter[str]())

    @property
    def rows(self) -> list[dict[str, Any]]:
        rows = self.events.drop_columns(["ingested_at"]).to_pylist()
        return sorted(rows, key=lambda row: (place(row), row["event_uid"]))

    @property
    def lines_read(self) -> set[int]:
        return {place(row) for row in self.events.to_pylist()}

    @property
    def lines_refused(self) -> set[int]:
        return {row["line"] for row in self.rejected.to_pylist()}


def place(row: Mapping[str, Any]) -> int:
    return int(re.split("[:#]", row["raw_ref"])[-1])


@cache
def sample(source: Source) -> Path:
    (path,) = (SAMPLES / source.format).glob("raw.*")
    return path


@cache
def sample_texts(source: Source) -> tuple[str, ...]:
    """The records of the sample, each on one line."""
    texts = [text for block in read_blocks(sample(source)) for text in block.records.to_pylist()]
    if source.recognises_line is not None:
        return tuple(text.strip() for text in texts)
    return tuple(json.dumps(json.loads(text)) for text in texts)


def as_lines(path: Path, texts: list[str]) -> Path:
    path.write_text("".join(text + "\n" for text in texts), encoding="utf-8")
    return path


@every_source
def test_its_samples_are_its_own(source: Source) -> None:
    """Every record of the sample is recognised, and read by this source though all are asked."""
    read = Everything(sample(source))
    assert read.rejected.to_pylist() == []
    assert set(read.formats) == {source.format}
    assert len(read.events) >= 1


@every_source
def test_no_other_source_takes_its_records(source: Source) -> None:
    for text in sample_texts(source):
        takers = []
        for other in SOURCES:
            if source.recognises_line is not None:
                taken = other.recognises_line is not None and other.recognises_line(text)
            else:
                taken = other.recognises_line is None and other.recognises(json.loads(text))
            if taken:
                takers.append(other.format)
        assert takers == [source.format]


@every_source
def test_rows_are_of_the_event_schema_and_vocabulary(source: Source) -> None:
    read = Everything(sample(source))
    assert read.events.schema == EVENT
    assert read.rejected.schema == REJECTED
    for column in EVENT:
        assert column.nullable or read.events[column.name].null_count == 0, column.name
    for column, words in (
        ("activity", Activity),
        ("outcome", Outcome),
        ("reason", Reason),
        ("account_known", Known),
        ("channel_kind", ChannelKind),
    ):
        assert set(read.events[column].drop_null().to_pylist()) <= {str(word) for word in words}, column
    for row in read.rows:
        assert row["provider"] in (source.provider, *source.other_providers)
        assert row["provider_code"] or row["activity"] == "other"
        assert row["ts"] == round(row["time"].replace(tzinfo=UTC).timestamp() * 1000)
        for column in ("account", "actor"):
            name = row[column]
            assert name is None or name == name.strip().lower() != "", column
        assert row["source_country"] is None or re.fullmatch("[A-Z]{2}", row["source_country"])
        assert row["actor"] is None or row["actor"] != row["account"]


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*/raw.csv")), ids=lambda path: path.parent.name)
def test_a_csv_with_semicolons_gives_the_same_rows(path: Path, tmp_path: Path) -> None:
    """As Excel saves it where the comma is a decimal point."""
    saved = tmp_path / "raw.csv"
    with path.open(newline="", encoding="utf-8-sig") as commas, saved.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, delimiter=";").writerows(csv.reader(commas))
    before, after = Everything(path), Everything(saved)
    assert after.rejected.to_pylist() == []
    assert [{**row, "raw_ref": ""} for row in after.rows] == [{**row, "raw_ref": ""} for row in before.rows]


@every_source
def test_read_twice_gives_the_same_rows(source: Source) -> None:
    assert Everything(sample(source)).rows == Everything(sample(source)).rows


@every_source
def test_every_row_has_an_id_of_its_own(source: Source) -> None:
    """Reading a file twice must add nothing, and reading it once must lose nothing."""
    ids = Everything(sample(source)).events["event_uid"].to_pylist()
    assert len(set(ids)) == len(ids)


@every_source
def test_a_bad_line_is_rejected_and_its_neighbours_live(source: Source, tmp_path: Path) -> None:
    texts = list(sample_texts(source))
    whole = Everything(as_lines(tmp_path / "log", texts))
    broken = [text for good in texts for text in (good, good[: len(good) // 2].replace("type=", ""), "\x01 nonsense")]
    read = Everything(as_lines(tmp_path / "log", broken))
    assert [{**row, "raw_ref": "", "ts": 0} for row in read.rows] == [
        {**row, "raw_ref": "", "ts": 0} for row in whole.rows
    ]
    good_lines = set(range(1, len(broken) + 1, 3))
    assert not read.lines_refused & good_lines
    assert len(read.lines_refused) + read.ignored - whole.ignored == 2 * len(texts)


@every_source
def test_fields_it_does_not_know_do_no_harm(source: Source, tmp_path: Path) -> None:
    if source.recognises_line is not None:
        texts = [f'{text}, zz_new="1", zzType="LOGIN"' for text in sample_texts(source)]
    else:
        news = {"zz_new": {"id": 1, "time": "x", "type": None}, "zz list": [[], {"name": "value"}], "": None}
        texts = [json.dumps({**json.loads(text), **news}) for text in sample_texts(source)]
    before = Everything(as_lines(tmp_path / "log", list(sample_texts(source)))).rows
    after = Everything(as_lines(tmp_path / "log", texts)).rows
    # A record without id of its own is named after its text.
    unnamed = {"event_uid": ""}
    assert [row | (unnamed if row["event_uid"].startswith("md5:") else {}) for row in after] == [
        row | (unnamed if row["event_uid"].startswith("md5:") else {}) for row in before
    ]


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8"), max_size=12)
    | st.sampled_from(["", "null", "{", "[", '{"a":', "2026-13-45T99:00:00Z", "-1", "1772438401500", "users/x/y"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=5,
)


def put(record: Any, path: str, value: Any) -> None:
    """Set the value at a JSON path, in place, where the way there is an object."""
    *way, last = [name.strip('"') for name in re.findall(r'"[^"]+"|[^.\[\]$]+', re.sub(r"\[[^\]]*\]", "", path))]
    for name in way:
        if not isinstance(record.get(name), dict):
            record[name] = {}
        record = record[name]
    record[last] = value


@st.composite
def damaged(draw: st.DrawFn, source: Source) -> str:
    """A sample of the source, or nothing at all, with some of the source's own fields of a wrong type."""
    texts = sample_texts(source)
    text = draw(st.sampled_from(texts))
    if source.recognises_line is not None:
        cut = draw(st.integers(0, len(text)))
        return (
            text[:cut]
            + draw(st.text(st.characters(codec="utf-8", exclude_characters="\n\r\0"), max_size=20))
            + text[cut:]
        )
    record = json.loads(text) if draw(st.booleans()) else {}
    for path in draw(st.lists(st.sampled_from(sorted(source.fields.values())), max_size=4)):
        put(record, path, draw(JSON))
    for name in draw(st.lists(st.sampled_from(sorted(record) or ["a"]), max_size=2)):
        record[name] = draw(JSON)
    return json.dumps(record)


@every_source
def test_nothing_crashes_it_and_every_record_is_accounted_for(
    source: Source, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Every record gives events, or is rejected, or counted as ignored: one of the three."""
    path = tmp_path_factory.mktemp(source.format) / "log"

    @settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(damaged(source) | JSON.map(json.dumps), min_size=1, max_size=40))
    def holds(texts: list[str]) -> None:
        # The sample in front makes this source the first to be tried, as within a file of its own.
        texts = [sample_texts(source)[0], *texts]
        read = Everything(as_lines(path, texts))
        lines = set(range(1, len(texts) + 1))
        blank = {number for number, text in enumerate(texts, start=1) if not text.strip()}
        assert not read.lines_read & read.lines_refused
        assert read.lines_read | read.lines_refused <= lines
        rest = lines - read.lines_read - read.lines_refused - blank
        assert len(rest) == read.ignored
        assert read.events.schema == EVENT

    holds()
