"""Every labelled event of Okta's shape becomes the right account, address, outcome and activity.

The events are rule tests of panther-labs/panther-analysis; the table beside this file was checked by hand
against each record. Where nothing is expected, the last column says why.
"""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

from normalised import read
from shared_data import SHARED, needs_shared_data

TABLE = Path(__file__).with_name("labelled_okta.csv")
COLUMNS = (
    "activity",
    "outcome",
    "reason",
    "account",
    "account_known",
    "actor",
    "source_ip",
    "source_country",
)


def of_okta() -> list[dict[str, Any]]:
    """The labelled events that are Okta's by their shape: an event type and an actor, folded names or not."""
    found = []
    for line in (SHARED / "logs/labelled_identity_events.jsonl").read_text().splitlines():
        labelled = json.loads(line)
        names = {name.lower(): value for name, value in labelled["event"].items()}
        if "eventtype" in names and isinstance(names.get("actor"), dict):
            found.append(labelled)
    return found


@needs_shared_data
def test_every_labelled_event_is_read_right_or_missed_for_a_reason(tmp_path: Path) -> None:
    labelled = of_okta()
    path = tmp_path / "labelled.jsonl"
    path.write_text("".join(json.dumps(one["event"]) + "\n" for one in labelled))
    events, rejected = read(path)
    reasons = {row["line"]: row["reason"] for row in rejected}
    rows = iter(events)
    found = []
    for number, one in enumerate(labelled, start=1):
        row = {} if number in reasons else next(rows)
        said = {name: row.get(name) or "" for name in COLUMNS}
        found.append({"rule": one["rule"], "test": one["test"], **said, "missed": reasons.get(number, "")})
    assert next(rows, None) is None
    with TABLE.open(newline="") as file:
        assert found == list(csv.DictReader(file))


@needs_shared_data
def test_what_the_rules_of_log_type_okta_hold_is_all_looked_at() -> None:
    """No record that only Okta's rules name escapes the recognition by shape."""
    lines = (SHARED / "logs/labelled_identity_events.jsonl").read_text().splitlines()
    only_okta = [one for one in map(json.loads, lines) if one["log_types"] == ["Okta.SystemLog"]]
    known = [(one["rule"], one["test"]) for one in of_okta()]
    assert [one for one in only_okta if (one["rule"], one["test"]) not in known] == []
    assert len(known) == 45
