"""Findings that no campaign explains are told with the answer; from an address of a campaign they can be evidence."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import msgspec
import pyarrow as pa
import pytest

from assessments import announced
from findings_by_hand import finding
from tocsin.assess.assessment import Campaign, Infrastructure
from tocsin.assess.evidence import EVIDENCE
from tocsin.check import Question, open_findings
from tocsin.check.answer import OpenFinding
from tocsin.detect import FINDING_EVENT, Finding

ADA = "ada@example.org"
ASKED = Question(asked=ADA, read_as="account", account=ADA)
THEIRS, HONEST = "198.51.100.66", "192.0.2.7"


def used(kind: str, value: str, events: int = 3) -> Infrastructure:
    return Infrastructure(kind=kind, value=value, events=events)


CAMPAIGN: Campaign = msgspec.structs.replace(announced(), infrastructure=[used("ip", THEIRS)])

CONSENT = finding("f-1", detection="illicit_consent", title="A strange application", level="medium", role="persistence")


def event(found: str, account: str | None = ADA, source: str | None = THEIRS, day: int = 2) -> dict[str, Any]:
    return {
        "finding_id": found,
        "detection": "illicit_consent",
        "provider": "okta",
        "event_uid": f"{found}-{account}-{day}",
        "time": datetime(2026, 2, day, 9),  # noqa: DTZ001 - naive UTC, as everywhere inside
        "activity": "consent",
        "outcome": "success",
        "account": account,
        "source_ip": source,
        "raw_ref": "okta.jsonl:1",
    }


def told(
    findings: list[Finding],
    *events: dict[str, Any],
    asked: Question = ASKED,
    evidence: pa.Table | None = None,
    campaigns: list[Campaign] | None = None,
) -> list[OpenFinding]:
    rows = pa.Table.from_pylist(list(events), schema=FINDING_EVENT)
    held = EVIDENCE.empty_table() if evidence is None else evidence
    return open_findings(asked, [CAMPAIGN] if campaigns is None else campaigns, findings, rows, held)


def test_control_gained_from_a_campaigns_address_is_evidence() -> None:
    assert told([CONSENT], event("f-1"), event("f-1", day=4)) == [
        OpenFinding(
            id="f-1",
            detection="illicit_consent",
            title="A strange application",
            level="medium",
            role="persistence",
            first_seen="2026-02-02T09:00:00Z",
            last_seen="2026-02-04T09:00:00Z",
            events=2,
            accounts=1,
            account=ADA,
            source_ip=THEIRS,
            address_of=CAMPAIGN.id,
            evidence=True,
        )
    ]


@pytest.mark.parametrize(
    ("level", "role", "evidence"),
    [
        ("critical", "identification", True),
        ("high", "attack", True),
        ("medium", "access", True),
        ("medium", "attack", False),
        ("medium", "identification", False),
        ("low", "access", False),
        ("informational", "persistence", False),
    ],
)
def test_the_level_and_what_it_shows_decide(level: str, role: str, evidence: bool) -> None:
    (one,) = told([finding("f-1", level=level, role=role)], event("f-1"))
    assert (one.address_of, one.evidence) == (CAMPAIGN.id, evidence)


def test_from_another_address_it_is_told_and_no_evidence() -> None:
    (one,) = told([finding("f-1", level="high")], event("f-1", source=HONEST))
    assert (one.source_ip, one.address_of, one.evidence) == (HONEST, None, False)


def test_the_address_is_that_of_this_accounts_events() -> None:
    """What the same finding shows of somebody else says nothing of Ada."""
    (one,) = told([CONSENT], event("f-1", source=HONEST), event("f-1", "bob@example.org"))
    assert (one.source_ip, one.events, one.accounts, one.evidence) == (HONEST, 1, 1, False)


def test_a_network_or_client_of_a_campaign_is_no_address_of_it() -> None:
    campaign = msgspec.structs.replace(CAMPAIGN, infrastructure=[used("network", THEIRS), used("client", THEIRS)])
    assert [one.evidence for one in told([CONSENT], event("f-1"), campaigns=[campaign])] == [False]


def test_an_address_is_the_campaigns_that_used_it_most() -> None:
    more = msgspec.structs.replace(CAMPAIGN, id="A-other", infrastructure=[used("ip", THEIRS, events=9)])
    assert [one.address_of for one in told([CONSENT], event("f-1"), campaigns=[more, CAMPAIGN])] == ["A-other"]


def test_a_campaigns_finding_is_told_only_of_accounts_that_are_not_in_its_evidence() -> None:
    mine = msgspec.structs.replace(CONSENT, campaign=CAMPAIGN.id)
    row: dict[str, Any] = {
        "campaign_id": CAMPAIGN.id,
        "event_uid": "e",
        "provider": "okta",
        "role": "attack",
        "account": ADA,
    }
    row |= {"time": datetime(2026, 2, 2), "activity": "consent", "outcome": "success", "raw_ref": "log:1"}  # noqa: DTZ001
    evidence = pa.Table.from_pylist([row], schema=EVIDENCE)
    assert told([mine], event("f-1"), evidence=evidence) == []
    assert [one.id for one in told([mine], event("f-1"))] == ["f-1"]


def test_the_period_and_the_accounts_asked_for_count() -> None:
    asked = Question(asked=ADA, read_as="account", account=ADA, since=date(2026, 2, 3), until=date(2026, 2, 5))
    assert told([CONSENT], event("f-1"), asked=asked) == []
    assert [one.events for one in told([CONSENT], event("f-1"), event("f-1", day=4), asked=asked)] == [1]
    assert told([CONSENT], event("f-1", "bob@example.org"), event("f-1", None)) == []


def test_the_most_telling_stands_first() -> None:
    some = [
        finding("f-low", level="low"),
        finding("f-far", level="high"),
        finding("f-near", level="medium", role="attack"),
        CONSENT,
    ]
    events = [event("f-low", source=HONEST), event("f-far", source=HONEST), event("f-near"), event("f-1")]
    assert [one.id for one in told(some, *events)] == ["f-1", "f-near", "f-far", "f-low"]
