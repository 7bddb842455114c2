"""Findings for tests of what is done with findings."""

from __future__ import annotations

import msgspec

from tocsin.check import OpenFinding
from tocsin.detect import Finding

USUAL = Finding(
    id="",
    detection="mfa_fatigue",
    title="Second-factor prompts one upon another",
    level="high",
    role="attack",
    techniques=["T1621"],
    reason="5 prompts refused or unanswered",
    providers=["okta"],
    tenants=[],
    account="ada@example.org",
    source_ip="198.51.100.66",
    accounts=1,
    sources=1,
    first_seen="2026-02-02T09:00:00Z",
    last_seen="2026-02-02T09:30:00Z",
    events=5,
    event_uids=[("okta", "1")],
)


def finding(name: str, **facts: object) -> Finding:
    """The usual one under that id; `facts` are other values of its fields."""
    return msgspec.structs.replace(USUAL, id=name, **facts)


def open_finding(account: str, **facts: object) -> OpenFinding:
    """One on that account that is evidence; `facts` are other values of its fields."""
    usual = OpenFinding(
        id="f-1",
        detection="illicit_consent",
        title="A strange application",
        level="medium",
        role="persistence",
        first_seen="2026-02-03T10:00:00Z",
        last_seen="2026-02-03T10:00:00Z",
        events=1,
        accounts=1,
        account=account,
        source_ip="198.51.100.66",
        address_of="C-1",
        evidence=True,
    )
    return msgspec.structs.replace(usual, **facts)
