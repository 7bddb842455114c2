"""A look at a file says what it is, what it holds and what is wrong with it, and shows no value of a record."""

from __future__ import annotations

import gzip
import json
from datetime import datetime
from pathlib import Path

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard

from looking import NOW, SAMPLES, lines, look, look_at, sample
from tocsin.errors import NoLogsFound
from tocsin.inspect.inspection import ActivityLook, FileLook, FormatLook, Inspection, NewField, Refusal, TenantLook
from tocsin.inspect.look import LOOKED_AT

KEYCLOAK = {
    "id": "kc-1",
    "time": 1772438400000,
    "type": "LOGIN",
    "realmId": "r-1",
    "clientId": "mail",
    "userId": "u-1",
    "ipAddress": "203.0.113.7",
    "details": {"username": "ada"},
}


def keycloak(number: int, **other: object) -> dict[str, object]:
    return {**KEYCLOAK, "id": f"kc-{number}", "time": 1772438400000 + number * 1000, **other}


def test_everything_about_a_file_is_said(tmp_path: Path) -> None:
    failed = keycloak(2, type="LOGIN_ERROR", error="invalid_user_credentials", realmId="r-2")
    path = lines(tmp_path / "kc.jsonl", keycloak(1), failed, keycloak(3, pet={"name": "cat"}), '{"broken": ', "no JSON")
    assert look_at(path) == FileLook(
        file=str(path),
        bytes=path.stat().st_size,
        what="partly",
        container="JSON lines",
        packing=None,
        encoding="UTF-8",
        records=5,
        events=3,
        rejected=2,
        first=datetime(2026, 3, 2, 8, 0, 1),  # noqa: DTZ001
        last=datetime(2026, 3, 2, 8, 0, 3),  # noqa: DTZ001
        formats=[
            FormatLook(
                format="keycloak_event",
                title="Keycloak user event",
                provider="keycloak",
                events=3,
                looked_at=3,
                recognised_by=["type", "time", "realmId", "clientId"],
                knows_fields=True,
                new_fields=[NewField(path="pet", records=1, type="object")],
            )
        ],
        tenants=[
            TenantLook(
                provider="keycloak",
                tenant="r-1",
                events=2,
                first=datetime(2026, 3, 2, 8, 0, 1),  # noqa: DTZ001
                last=datetime(2026, 3, 2, 8, 0, 3),  # noqa: DTZ001
            ),
            TenantLook(
                provider="keycloak",
                tenant="r-2",
                events=1,
                first=datetime(2026, 3, 2, 8, 0, 2),  # noqa: DTZ001
                last=datetime(2026, 3, 2, 8, 0, 2),  # noqa: DTZ001
            ),
        ],
        activities=[
            ActivityLook(activity="sign_in", outcome="success", events=2),
            ActivityLook(activity="sign_in", outcome="failure", events=1),
        ],
        refusals=[
            Refusal(reason="malformed JSON: Input data was truncated", records=1, line=4, record=4),
            Refusal(reason="not a record of a format Tocsin reads", records=1, line=5, record=5),
        ],
        unrecognised=look_at(path).unrecognised,
    )


@pytest.mark.parametrize(
    ("pack", "packing", "encoding"),
    [
        (lambda text: text.encode(), None, "UTF-8"),
        (lambda text: b"\xef\xbb\xbf" + text.encode(), None, "UTF-8 with byte order mark"),
        (lambda text: b"\xff\xfe" + text.encode("utf-16-le"), None, "UTF-16"),
        (lambda text: gzip.compress(text.encode()), "gzip", "UTF-8"),
        (lambda text: zstandard.compress(text.encode()), "zstd", "UTF-8"),
    ],
)  # fmt: skip
def test_packing_and_encoding_are_said(pack: object, packing: str | None, encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "kc.log"
    path.write_bytes(pack(json.dumps(KEYCLOAK) + "\n"))  # type: ignore[operator]
    found = look_at(path)
    assert (found.what, found.packing, found.encoding, found.events) == ("log", packing, encoding, 1)


def test_containers_are_said(tmp_path: Path) -> None:
    (tmp_path / "list.json").write_text(json.dumps([KEYCLOAK]))
    pq.write_table(pa.Table.from_pylist([KEYCLOAK]), tmp_path / "kc.parquet")
    found = {Path(one.file).name: (one.container, one.what) for one in look(tmp_path, *SAMPLES.glob("*_portal")).files}
    assert found["list.json"] == ("JSON documents", "log")
    assert found["kc.parquet"] == ("Parquet", "log")
    assert found["raw.csv"] == ("CSV", "log")
    assert look_at(sample("keycloak_log_line")).container == "text lines"


def test_where_records_stand_inside_others_is_said(tmp_path: Path) -> None:
    """Syslog's priority is no tag, though it stands in angle brackets."""
    text = json.dumps(KEYCLOAK)
    search = {"hits": {"hits": [{"_source": {"event": {"original": text}}}]}}
    assert look_at(lines(tmp_path / "a.json", search)).taken_from == ["hits.hits[]._source.event.original"]
    assert look_at(lines(tmp_path / "b.log", f"<134>Mar  2 08:00:01 host kc: {text}")).taken_from == ["a line's head"]
    assert look_at(lines(tmp_path / "c.log", KEYCLOAK)).taken_from == []


@pytest.mark.parametrize(
    ("name", "begins", "said"),
    [
        ("a.png", b"\x89PNG\r\n\x1a\n\0\0", "a PNG image"),
        ("a.pdf", b"%PDF-1.7 \xe2\xe3", "a PDF document: export the data itself, not a report of it"),
        ("a.zip", b"PK\x03\x04\x14\0", "a ZIP archive, or an office document: unpack it, or save the table as CSV"),
        ("a.db", b"SQLite format 3\0", "a SQLite database: export its table as CSV or JSON"),
        ("a.xz", b"\xfd7zXZ\0\0", "packed with xz"),
        ("a.tar", b"\0" * 257 + b"ustar\x0000", "a tar archive"),
        ("a.tgz", gzip.compress(b"\0" * 257 + b"ustar\x0000", mtime=0), "a tar archive"),
        ("a.html", b"<!DOCTYPE html>\n<html>", "HTML or XML: export JSON or CSV instead"),
        ("a.bin", bytes(range(256)) * 8, "binary content: neither JSON, CSV, Parquet nor text"),
    ],
)
def test_what_is_no_log_is_named(name: str, begins: bytes, said: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(begins)
    found = look_at(tmp_path / name)
    assert found.what == "no log"
    assert found.note is not None
    assert found.note.startswith(said)


def test_an_empty_file_is_empty(tmp_path: Path) -> None:
    (tmp_path / "a.log").touch()
    (tmp_path / "b.log").write_text("\n\n  \n")
    assert [(one.what, one.events, one.rejected) for one in look(tmp_path).files] == [("empty", 0, 0)] * 2


def test_files_that_a_scan_of_the_folder_would_not_open_are_named(tmp_path: Path) -> None:
    lines(tmp_path / "kc.jsonl", KEYCLOAK)
    (tmp_path / "audit.zip").write_bytes(b"PK\x03\x04")
    (tmp_path / ".hidden.zip").write_bytes(b"PK\x03\x04")
    found = look(tmp_path)
    assert [Path(one.file).name for one in found.files] == ["kc.jsonl"]
    assert [(Path(one.file).name, one.why) for one in found.passed_over] == [
        ("audit.zip", "a scan of a folder does not open it (archive, to be unpacked)")
    ]


def test_no_path_no_look(tmp_path: Path) -> None:
    with pytest.raises(NoLogsFound):
        look(tmp_path / "none")


def test_a_record_of_an_impossible_date_is_refused_as_a_scan_refuses_it(tmp_path: Path) -> None:
    found = look_at(lines(tmp_path / "kc.jsonl", keycloak(1), keycloak(2, time=1)))
    assert found.events == 1
    assert [one.records for one in found.refusals] == [1]


def test_new_fields_are_counted_by_path_and_shape_only(tmp_path: Path) -> None:
    typed = "hunter2-and-more"
    records = [keycloak(number, pin=typed, from_={"ip": "203.0.113.9", "token": typed}) for number in range(3)]
    records.append(keycloak(4, pin=None, list=[{"x": 1}], when="2026-03-02T08:00:00Z"))
    found = look(lines(tmp_path / "kc.jsonl", *records))
    assert [(one.path, one.records, one.type) for one in found.files[0].formats[0].new_fields] == [
        ("pin", 4, "text"),
        ("from_", 3, "object"),
        ("list", 1, "list"),
        ("when", 1, "time"),
    ]
    assert typed not in msgspec.json.encode(found).decode()


def test_no_value_of_a_record_is_in_what_goes_out(tmp_path: Path) -> None:
    """Neither of events, nor of what could not be read, nor of unknown records and their drafts."""
    bad = '{"password": "s3cret-one", '
    own = [
        {"app": "club", "at": "2026-03-02T08:00:00Z", "event": "login", "user": "eve.secret", "password": f"s3cret-{n}"}
        for n in range(5)
    ]
    found = look(lines(tmp_path / "a.jsonl", KEYCLOAK, bad), lines(tmp_path / "b.jsonl", *own))
    text = msgspec.json.encode(found).decode()
    assert found.files[1].unrecognised is not None
    assert found.files[1].unrecognised.draft is not None
    for value in ("s3cret", "eve.secret", "203.0.113.7", "kc-1", "u-1"):
        assert value not in text


def test_a_long_file_is_looked_at_evenly_and_counted_wholly(tmp_path: Path) -> None:
    records = [keycloak(number, odd=number % 2) for number in range(LOOKED_AT * 3)]
    found = look_at(lines(tmp_path / "kc.jsonl", *records))
    assert (found.records, found.events, found.formats[0].looked_at) == (LOOKED_AT * 3, LOOKED_AT * 3, LOOKED_AT)
    assert found.formats[0].new_fields == [NewField(path="odd", records=LOOKED_AT, type="number")]


def test_a_mapping_that_takes_what_tocsin_reads_itself_is_told(tmp_path: Path) -> None:
    mapping = tmp_path / "greedy.toml"
    mapping.write_text(
        'provider = "greedy"\nkind = "json"\nrecognise = { id = { present = true } }\n[time]\nfield = "time"\n'
        'format = "milliseconds"\n[[rules]]\nactivity = "sign_in"\n'
    )
    (one,) = look_at(lines(tmp_path / "kc.jsonl", KEYCLOAK), mappings=(mapping,)).formats
    assert (one.title, one.recognised_by, one.also_like) == ("greedy log", ["id"], ["Keycloak user event"])


def test_it_goes_out_and_comes_back_as_json(tmp_path: Path) -> None:
    found = look(lines(tmp_path / "kc.jsonl", KEYCLOAK, "no JSON"))
    assert msgspec.json.decode(msgspec.json.encode(found), type=Inspection) == found
    assert (found.schema, found.generated_at) == ("tocsin.inspection/1", NOW)
