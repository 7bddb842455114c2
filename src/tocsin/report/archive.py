"""The last scan's answer, kept beside the events, so that later questions need no scan.

An answer is a folder of its own below `answer/`; the file `current` names the one that counts and is replaced last, so
that a scan killed at any moment leaves the answer before it, whole. Only the store's owner may read what lies here:
the roster is a list of people at risk.
"""

from __future__ import annotations

import io
import shutil
import uuid
from contextlib import suppress
from pathlib import Path

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from tocsin.assess.assessment import Assessment
from tocsin.assess.evidence import EVIDENCE
from tocsin.detect import FINDING_EVENT
from tocsin.enrich import ROSTER
from tocsin.errors import StoreError, StoreNotFound
from tocsin.report.json import evidence_bytes, to_json, write_whole

ASSESSMENT, ROWS, PEOPLE = "assessment.json", "evidence.parquet", "roster.parquet"
SHOWN = "finding-events.parquet"

CURRENT = "current"

PRIVATE_FOLDER, PRIVATE_FILE = 0o700, 0o600


def keep(
    store: Path,
    assessment: Assessment,
    evidence: pa.Table,
    roster: pa.Table | None = None,
    finding_events: pa.Table | None = None,
) -> None:
    """Keep the answer in the store with the roster it was made with: all of it, or the answer before it stays."""
    answers = store / "answer"
    uid = uuid.uuid4().hex
    folder = answers / uid
    for one in (answers, folder):
        one.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
    for name, data in (
        (PEOPLE, _parquet(roster if roster is not None else ROSTER.empty_table())),
        (SHOWN, _parquet(finding_events if finding_events is not None else FINDING_EVENT.empty_table())),
        (ROWS, evidence_bytes(evidence)),
        (ASSESSMENT, to_json(assessment)),
    ):
        write_whole(data, folder / name, mode=PRIVATE_FILE)
    before = answer_folder(store)
    write_whole(f"{uid}\n".encode(), answers / CURRENT, mode=PRIVATE_FILE)
    _forget(answers, keep={folder, before})


def answer_folder(store: Path) -> Path:
    """The folder of the answer that counts, whether or not there is one."""
    answers = store / "answer"
    with suppress(OSError, UnicodeDecodeError):
        uid = (answers / CURRENT).read_text().strip()
        if uid.isalnum():
            return answers / uid
    return answers


def _forget(answers: Path, keep: set[Path]) -> None:
    """Remove older answers. The one before stays for whoever is reading it."""
    for folder in answers.iterdir():
        if folder.is_dir() and folder not in keep:
            shutil.rmtree(folder, ignore_errors=True)


def kept(store: Path) -> tuple[Assessment, pa.Table]:
    """The answer of the last scan. Raises `StoreNotFound` when there was none."""
    folder = answer_folder(store)
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


def _parquet(rows: pa.Table) -> bytes:
    buffer = io.BytesIO()
    pq.write_table(rows, buffer, compression="zstd")
    return buffer.getvalue()


def kept_finding_events(store: Path) -> pa.Table:
    """FINDING_EVENT of the last scan; empty where an older version made it. Raises `StoreError`."""
    file = answer_folder(store) / SHOWN
    try:
        return pq.read_table(file, schema=FINDING_EVENT)
    except FileNotFoundError:
        return FINDING_EVENT.empty_table()
    except (pa.ArrowInvalid, OSError) as error:
        raise StoreError(f"{file} is damaged: {error}", remedy="run the scan again; the events are safe") from error


def kept_roster(store: Path) -> pa.Table:
    """ROSTER of the last scan, with its origin; empty where it had none. Raises `StoreError`."""
    file = answer_folder(store) / PEOPLE
    try:
        held = pq.read_table(file)
        return held.select(ROSTER.names).cast(ROSTER.with_metadata(held.schema.metadata))
    except FileNotFoundError:
        return ROSTER.empty_table()
    except (pa.ArrowInvalid, KeyError, ValueError, OSError) as error:
        raise StoreError(
            f"{file} is damaged: {error}",
            remedy="give the roster again with --roster, or --no-roster to go on without; the events are safe",
        ) from error


def evidence_before(store: Path) -> pa.Table | None:
    """Evidence of the last scan, for campaigns to keep their ids; None when there was none."""
    try:
        return kept(store)[1]
    except (StoreNotFound, StoreError):
        return None
