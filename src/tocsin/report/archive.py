"""The last scan's answer, kept beside the events, so that later questions need no scan.

An answer is a folder of its own below `answer/`; the file `current` names the one that counts and is replaced last, so
that a scan killed at any moment leaves the answer before it, whole. Only the store's owner may read what lies here:
the roster is a list of people at risk.
"""

from __future__ import annotations

import io
import shutil
import time
import uuid
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from tocsin.assess import Earlier
from tocsin.assess.assessment import Assessment, Change
from tocsin.assess.evidence import EVIDENCE
from tocsin.assess.history_rows import by_campaign, from_rows, to_rows
from tocsin.attribute.judgements import read_ledger, with_judgements
from tocsin.detect import FINDING_EVENT
from tocsin.enrich import ROSTER, digest
from tocsin.errors import StoreError, StoreNotFound
from tocsin.lake import history
from tocsin.report.json import evidence_bytes, to_json, write_whole

ASSESSMENT, ROWS, PEOPLE = "assessment.json", "evidence.parquet", "roster.parquet"
SHOWN, GONE = "finding-events.parquet", "no-longer-found.parquet"

CURRENT = "current"

KEEP_OLD_SECONDS = 3600
"""Two scans of one store may be at work at a time."""

PRIVATE_FOLDER, PRIVATE_FILE = 0o700, 0o600


def keep(
    store: Path,
    assessment: Assessment,
    evidence: pa.Table,
    roster: pa.Table | None = None,
    finding_events: pa.Table | None = None,
    *,
    changes: Sequence[tuple[str, Change]] = (),
    gone: pa.Table | None = None,
) -> None:
    """Keep the answer in the store with the roster it was made with: all of it, or the answer before it stays.

    `changes` are added to the history of campaigns; `gone` is EVIDENCE of campaigns that are no longer found.
    """
    answers = store / "answer"
    uid = uuid.uuid4().hex
    folder = answers / uid
    before, told = answer_folder(store), _last_told(store)
    for one in (answers, folder):
        one.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
    for name, data in (
        (PEOPLE, _parquet(roster if roster is not None else ROSTER.empty_table())),
        (SHOWN, _parquet(finding_events if finding_events is not None else FINDING_EVENT.empty_table())),
        (GONE, evidence_bytes(gone if gone is not None else EVIDENCE.empty_table())),
        (ROWS, evidence_bytes(evidence)),
        (ASSESSMENT, to_json(assessment)),
    ):
        write_whole(data, folder / name, mode=PRIVATE_FILE)
    if changes:
        history.remember(store, to_rows(changes, scan_uid=uid, follows=told))
        told = uid
    # Now it counts, and the history up to it.
    write_whole(f"{uid}\n{told or ''}\n".encode(), answers / CURRENT, mode=PRIVATE_FILE)
    _forget(answers, keep={folder, before})


def answer_folder(store: Path) -> Path:
    """The folder of the answer that counts, whether or not there is one."""
    uid = _current(store)[0]
    return store / "answer" / uid if uid.isalnum() else store / "answer"


def _last_told(store: Path) -> str | None:
    """The last scan that added to the history."""
    return _current(store)[1] or None


def _current(store: Path) -> tuple[str, str]:
    with suppress(OSError, UnicodeDecodeError):
        uid, told, *_ = [*(store / "answer" / CURRENT).read_text().split("\n"), "", ""]
        return uid.strip(), told.strip()
    return "", ""


def _forget(answers: Path, keep: set[Path]) -> None:
    """Remove older answers. The one before stays for whoever is reading it, young ones for whoever is writing them."""
    for folder in answers.iterdir():
        with suppress(OSError):
            if folder.is_dir() and folder not in keep and time.time() - folder.stat().st_mtime > KEEP_OLD_SECONDS:
                shutil.rmtree(folder, ignore_errors=True)


def kept(store: Path) -> tuple[Assessment, pa.Table]:
    """The answer of the last scan, with the judgements that stand now. Raises `StoreNotFound` when there was none."""
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
        return with_judgements(msgspec.json.decode(data, type=Assessment), read_ledger(store)), rows
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
        if "country" not in held.column_names:  # kept before rosters had countries
            held = held.append_column(ROSTER.field("country"), pa.nulls(len(held), pa.string()))
        return held.select(ROSTER.names).cast(ROSTER.with_metadata(held.schema.metadata))
    except FileNotFoundError:
        return ROSTER.empty_table()
    except (pa.ArrowInvalid, KeyError, ValueError, OSError) as error:
        raise StoreError(
            f"{file} is damaged: {error}",
            remedy="give the roster again with --roster, or --no-roster to go on without; the events are safe",
        ) from error


def kept_history(store: Path) -> list[tuple[str, Change]]:
    """What every scan of the store changed, the first one first: campaign id and change."""
    return from_rows(history.remembered(store, _last_told(store)))


def earlier(store: Path) -> Earlier | None:
    """What the last scan left for the next one; None where there was none."""
    if not (store / "answer").is_dir():
        return None
    told = by_campaign(kept_history(store))
    try:
        assessment, evidence = kept(store)
        gone = answer_folder(store) / GONE
        rows = pq.read_table(gone, schema=EVIDENCE) if gone.exists() else EVIDENCE.empty_table()
    except StoreNotFound:
        return Earlier(assessment=None, history=told) if told else None
    except (StoreError, pa.ArrowInvalid):
        return Earlier(assessment=None, history=told)
    return Earlier(assessment=assessment, evidence=evidence, gone=rows, history=told, roster=_roster_digest(store))


def _roster_digest(store: Path) -> str:
    try:
        return digest(kept_roster(store))
    except StoreError:
        return ""
