"""Labelled events that others wrote for their own rules say the same to Tocsin.

`labelled_microsoft_google.csv` holds what each of them says, checked by hand: account, actor, address,
activity, outcome, reason. Its `note` is "no time" where the author left the time out: such a record is
refused by name as it stands, and is read with a time set here. No event of these shapes is missing from the
table.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from normalised import read
from shared_data import SHARED, needs_shared_data

LABELLED = SHARED / "logs/labelled_identity_events.jsonl"

TABLE = Path(__file__).parent / "labelled_microsoft_google.csv"

pytestmark = needs_shared_data

Record = dict[str, Any]


def is_microsoft_or_google(record: Mapping[str, Any]) -> bool:
    """By shape alone: Google's `id.applicationName`, a diagnostic record's `properties`, the unified"
    " log's trio."""
    identity = record.get("id")
    return (
        (isinstance(identity, Mapping) and "applicationName" in identity)
        or ("category" in record and isinstance(record.get("properties"), Mapping))
        or {"Workload", "Operation", "CreationTime"} <= record.keys()
    )


def labelled() -> dict[tuple[str, str], Record]:
    found: dict[tuple[str, str], Record] = {}
    for line in LABELLED.read_bytes().splitlines():
        one = msgspec.json.decode(line)
        if is_microsoft_or_google(one["event"]):
            found[one["rule"], one["test"]] = one["event"]
    return found


def table() -> list[dict[str, str]]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_labelled_event_is_in_the_table() -> None:
    """None is left out silently, and the table names none that does not exist."""
    assert {(row["rule"], row["test"]) for row in table()} == labelled().keys()


def test_labelled_events_say_what_the_table_says(tmp_path: Path) -> None:
    """Account, actor, address, activity, outcome and reason of every one."""
    records = labelled()
    rows = table()
    path = tmp_path / "labelled.jsonl"
    with path.open("wb") as file:
        for number, row in enumerate(rows):
            record = records[row["rule"], row["test"]]
            if row["note"] == "no time":
                assert "time" not in record["id"]
                record = {**record, "id": {**record["id"], "time": "2026-01-01T00:00:00Z"}}
            file.write(msgspec.json.encode(_with_id(record, f"labelled-{number}")) + b"\n")
    events, rejected = read(path)
    assert rejected == []
    said = {event["event_uid"]: event for event in events}
    for number, row in enumerate(rows):
        event = said[f"labelled-{number}"]
        got = {
            "account": event.get("account", ""),
            "actor": event.get("actor", ""),
            "address": event.get("source_ip", ""),
            "activity": event["activity"],
            "outcome": event["outcome"],
            "reason": event.get("reason", ""),
        }
        assert got == {name: row[name] for name in got}, (row["rule"], row["test"])


def test_events_without_time_are_refused_by_name(tmp_path: Path) -> None:
    """A record without time cannot be placed: it is rejected with its line, not dropped and not dated by"
    " guess."""
    records = labelled()
    timeless = [records[row["rule"], row["test"]] for row in table() if row["note"] == "no time"]
    path = tmp_path / "timeless.jsonl"
    path.write_bytes(b"".join(msgspec.json.encode(record) + b"\n" for record in timeless))
    events, rejected = read(path)
    assert events == []
    assert sorted(row["line"] for row in rejected) == list(range(1, len(timeless) + 1))
    assert all("no time" in row["reason"] for row in rejected)


def _with_id(record: Record, uid: str) -> Record:
    """The authors left ids out or used one for several tests; here each has its own."""
    if "properties" in record:
        return {**record, "properties": {**record["properties"], "id": uid}}
    if "Workload" in record:
        return {**record, "Id": uid}
    return {**record, "id": {**record["id"], "uniqueQualifier": uid}}
