"""What was read beside events: fields that rules name, one folder a version of a log file.

The event table holds no raw records (they would triple it), and rules come and go. So their fields lie apart: whatever
is there can be read again from the log file. A folder counts from the moment its `columns.json` exists, which is
written last; what is left of a killed process, or was replaced, has none and is removed in time.
"""

from __future__ import annotations

import json
import shutil
import time
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from tocsin.lake.trouble import mended
from tocsin.sources.read import RECORD

FLUSH_ROWS = 250_000
KEEP_OLD_SECONDS = 6 * 3600
"""How long a folder that was replaced stays for those who are still reading it."""

MARK = "columns.json"


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """The columns that are wanted beside events; `many` holds those that are lists."""

    columns: frozenset[str]
    many: frozenset[str] = frozenset()

    @property
    def schema(self) -> pa.Schema:
        fields = [pa.field(name, self._type(name)) for name in sorted(self.columns)]
        return pa.schema([*RECORD, *fields])

    def _type(self, name: str) -> pa.DataType:
        return pa.list_(pa.string()) if name in self.many else pa.string()


class BesideStore:
    """The folders below a store. Write inside the store's `writing()`."""

    def __init__(self, store: Path, wanted: Wanted) -> None:
        self._folder = store / "beside"
        self.wanted = wanted

    def has(self, fingerprint: str) -> bool:
        """Was this version of a file read to its end with all that is wanted?"""
        return any(self._holds(one) for one in self._of(fingerprint))

    def files(self, fingerprints: Iterable[str]) -> list[str]:
        """The Parquet files (RECORD and the wanted columns) of these versions."""
        found: list[str] = []
        for fingerprint in sorted(set(fingerprints)):
            whole = next((one for one in self._of(fingerprint) if self._holds(one)), None)
            found += [str(one) for one in sorted(whole.glob("*.parquet"))] if whole else []
        return found

    def writer(self, fingerprint: str) -> BesideWriter:
        return BesideWriter(self, self._folder, fingerprint)

    def settle(self, fingerprint: str, written: Path) -> None:
        """Let go of folders that hold nothing that this one lacks."""
        columns = _columns(written)
        for one in self._of(fingerprint):
            if one != written and _columns(one) <= columns:
                (one / MARK).unlink(missing_ok=True)

    def wipe(self) -> None:
        """Forget everything."""
        with mended(self._folder):
            for mark in self._folder.glob(f"*/{MARK}"):
                mark.unlink(missing_ok=True)

    def tidy(self, current: Iterable[str]) -> None:
        """Remove what belongs to no version that is current, and what was left behind."""
        kept = set(current)
        if not self._folder.is_dir():
            return
        with mended(self._folder):
            for one in self._folder.iterdir():
                if one.name.split("-")[0] not in kept:
                    (one / MARK).unlink(missing_ok=True)
                if not (one / MARK).exists() and time.time() - one.stat().st_mtime > KEEP_OLD_SECONDS:
                    shutil.rmtree(one, ignore_errors=True)

    def _of(self, fingerprint: str) -> list[Path]:
        return sorted(one.parent for one in self._folder.glob(f"{fingerprint}-*/{MARK}"))

    def _holds(self, folder: Path) -> bool:
        return self.wanted.columns <= _columns(folder)


class BesideWriter:
    """Takes what was read of one version of a file, block by block."""

    def __init__(self, store: BesideStore, folder: Path, fingerprint: str) -> None:
        self._store = store
        self._fingerprint = fingerprint
        self._folder = folder / f"{fingerprint}-{uuid.uuid4().hex[:12]}"
        self._waiting: list[pa.Table] = []
        self._rows = 0
        self._parts = 0

    def add(self, tables: Iterable[pa.Table]) -> None:
        """Tables of RECORD and columns beside."""
        for table in tables:
            self._waiting.append(_filled(table, self._store.wanted.schema))
            self._rows += len(table)
        if self._rows >= FLUSH_ROWS:
            self._flush()

    def finish(self) -> None:
        """The file was read to its end: from now on its fields count."""
        self._flush()
        with mended(self._folder):
            self._folder.mkdir(parents=True, exist_ok=True)
            unfinished = self._folder / f"{MARK}.new"
            unfinished.write_text(json.dumps(sorted(self._store.wanted.columns)))
            unfinished.replace(self._folder / MARK)
        self._store.settle(self._fingerprint, self._folder)

    def _flush(self) -> None:
        if not self._waiting:
            return
        with mended(self._folder):
            self._folder.mkdir(parents=True, exist_ok=True)
            pq.write_table(
                pa.concat_tables(self._waiting),
                self._folder / f"part-{self._parts:04}.parquet",
                compression="zstd",
                compression_level=1,
                store_schema=False,
            )
        self._waiting, self._rows, self._parts = [], 0, self._parts + 1


def _columns(folder: Path) -> frozenset[str]:
    try:
        return frozenset(json.loads((folder / MARK).read_text()))
    except (OSError, ValueError):
        return frozenset()


def _filled(table: pa.Table, schema: pa.Schema) -> pa.Table:
    """The table's columns in the schema's order, those that it lacks as NULL."""
    held = set(table.column_names)
    columns = [table[one.name].cast(one.type) if one.name in held else pa.nulls(len(table), one.type) for one in schema]
    return pa.Table.from_arrays(columns, schema=schema)
