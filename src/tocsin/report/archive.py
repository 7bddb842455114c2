"""The last scan's answer, kept beside the events, so that later questions need no scan."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from tocsin.assess.assessment import Assessment
from tocsin.assess.evidence import EVIDENCE
from tocsin.errors import StoreError, StoreNotFound
from tocsin.report.json import write_evidence, write_json

ASSESSMENT, ROWS = "assessment.json", "evidence.parquet"


def keep(store: Path, assessment: Assessment, evidence: pa.Table) -> None:
    """Keep the answer in the store, each file whole or not at all."""
    folder = store / "answer"
    folder.mkdir(parents=True, exist_ok=True)
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


def evidence_before(store: Path) -> pa.Table | None:
    """Evidence of the last scan, for campaigns to keep their ids; None when there was none."""
    try:
        return kept(store)[1]
    except (StoreNotFound, StoreError):
        return None
