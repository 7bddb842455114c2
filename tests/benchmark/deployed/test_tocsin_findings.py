"""Findings become alerts of their address, else of their account."""

from __future__ import annotations

from datetime import datetime

import pyarrow as pa
from deployed.peer import Alert
from deployed.tocsin_findings import as_alerts

from tocsin.detect import FINDING_EVENT, Finding


def finding(name: str, *, account: str | None, source_ip: str | None) -> Finding:
    return Finding(
        id=name,
        detection="password_spray",
        title="",
        level="medium",
        role="attack",
        techniques=[],
        reason="",
        providers=["okta"],
        tenants=[""],
        account=account,
        source_ip=source_ip,
        accounts=1,
        sources=1,
        first_seen="",
        last_seen="",
        events=1,
        event_uids=[],
    )


def event(name: str, uid: str, second: int, account: str) -> dict[str, object]:
    return {
        "finding_id": name,
        "detection": "password_spray",
        "provider": "okta",
        "event_uid": uid,
        "time": datetime(1970, 1, 1, 0, 0, second),  # noqa: DTZ001 - naive UTC throughout
        "activity": "sign_in",
        "outcome": "failure",
        "account": account,
        "source_ip": None,
        "raw_ref": "",
    }


def test_a_finding_is_an_alert_at_its_last_event() -> None:
    rows = [event("a", "1", 1, "Ada@example.org"), event("a", "2", 2, "no@example.org"), event("b", "3", 3, "x")]
    found = [
        finding("a", account=None, source_ip="203.0.113.7"),
        finding("b", account="x", source_ip=None),
    ]
    missing = frozenset({("okta", "no@example.org")})
    assert as_alerts(found, pa.Table.from_pylist(rows, schema=FINDING_EVENT), missing) == [
        Alert(
            rule="password_spray",
            group="address 203.0.113.7",
            ms=2000,
            events=(("okta", "1"), ("okta", "2")),
            accounts=frozenset({("okta", "ada@example.org")}),
        ),
        Alert(
            rule="password_spray",
            group="account x",
            ms=3000,
            events=(("okta", "3"),),
            accounts=frozenset({("okta", "x")}),
        ),
    ]
