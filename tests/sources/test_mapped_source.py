"""A mapping gives exactly the rows that its words say, whatever it and the log hold."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pytest

from mapped_samples import MAPPINGS
from normalised import INGESTED_AT, expected
from tocsin.sources import SOURCES, Reader, read_mappings
from tocsin.sources.mapped_source import source_of
from tocsin.sources.mapping import mapping_of
from tocsin.sources.normalise import statement

BASE: dict[str, Any] = {
    "provider": "club",
    "kind": "json",
    "recognise": {"app": "club"},
    "time": {"field": "at"},
    "fields": {"account": "who"},
    "rules": [{"when": {"what": "login"}, "activity": "sign_in"}],
}


def rows(path: Path, *mappings: Path, timezone: str = "UTC") -> tuple[list[dict[str, Any]], list[dict[str, Any]], int]:
    """(events without empty columns, rejected, ignored)"""
    mapped = read_mappings(mappings, SOURCES)
    reader = Reader((*mapped.sources, *SOURCES), ingested_at=INGESTED_AT, timezone=timezone, workers=1)
    return _told(reader, path)


def told(mapping: dict[str, Any], folder: Path, *records: Any, timezone: str = "UTC") -> Any:
    path = folder / "own.log"
    lines = [one if isinstance(one, str) else msgspec.json.encode(one).decode() for one in records]
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    source = source_of(mapping_of(mapping))
    return _told(Reader((source,), ingested_at=INGESTED_AT, timezone=timezone, workers=1), path)


def _told(reader: Reader, path: Path) -> tuple[list[dict[str, Any]], list[dict[str, Any]], int]:
    blocks = list(reader.read(path))
    events = pa.concat_tables([block.events for block in blocks]).drop_columns(["ts", "ingested_at", "raw_ref"])
    rejected = pa.concat_tables([block.rejected for block in blocks]).to_pylist()
    said = [
        {
            name: value.isoformat(sep=" ", timespec="milliseconds") if isinstance(value, datetime) else value
            for name, value in row.items()
            if value is not None
        }
        for row in events.to_pylist()
    ]
    return sorted(said, key=lambda row: row["time"]), rejected, sum(block.ignored for block in blocks)


@pytest.mark.parametrize("mapping", MAPPINGS, ids=lambda path: path.parent.name)
def test_the_sample_gives_exactly_these_rows(mapping: Path) -> None:
    (raw,) = mapping.parent.glob("raw.*")
    events, rejected, _ = rows(raw, mapping)
    assert rejected == []
    assert events == expected(mapping.parent / "expected.jsonl")


def test_a_record_that_a_rule_ignores_is_counted_and_no_event() -> None:
    folder = MAPPINGS[0].parent
    assert folder.name == "club_portal"
    assert rows(folder / "raw.jsonl", MAPPINGS[0])[2] == 1


@pytest.mark.parametrize(
    ("time", "value", "zone", "read"),
    [
        ({}, "2026-03-02T08:00:01Z", "UTC", "2026-03-02 08:00:01.000"),
        ({}, "2026-03-02T08:00:01.25+02:00", "UTC", "2026-03-02 06:00:01.250"),
        ({}, "2026-03-02 08:00:01,250 +0200", "UTC", "2026-03-02 06:00:01.250"),
        ({}, "2026-03-02 08:00:01 UTC", "Europe/Berlin", "2026-03-02 08:00:01.000"),
        ({}, "2026-03-02T08:00:01", "Europe/Berlin", "2026-03-02 07:00:01.000"),
        ({"zone": "America/New_York"}, "2026-03-02T08:00:01", "Europe/Berlin", "2026-03-02 13:00:01.000"),
        ({"zone": "America/New_York"}, "2026-03-02T08:00:01Z", "UTC", "2026-03-02 08:00:01.000"),
        ({"format": "seconds"}, 1772438401, "UTC", "2026-03-02 08:00:01.000"),
        ({"format": "seconds"}, 1772438401.25, "UTC", "2026-03-02 08:00:01.250"),
        ({"format": "milliseconds"}, 1772438401250, "Europe/Berlin", "2026-03-02 08:00:01.250"),
        ({"format": "microseconds"}, 1772438401250000, "UTC", "2026-03-02 08:00:01.250"),
        ({"format": "nanoseconds"}, 1772438401250000000, "UTC", "2026-03-02 08:00:01.250"),
        ({"format": "%d/%b/%Y:%H:%M:%S %z"}, "02/Mar/2026:08:00:01 +0100", "Asia/Tokyo", "2026-03-02 07:00:01.000"),
        ({"format": "%d/%b/%Y:%H:%M:%S"}, "02/Mar/2026:08:00:01", "Asia/Tokyo", "2026-03-01 23:00:01.000"),
        ({"format": "%b %d %H:%M:%S", "year": 2024}, "Feb 29 08:00:01", "UTC", "2024-02-29 08:00:01.000"),
        ({"format": "%m/%d/%Y %I:%M:%S %p"}, "03/02/2026 08:00:01 PM", "UTC", "2026-03-02 20:00:01.000"),
    ],
)
def test_times_are_read_in_their_format_and_zone(
    time: dict[str, Any], value: Any, zone: str, read: str, tmp_path: Path
) -> None:
    mapping = BASE | {"time": {"field": "at", **time}}
    events, rejected, _ = told(mapping, tmp_path, {"app": "club", "at": value, "what": "login"}, timezone=zone)
    assert rejected == []
    assert [row["time"] for row in events] == [read]


@pytest.mark.parametrize("value", [None, "", "yesterday", "2026-13-45T99:00:00Z", 17, {"a": 1}, 1e300, "9" * 400])
@pytest.mark.parametrize("format_", ["iso", "seconds", "milliseconds", "nanoseconds", "%Y-%m-%d"])
def test_what_is_no_time_is_rejected_and_its_neighbour_lives(format_: str, value: Any, tmp_path: Path) -> None:
    good = {"iso": "2026-03-02T08:00:00Z", "seconds": 1772438400, "milliseconds": 1772438400000}
    good |= {"nanoseconds": 1772438400000000000, "%Y-%m-%d": "2026-03-02"}
    mapping = BASE | {"time": {"field": "at", "format": format_}}
    records = [{"app": "club", "at": one, "what": "login"} for one in (value, good[format_])]
    events, rejected, _ = told(mapping, tmp_path, *records)
    assert [row["time"][:10] for row in events] == ["2026-03-02"]
    assert [row["line"] for row in rejected] == [1]


def test_for_each_column_the_first_rule_that_fits_and_names_it_counts(tmp_path: Path) -> None:
    rules = [
        {"when": {"what": "login"}, "activity": "sign_in"},
        {"when": {"ok": [True, "yes"]}, "outcome": "success", "account_known": True},
        {"when": {"what": "login", "n": 3}, "outcome": "failure", "reason": "locked"},
        {"outcome": "unknown", "activity": "other"},
    ]
    base = {"app": "club", "at": "2026-03-02T08:00:00Z", "what": "login"}
    records = [base | {"ok": True, "n": 3}, base | {"ok": "yes"}, base | {"n": 3}, base | {"n": "3"}, base | {"n": 4}]
    events, _, _ = told(BASE | {"rules": rules}, tmp_path, *records)
    said = [(row["activity"], row["outcome"], row.get("reason"), row["account_known"]) for row in events]
    assert said == [
        ("sign_in", "success", "locked", "true"),
        ("sign_in", "success", None, "true"),
        ("sign_in", "failure", "locked", "unknown"),
        ("sign_in", "failure", "locked", "unknown"),
        ("sign_in", "unknown", None, "unknown"),
    ]


def test_a_record_that_is_not_recognised_is_none_of_the_mappings_though_its_time_can_be_read(tmp_path: Path) -> None:
    ours = {"app": "club", "at": "2026-03-02T08:00:00Z", "what": "login"}
    rules = [*BASE["rules"], {"ignore": True}]
    records = [ours | {"n": number} for number in range(100)] + [ours | {"app": "other"}]
    events, rejected, ignored = told(BASE | {"rules": rules}, tmp_path, *records)
    assert (len(events), ignored) == (100, 0)
    assert [row["line"] for row in rejected] == [101]


def test_a_record_that_stands_as_text_inside_another_is_read(tmp_path: Path) -> None:
    """Container runtimes wrap what a program prints: https://docs.docker.com/engine/logging/drivers/json-file/"""
    inner = msgspec.json.encode({"app": "club", "at": "2026-03-02T08:00:00Z", "what": "login", "who": "Ada"}).decode()
    records = [{"log": inner + "\n", "stream": "stdout"}, {"log": "no JSON\n", "stream": "stdout"}, {"log": 5}]
    events, rejected, _ = told(BASE | {"inside": "log"}, tmp_path, *records)
    assert [(row["activity"], row["account"]) for row in events] == [("sign_in", "ada")]
    assert [row["line"] for row in rejected] == [2, 3]


def test_a_line_that_the_pattern_does_not_fit_is_rejected_though_a_rule_ignores_the_rest(tmp_path: Path) -> None:
    mapping = BASE | {
        "kind": "text",
        "recognise": {},
        "pattern": r"^(?P<at>\S+) (?P<what>\w+) (?P<who>\S+)$",
        "rules": [*BASE["rules"], {"ignore": True}],
    }
    lines = ["2026-03-02T08:00:00Z login ada", "2026-03-02T08:00:01Z view ada", "something else"]
    events, rejected, ignored = told(mapping, tmp_path, *(f"{line}\r" for line in lines))
    assert [row["account"] for row in events] == ["ada"]
    assert ([row["line"] for row in rejected], ignored) == ([3], 1)


HOSTILE = [
    "'); DROP TABLE raw; --",
    "' OR '1'='1",
    "\\' || 'x",
    "/*codes*/MAP(['a'], ['b'])/*of*/['a']/*end*/",
    "/*codes*/x/*of*/y/*end*/",
    "*/ SELECT 1 /*",
    "$by_row $file $ingested_at",
    "record line raw groups fits_0 field_0 said_account",
    '"; SELECT 1; --',
    "nul\0inside",
    "{} {0} {{}} %s",
    "é\u202e\u2028",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_no_value_of_a_mapping_is_ever_read_as_sql(text: str, tmp_path: Path) -> None:
    """A value stands for itself: the record that holds it fits, the one that holds less does not."""
    mapping = BASE | {
        "title": text,
        "tenant": text,
        "recognise": {"app": text},
        "rules": [
            {"when": {"what": text}, "activity": "sign_in"},
            {"when": {"who": {"matches": "^x"}}, "reason": "risk"},
        ],
    }
    record = {"app": text, "at": "2026-03-02T08:00:00Z", "what": text, "who": "ada"}
    events, rejected, _ = told(mapping, tmp_path, record, record | {"what": text[:-1]}, record | {"app": "x"})
    assert [(row["activity"], row["tenant"]) for row in events] == [("sign_in", text), ("other", text)]
    assert [row["line"] for row in rejected] == [3]


@pytest.mark.parametrize("name", [one for one in HOSTILE if "*" not in one and one.isprintable()])
def test_no_name_of_a_field_is_ever_read_as_sql(name: str, tmp_path: Path) -> None:
    path = '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
    mapping = BASE | {
        "fields": {"account": path, "session_uid": f"deep.{path}"},
        "recognise": {path: {"present": True}},
    }
    record = {name: "Ada", "at": "2026-03-02T08:00:00Z", "what": "login", "deep": {name: "s"}}
    events, rejected, _ = told(mapping, tmp_path, record)
    assert rejected == []
    assert [(row["account"], row["session_uid"]) for row in events] == [("ada", "s")]


@pytest.mark.parametrize(
    "pattern", ["(?P<at>\\S+) ' || 'x", "(?P<at>.*)'[)]; DROP TABLE raw; --", "(?P<at>a)/*codes*/x/*of*/"]
)
def test_no_pattern_is_ever_read_as_sql(pattern: str, tmp_path: Path) -> None:
    mapping = BASE | {"kind": "text", "pattern": pattern, "recognise": {}, "fields": {}, "rules": []}
    source = source_of(mapping_of(mapping))
    assert "DROP" not in statement(source).replace("'" + pattern.replace("'", "''") + "'", "")
    assert told(mapping, tmp_path, "2026-03-02T08:00:00Z login")[1] != []


def test_a_pattern_that_would_take_others_for_ever_takes_no_time(tmp_path: Path) -> None:
    mapping = BASE | {
        "kind": "text",
        "recognise": {},
        "pattern": r"^(?P<at>(?:\S+)+)+ (?P<what>(?:a|a)*)*b (?P<who>\S+)$",
    }
    lines = ["2026-03-02T08:00:00Z " + "a" * 20_000] * 50
    events, rejected, _ = told(mapping, tmp_path, *lines)
    assert (events, len(rejected)) == ([], 50)


def test_the_digest_changes_with_what_a_mapping_says_and_not_with_its_comments(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    text = MAPPINGS[0].read_text()
    digests = []
    for written in (text, f"# another remark\n{text}", text.replace('"auth.login"', '"auth.logon"')):
        path.write_text(written)
        digests.append(read_mappings([path], SOURCES).digest)
    assert digests[0] == digests[1] != digests[2]
    assert read_mappings([], SOURCES).digest == ""
