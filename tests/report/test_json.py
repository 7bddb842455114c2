"""Files are whole or not there, and hold the contract."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from assessments import announced, evidence_table
from tocsin.assess.assessment import Assessment
from tocsin.assess.evidence import EVIDENCE
from tocsin.errors import UsageError
from tocsin.report import write_evidence, write_json


def test_the_json_reads_back_as_the_same_assessment(assessment: Assessment, tmp_path: Path) -> None:
    target = tmp_path / "assessment.json"
    write_json(assessment, target)
    assert msgspec.json.decode(target.read_bytes(), type=Assessment) == assessment


def test_the_json_has_the_members_of_the_contract(assessment: Assessment, tmp_path: Path) -> None:
    target = tmp_path / "assessment.json"
    write_json(assessment, target)
    held: dict[str, Any] = json.loads(target.read_text())
    assert held["schema"] == "tocsin.assessment/1"
    assert {"generated_at", "window", "coverage", "campaigns"} <= held.keys()
    campaign = next(one for one in held["campaigns"] if one["id"] == announced().id)
    assert campaign["counts"] == {
        "identification_attempts": 2712,
        "identifiers_tried": 2604,
        "accounts_probed": 963,
        "accounts_attacked": 241,
        "accounts_compromised": 4,
        "password_guesses": 0,
        "factor_prompts": 0,
    }
    assert campaign["by_category"]["media"] == {"probed": 137, "attacked": 35, "compromised": 1}
    gaps = held["coverage"]["sources"][0]["gaps"]
    assert gaps == [["2019-08-19T04:00:00Z", "2019-08-19T11:30:00Z"]]


def test_the_evidence_keeps_its_columns_and_rows(evidence: pa.Table, tmp_path: Path) -> None:
    target = tmp_path / "evidence.parquet"
    write_evidence(evidence, target)
    assert pq.read_table(target).equals(evidence.cast(EVIDENCE))


def test_evidence_without_rows_is_a_file_with_columns(tmp_path: Path) -> None:
    target = tmp_path / "evidence.parquet"
    write_evidence(evidence_table().slice(0, 0), target)
    assert pq.read_schema(target).names == EVIDENCE.names


def test_a_write_that_fails_leaves_the_earlier_file_and_nothing_else(assessment: Assessment, tmp_path: Path) -> None:
    """A folder that does not exist, and a path that is a folder."""
    target = tmp_path / "assessment.json"
    write_json(assessment, target)
    before = target.read_bytes()
    for wrong in (tmp_path / "none" / "a.json", tmp_path):
        with pytest.raises(UsageError) as refused:
            write_json(assessment, wrong)
        assert str(wrong) in refused.value.message
    assert target.read_bytes() == before
    assert os.listdir(tmp_path) == ["assessment.json"]


def test_a_link_is_written_through_and_stays_a_link(assessment: Assessment, tmp_path: Path) -> None:
    real, link = tmp_path / "real.json", tmp_path / "link.json"
    link.symlink_to(real)
    write_json(assessment, link)
    assert link.is_symlink()
    assert real.read_bytes().startswith(b"{")


def test_a_pipe_is_written_to_and_not_replaced(assessment: Assessment, tmp_path: Path) -> None:
    """``--json /dev/stdout`` must not turn a device into a file."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        small = msgspec.structs.replace(assessment, campaigns=[])
        write_json(small, pipe)
        assert os.read(reader, 1 << 20).startswith(b"{")
    finally:
        os.close(reader)
    assert not pipe.is_file()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_full_disk_is_called_that(assessment: Assessment) -> None:
    from tocsin.errors import StoreFull

    with pytest.raises(StoreFull) as refused:
        write_json(assessment, Path("/dev/full"))
    cause = refused.value.__cause__
    assert isinstance(cause, OSError)
    assert cause.errno == errno.ENOSPC
