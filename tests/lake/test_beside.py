"""What is read beside events: in the same pass, again when rules ask for more, and never at the cost of events."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from sigma_site import NOW, Record, Site, okta, scanned
from tocsin.engines import Engine, opened
from tocsin.lake import BesideStore, Lake, Wanted, take_in
from tocsin.lake.beside import MARK
from tocsin.sources import SOURCES, Reader

FIRST = "title: first\nlogsource: {product: okta}\ndetection: {it: {displayMessage: hello}, condition: it}\n"
SECOND = "title: second\nlogsource: {product: okta}\ndetection: {it: {severity: WARN}, condition: it}\n"


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    found = opened("duckdb", scratch=tmp_path_factory.mktemp("scratch"))
    yield found
    found.close()


class Logs:
    """A folder of logs with a store and rules beside it."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        self._engine = engine
        self.store = folder / "store"
        self._rules = folder / "rules.yml"
        self.folder = folder / "logs"
        self.folder.mkdir()

    def write(self, name: str, *records: Record) -> Path:
        path = self.folder / name
        path.write_bytes(b"".join(msgspec.json.encode(one) + b"\n" for one in records))
        return path

    def scan(self, rules: str, files: list[Path] | None = None) -> Site:
        self._rules.write_text(rules, encoding="utf-8")
        return scanned(self._engine, self.store, self._rules, files or sorted(self.folder.iterdir()))


@pytest.fixture
def logs(engine: Engine, tmp_path: Path) -> Logs:
    return Logs(engine, tmp_path)


def event(uid: str) -> dict[str, object]:
    return okta(uid, displayMessage="hello", severity="WARN")


def test_fields_are_read_with_the_events_and_not_again(logs: Logs) -> None:
    logs.write("a.jsonl", event("u1"))
    first, again = logs.scan(FIRST), logs.scan(FIRST)
    assert (first.matched, first.intake.read_again) == ({"first": ["u1"]}, 0)
    assert (again.matched, again.intake.read_again, again.intake.files_known) == ({"first": ["u1"]}, 0, 1)


def test_other_rules_have_the_files_read_again_and_add_no_event(logs: Logs) -> None:
    """Going back to the first rules reads nothing: what was read for them is still there."""
    logs.write("a.jsonl", event("u1"))
    logs.scan(FIRST)
    second = logs.scan(SECOND)
    assert (second.matched, second.intake.read_again, second.intake.events) == ({"second": ["u1"]}, 1, 0)
    back = logs.scan(FIRST)
    assert (back.matched, back.intake.read_again) == ({"first": ["u1"]}, 0)
    assert len(back.events) == 1


def test_what_was_read_for_both_serves_either(logs: Logs) -> None:
    logs.write("a.jsonl", event("u1"))
    logs.scan(FIRST)
    both = logs.scan(f"{FIRST}---\n{SECOND}")
    assert (both.matched, both.intake.read_again) == ({"first": ["u1"], "second": ["u1"]}, 1)
    assert logs.scan(SECOND).intake.read_again == 0


def test_events_of_a_file_that_is_gone_are_counted_as_not_asked(logs: Logs) -> None:
    """Their fields stay where they were read for these rules already."""
    gone = logs.write("a.jsonl", event("u1"), event("u2"))
    logs.scan(FIRST)
    gone.unlink()
    kept = logs.write("b.jsonl", event("u3"))
    site = logs.scan(SECOND, [kept])
    assert site.matched == {"second": ["u3"]}
    assert dict(site.intake.without) == {"okta_system_log": 2}
    assert logs.scan(FIRST, [kept]).matched == {"first": ["u1", "u2", "u3"]}


def test_a_file_of_an_earlier_scan_is_read_again_where_it_still_lies(logs: Logs) -> None:
    earlier = logs.write("a.jsonl", event("u1"))
    logs.scan(FIRST, [earlier])
    later = logs.write("b.jsonl", event("u2"))
    site = logs.scan(SECOND, [later])
    assert (site.matched, site.intake.read_again) == ({"second": ["u1", "u2"]}, 1)


def test_a_file_that_grew_is_asked_as_a_whole(logs: Logs) -> None:
    path = logs.write("a.jsonl", event("u1"))
    logs.scan(FIRST)
    with path.open("ab") as file:
        file.write(msgspec.json.encode(event("u2")) + b"\n")
    os.utime(path, ns=(1, 1))
    site = logs.scan(FIRST)
    assert site.matched == {"first": ["u1", "u2"]}
    assert site.intake.read_again == 0


def test_a_scan_that_was_killed_before_the_mark_leaves_nothing_that_counts(logs: Logs) -> None:
    """The folder without its mark is as if it were not there, and the next scan reads the fields again."""
    logs.write("a.jsonl", event("u1"))
    logs.scan(FIRST)
    (mark,) = (logs.store / "beside").glob(f"*/{MARK}")
    mark.unlink()
    site = logs.scan(FIRST)
    assert (site.matched, site.intake.read_again) == ({"first": ["u1"]}, 1)


def test_a_damaged_mark_is_none(logs: Logs) -> None:
    logs.write("a.jsonl", event("u1"))
    logs.scan(FIRST)
    (mark,) = (logs.store / "beside").glob(f"*/{MARK}")
    mark.write_text("[")
    assert logs.scan(FIRST).matched == {"first": ["u1"]}


def test_without_rules_nothing_is_read_beside(logs: Logs) -> None:
    path = logs.write("a.jsonl", event("u1"))
    lake = Lake(logs.store)
    take_in(lake, [path], Reader(SOURCES, ingested_at=NOW, workers=1))
    assert not (logs.store / "beside").exists()


def test_what_belongs_to_no_current_version_is_let_go(logs: Logs) -> None:
    logs.write("a.jsonl", event("u1"))
    logs.scan(FIRST)
    store = BesideStore(logs.store, Wanted(columns=frozenset()))
    (folder,) = (logs.store / "beside").iterdir()
    fingerprint = folder.name.split("-")[0]
    assert store.has(fingerprint)
    store.tidy([fingerprint])
    assert store.has(fingerprint)
    store.tidy([])
    assert not store.has(fingerprint)
    assert folder.exists()  # for those who are still reading it
    os.utime(folder, (1, 1))
    store.tidy([])
    assert not folder.exists()
