"""Records that came late: behind others in their file, or with a later scan than others of their time."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from okta_records import lines
from stores import NOW, covered, scan
from tocsin.lake import Lake, take_in
from tocsin.lake.late import Late
from tocsin.sources import SOURCES, Reader


def test_a_log_in_order_has_no_late_record(tmp_path: Path) -> None:
    (tmp_path / "okta.jsonl").write_text(lines(0, 60))
    scan(tmp_path / "store", tmp_path / "okta.jsonl")
    assert [one.late for one in covered(tmp_path / "store")] == [None]


def test_a_record_that_stands_behind_later_ones_is_late(tmp_path: Path) -> None:
    (tmp_path / "okta.jsonl").write_text(lines(1, 60) + lines(0, 1))
    scan(tmp_path / "store", tmp_path / "okta.jsonl")
    (found,) = covered(tmp_path / "store")
    assert found.late is not None
    assert (found.late.in_files, found.late.between_scans) == (1, 0)
    assert found.late.longest > timedelta(minutes=10)
    assert found.formats == ("okta_system_log",)


def test_a_record_that_an_earlier_scan_had_passed_is_late(tmp_path: Path) -> None:
    """One that lies before all that was held is a backfill, and no late delivery."""
    for day, (name, text) in enumerate(
        [
            ("first.jsonl", lines(100, 130) + lines(131, 160)),
            ("second.jsonl", lines(130, 131) + lines(160, 190)),
            ("older.jsonl", lines(0, 50)),
        ]
    ):
        (tmp_path / name).write_text(text)
        reader = Reader(SOURCES, ingested_at=NOW + timedelta(days=day))
        take_in(Lake(tmp_path / "store"), [tmp_path / name], reader)
    (found,) = covered(tmp_path / "store")
    assert found.late == Late(in_files=0, longest=timedelta(0), between_scans=1)
