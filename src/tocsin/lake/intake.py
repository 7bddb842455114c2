"""Files into the store: which there are, which were read already, how far, with progress on the way."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tocsin.errors import TocsinError
from tocsin.events import REJECTED
from tocsin.lake.beside import BesideStore, BesideWriter, Wanted
from tocsin.lake.reads import PLAIN, Part, Version, Way, current, superseded
from tocsin.lake.store import Lake
from tocsin.sources import Normalised, Reader
from tocsin.sources.block import printable

COMMIT_ROWS = 400_000
"""Records a commit: few enough to bound memory (some 200 MB), enough that a commit's fixed cost is small: it writes a
file for each day, and looks into those that are there."""

FIRST_MS, LAST_MS = 315_532_800_000, 7_258_118_400_000
"""1980 and 2200: events outside carry a wrong date."""

COMMIT_BYTES = 1 << 30
"""Log bytes a commit: a file in which there is nothing to keep is not read twice either."""


class NothingRead(TocsinError):
    """The store holds no event at all after everything was read: there is no answer, not even "nothing found"."""

    def __init__(self, paths: Sequence[Path], refusals: pa.Table) -> None:
        super().__init__(
            f"cannot say whether anything happened: no event could be read from {', '.join(map(str, paths))}",
            remedy="`tocsin inspect` says what these files are; `tocsin sources` lists the formats that can be read.",
        )
        self.refusals = refusals  # REFUSALS


@dataclass(kw_only=True)
class Intake:
    """What a scan took in; `progress` is called with it after every block."""

    files: int = 0
    files_known: int = 0  # read completely by an earlier scan
    bytes_total: int = 0
    bytes_done: int = 0
    records: int = 0  # events read so far, new or not
    events: int = 0
    duplicates: int = 0
    rejected: int = 0
    faulty: int = 0  # of the rejected: files as a whole, which are no log or end early
    ignored: int = 0
    current: str = ""
    zones: dict[str, int] = field(default_factory=dict)  # files whose times stay in another zone than the one asked for
    remapped: int = 0  # files of which events stay as another mapping had them
    read_again: int = 0  # files read before, and once more for fields that rules name
    beside: list[str] = field(default_factory=list)  # Parquet files of what was read beside events, if any was wanted
    formats: Counter[str] = field(default_factory=Counter)  # events in the store, if any was wanted
    without: Counter[str] = field(default_factory=Counter)  # those of which it is not held

    @property
    def notes(self) -> tuple[str, ...]:
        """What of this the answer has to say."""
        zones = tuple(
            f"Log times without a zone stay as they were first read, in {zone}, for {files} of the files: scan into"
            " another store (--store), or remove this one and scan again, to have them read anew."
            for zone, files in sorted(self.zones.items())
        )
        if not self.remapped:
            return zones
        return (
            *zones,
            f"The mapping has changed. Events that are held stay as they were first read, for {self.remapped} of the"
            " files: scan into another store (--store), or remove this one and scan again, to have them read anew.",
        )


def take_in(
    lake: Lake,
    files: Sequence[Path],
    reader: Reader,
    *,
    way: Way = PLAIN,
    mirror: bool = False,
    wanted: Wanted | None = None,
    commit_rows: int = COMMIT_ROWS,
    progress: Callable[[str, Intake], None] = lambda _stage, _intake: None,
) -> Intake:
    """Read every file that was not read to its end before, from where the last commit left it.

    `way` says what the reader was told: another time zone or mapping makes another reading. `wanted` are columns that
    the reader gives beside events: files that were read without them are read again for them. A store that mirrors its
    files starts anew when one of them is gone or is another one than it was. `progress` is called with "read", and
    once with "wait" while another process writes to the store.
    """
    intake = Intake(files=len(files))
    beside = BesideStore(lake.folder, wanted) if wanted is not None else None
    with lake.writing(waiting=lambda: progress("wait", intake)):
        versions = _versions(lake, files, way)
        reads = lake.reads()
        held = {one.rpartition(":")[2] for one in reads["fingerprint"].to_pylist()}  # failures are no other version
        there = {one.fingerprint for one in versions}
        if set(lake.ways()) <= {way}:
            # A file that has grown is the same one: what came when stays known. Read another way it is not.
            there |= superseded(reads) | {one.replaces for one in versions if one.replaces}
        if mirror and held - there:
            lake.wipe()
            BesideStore(lake.folder, wanted or Wanted(columns=frozenset())).wipe()
            versions, reads = _versions(lake, files, way), lake.reads()
        _other_ways(lake, files, way, intake)
        lake.add_way(way)
        finished = set(reads.filter(reads["finished"])["fingerprint"].to_pylist())
        intake.bytes_total = sum(version.size for version in versions)
        _read(lake, versions, finished, reader, intake, commit_rows, lambda: progress("read", intake), beside)
        lake.tidy()
        if beside is not None:
            _read_again(lake, versions, way, reader, intake, lambda: progress("read", intake), beside)
    pa.default_memory_pool().release_unused()  # some 250 MB of blocks, kept for the next ones
    return intake


def _versions(lake: Lake, files: Sequence[Path], way: Way) -> list[Version]:
    reads = lake.reads()
    before: dict[str, set[tuple[int, str, str]]] = {}
    for row in current(reads, reads).select(["file", "size", "content", "fingerprint"]).to_pylist():
        before.setdefault(row["file"], set()).add((row["size"], row["content"], row["fingerprint"]))
    return [Version.of(path, way=way, before=sorted(before.get(str(path), ()))) for path in files]


def _other_ways(lake: Lake, files: Sequence[Path], way: Way, intake: Intake) -> None:
    """Note how many of the files were read another way first: an event that is held stays as it is."""
    ways = {way, *lake.ways()}
    if len(ways) == 1:
        return
    reads = lake.reads()
    earlier = dict(zip(reads["fingerprint"].to_pylist(), reads["replaces"].to_pylist(), strict=True))
    given: dict[str, set[str | None]] = {}
    for fingerprint, provider in zip(reads["fingerprint"].to_pylist(), reads["provider"].to_pylist(), strict=True):
        given.setdefault(fingerprint, set()).add(provider)
    zones: Counter[str] = Counter()
    for path in files:
        prints = {Version.of(path, way=one).fingerprint: one for one in sorted(ways, key=str)}
        first = {one: read for one, read in prints.items() if one in earlier and earlier[one] not in prints}
        zones.update({read.timezone for read in first.values()} - {way.timezone})
        remapped = {one: way.mapped | read.mapped for one, read in first.items() if read.mapping != way.mapping}
        intake.remapped += any(given[one] & mapped for one, mapped in remapped.items())
    intake.zones = dict(zones)


def _read(
    lake: Lake,
    versions: Sequence[Version],
    finished: set[str],
    reader: Reader,
    intake: Intake,
    commit_rows: int,
    progress: Callable[[], None],
    beside: BesideStore | None,
) -> None:
    waiting: list[Part] = []
    rows, seen = 0, 0
    for version in versions:
        intake.current = str(version.path)
        before = intake.bytes_done
        if version.fingerprint in finished:
            intake.files_known += 1
        else:
            finished.add(version.fingerprint)
            for part in _parts(lake, version, reader, beside.writer(version.fingerprint) if beside else None):
                waiting.append(part)
                intake.faulty += int(pc.sum(pc.is_null(part.rejected["record"])).as_py() or 0)
                rows += len(part.events) + len(part.rejected)
                intake.records += len(part.events)
                intake.bytes_done = before + min(part.end, version.size)
                if rows >= commit_rows or intake.bytes_done - seen >= COMMIT_BYTES:
                    _commit(lake, waiting, intake)
                    rows, seen = 0, intake.bytes_done
                progress()
        intake.bytes_done = before + version.size
        progress()
    if waiting:
        _commit(lake, waiting, intake)
    progress()


def _read_again(
    lake: Lake,
    versions: Sequence[Version],
    way: Way,
    reader: Reader,
    intake: Intake,
    progress: Callable[[], None],
    beside: BesideStore,
) -> None:
    """Read what is wanted beside events of files that were read without it, of this scan and of earlier ones."""
    reads = lake.reads()
    rows = current(reads, reads.filter(reads["finished"])).select(["file", "fingerprint"]).to_pylist()
    held = {row["fingerprint"]: Path(row["file"]) for row in rows}
    for fingerprint, path in sorted(held.items() | {(one.fingerprint, one.path) for one in versions}):
        if fingerprint not in held or beside.has(fingerprint):
            continue
        if not path.is_file() or Version.of(path, way=way).fingerprint != fingerprint:
            continue
        intake.current = str(path)
        intake.read_again += 1
        writer = beside.writer(fingerprint)
        for block in reader.read(path):
            writer.add(block.beside)
            if block.last:
                writer.finish()
            progress()
    beside.tidy(held)
    intake.beside = beside.files(held)
    lacking = pa.array([one for one in sorted(held) if not beside.has(one)], pa.string())
    intake.formats = _by_format(reads)
    intake.without = _by_format(reads.filter(pc.is_in(reads["fingerprint"], value_set=lacking)))


def _by_format(reads: pa.Table) -> Counter[str]:
    events: Counter[str] = Counter()
    for name, number in zip(reads["format"].to_pylist(), reads["events"].to_pylist(), strict=True):
        if name is not None and number:
            events[name] += number
    return events


def _parts(lake: Lake, version: Version, reader: Reader, writer: BesideWriter | None) -> Iterator[Part]:
    behind = lake.read_until(version.fingerprint)
    for number, block in enumerate(reader.read(version.path), start=1):
        if writer is not None:
            writer.add(block.beside)
        if writer is not None and block.last:
            writer.finish()
        if block.failed:
            # The next scan takes the file up here again. Failing once more is no news.
            if not lake.read_until(version.unread().fingerprint):
                yield Part(
                    version=version.unread(),
                    number=1,
                    end=block.end,
                    finished=False,
                    events=block.events,
                    formats=_formats(block),
                    rejected=block.rejected,
                    ignored=0,
                )
        elif number > behind:
            formats, sound = _formats(block), dated(block.events)
            events, undated = block.events, block.events.slice(0, 0)
            if sound is not None:
                events, undated = events.filter(sound), events.filter(pc.invert(sound))
                formats = formats.filter(sound)
            yield Part(
                version=version,
                number=number,
                end=block.end,
                finished=block.last,
                events=events,
                formats=formats,
                rejected=pa.concat_tables([block.rejected, refused_dates(version.path, undated)]),
                ignored=block.ignored,
            )


def _formats(block: Normalised) -> pa.Array:
    """The source format of each event."""
    names = pa.array([name for name, _ in block.runs], pa.string())
    codes = np.repeat(np.arange(len(names), dtype=np.int32), [events for _, events in block.runs])
    return pa.DictionaryArray.from_arrays(pa.array(codes, pa.int32()), names)


def dated(events: pa.Table) -> pa.Array | None:
    """Which events are of years that a log can be of; None where all are."""
    if not len(events):
        return None
    span = pc.min_max(events["ts"]).as_py()
    if span["min"] >= FIRST_MS and span["max"] < LAST_MS:
        return None
    times = events["ts"].combine_chunks()
    return pc.and_(pc.greater_equal(times, FIRST_MS), pc.less(times, LAST_MS))


def refused_dates(path: Path, undated: pa.Table) -> pa.Table:
    rows = []
    for row in undated.select(["raw_ref", "event_uid", "ts"]).to_pylist():
        place = re.search(r"([:#])(\d+)$", row["raw_ref"])
        number = int(place[2]) if place else None
        rows.append(
            {
                "file": str(path),
                "line": number if place and place[1] == ":" else None,
                "record": number if place and place[1] == "#" else None,
                "reason": "a time before 1980 or after 2200: the record's date cannot be right",
                "excerpt": printable(row["event_uid"]),
            }
        )
    return pa.Table.from_pylist(rows, schema=REJECTED)


def _commit(lake: Lake, waiting: list[Part], intake: Intake) -> None:
    added = lake.append(waiting)
    waiting.clear()
    intake.events += added.events
    intake.duplicates += added.duplicates
    intake.rejected += added.rejected
    intake.ignored += added.ignored
