"""Labelled events that others wrote for their own rules about Auth0, Duo and OneLogin say the same to Tocsin.

The events are rule tests of panther-labs/panther-analysis. `labelled_auth0_duo_onelogin.csv` holds what each of them
says, checked by hand against the record. Its `note` says why a record cannot be read as it stands: "no time" where the
author left the time out, so that it is refused by name and read here with a time set. No event of these shapes is
missing from the table.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from normalised import read
from shared_data import SHARED, needs_shared_data

TABLE = Path(__file__).with_name("labelled_auth0_duo_onelogin.csv")
SAID = ("activity", "outcome", "reason", "account", "account_known", "actor", "source_ip", "channel_kind")
FAMILIES = {
    "Auth0.Events": "auth0",
    "Duo.Administrator": "duo",
    "Duo.Authentication": "duo",
    "OneLogin.Events": "onelogin",
}
TIMES = {"duo": "isotimestamp", "onelogin": "created_at"}

pytestmark = needs_shared_data


def family(record: Mapping[str, Any]) -> str | None:
    """Whose record it is by its shape alone."""
    data = record.get("data")
    if isinstance(data, Mapping) and {"type", "details"} <= data.keys():
        return "auth0"
    if "event_type_id" in record:
        return "onelogin"
    duo = {"factor", "result", "access_device"} <= record.keys() or {"action", "isotimestamp"} <= record.keys()
    return "duo" if duo else None


def labelled() -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    """(family, rule, test, record) of every labelled event of these shapes, in the order of the file."""
    for line in (SHARED / "logs/labelled_identity_events.jsonl").read_bytes().splitlines():
        one = msgspec.json.decode(line)
        if (whose := family(one["event"])) is not None:
            yield whose, one["rule"], one["test"], one["event"]


def table() -> list[dict[str, str]]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_labelled_event_says_what_the_table_says(tmp_path: Path) -> None:
    """Account, actor, address, activity, outcome and reason of every one, in the order of the file; none is left
    out."""
    path = tmp_path / "labelled.jsonl"
    noted = {(row["rule"], row["test"]): row["note"] for row in table()}
    records = []
    for whose, rule, test, record in labelled():
        timeless = noted.get((rule, test)) == "no time"
        records.append(record | {TIMES[whose]: "2026-01-01T00:00:00Z"} if timeless else record)
    path.write_bytes(b"".join(msgspec.json.encode(record) + b"\n" for record in records))
    events, rejected = read(path)
    assert rejected == []
    found = [
        {"rule": rule, "test": test, **{name: event.get(name, "") for name in SAID}, "note": noted.get((rule, test))}
        for (_, rule, test, _), event in zip(labelled(), events, strict=True)
    ]
    assert found == table()


def test_events_without_time_are_refused_by_name_and_no_others(tmp_path: Path) -> None:
    path = tmp_path / "labelled.jsonl"
    path.write_bytes(b"".join(msgspec.json.encode(record) + b"\n" for *_, record in labelled()))
    _, rejected = read(path)
    timeless = [line for line, row in enumerate(table(), start=1) if row["note"] == "no time"]
    assert [row["line"] for row in rejected] == timeless
    assert all(row["reason"].endswith("no time that can be read") for row in rejected)


def test_what_the_rules_of_these_log_types_hold_is_all_looked_at() -> None:
    """No record that only rules about one of these log types name escapes the recognition by shape."""
    looked_at = {(rule, test): whose for whose, rule, test, _ in labelled()}
    lines = (SHARED / "logs/labelled_identity_events.jsonl").read_bytes().splitlines()
    for one in map(msgspec.json.decode, lines):
        if len(one["log_types"]) == 1 and one["log_types"][0] in FAMILIES:
            assert looked_at.get((one["rule"], one["test"])) == FAMILIES[one["log_types"][0]]
    assert len(looked_at) == 66
