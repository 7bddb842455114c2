"""The throughput benchmark measures what it says: every record is counted, every part gives its figures."""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb
import pytest
from by_format import Reading, readings, shown
from format_files import SAMPLES, format_files
from limit import counting, read_by
from throughput import Cost, child, middle

from tocsin.simulate import simulate
from tocsin.sources import SOURCES
from tocsin.sources.containers import read_blocks


def test_the_limit_counts_every_record_of_every_file(tmp_path: Path) -> None:
    simulate("quiet", seed=3, out=tmp_path, accounts=200, days=7)
    files = sorted((tmp_path / "logs").iterdir())
    assert sum(path.stat().st_size > 0 for path in files) > 5
    with duckdb.connect() as engine:
        for path in files:
            records = sum(len(block.records) for block in read_blocks(path))
            assert engine.execute(counting(path)).fetchall()[0][0] == records, path.name


def test_records_without_an_id_are_counted_whole() -> None:
    with duckdb.connect() as engine:
        for format, more in (("duo_administrator", 1), ("duo_authentication_csv", 2), ("keycloak_event", 0)):
            path = next((SAMPLES / format).glob("raw.*"))
            counts = engine.execute(counting(path)).fetchall()[0]
            named = engine.execute(counting(path, whole=False)).fetchall()[0]
            assert len(counts) == len(named) + more, format
            assert sum(counts) > sum(named) or not more, format


def test_a_process_is_measured_by_what_it_used() -> None:
    cost, printed = child([sys.executable, "-c", "print(input()[::-1])"], "abc")
    assert printed == "cba\n"
    assert min(cost.cpu, cost.wall, cost.peak) > 0


def test_the_median_is_taken_of_each_figure_by_itself() -> None:
    rounds = [{"read": Cost(cpu=cpu, wall=wall, peak=1.0)} for cpu, wall in ((1.0, 9.0), (2.0, 7.0), (3.0, 8.0))]
    assert middle(rounds) == {"read": Cost(cpu=2.0, wall=8.0, peak=1.0)}


def test_formats_are_held_against_the_okta_readers_ratio() -> None:
    okta = Reading(format="okta_system_log", events=10, limit=1.0, fields=1.0, read=2.0)
    rounds = [
        [
            okta,
            Reading(format="keycloak_event", events=20, limit=1.0, fields=1.0, read=read),
            Reading(format="duo_administrator", events=20, limit=1.0, fields=0.5, read=read),
        ]
        for read in (5.0, 6.0, 9.0)
    ]
    table = shown(rounds)
    rows = list(zip(*(list(column.cells) for column in table.columns), strict=True))
    assert rows == [
        ("okta_system_log", "10", "100000.00", "200000.00", "2.00", "1.00", "", ""),
        ("keycloak_event", "20", "50000.00", "300000.00", "6.00", "3.00", "1.5", ""),
        ("duo_administrator", "20", "50000.00", "300000.00", "6.00", "3.00", "1.5", "6.00"),
    ]


def test_each_file_is_read_beside_its_limit(tmp_path: Path) -> None:
    simulate("quiet", seed=3, out=tmp_path, accounts=200, days=2)
    found = readings(path for path in sorted((tmp_path / "logs").iterdir()) if path.name.startswith(("okta", "keyc")))
    assert [one.format for one in found] == ["keycloak_event", "okta_system_log"]
    assert all(one.events > 0 and one.limit > 0 and one.read > 0 for one in found)


def test_every_format_has_a_file_that_its_limit_counts_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("format_files.RECORDS", 100)
    (tmp_path / "logs").mkdir()
    formats: set[str] = set()
    with duckdb.connect() as engine:
        for path in format_files(tmp_path / "logs", tmp_path / "files"):
            blocks = list(read_blocks(path))
            held = engine.execute(counting(path)).fetchall()[0]
            assert held[0] == sum(len(block.records) for block in blocks) >= 100, path.name
            assert any(held[1:]), path.name
            assert not any(block.refused for block in blocks), path.name
            formats |= {source.format for source in read_by(path)[1]}
    assert formats >= {source.format for source in SOURCES if (SAMPLES / source.format).is_dir()}
