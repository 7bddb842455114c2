"""The book of what was read: which version of which file, how far, and what it gave."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tocsin.lake.file_order import LATE_MS, late_by_order
from tocsin.sources.containers import BLOCK_BYTES, MAX_RECORD_BYTES
from tocsin.sources.tables import CSV_BYTES

READS = pa.schema(
    [
        pa.field("commit_uid", pa.string(), nullable=False),
        pa.field("file", pa.string(), nullable=False),
        pa.field("fingerprint", pa.string(), nullable=False),
        pa.field("content", pa.string(), nullable=False),
        pa.field("size", pa.int64(), nullable=False),  # of the file in bytes
        pa.field("replaces", pa.string()),  # fingerprint of the version that this one continues
        pa.field("finished", pa.bool_(), nullable=False),
        pa.field("provider", pa.string()),
        pa.field("tenant", pa.string()),
        pa.field("format", pa.string()),
        pa.field("events", pa.int64(), nullable=False),  # new ones
        pa.field("duplicates", pa.int64(), nullable=False),
        pa.field("rejected", pa.int64(), nullable=False),
        pa.field("ignored", pa.int64(), nullable=False),
        pa.field("late", pa.int64(), nullable=False),  # events that stand behind others of a later time
        pa.field("latest_ms", pa.int64(), nullable=False),  # by how much, at most
    ]
)
"""A row for every part of a file and every tenant and format in it. What was refused and ignored stands on the
first."""

EDGE_BYTES = 1 << 18

UNREAD = "unread:"
"""How the fingerprint begins that stands for what could not be read of a version."""


@dataclass(frozen=True, kw_only=True)
class Way:
    """How files are read, beside what they hold: another way makes another reading of the same file."""

    timezone: str = "UTC"  # of times without one
    mapping: str = ""  # digest of what the mapping files say; '' without any
    mapped: frozenset[str] = frozenset()  # providers that the mapping files describe

    def __str__(self) -> str:
        """As `parsed` takes it: one line."""
        mapping = f" {self.mapping} {','.join(sorted(self.mapped))}" if self.mapping else ""
        return self.timezone + mapping

    @classmethod
    def parsed(cls, line: str) -> Way:
        timezone, mapping, mapped, *_ = [*line.split(), "", ""]
        return cls(timezone=timezone, mapping=mapping, mapped=frozenset(filter(None, mapped.split(","))))


PLAIN = Way()
"""Times without zone are UTC, and there is no mapping."""


@dataclass(frozen=True, kw_only=True)
class Version:
    """One file as it is now."""

    path: Path
    size: int
    content: str  # digest of its size, its first and its last 256 KiB
    fingerprint: str  # the same with the time of change and the way of reading
    replaces: str | None = None  # fingerprint of a version read before that this one continues

    @classmethod
    def of(cls, path: Path, *, way: Way = PLAIN, before: Iterable[tuple[int, str, str]] = ()) -> Version:
        """The file's version. `before` are size, content and fingerprint of versions of it that were read.

        The size of blocks is part of it, for a file read in part is taken up after its last committed block.
        """
        stat = path.stat()
        content = _content(path, stat.st_size)
        read = f"{content}:{stat.st_mtime_ns}:{way.timezone}:{BLOCK_BYTES}:{CSV_BYTES}:{MAX_RECORD_BYTES}"
        read += f":{way.mapping}" if way.mapping else ""
        fingerprint = hashlib.blake2b(read.encode(), digest_size=16).hexdigest()
        replaces = None
        for size, earlier, earlier_fingerprint in before:
            if earlier_fingerprint.startswith(UNREAD):
                # A version that could not be read goes with whatever stands in its place now.
                if earlier_fingerprint != UNREAD + fingerprint:
                    replaces = replaces or earlier_fingerprint
            elif size <= stat.st_size and earlier_fingerprint != fingerprint and _content(path, size) == earlier:
                replaces = earlier_fingerprint
        return cls(path=path, size=stat.st_size, content=content, fingerprint=fingerprint, replaces=replaces)

    def unread(self) -> Version:
        """What stands for the part of it that could not be read, until it is."""
        return replace(self, fingerprint=UNREAD + self.fingerprint, replaces=None)


def _content(path: Path, size: int) -> str:
    digest = hashlib.blake2b(str(size).encode(), digest_size=16)
    try:
        with path.open("rb") as file:
            digest.update(file.read(min(size, EDGE_BYTES)))
            if size > EDGE_BYTES:
                file.seek(max(EDGE_BYTES, size - EDGE_BYTES))
                digest.update(file.read(min(size - EDGE_BYTES, EDGE_BYTES)))
    except OSError as error:
        # The reader says why; once it can be read, the file is a new version.
        digest.update(str(error.errno).encode())
    return digest.hexdigest()


@dataclass(frozen=True, kw_only=True)
class Part:
    """A stretch of one file, read: what goes into the store together."""

    version: Version
    number: int  # of the block in the file, from 1
    end: int  # bytes of the file, as stored, that lie behind
    finished: bool
    events: pa.Table  # EVENT
    formats: pa.Array  # the source format of each event
    rejected: pa.Table  # REJECTED
    ignored: int


def entries(parts: list[Part], kept: np.ndarray, commit_uid: str) -> pa.Table:
    """READS of the parts. `kept` says for each of their events, in order, whether it was new."""
    rows: list[dict[str, object]] = []
    position = 0
    for part in parts:
        new = pa.array(kept[position : position + len(part.events)].astype(np.int64))
        position += len(part.events)
        late = late_by_order(part.events["ts"].to_numpy(), part.formats.indices.to_numpy())
        counted = (
            part.events.select(["provider", "tenant"])
            .append_column("format", part.formats)
            .append_column("new", new)
            .append_column("late", pa.array((late > LATE_MS).astype(np.int64)))
            .append_column("latest_ms", pa.array(late))
            .group_by(["provider", "tenant", "format"])
            .aggregate([("new", "sum"), ("new", "count"), ("late", "sum"), ("latest_ms", "max")])
            .to_pylist()
        )
        shared = {
            "commit_uid": commit_uid,
            "file": str(part.version.path),
            "fingerprint": part.version.fingerprint,
            "content": part.version.content,
            "size": part.version.size,
            "replaces": part.version.replaces,
            "finished": part.finished,
        }
        nothing = dict.fromkeys(("provider", "tenant", "format")) | dict.fromkeys(
            ("new_sum", "new_count", "late_sum", "latest_ms_max"), 0
        )
        for number, row in enumerate(counted or [nothing]):
            rows.append(
                shared
                | {
                    "provider": row["provider"],
                    "tenant": row["tenant"],
                    "format": row["format"],
                    "events": row["new_sum"],
                    "duplicates": row["new_count"] - row["new_sum"],
                    "rejected": len(part.rejected) if number == 0 else 0,
                    "ignored": part.ignored if number == 0 else 0,
                    "late": row["late_sum"],
                    "latest_ms": row["latest_ms_max"],
                }
            )
    return pa.Table.from_pylist(rows, schema=READS)


def current(reads: pa.Table, rows: pa.Table) -> pa.Table:
    """The rows, by their `fingerprint`, that `superseded` leaves."""
    gone = pa.array(sorted(superseded(reads)), pa.string())
    return rows.filter(pc.invert(pc.is_in(rows["fingerprint"], value_set=gone)))


def superseded(reads: pa.Table) -> set[str]:
    """Fingerprints of versions that a later one continues, and of failures that were made good."""
    finished = reads.filter(reads["finished"])["fingerprint"].to_pylist()
    return set(pc.unique(reads["replaces"]).drop_null().to_pylist()) | {UNREAD + one for one in finished}
