"""Labelled security alerts that others wrote for their own rules say the same to Tocsin.

`labelled_graph_alerts.csv` holds what each of them says, checked by hand. Its `note` is "names nobody" where the author
left the evidence out: such an alert judges no account and is counted as passed over. None is missing from the table.
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import msgspec

from normalised import INGESTED_AT, read
from shared_data import SHARED, needs_shared_data
from tocsin.sources import SOURCES, Reader

LABELLED = SHARED / "logs/labelled_identity_events.jsonl"
TABLE = Path(__file__).parent / "labelled_graph_alerts.csv"

pytestmark = needs_shared_data


def labelled() -> dict[tuple[str, str], dict[str, Any]]:
    """Those that their authors say are security alerts of Microsoft Graph."""
    ones = [msgspec.json.decode(line) for line in LABELLED.read_bytes().splitlines()]
    return {
        (one["rule"], one["test"]): one["event"]
        for one in ones
        if any(kind.startswith("MicrosoftGraph.SecurityAlert") for kind in one["log_types"])
    }


def table() -> list[dict[str, str]]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_labelled_alert_is_in_the_table() -> None:
    assert {(row["rule"], row["test"]) for row in table()} == labelled().keys()


def test_labelled_alerts_say_what_the_table_says(tmp_path: Path) -> None:
    records = labelled()
    path = tmp_path / "labelled.jsonl"
    with path.open("wb") as file:
        for number, row in enumerate(table()):
            record = records[row["rule"], row["test"]] | {"id": f"labelled-{number}"}
            file.write(msgspec.json.encode(record) + b"\n")
    events, rejected = read(path)
    assert rejected == []
    said = {event["event_uid"]: event for event in events}
    named = {f"labelled-{number}": row for number, row in enumerate(table()) if row["note"] != "names nobody"}
    assert said.keys() == named.keys()
    for uid, row in named.items():
        event = said[uid]
        got = {name: event.get(name, "") for name in ("account", "activity", "outcome", "reason")}
        got["address"] = event.get("source_ip", "")
        assert got == {name: row[name] for name in got}, row["test"]
    ignored = sum(block.ignored for block in Reader(SOURCES, ingested_at=INGESTED_AT, workers=1).read(path))
    assert ignored == len(table()) - len(named)
