"""Events as Parquet files, one for each day they are of, on the disk before a commit names them.

Delta's own writer costs one and a half to two times as much: it looks for repetitions in every column, ids included,
and keeps statistics of all of them.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from deltalake.transaction import AddAction

from tocsin.events import EVENT
from tocsin.events.parts import parts

RARELY_TWICE = frozenset({"event_uid", "time", "ts", "session_uid", "correlation_uid", "request_uid", "raw_ref"})
"""Columns in which a dictionary of their values would save nothing."""

STATED = ("provider", "time", "ts")
"""Columns whose range a file states: by it readers pass over files and parts of them."""

_EPOCH = date(1970, 1, 1)
_UNWANTED = int(np.iinfo(np.int32).min)


def write_days(
    folder: Path, events: pa.Table, wanted: np.ndarray, *, changes: bool = True, writers: int = 2
) -> list[AddAction]:
    """Write the wanted rows of EVENT below the table's folder; the actions that add the files to the table. `changes`:
    the events are new to it, or others than they were.

    A write that fails takes its files back.
    """
    days = parts(events, np.where(wanted, days_of(events), _UNWANTED))
    days.pop(_UNWANTED, None)
    paths = {day: folder / f"day={_named(day)}" / f"part-{uuid.uuid4()}.zstd.parquet" for day in days}
    try:
        with ThreadPoolExecutor(writers) as pool:
            return list(pool.map(lambda day: _written(folder, paths[day], day, days[day], changes), days))
    except BaseException:
        for path in paths.values():
            with suppress(OSError):
                path.unlink(missing_ok=True)
        raise


def days_of(events: pa.Table) -> np.ndarray:
    """The day of each event, since 1970."""
    day = pc.cast(pc.floor_temporal(events["time"], unit="day"), pa.date32())
    return np.asarray(day.cast(pa.int32()).to_numpy())


def _written(folder: Path, path: Path, day: int, events: pa.Table, changes: bool) -> AddAction:
    path.parent.mkdir(exist_ok=True)
    pq.write_table(
        events.combine_chunks(),
        path,
        compression="zstd",
        compression_level=1,
        use_dictionary=[name for name in EVENT.names if name not in RARELY_TWICE],
        write_statistics=list(STATED),
        store_schema=False,
    )
    stat = path.stat()
    return AddAction(
        path=path.relative_to(folder).as_posix(),
        size=stat.st_size,
        partition_values={"day": _named(day)},
        modification_time=int(stat.st_mtime * 1000),
        data_change=changes,
        stats=json.dumps(_stats(events, ("provider", "ts"))),
    )


def _stats(events: pa.Table, columns: Iterable[str]) -> dict[str, object]:
    """What Delta's log says of a file."""
    ranges = {name: pc.min_max(events[name]).as_py() for name in columns}
    return {
        "numRecords": len(events),
        "minValues": {name: held["min"] for name, held in ranges.items()},
        "maxValues": {name: held["max"] for name, held in ranges.items()},
        "nullCount": dict.fromkeys(ranges, 0),
    }


def _named(day: int) -> str:
    return (_EPOCH + timedelta(days=day)).isoformat()
