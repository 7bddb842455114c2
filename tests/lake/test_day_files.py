"""Events reach the disk by day, in their order, as Parquet that anybody reads."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.events import EVENT
from tocsin.events.parts import parts
from tocsin.lake import day_files
from tocsin.lake.day_files import write_days

FIRST = datetime(2026, 3, 1)  # noqa: DTZ001 - naive UTC, as everywhere inside


def events(hours: list[int]) -> pa.Table:
    rows = []
    for number, hour in enumerate(hours):
        time = FIRST + timedelta(hours=hour)
        given = {"event_uid": str(number), "provider": "okta", "tenant": "", "time": time, "ingested_at": FIRST}
        words = {"activity": "sign_in", "outcome": "success", "account_known": "true", "raw_ref": "log:1"}
        rows.append(given | words | {"ts": int((time - datetime(1970, 1, 1)).total_seconds() * 1000)})  # noqa: DTZ001
    return pa.Table.from_pylist(rows, schema=EVENT)


@given(
    st.lists(st.lists(st.integers(0, 2), max_size=50), max_size=4),
    st.integers(0, 60),
)
def test_parts_are_the_rows_of_each_key_in_their_order(chunks: list[list[int]], run: int) -> None:
    keys = np.array([key for chunk in chunks for key in chunk] + [1] * run, np.int64)
    rows = np.arange(len(keys))
    cuts = np.cumsum([len(chunk) for chunk in chunks])
    table = pa.table({"row": pa.chunked_array([pa.array(piece) for piece in np.split(rows, cuts)], pa.int64())})
    found = {key: part["row"].to_pylist() for key, part in parts(table, keys).items()}
    assert found == {int(key): rows[keys == key].tolist() for key in np.unique(keys)}


def test_each_day_has_its_file_with_what_delta_says_of_it(tmp_path: Path) -> None:
    rows = events([30, 1, 2, 26, 3])
    actions = write_days(tmp_path, rows, np.array([True, True, False, True, True]))
    held = {action.partition_values["day"]: pq.read_table(tmp_path / action.path) for action in actions}
    assert {day: table["event_uid"].to_pylist() for day, table in held.items()} == {
        "2026-03-01": ["1", "4"],
        "2026-03-02": ["0", "3"],
    }
    assert all(table.schema.names[: len(EVENT)] == EVENT.names for table in held.values())
    first = next(action for action in actions if action.partition_values["day"] == "2026-03-01")
    assert (tmp_path / first.path).stat().st_size == first.size
    assert '"numRecords": 2' in first.stats


def test_a_write_that_fails_takes_its_files_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written = day_files._written

    def failing(folder: Path, path: Path, day: int, rows: pa.Table, changes: bool) -> object:
        done = written(folder, path, day, rows, changes)
        if "03-02" in str(path):
            raise OSError(28, "No space left on device")
        return done

    monkeypatch.setattr(day_files, "_written", failing)
    with pytest.raises(OSError, match="No space"):
        write_days(tmp_path, events([1, 26, 50]), np.ones(3, np.bool_))
    assert not list(tmp_path.rglob("*.parquet"))
