"""Okta's events out of an OCSF lake say what they say in Okta's own log, as far as the mapping left them whole.

Mapping: https://github.com/ocsf/examples (Okta System Log).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from normalised import expected, read
from tocsin.simulate import simulate

SAMPLE = Path(__file__).parent / "samples/ocsf_okta"

Record = dict[str, Any]

SAME = (
    *("event_uid", "provider", "time", "activity", "outcome", "reason", "account", "account_uid", "account_known"),
    *("actor", "channel_kind", "source_ip", "source_asn", "source_country", "user_agent", "correlation_uid"),
)


def test_sample_gives_the_expected_rows() -> None:
    events, rejected = read(SAMPLE / "raw.jsonl")
    assert rejected == []
    assert events == expected(SAMPLE / "expected.jsonl")


@pytest.fixture(scope="module")
def okta(tmp_path_factory: pytest.TempPathFactory) -> list[Record]:
    """Some weeks of an Okta System Log with an attack in them."""
    world = tmp_path_factory.mktemp("world")
    simulate("phosphorus", seed=3, out=world, accounts=200, days=14)
    with (world / "logs/okta-system-log.jsonl").open(encoding="utf-8") as log:
        return [json.loads(line) for line in log]


def in_ocsf(record: Record, *, whole: bool) -> Record:
    """The record as a lake holds it; `whole` keeps the debug data under `unmapped`."""
    actor = record["actor"]
    user = next((one for one in record.get("target") or [] if one.get("type") == "User"), actor)
    client = record.get("client") or {}
    result = record["outcome"].get("result")
    network = record.get("securityContext") or {}
    debug = (record.get("debugContext") or {}).get("debugData") or {}
    return {
        "class_uid": 3002 if record["eventType"].startswith(("user.session", "user.authentication")) else 3001,
        "activity_id": 99,
        "status": result,
        "status_id": {"SUCCESS": 1, "ALLOW": 1, "FAILURE": 2, "DENY": 2}.get(result, 99),
        "status_detail": record["outcome"].get("reason"),
        "time_dt": record["published"],
        "metadata": {
            "version": "1.3.0",
            "uid": record["uuid"],
            "event_code": record["eventType"],
            "correlation_uid": (record.get("transaction") or {}).get("id"),
            "product": {"name": "Okta System Log", "vendor_name": "Okta"},
        },
        "user": person(user),
        "actor": {"user": person(actor)},
        "src_endpoint": {
            "ip": client.get("ipAddress"),
            "location": {"country": (client.get("geographicalContext") or {}).get("country")},
            "autonomous_system": {"number": network.get("asNumber"), "name": network.get("asOrg")},
        },
        "http_request": {"user_agent": (client.get("userAgent") or {}).get("rawUserAgent")},
        "unmapped": {f"debugContext.debugData.{name}": value for name, value in debug.items()} if whole else {},
    }


def person(user: Record) -> Record:
    return {
        "name": user.get("displayName"),
        "email_addr": user["alternateId"],
        "uid": user["id"],
        "type": user.get("type"),
    }


def rows(records: Iterator[Record], folder: Path) -> dict[str, Record]:
    path = folder / "log.jsonl"
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
    events, rejected = read(path)
    assert rejected == []
    return {event["event_uid"]: {name: event.get(name) for name in SAME} for event in events}


def test_nothing_is_lost_where_the_mapping_kept_the_debug_data(okta: list[Record], tmp_path: Path) -> None:
    """Every row of a simulated log is the same from the lake as from the log itself."""
    assert len(okta) > 500
    own = rows(iter(okta), tmp_path)
    assert {"recovery_start", "recovery_complete", "sign_in", "challenge"} <= {row["activity"] for row in own.values()}
    assert rows((in_ocsf(record, whole=True) for record in okta), tmp_path) == own


def test_nobody_fell_by_a_reset_that_was_only_asked_for(okta: list[Record], tmp_path: Path) -> None:
    """Without the debug data less is known, and no act is held for more than it was."""
    own = rows(iter(okta), tmp_path)
    lake = rows((in_ocsf(record, whole=False) for record in okta), tmp_path)
    assert own.keys() == lake.keys()
    for uid, row in lake.items():
        if row["activity"] == "recovery_complete":
            assert own[uid]["activity"] == "recovery_complete"
        if row["activity"] == "challenge" and row["outcome"] == "success":
            assert (own[uid]["activity"], own[uid]["outcome"]) == ("challenge", "success")
        assert (row["account"], row["account_known"]) == (own[uid]["account"], own[uid]["account_known"])
