"""The answer in the store: whole or the one before, and nobody else's to read."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import msgspec
import pyarrow as pa
import pytest

from assessments import announced, assess, evidence_table, spray
from tocsin.enrich import ROSTER, origin
from tocsin.errors import StoreNotFound
from tocsin.report.archive import answer_folder, keep, kept, kept_roster
from tocsin.report.json import write_whole

FIRST, SECOND = assess([announced()]), assess([announced(), spray()])


def test_the_last_answer_is_the_one_that_counts_and_old_ones_go(tmp_path: Path) -> None:
    """The one before stays for its readers, and what another scan is just writing is not touched."""
    for one in (FIRST, SECOND, FIRST):
        keep(tmp_path, one, evidence_table())
    assert kept(tmp_path)[0] == FIRST
    folders = [one for one in (tmp_path / "answer").iterdir() if one.is_dir()]
    assert len(folders) == 3
    for folder in folders:
        os.utime(folder, (0, 0))
    keep(tmp_path, SECOND, evidence_table())
    assert kept(tmp_path)[0] == SECOND
    assert len([one for one in (tmp_path / "answer").iterdir() if one.is_dir()]) == 2


@pytest.mark.parametrize("stage", ["roster.parquet", "evidence.parquet", "assessment.json", "current"])
def test_a_scan_killed_while_it_keeps_its_answer_leaves_the_one_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stage: str
) -> None:
    """Evidence of one scan never stands beside the assessment of another."""
    keep(tmp_path, FIRST, evidence_table())

    def killed(data: bytes, path: Path, *, mode: int | None = None) -> None:
        if path.name == stage:
            raise KeyboardInterrupt
        write_whole(data, path, mode=mode)

    with monkeypatch.context() as patched:
        patched.setattr("tocsin.report.archive.write_whole", killed)
        with pytest.raises(KeyboardInterrupt):
            keep(tmp_path, SECOND, evidence_table().slice(0, 5))
    assessment, evidence = kept(tmp_path)
    assert (assessment, len(evidence)) == (FIRST, len(evidence_table()))
    keep(tmp_path, SECOND, evidence_table().slice(0, 5))
    assert kept(tmp_path)[0] == SECOND


def test_an_answer_of_before_there_were_folders_is_still_read(tmp_path: Path) -> None:
    keep(tmp_path, FIRST, evidence_table())
    for file in answer_folder(tmp_path).iterdir():
        file.rename(tmp_path / "answer" / file.name)
    (tmp_path / "answer" / "current").unlink()
    assert kept(tmp_path)[0] == FIRST
    keep(tmp_path, SECOND, evidence_table())
    assert kept(tmp_path)[0] == SECOND


def test_a_store_without_an_answer_is_said(tmp_path: Path) -> None:
    with pytest.raises(StoreNotFound):
        kept(tmp_path)
    assert len(kept_roster(tmp_path)) == 0


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such permissions")
def test_only_its_owner_may_read_an_answer(tmp_path: Path) -> None:
    keep(tmp_path, FIRST, evidence_table())
    for path in (tmp_path / "answer").rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path


def test_a_roster_without_an_origin_is_kept_all_the_same(tmp_path: Path) -> None:
    row = {"account": "ada@example.org", "category": "media", "recovery": ["a@example.net"]}
    roster = pa.Table.from_pylist([row], schema=ROSTER)
    keep(tmp_path, FIRST, evidence_table(), roster)
    assert kept_roster(tmp_path).equals(roster)
    assert origin(kept_roster(tmp_path)) is None
    assert msgspec.json.decode((answer_folder(tmp_path) / "assessment.json").read_bytes())["schema"]
