"""Rows of Azure Monitor's custom tables are read as the records that they were made of."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from normalised import expected, read
from tocsin.sources import SOURCES
from tocsin.sources.custom_tables import CustomTables

SAMPLES = Path(__file__).parent / "samples"


def columns(held: Any, *above: str) -> Iterator[tuple[str, Any]]:
    """As the Data Collector API writes a record; Azure/Azure-Sentinel, Sample Data/Custom, holds such rows."""
    for name, value in held.items():
        path = "_".join((*above, name))
        if isinstance(value, dict):
            yield from columns(value, *above, name)
        elif isinstance(value, bool):
            yield f"{path}_b", value
        elif isinstance(value, int | float):
            yield f"{path}_d", float(value)
        elif isinstance(value, list):
            yield f"{path}_s", json.dumps(value)
        elif value is not None:
            yield f"{path}_t" if path in ("published", "date") else f"{path}_s", value


def rows(sample: str) -> list[dict[str, Any]]:
    records = map(json.loads, (SAMPLES / sample / "raw.jsonl").read_text().splitlines())
    return [{"TimeGenerated": "2026-03-02T09:00:00Z", "Type": "X_CL", **dict(columns(one))} for one in records]


def test_a_table_s_rows_say_what_the_records_say(tmp_path: Path) -> None:
    """Ids and all: both count once. What a client without a user agent calls itself is not among a row's columns."""
    path = tmp_path / "Okta_CL.json"
    path.write_text(json.dumps(rows("okta_system_log")))
    events, rejected = read(path)
    assert rejected == []
    said = [
        {k: v for k, v in row.items() if k != "client_key"}
        for row in expected(SAMPLES / "okta_system_log/expected.jsonl")
    ]
    assert events == said


def test_the_portal_s_table_says_it_in_utc(tmp_path: Path) -> None:
    written = [
        {name.replace("_t", "_t [UTC]"): value for name, value in row.items()} for row in rows("okta_system_log")
    ]
    names = dict.fromkeys(name for row in written for name in row)
    path = tmp_path / "query_data.csv"
    with path.open("w", newline="", encoding="utf-8-sig") as file:
        writer = csv.DictWriter(file, list(names))
        writer.writeheader()
        writer.writerows(written)
    events, rejected = read(path)
    assert rejected == []
    assert len(events) == len(written)
    assert {row["provider"] for row in events} == {"okta"}


@pytest.mark.parametrize(
    ("row", "found"),
    [
        (
            {
                "eventType_s": "x",
                "published_t": "t",
                "actor_alternateId_s": "ada",
                "client_ipAddress_s": "",
                "a_s": "b",
            },
            {"eventType": "x", "published": "t", "actor": {"alternateId": "ada"}},
        ),
        (
            {"event_type_id_d": 5.0, "user_id_d": 7.0, "actor_system_s": "", "user_name_s": "Ada Berg", "id_d": 1.5},
            {"event_type_id": 5, "user_id": 7, "user_name": "Ada Berg", "id": 1.5},
        ),
        ({"a_s": "1", "b_s": "2", "c_s": "3", "d_s": "[1"}, None),
        ({"eventType": "x", "published": "t", "actor_alternateId_s": "ada"}, None),
    ],
)
def test_what_a_row_was_made_of(row: dict[str, Any], found: dict[str, Any] | None) -> None:
    assert CustomTables(SOURCES).record(row) == found
