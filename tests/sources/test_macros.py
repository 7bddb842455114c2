"""Times as providers write them, read as naive UTC."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import product

import duckdb
import pyarrow as pa
import pytest

from tocsin.sources.macros import CLOCKS, MACROS

AT = datetime(2026, 3, 2, 8, 1, 10)  # noqa: DTZ001 - naive UTC


@pytest.fixture(scope="module")
def duck() -> Iterator[duckdb.DuckDBPyConnection]:
    held = duckdb.connect(config={"autoinstall_known_extensions": False})
    held.execute("SET TimeZone = 'UTC'")
    for macro in MACROS:
        held.execute(macro)
    yield held
    held.close()


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2026-03-02T08:01:10Z", AT),
        ("2026-03-02T08:01:10.250Z", AT.replace(microsecond=250_000)),
        ("2026-03-02T08:01:10+00:00", AT),
        ("2026-03-02T08:01:10.250000+00:00", AT.replace(microsecond=250_000)),
        ("2026-03-02T08:01:10.123456789+00:00", AT.replace(microsecond=123_456)),
        ("2026-03-02T10:01:10+02:00", AT),
        ("2026-03-02T10:01:10+0200", AT),
        ("2026-03-02 08:01:10 UTC", AT),
        ("2026-03-02 09:01:10 Europe/Berlin", AT),
        ("2026-03-02T08:01:10", AT),
        ("2026-03-02", datetime(2026, 3, 2)),  # noqa: DTZ001
        ("1772438470", AT),
        ("1772438470.25", AT.replace(microsecond=250_000)),
        ("1772438470250", AT.replace(microsecond=250_000)),
        ("3/2/2026, 8:01:10 AM", AT),
        ("3/2/2026 8:01:10 AM", AT),
        ("/Date(1772438470000)/", AT),
        ("2026-02-30T00:00:00+00:00", None),
        ("2026-03-02T25:00:00+00:00", None),
        ("abcd-03-02", None),
        ("12/3-4/5", None),
        ("soon", None),
        ("", None),
        (None, None),
    ],
)
def test_a_time_is_read_in_each_way_that_it_is_written(
    duck: duckdb.DuckDBPyConnection, written: str | None, read: datetime | None
) -> None:
    assert duck.execute("SELECT event_time(?::VARCHAR)", [written]).fetchall() == [(read,)]


def test_no_time_of_a_portal_is_read_otherwise_for_the_format_that_is_tried_first(
    duck: duckdb.DuckDBPyConnection,
) -> None:
    """As the formats read it one after another, in any order: none of these texts is of two."""
    pieces = ("3", "13"), ("/2/2026", "/31/26"), (", ", " ", ",", "  "), ("8", "13"), (":05", ""), (":10", ":9", " ")
    behind = ("", ".5", ".1234567", "."), (" AM", " pm", "PM", "", " P"), ("", " ", "x", "M")
    duck.register("written", pa.table({"t": ["".join(held) for held in product(*pieces, *behind)]}))
    tried = [f"try_strptime(t, '{clock}')" for clock in CLOCKS]
    asked = f"SELECT portal_time(t), list_filter([{', '.join(tried)}], lambda one: one IS NOT NULL) FROM written"
    rows = duck.execute(asked).fetchall()
    assert [([] if read is None else [read]) for read, _ in rows] == [each for _, each in rows]
    assert sum(read is not None for read, _ in rows) > 100
