"""Events at rest: a Delta Lake table partitioned by day, appended once per event.

One commit of the events table carries everything a part of a scan did: its events, and, as Delta application
transactions, how far into which file it got. What was refused and the account of each file are appended just before
and count only once the commit they name exists, so a process killed at any moment loses nothing that was committed
and repeats nothing on the next run (docs/decisions/0001).
"""

from __future__ import annotations

import hashlib
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
from deltalake import CommitProperties, DeltaTable, Transaction, WriterProperties, write_deltalake

from tocsin.errors import StoreError, StoreFull
from tocsin.events import EVENT, REJECTED

COMMIT_ROWS = 250_000
"""Events a commit: few enough to bound memory (some 100 MB), many enough that a commit's fixed cost is small."""

COMPACT_FILES_A_DAY = 8
"""A day's partition is rewritten as one file when more small files than this make it up."""

READS = pa.schema(
    [
        pa.field("commit_uid", pa.string(), nullable=False),
        pa.field("file", pa.string(), nullable=False),
        pa.field("fingerprint", pa.string(), nullable=False),
        pa.field("end", pa.int64(), nullable=False),  # bytes of the file, as stored, that lie behind
        pa.field("finished", pa.bool_(), nullable=False),
        pa.field("format", pa.string()),
        pa.field("provider", pa.string()),
        pa.field("tenant", pa.string()),
        pa.field("events", pa.int64(), nullable=False),  # new ones
        pa.field("duplicates", pa.int64(), nullable=False),
        pa.field("rejected", pa.int64(), nullable=False),
        pa.field("ignored", pa.int64(), nullable=False),
    ]
)

_REJECTED = REJECTED.insert(0, pa.field("commit_uid", pa.string(), nullable=False))
_STORED = EVENT.append(pa.field("day", pa.date32(), nullable=False))
_ZSTD = WriterProperties(compression="ZSTD", compression_level=1)


@dataclass(frozen=True, kw_only=True)
class Part:
    """A stretch of one file, read: what goes into the store together."""

    file: Path
    fingerprint: str
    end: int
    finished: bool
    events: pa.Table  # EVENT
    rejected: pa.Table  # REJECTED
    ignored: int


@dataclass(frozen=True, kw_only=True)
class Appended:
    """What a commit added."""

    events: int
    duplicates: int
    rejected: int
    ignored: int


def fingerprint(path: Path) -> str:
    """Tells a file from any other version of itself: its size, its time of change, its first and last 256 KiB."""
    stat = path.stat()
    digest = hashlib.blake2b(f"{stat.st_size}:{stat.st_mtime_ns}:".encode(), digest_size=16)
    with path.open("rb") as file:
        digest.update(file.read(1 << 18))
        if stat.st_size > 1 << 18:
            file.seek(max(1 << 18, stat.st_size - (1 << 18)))
            digest.update(file.read())
    return digest.hexdigest()


class Lake:
    """The store of one folder. Several readers and writers may use it; a writer sees its own commits at once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with _mended(folder):
            folder.mkdir(parents=True, exist_ok=True)
            for name, schema, partitions in (
                ("events", _STORED, ["day"]),
                ("rejected", _REJECTED, None),
                ("reads", READS, None),
            ):
                DeltaTable.create(
                    str(folder / name), schema=schema, mode="ignore", partition_by=partitions, name=name
                )
        self._events = DeltaTable(str(folder / "events"))
        self._engine = duckdb.connect(config={"autoinstall_known_extensions": False})

    def wipe(self) -> None:
        """Forget everything: the store becomes empty."""
        for name in ("events", "rejected", "reads"):
            shutil.rmtree(self.folder / name, ignore_errors=True)
        self.__init__(self.folder)  # type: ignore[misc]

    # How far each file was read

    def read_until(self, fingerprint: str) -> int:
        """How many bytes of the file are behind the last commit; 0 when it was never read."""
        return self._events.transaction_version(fingerprint) or 0

    def files(self) -> pa.Table:
        """Committed rows of READS."""
        return self._committed("reads", READS)

    def finished(self) -> set[str]:
        """Fingerprints of the files read to their end."""
        reads = self.files()
        return set(reads.filter(reads["finished"])["fingerprint"].to_pylist())

    def rejected(self) -> pa.Table:
        """Everything that could not be read, each place once."""
        rows = self._committed("rejected", _REJECTED).select(REJECTED.names)
        return rows.group_by(REJECTED.names).aggregate([]).sort_by([("file", "ascending"), ("line", "ascending")])

    def _committed(self, name: str, schema: pa.Schema) -> pa.Table:
        uris = DeltaTable(str(self.folder / name)).file_uris()
        if not uris:
            return schema.empty_table()
        rows = self._engine.sql(f"SELECT * FROM read_parquet({uris!r})").to_arrow_table()
        rows = rows.select(schema.names).cast(schema)
        done = [
            uid
            for uid in pc.unique(rows["commit_uid"]).to_pylist()
            if self._events.transaction_version(_commit_name(uid)) is not None
        ]
        return rows.filter(pc.is_in(rows["commit_uid"], value_set=pa.array(done, pa.string())))

    # Events

    def event_files(self) -> list[str]:
        """The Parquet files that make up the table now."""
        return self._events.file_uris()

    def append(self, parts: list[Part]) -> Appended:
        """Add the parts' events that are new, in one commit. Raises `StoreFull` when the disk is."""
        arrived = pa.concat_tables([part.events for part in parts])
        commit_uid = uuid.uuid4().hex
        fresh, kept = self._new_events(arrived)
        reads = _accounts(parts, kept, commit_uid)
        rejected = [part.rejected for part in parts if len(part.rejected)]
        transactions = [Transaction(_commit_name(commit_uid), 1)]
        ends = {part.fingerprint: part.end for part in parts}
        transactions += [Transaction(name, end) for name, end in ends.items()]
        with _mended(self.folder):
            if rejected:
                table = pa.concat_tables(rejected)
                uid = pa.array([commit_uid] * len(table), pa.string())
                self._write("rejected", table.add_column(0, _REJECTED.field(0), uid))
            self._write("reads", reads)
            write_deltalake(
                self._events,
                fresh,
                mode="append",
                writer_properties=_ZSTD,
                commit_properties=CommitProperties(app_transactions=transactions),
            )
        self._events.update_incremental()
        refused = sum(len(part.rejected) for part in parts)
        return Appended(
            events=len(fresh),
            duplicates=len(arrived) - len(fresh),
            rejected=refused,
            ignored=sum(part.ignored for part in parts),
        )

    def _new_events(self, arrived: pa.Table) -> tuple[pa.Table, list[bool]]:
        """The events that the store does not hold, with their day, and for each arrived row whether it is one."""
        if not len(arrived):
            return _STORED.empty_table(), []
        numbered = arrived.append_column("row", pa.array(range(len(arrived)), pa.int64()))
        engine = self._engine.cursor()
        engine.register("arrived", numbered)
        days = pc.cast(pc.min_max(arrived["time"])["min"], pa.date32()), pc.cast(
            pc.min_max(arrived["time"])["max"], pa.date32()
        )
        held = self._held_ids(days)
        anti = f"ANTI JOIN ({held}) AS held USING (provider, event_uid)" if held else ""
        first = engine.sql(
            f"SELECT row FROM (SELECT provider, event_uid, min(row) AS row FROM arrived GROUP BY ALL) AS one {anti}"
        ).to_arrow_table()["row"]
        keep = pa.array([False] * len(arrived))
        if len(first):
            import numpy as np

            mask = np.zeros(len(arrived), np.bool_)
            mask[first.to_numpy()] = True
            keep = pa.array(mask)
        fresh = arrived.filter(keep)
        day = pc.cast(pc.floor_temporal(fresh["time"], unit="day"), pa.date32())
        return fresh.append_column(_STORED.field("day"), day).cast(_STORED), keep.to_pylist()

    def _held_ids(self, days: tuple[pa.Scalar, pa.Scalar]) -> str | None:
        """SQL for the ids held around these days; an event is stored under the day of its own time, so no other
        partition can hold it (a day of slack for formats that give the same record times of different precision)."""
        first, last = (day.as_py() for day in days)
        uris = [
            uri
            for uri in self._events.file_uris()
            if _near(uri, first.toordinal() - 1, last.toordinal() + 1)
        ]
        return f"SELECT provider, event_uid FROM read_parquet({uris!r})" if uris else None

    def _write(self, name: str, table: pa.Table) -> None:
        write_deltalake(str(self.folder / name), table, mode="append", writer_properties=_ZSTD)

    def compact(self) -> None:
        """Merge small files, so that later reads stay fast. Readers of the old files are not disturbed."""
        days = len({uri.rsplit("/", 2)[-2] for uri in self.event_files()})
        if len(self.event_files()) > COMPACT_FILES_A_DAY * max(days, 1):
            self._events.optimize.compact(writer_properties=_ZSTD)
            self._events.update_incremental()


def _commit_name(uid: str) -> str:
    return f"commit:{uid}"


def _near(uri: str, first: int, last: int) -> bool:
    from datetime import date

    stated = next(piece for piece in uri.split("/") if piece.startswith("day="))
    return first <= date.fromisoformat(stated.removeprefix("day=")).toordinal() <= last


def _accounts(parts: list[Part], kept: list[bool], commit_uid: str) -> pa.Table:
    """One row of READS a part and (provider, tenant) it held; refused and ignored records stand on the first."""
    rows: list[dict[str, object]] = []
    position = 0
    for part in parts:
        new = pa.array(kept[position : position + len(part.events)], pa.bool_())
        position += len(part.events)
        counted = (
            part.events.select(["provider", "tenant"])
            .append_column("new", pc.cast(new, pa.int64()))
            .group_by(["provider", "tenant"])
            .aggregate([("new", "sum"), ("new", "count")])
            .to_pylist()
        )
        shared = {
            "commit_uid": commit_uid,
            "file": str(part.file),
            "fingerprint": part.fingerprint,
            "end": part.end,
            "finished": part.finished,
        }
        for number, row in enumerate(counted or [{"provider": None, "tenant": None, "new_sum": 0, "new_count": 0}]):
            rows.append(
                shared
                | {
                    "format": None,
                    "provider": row["provider"],
                    "tenant": row["tenant"],
                    "events": row["new_sum"] or 0,
                    "duplicates": row["new_count"] - (row["new_sum"] or 0),
                    "rejected": len(part.rejected) if number == 0 else 0,
                    "ignored": part.ignored if number == 0 else 0,
                }
            )
    return pa.Table.from_pylist(rows, schema=READS)


@contextmanager
def _mended(folder: Path) -> Iterator[None]:
    """Storage trouble as errors that a person can act on."""
    try:
        yield
    except OSError as error:
        raise _store_error(folder, str(error.strerror or error)) from error
    except Exception as error:  # the Delta library raises its own kinds for what the file system said
        if type(error).__module__.startswith(("deltalake", "_internal", "builtins")):
            raise _store_error(folder, str(error)) from error
        raise


def _store_error(folder: Path, said: str) -> StoreError:
    if "No space left" in said or "os error 28" in said or "Disk quota" in said:
        return StoreFull(
            f"the disk that holds {folder} is full",
            remedy="free some space or choose another place with --store, then run the same command again: it goes on"
            " where it stopped",
        )
    return StoreError(
        f"the store {folder} cannot be used: {said}",
        remedy="check that the folder can be written and is a Tocsin store, or choose another one with --store",
    )
