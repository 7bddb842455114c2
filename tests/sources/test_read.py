"""The reader sends each record to the format that knows it and loses none."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from bad_disk import failing_after
from tocsin.events import EVENT, REJECTED
from tocsin.sources import SOURCES, Reader, Source, containers
from tocsin.sources.normalise import statement
from tocsin.sources.read import LIKE_A_ROSTER, UNRECOGNISED

INGESTED_AT = datetime(2026, 4, 1, tzinfo=UTC)

OKTA: dict[str, Any] = {
    "uuid": "okta-1",
    "published": "2026-03-02T08:00:01.000Z",
    "eventType": "user.session.start",
    "actor": {"id": "00u1", "type": "User", "alternateId": "ada@example.org"},
    "client": {"ipAddress": "203.0.113.7"},
    "outcome": {"result": "SUCCESS"},
}
KEYCLOAK: dict[str, Any] = {
    "id": "kc-1",
    "time": 1772438400000,
    "type": "LOGIN",
    "realmId": "r-1",
    "clientId": "mail",
    "userId": "u-1",
    "ipAddress": "203.0.113.7",
    "details": {"username": "ada"},
}

LOG_LINE = '2026-03-02 08:00:05,000 INFO  [org.keycloak.events] (t) type="LOGOUT", realmId="r", userId="u-1"'


class Everything:
    def __init__(self, path: Path, sources: tuple[Source, ...] = SOURCES, workers: int = 2) -> None:
        blocks = list(Reader(sources, ingested_at=INGESTED_AT, workers=workers).read(path))
        assert [block.last or block.failed for block in blocks] == [False] * (len(blocks) - 1) + [True]
        self.failed = blocks[-1].failed
        self.ends = [block.end for block in blocks]
        self.events = pa.concat_tables([block.events for block in blocks])
        self.rejected = pa.concat_tables([block.rejected for block in blocks]).to_pylist()
        self.ignored = sum(block.ignored for block in blocks)
        self.formats = sum((block.formats for block in blocks), Counter[str]())
        self.ids = sorted(self.events["event_uid"].to_pylist())


def lines(path: Path, *records: Any) -> Path:
    texts = [record if isinstance(record, str) else json.dumps(record) for record in records]
    path.write_text("".join(text + "\n" for text in texts))
    return path


def test_a_file_may_mix_formats(tmp_path: Path) -> None:
    read = Everything(lines(tmp_path / "log", OKTA, KEYCLOAK, LOG_LINE, OKTA | {"uuid": "okta-2"}))
    assert read.formats == {"okta_system_log": 2, "keycloak_event": 1, "keycloak_log_line": 1}
    assert read.rejected == []


def test_a_format_that_begins_late_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The format of the block before is tried first; what it cannot time is offered to the others."""
    monkeypatch.setattr(containers, "BLOCK_BYTES", 20_000)
    many = [OKTA | {"uuid": f"okta-{number}"} for number in range(1000)]
    read = Everything(lines(tmp_path / "log", *many, *[KEYCLOAK] * 500, *many))
    assert read.formats == {"okta_system_log": 2000, "keycloak_event": 500}
    assert read.rejected == []


def test_text_lines_after_json_are_offered_to_the_text_formats(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(containers, "BLOCK_BYTES", 20_000)
    read = Everything(lines(tmp_path / "log", *[OKTA] * 2000, LOG_LINE, *[OKTA] * 2000, LOG_LINE), workers=1)
    assert read.formats == {"okta_system_log": 4000, "keycloak_log_line": 2}
    assert read.rejected == []


def test_bad_records_are_rejected_by_place_and_reason(tmp_path: Path) -> None:
    path = lines(
        tmp_path / "log",
        OKTA,
        '{"broken": ',
        "no JSON at all",
        {"some": "object"},
        OKTA | {"uuid": "no-time", "published": "yesterday"},
        r'{"lone surrogate": "\ud800"}',
        "[" * 3000,
        "",
        "   ",
        KEYCLOAK,
    )
    read = Everything(path)
    assert read.ids == ["kc-1", "okta-1"]
    found = {row["line"]: row["reason"] for row in read.rejected}
    assert set(found) == {2, 3, 4, 5, 6, 7}
    assert found[2].startswith("malformed JSON")
    assert found[4] == UNRECOGNISED
    assert found[5] == "Okta System Log: no time that can be read"
    assert found[6].startswith("malformed JSON")
    assert {row["file"] for row in read.rejected} == {str(path)}
    assert all(len(row["excerpt"]) <= 200 for row in read.rejected)


def test_an_excerpt_is_one_printable_line(tmp_path: Path) -> None:
    """People look at it in terminals and spreadsheets, and whoever typed it knew that."""
    path = tmp_path / "log"
    hostile = 'x\x1b[2J\x07 \u202eevil\u2028 \t"é"\r'
    pretty = '{\n "broken": \x1b}'
    path.write_text(f"{hostile}\n{json.dumps(OKTA)}\n", encoding="utf-8")
    (line,) = Everything(path).rejected
    assert line["excerpt"] == "\\x".join(["x", "1b[2J", "07 "]) + '\\u202eevil\\u2028 \\t"é"'
    path.write_text(f"[{pretty}, {json.dumps(OKTA)}]", encoding="utf-8")
    (record,) = Everything(path).rejected
    assert record["excerpt"] == '{\\n "broken": \\x1b}'
    path.write_bytes(b'a,b,c\n"1\n2",3\n4,\xff,\x1b\n')
    assert all(row["excerpt"].isprintable() for row in Everything(path).rejected)


def test_a_lone_surrogate_inside_a_good_record_costs_that_record(tmp_path: Path) -> None:
    broken = json.dumps(OKTA).replace("ada@", r"\ud800@")
    read = Everything(lines(tmp_path / "log", OKTA, broken, KEYCLOAK))
    assert read.ids == ["kc-1", "okta-1"]
    assert [row["line"] for row in read.rejected] == [2]


def test_reading_twice_gives_the_same_rows(tmp_path: Path) -> None:
    path = lines(tmp_path / "log", OKTA, KEYCLOAK, {name: KEYCLOAK[name] for name in KEYCLOAK if name != "id"})
    once, again = Everything(path), Everything(path)
    assert once.events.sort_by("raw_ref").equals(again.events.sort_by("raw_ref"))
    assert any(uid.startswith("md5:") for uid in once.ids)


def test_the_id_of_a_record_without_one_is_that_of_its_text_alone(tmp_path: Path) -> None:
    """The same record elsewhere, at the end of the file or behind Windows' line ends, is the same event."""
    nameless = json.dumps({name: KEYCLOAK[name] for name in KEYCLOAK if name != "id"})
    path = tmp_path / "log"
    path.write_bytes(f"{nameless}\r\n{nameless}\n{nameless}".encode())
    assert len(set(Everything(path).ids)) == 1


@pytest.mark.parametrize("workers", [1, 3])
def test_blocks_come_in_order_whatever_the_number_of_workers(
    workers: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(containers, "BLOCK_BYTES", 20_000)
    path = lines(tmp_path / "log", *[OKTA | {"uuid": f"{number:04d}"} for number in range(2000)])
    read = Everything(path, workers=workers)
    assert read.events["event_uid"].to_pylist() == [f"{number:04d}" for number in range(2000)]
    assert read.ends == sorted(read.ends)
    assert read.ends[-1] == path.stat().st_size


def test_what_cannot_be_opened_or_is_no_log_is_told(tmp_path: Path) -> None:
    binary = tmp_path / "picture.png"
    binary.write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00" * 10)
    for path, failed, reason in (
        (tmp_path / "absent", True, "No such file or directory"),
        (tmp_path, True, "Is a directory"),
        (binary, False, "binary content: neither JSON, CSV, Parquet nor a text log"),
    ):
        read = Everything(path)
        assert read.failed == failed
        assert [(row["file"], row["line"], row["reason"]) for row in read.rejected] == [(str(path), None, reason)]


@pytest.mark.parametrize("workers", [1, 3])
def test_a_disk_that_fails_inside_a_file_leaves_it_unfinished(
    workers: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whole blocks before are given; the file does not end there."""
    monkeypatch.setattr(containers, "BLOCK_BYTES", 20_000)
    monkeypatch.setattr(containers, "READ_BYTES", 4_096)
    path = lines(tmp_path / "log", *[OKTA | {"uuid": f"{number:04d}"} for number in range(2000)])
    whole = Everything(path, workers=workers)
    failing_after(300_000, monkeypatch)
    read = Everything(path, workers=workers)
    assert read.failed
    assert [(row["line"], row["reason"]) for row in read.rejected] == [(None, "Input/output error")]
    assert read.ids == whole.ids[: len(read.ids)]
    assert 500 < len(read.ids) < 2000


def test_an_empty_file_gives_empty_tables(tmp_path: Path) -> None:
    (tmp_path / "log").write_bytes(b"")
    (block,) = Reader(SOURCES, ingested_at=INGESTED_AT).read(tmp_path / "log")
    assert (block.events.schema, block.rejected.schema, block.last) == (EVENT, REJECTED, True)


def test_a_record_that_a_statement_breaks_on_costs_that_record(tmp_path: Path) -> None:
    """A source's SQL may not raise; if one does, its neighbours live."""
    okta = next(source for source in SOURCES if source.format == "okta_system_log")
    columns = {**okta.columns, "source_asn": "CAST(uuid AS BIGINT)"}
    fragile = replace(okta, format="fragile", columns=columns)
    path = lines(tmp_path / "log", *[OKTA | {"uuid": uid} for uid in ("1", "2", "three", "4", "five")])
    read = Everything(path, (fragile,))
    assert read.ids == ["1", "2", "4"]
    assert [row["line"] for row in read.rejected] == [3, 5]
    assert all("cannot be read" in row["reason"] for row in read.rejected)


@pytest.mark.parametrize("before", range(4))
def test_a_record_whose_letters_the_engines_message_cuts_in_two_costs_that_record(before: int, tmp_path: Path) -> None:
    """It quotes the first bytes of what is no JSON, however many a letter has."""
    okta = next(source for source in SOURCES if source.format == "okta_system_log")
    columns = {**okta.columns, "source_org": "json_extract_string(uuid, '$.a')"}
    fragile = replace(okta, format="fragile", columns=columns)
    broken = "[" + "x" * before + "\N{GOTHIC LETTER AHSA}" * 60
    path = lines(
        tmp_path / "log", *[json.dumps(OKTA | {"uuid": uid}, ensure_ascii=False) for uid in ("1", broken, "2")]
    )
    read = Everything(path, (fragile,))
    assert read.ids == ["1", "2"]
    assert [row["line"] for row in read.rejected] == [2]
    assert "Malformed JSON" in read.rejected[0]["reason"]


def test_a_source_may_not_take_the_readers_names() -> None:
    okta = next(source for source in SOURCES if source.format == "okta_system_log")
    with pytest.raises(ValueError, match="the reader's own"):
        statement(replace(okta, fields={**okta.fields, "line": "$.line"}))
    with pytest.raises(ValueError, match="no such event columns"):
        statement(replace(okta, columns={**okta.columns, "colour": "'red'"}))


@pytest.mark.parametrize(
    ("head", "reason"),
    [
        ("account,organisation,category,recovery,contact", LIKE_A_ROSTER),
        ("Account,Category,Contact", LIKE_A_ROSTER),
        ("account,category,time", UNRECOGNISED),
        ("account,organisation,contact", UNRECOGNISED),
    ],
)
def test_a_roster_among_the_logs_is_told_from_a_log_of_no_known_format(tmp_path: Path, head: str, reason: str) -> None:
    path = tmp_path / "people.csv"
    path.write_text(f"{head}\n" + ",".join(["ada@example.org"] * (head.count(",") + 1)) + "\n")
    assert [row["reason"] for row in Everything(path).rejected] == [reason]
