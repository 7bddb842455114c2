"""The assessment as `tocsin.assessment/1`, the evidence as Parquet, the page as a file: whole or not at all.

A file is written beside its place and renamed into it, so that a reader never meets half of one.
"""

from __future__ import annotations

import contextlib
import errno
import io
import os
import secrets
from pathlib import Path

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from tocsin.assess.assessment import Assessment
from tocsin.assess.evidence import EVIDENCE
from tocsin.errors import StoreFull, UsageError


def to_json(assessment: Assessment) -> bytes:
    """The assessment as indented JSON, ending in a line break."""
    return packed(assessment)


def packed(document: msgspec.Struct) -> bytes:
    """A document as indented JSON, ending in a line break."""
    return msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n"


def write_json(assessment: Assessment, path: Path) -> None:
    write_whole(to_json(assessment), path)


def evidence_bytes(evidence: pa.Table) -> bytes:
    """The evidence rows as a Parquet file, with the columns of `EVIDENCE`."""
    buffer = io.BytesIO()
    pq.write_table(evidence.select(EVIDENCE.names).cast(EVIDENCE), buffer, compression="zstd")
    return buffer.getvalue()


def write_evidence(evidence: pa.Table, path: Path) -> None:
    write_whole(evidence_bytes(evidence), path)


def write_page(page: str, path: Path) -> None:
    write_whole(page.encode(), path)


def write_whole(data: bytes, path: Path, *, mode: int | None = None) -> None:
    """The bytes at the path, or the file that was there before; `mode` are its permissions, where they are not the
    user's usual ones. Raises `StoreFull` and `UsageError`."""
    target = path.resolve()
    try:
        if target.exists() and not target.is_file():
            # A pipe or a device: /dev/stdout must be written to, never replaced.
            target.write_bytes(data)
            return
        beside = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
        try:
            with beside.open("xb") as file:
                if mode is not None:
                    beside.chmod(mode)
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            beside.replace(target)
        except BaseException:
            with contextlib.suppress(OSError):
                beside.unlink()
            raise
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise StoreFull(
                f"no space left to write {path}", remedy="Free some disk space and run it again."
            ) from error
        raise UsageError(
            f"{path} cannot be written: {error.strerror or error}",
            remedy="Name a file in a folder that exists and that you may write to.",
        ) from error
