"""Events at rest: a Delta Lake table partitioned by day, appended once per event.

One commit of the events table carries everything a part of a scan did: its events, and, as Delta application
transactions, how far into which file it got. What was refused and the book of reads are appended just before
and count only once the commit they name exists, so a process killed at any moment loses nothing that was
committed and repeats nothing on the next run (docs/decisions/0001).
"""

from __future__ import annotations

import shutil
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from deltalake import CommitProperties, DeltaTable, Transaction, WriterProperties, write_deltalake
from deltalake.transaction import AddAction, RemoveAction

from tocsin.errors import StoreError
from tocsin.events import EVENT, REJECTED
from tocsin.lake.day_files import days_of, write_days
from tocsin.lake.duplicates import KEY, against_held, marks, one_of_each
from tocsin.lake.reads import READS, Part, Way, entries, superseded
from tocsin.lake.trouble import mended, store_error

COMPACT_FILES_A_DAY = 8
"""Of a day's small files one is made when there are more than this."""

SMALL_BYTES = 1 << 19
"""Some ten thousand events: from here on a file is read for what it holds longer than it takes to open."""

COMPACT_BYTES = 1 << 24
"""Of files that are made one at a time: as many events as a commit holds."""

KEEP_OLD_HOURS = 6
"""How long files that the table no longer needs stay for those who are still reading them."""

SPARE_BYTES = 1 << 20
"""Room beyond the events themselves that a commit needs on the disk."""

_REJECTED = pa.schema(
    [
        pa.field("commit_uid", pa.string(), nullable=False),
        pa.field("fingerprint", pa.string(), nullable=False),
        *list(REJECTED),
    ]
)
REFUSALS = pa.schema(
    [
        pa.field("reason", pa.string(), nullable=False),  # without the places in it that differ from record to record
        pa.field("records", pa.int64(), nullable=False),
        *(REJECTED.field(name).with_nullable(True) for name in ("file", "line", "record", "excerpt")),  # of the first
    ]
)
"""Why records could not be read, how many, and one of them to look at."""

REASONS_TOLD = 20
"""The commonest reasons: damage gives every record one of its own."""

_STORED = EVENT.append(pa.field("day", pa.date32(), nullable=False))
_TABLES = (("events", _STORED, ["day"]), ("rejected", _REJECTED, None), ("reads", READS, None))
_ZSTD = WriterProperties(compression="ZSTD", compression_level=1)


@dataclass(frozen=True, kw_only=True)
class Appended:
    """What a commit added."""

    events: int
    duplicates: int
    rejected: int
    ignored: int


class Lake:
    """The store of one folder. Many may read it at any time; one at a time writes, inside `writing()`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._engine = duckdb.connect(config={"autoinstall_known_extensions": False})
        with mended(folder):
            folder.parent.mkdir(parents=True, exist_ok=True)
            # Logs, and with them a list of people at risk: its owner's own. A folder that was there stays as it is.
            folder.mkdir(mode=0o700, exist_ok=True)
        if not all((folder / name / "_delta_log").is_dir() for name, _, _ in _TABLES):
            with self.writing():
                self._create()
        self._load()
        self._of_this_version()

    def _of_this_version(self) -> None:
        for name, schema, _ in _TABLES:
            with mended(self.folder):
                held = {field.name for field in DeltaTable(str(self.folder / name)).schema().fields}
            if lacking := sorted(set(schema.names) - held):
                raise StoreError(
                    f"the store {self.folder} was made by another version of Tocsin (its {name} lack"
                    f" {', '.join(lacking)})",
                    remedy="remove it and scan the logs again, or choose another one with --store",
                )

    def _create(self) -> None:
        with mended(self.folder):
            for name, schema, partitions in _TABLES:
                DeltaTable.create(
                    str(self.folder / name), schema=schema, mode="ignore", partition_by=partitions, name=name
                )

    def _load(self) -> None:
        with mended(self.folder):
            self._events = DeltaTable(str(self.folder / "events"))

    @contextmanager
    def writing(self, waiting: Callable[[], None] = lambda: None) -> Iterator[None]:
        """Alone among the writers of this folder, other processes included.

        `waiting` is called once if another is at work. The system frees the lock of a process that is killed.
        """
        with mended(self.folder):
            file = (self.folder / "lock").open("ab")
        with file:
            _locked(file.fileno(), waiting)
            if hasattr(self, "_events"):
                self._load()
            yield

    def wipe(self) -> None:
        """Forget everything: the store becomes empty. Call it inside `writing()`.

        Only the tables' logs go at once. Their files stay until `tidy` for scans that are still reading them.
        """
        with mended(self.folder):
            for name, _, _ in _TABLES:  # events first: without them the other tables' rows do not count
                log = self.folder / name / "_delta_log"
                if log.is_dir():
                    gone = log.rename(self.folder / name / f".gone-{uuid.uuid4().hex}")
                    shutil.rmtree(gone, ignore_errors=True)
            self._ways_book.unlink(missing_ok=True)
        self._create()
        self._load()

    # What was read

    def read_until(self, fingerprint: str) -> int:
        """How many blocks of the file's version are behind the last commit; 0 when it was never read."""
        return self._events.transaction_version(fingerprint) or 0

    def reads(self) -> pa.Table:
        """Committed rows of READS."""
        with mended(self.folder):
            uris = DeltaTable(str(self.folder / "reads")).file_uris()
            if not uris:
                return READS.empty_table()
            rows = self._engine.sql(f"SELECT * FROM read_parquet({uris!r})").to_arrow_table()
            done = self._done(uris)
        rows = rows.select(READS.names).cast(READS)
        return rows.filter(pc.is_in(rows["commit_uid"], value_set=pa.array(done, pa.string())))

    def ways(self) -> list[Way]:
        """How files were ever read into this store: the zone of times without one, and the mappings."""
        with mended(self.folder):
            book = self._ways_book
            return [Way.parsed(line) for line in book.read_text().splitlines()] if book.exists() else []

    @property
    def _ways_book(self) -> Path:
        return self.folder / "timezones"

    def add_way(self, way: Way) -> None:
        """Call it inside `writing()`."""
        lines = sorted({str(one) for one in (*self.ways(), way)})
        with mended(self.folder):
            self._ways_book.write_text("".join(f"{line}\n" for line in lines))

    def rejected(self, limit: int = 1000) -> pa.Table:
        """The first of what could not be read of the files as they were read last (REJECTED), by file and line."""
        columns = ", ".join(REJECTED.names)
        return self._refused(f"SELECT {columns} FROM refused ORDER BY file, line, record LIMIT {limit}", REJECTED)

    def refusals(self, reasons: int = REASONS_TOLD) -> pa.Table:
        """What could not be read by reason, the commonest first (REFUSALS); what is left is told as one."""
        return self._refused(
            f"""SELECT * EXCLUDE (place) FROM (
                SELECT reason, records, one.file, one.line, one.record, one.excerpt, place
                FROM by_reason WHERE place <= {reasons}
                UNION ALL
                SELECT 'other reasons (' || count(*) || ')', sum(records)::BIGINT, NULL, NULL, NULL, NULL, {reasons + 1}
                FROM by_reason WHERE place > {reasons} HAVING count(*) > 0) ORDER BY place""",
            REFUSALS,
        )

    def _refused(self, query: str, schema: pa.Schema) -> pa.Table:
        """What a query of `refused` and `by_reason` gives, however many rows stand behind it."""
        with mended(self.folder):
            uris = DeltaTable(str(self.folder / "rejected")).file_uris()
            if not uris:
                return schema.empty_table()
            gone = list(superseded(self.reads()))
            one = "struct_pack(" + ", ".join(f"{name} := {name}" for name in REFUSALS.names[2:]) + ")"
            first = "row(file, coalesce(line, 0), coalesce(record, 0))"
            rows = self._engine.sql(
                f"""WITH refused AS (SELECT * FROM read_parquet({uris!r})
                    WHERE commit_uid IN (SELECT unnest($done))
                    AND fingerprint NOT IN (SELECT unnest($gone::VARCHAR[]))),
                  told AS (SELECT regexp_replace(reason, ' \\(byte \\d+\\)| at byte \\d+ of the record', '') AS reason,
                    count(*) AS records,
                    arg_min({one}, {first}) AS one
                    FROM refused GROUP BY 1),
                  by_reason AS (SELECT *, row_number() OVER (ORDER BY records DESC, reason) AS place FROM told)
                {query}""",
                params={"done": self._done(uris), "gone": gone},
            )
            return rows.to_arrow_table().cast(schema)

    def _done(self, uris: list[str]) -> list[str]:
        """The commits, of those that the files name, that came about."""
        named = self._engine.sql(f"SELECT DISTINCT commit_uid FROM read_parquet({uris!r})").fetchall()
        return [uid for (uid,) in named if self._events.transaction_version(_commit_name(uid)) is not None]

    # Events

    def event_files(self) -> list[str]:
        """The Parquet files that make up the table now. Raises `StoreError` when one is gone."""
        uris: list[str] = self._events.file_uris()
        for uri in uris:
            if not Path(uri).is_file():
                raise store_error(self.folder, f"{uri} is missing")
        return uris

    def append(self, parts: list[Part]) -> Appended:
        """Add the parts' events that are new, in one commit. Raises `StoreFull` when the disk is.

        Call it inside `writing()`; parts of one file come in order.
        """
        arrived = pa.concat_tables([part.events for part in parts])
        commit_uid = uuid.uuid4().hex
        arrived, new, better, beaten = self._sorted_out(arrived)
        rejected = [
            part.rejected.add_column(0, _REJECTED.field(1), _repeated(part.version.fingerprint, part.rejected))
            for part in parts
            if len(part.rejected)
        ]
        progress = {part.version.fingerprint: part.number for part in parts}
        transactions = [Transaction(_commit_name(commit_uid), 1)]
        transactions += [Transaction(name, number) for name, number in progress.items()]
        self._room_for(arrived, *rejected)
        with mended(self.folder):
            if rejected:
                table = pa.concat_tables(rejected)
                self._write("rejected", table.add_column(0, _REJECTED.field(0), _repeated(commit_uid, table)))
            self._write("reads", entries(parts, new, commit_uid))
            written = write_days(self.folder / "events", arrived, new | better)
            self._events.create_write_transaction(
                [*written, *self._without(beaten, arrived.filter(pa.array(better)))],
                mode="append",
                schema=self._events.schema(),
                partition_by=["day"],
                commit_properties=CommitProperties(app_transactions=transactions),
            )
            self._events.update_incremental()
        return Appended(
            events=int(new.sum()),
            duplicates=len(arrived) - int(new.sum()),
            rejected=sum(len(part.rejected) for part in parts),
            ignored=sum(part.ignored for part in parts),
        )

    def _sorted_out(self, arrived: pa.Table) -> tuple[pa.Table, np.ndarray, np.ndarray, tuple[str, ...]]:
        """The events, which of them are new, which take the place of held ones, and the files that hold those."""
        nothing = np.zeros(len(arrived), np.bool_)
        with mended(self.folder):
            marked = marks(self._engine.cursor(), arrived)
            stand = one_of_each(self._engine.cursor(), arrived, marked)
            around = self._files_around(arrived)
            found = against_held(self._engine.cursor(), arrived, marked, stand, around) if around else None
        if found is None:
            return arrived, stand, nothing, ()
        if len(self.ways()) > 1:
            # Read another way (zone, mapping), a telling is no better one: what is held stays, as the answer says.
            return arrived, found.new, nothing, ()
        at = arrived.schema.get_field_index("ingested_at")
        arrived = arrived.set_column(at, arrived.schema.field(at), found.ingested_at)
        return arrived, found.new, found.better, found.files

    def _files_around(self, arrived: pa.Table) -> list[str]:
        """The files of the days of these events, and a day more on both sides.

        An event lies under the day of its own time, so no other partition can hold it; a day of slack serves
        formats that give the same record times of different precision.
        """
        if not len(arrived):
            return []
        days = days_of(arrived)
        around = range(int(days.min()) - 1, int(days.max()) + 2)
        return [uri for uri in self.event_files() if _day_of(uri) in around]

    def _without(self, files: Sequence[str], replaced: pa.Table) -> Iterator[AddAction | RemoveAction]:
        """What puts these files without the replaced events in their place."""
        gone = pc.unique(_keys(replaced))
        for uri in files:
            held = _read(uri)
            stay = np.asarray(pc.invert(pc.is_in(_keys(held), value_set=gone)).to_numpy(zero_copy_only=False), np.bool_)
            yield from write_days(self.folder / "events", held, stay)
            yield _removed(uri, changes=True)

    def _room_for(self, *tables: pa.Table) -> None:
        """Raises `StoreFull` before the disk is: the Parquet writer, cut off, would write to the terminal."""
        needed = sum(table.nbytes for table in tables) // 2 + SPARE_BYTES
        with mended(self.folder):
            free = shutil.disk_usage(self.folder).free
        if free < needed:
            raise store_error(self.folder, "No space left")

    def _write(self, name: str, table: pa.Table) -> None:
        write_deltalake(str(self.folder / name), table, mode="append", writer_properties=_ZSTD)

    def tidy(self) -> None:
        """Merge small files, and remove those that no table needs. Call it inside `writing()`."""
        with mended(self.folder):
            self._merge_small_files()
            for name, _, _ in _TABLES:
                DeltaTable(str(self.folder / name)).vacuum(
                    KEEP_OLD_HOURS, dry_run=False, enforce_retention_duration=False, full=True
                )
            self._events.update_incremental()

    def _merge_small_files(self) -> None:
        """Written as all are: files that Delta's own writer merges are read more slowly."""
        actions = [action for small in self._small_files() for action in self._merged(small)]
        if actions:
            self._events.create_write_transaction(
                actions, mode="append", schema=self._events.schema(), partition_by=["day"]
            )
            self._events.update_incremental()

    def _small_files(self) -> Iterator[list[str]]:
        """Small files of one day, where there are many: as many at a time as may be held in memory."""
        by_day: dict[int, list[str]] = {}
        for uri in self._events.file_uris():
            if Path(uri).stat().st_size < SMALL_BYTES:
                by_day.setdefault(_day_of(uri), []).append(uri)
        at_once = COMPACT_BYTES // SMALL_BYTES
        for small in by_day.values():
            if len(small) > COMPACT_FILES_A_DAY:
                yield from (small[first : first + at_once] for first in range(0, len(small), at_once))

    def _merged(self, files: Sequence[str]) -> Iterator[AddAction | RemoveAction]:
        """What puts one file in the place of these."""
        events = pa.concat_tables([_read(uri) for uri in files])
        yield from write_days(self.folder / "events", events, np.ones(len(events), np.bool_), changes=False)
        yield from (_removed(uri, changes=False) for uri in files)


def _read(uri: str) -> pa.Table:
    """The events of one file."""
    return pq.read_table(uri, schema=EVENT, partitioning=None)


def _removed(uri: str, *, changes: bool) -> RemoveAction:
    """What takes the file out of the table; `changes`: its events do not stand elsewhere as they are."""
    path = Path(uri)
    return RemoveAction(
        path=f"{path.parent.name}/{path.name}",
        data_change=changes,
        deletion_timestamp=int(time.time() * 1000),
        size=path.stat().st_size,
        partition_values={"day": path.parent.name.removeprefix("day=")},
    )


def _commit_name(uid: str) -> str:
    return f"commit:{uid}"


def _repeated(text: str, table: pa.Table) -> pa.Array:
    return pa.repeat(pa.scalar(text), len(table))


def _keys(events: pa.Table) -> pa.ChunkedArray:
    return pc.binary_join_element_wise(*[events[name] for name in KEY], "\x1f")


def _day_of(uri: str) -> int:
    stated = next(piece for piece in uri.split("/") if piece.startswith("day="))
    return (date.fromisoformat(stated.removeprefix("day=")) - date(1970, 1, 1)).days


def _locked(file: int, waiting: Callable[[], None]) -> None:
    try:
        import fcntl
    except ImportError:  # Windows: Delta itself refuses a commit that another one overtook
        return
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        waiting()
        fcntl.flock(file, fcntl.LOCK_EX)
    except OSError as error:
        raise StoreError(
            f"the store cannot be locked: {error.strerror}",
            remedy="put the store on a file system that knows locks, with --store",
        ) from error
