"""The last scan's answer, kept beside the events, so that later questions need no scan."""

from __future__ import annotations

import io
from pathlib import Path

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from tocsin.assess.assessment import Assessment
from tocsin.assess.evidence import EVIDENCE
from tocsin.enrich import ROSTER
from tocsin.errors import StoreError, StoreNotFound
from tocsin.report.json import write_evidence, write_json, write_whole

ASSESSMENT, ROWS, PEOPLE = "assessment.json", "evidence.parquet", "roster.parquet"


def keep(store: Path, assessment: Assessment, evidence: pa.Table, roster: pa.Table | None = None) -> None:
    """Keep the answer in the store with the roster it was made with, each file whole or not at all."""
    folder = store / "answer"
    folder.mkdir(parents=True, exist_ok=True)
    buffer = io.BytesIO()
    pq.write_table(roster if roster is not None else ROSTER.empty_table(), buffer)
    write_whole(buffer.getvalue(), folder / PEOPLE)
    write_evidence(evidence, folder / ROWS)
    write_json(assessment, folder / ASSESSMENT)


def kept(store: Path) -> tuple[Assessment, pa.Table]:
    """The answer of the last scan. Raises `StoreNotFound` when there was none."""
    folder = store / "answer"
    try:
        data = (folder / ASSESSMENT).read_bytes()
        rows = pq.read_table(folder / ROWS, schema=EVIDENCE)
    except FileNotFoundError:
        raise StoreNotFound(
            f"there is no finished scan in {store}",
            remedy="run `tocsin scan LOGS` first, or name its store with --store",
        ) from None
    except (pa.ArrowInvalid, OSError) as error:
        raise StoreError(
            f"{folder / ROWS} is damaged: {error}", remedy="run the scan again; the events are safe"
        ) from error
    try:
        return msgspec.json.decode(data, type=Assessment), rows
    except msgspec.DecodeError as error:
        raise StoreError(
            f"{folder / ASSESSMENT} is damaged: {error}", remedy="run the scan again; the events are safe"
        ) from error


def kept_roster(store: Path) -> pa.Table:
    """ROSTER of the last scan; empty where it had none. Raises `StoreError`."""
    file = store / "answer" / PEOPLE
    try:
        return pq.read_table(file, schema=ROSTER)
    except FileNotFoundError:
        return ROSTER.empty_table()
    except (pa.ArrowInvalid, OSError) as error:
        raise StoreError(f"{file} is damaged: {error}", remedy="run the scan again; the events are safe") from error


def evidence_before(store: Path) -> pa.Table | None:
    """Evidence of the last scan, for campaigns to keep their ids; None when there was none."""
    try:
        return kept(store)[1]
    except (StoreNotFound, StoreError):
        return None
