"""The indicators that a store keeps: those of every feed, each value once, until they are dropped.

One file that only the store's owner may read, replaced whole under a lock.
"""

from __future__ import annotations

import fcntl
import io
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from tocsin.errors import StoreError
from tocsin.indicators.indicator import GOOD_FOR_DAYS, INDICATOR, Feed

LAST_DAY = datetime(9999, 12, 31)  # noqa: DTZ001 - naive UTC

FOLDER, FILE, LOCK = "indicators", "indicators.parquet", "lock"


def kept_indicators(store: Path) -> pa.Table:
    """INDICATOR; empty where none was added. Raises `StoreError`."""
    file = store / FOLDER / FILE
    try:
        return pq.read_table(file, schema=INDICATOR)
    except FileNotFoundError:
        return INDICATOR.empty_table()
    except (pa.ArrowInvalid, OSError) as error:
        raise StoreError(
            f"{file} is damaged: {error}", remedy="remove it and add the feeds again; the events are safe"
        ) from error


def add(store: Path, name: str, feed: Feed, now: datetime, *, good_for: int = GOOD_FOR_DAYS) -> tuple[int, int, int]:
    """Keep the feed's indicators, each anew. How many are new, changed, and taken back by the feed."""
    rows = {}
    for one in feed.indicators:
        start = max(filter(None, (one.changed, one.valid_from)), default=now)
        rows[name, one.indicator, one.kind, one.value] = {
            "feed": name,
            "indicator": one.indicator,
            "kind": one.kind,
            "value": one.value,
            "tlp": one.tlp.value,
            "valid_from": one.valid_from,
            "valid_until": one.valid_until or _after(start, good_for),
            "added_at": now,
        }
    with _changing(store):
        held = kept_indicators(store)
        keys = list(zip(*(held[column].to_pylist() for column in ("feed", "indicator", "kind", "value")), strict=True))
        told = {indicator for _, indicator, _, _ in rows}
        back = set(feed.revoked)
        # An indicator that comes again is as it comes: a value that its new pattern leaves out is looked for no more.
        stays = [feed_ != name or (indicator not in told and indicator not in back) for feed_, indicator, _, _ in keys]
        before = {key for key, stay in zip(keys, stays, strict=True) if not stay}
        table = held.filter(pa.array(stays, pa.bool_())) if keys else held
        _write(store, pa.concat_tables([table, pa.Table.from_pylist(list(rows.values()), INDICATOR)]))
    new = sum(key not in before for key in rows)
    return new, len(rows) - new, len({key for key in before if key[1] in back})


def drop(store: Path, name: str | None = None, *, expired_at: datetime | None = None) -> int:
    """Drop a feed, or what has expired of all; how many are gone."""
    with _changing(store):
        held = kept_indicators(store)
        gone = pc.equal(held["feed"], name) if name is not None else pc.less_equal(held["valid_until"], expired_at)
        left = held.filter(pc.invert(gone))
        if len(left) < len(held):
            _write(store, left)
        return len(held) - len(left)


def _after(start: datetime, days: int) -> datetime:
    """That many days later, or the last day there is: a feed may name any year."""
    longer = timedelta(days=days)
    return min(start, LAST_DAY - longer) + longer


@contextmanager
def _changing(store: Path) -> Iterator[None]:
    folder = store / FOLDER
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise StoreError(f"{folder} cannot be written: {error.strerror}", remedy="check the store's folder") from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def _write(store: Path, table: pa.Table) -> None:
    buffer = io.BytesIO()
    pq.write_table(table.sort_by([(name, "ascending") for name in ("feed", "indicator", "kind", "value")]), buffer)
    target = store / FOLDER / FILE
    beside = target.with_name(f".{FILE}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(buffer.getvalue())
            file.flush()
            os.fsync(file.fileno())
        beside.replace(target)
    except OSError as error:
        with suppress(OSError):
            beside.unlink()
        raise StoreError(
            f"{target} cannot be written: {error.strerror}", remedy="free some disk space and add the feed again"
        ) from error
