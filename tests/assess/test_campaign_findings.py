"""Findings are put beside the campaign that most of their events are evidence of."""

from __future__ import annotations

from datetime import datetime

import msgspec
import pyarrow as pa

from assessments import announced
from findings_by_hand import finding
from tocsin.assess import with_findings
from tocsin.assess.assessment import SCHEMA, Assessment, Coverage, Window
from tocsin.assess.evidence import EVIDENCE
from tocsin.detect import FINDING_EVENT, Finding

CAMPAIGN = msgspec.structs.replace(announced(), techniques=["T1589.001"])


def assessment() -> Assessment:
    return Assessment(
        schema=SCHEMA,
        generated_at="2026-04-01T00:00:00Z",
        window=Window(start=None, end=None),
        coverage=Coverage(sources=[]),
        campaigns=[CAMPAIGN],
    )


def of(name: str, *uids: str, provider: str = "okta") -> Finding:
    """The finding of these events."""
    return finding(name, events=len(uids), event_uids=[(provider, uid) for uid in uids])


def evidence(*uids: str) -> pa.Table:
    rows = [
        {
            "campaign_id": CAMPAIGN.id,
            "event_uid": uid,
            "provider": "okta",
            "role": "attack",
            "time": datetime(2026, 2, 2),  # noqa: DTZ001 - naive UTC, as everywhere inside
            "activity": "challenge",
            "outcome": "failure",
            "raw_ref": "okta.jsonl:1",
        }
        for uid in uids
    ]
    return pa.Table.from_pylist(rows, schema=EVIDENCE)


def events(*found: Finding) -> pa.Table:
    rows = [
        {
            "finding_id": one.id,
            "detection": one.detection,
            "provider": provider,
            "event_uid": uid,
            "time": datetime(2026, 2, 2),  # noqa: DTZ001
            "activity": "challenge",
            "outcome": "failure",
            "raw_ref": "okta.jsonl:1",
        }
        for one in found
        for provider, uid in one.event_uids
    ]
    return pa.Table.from_pylist(rows, schema=FINDING_EVENT)


def test_a_finding_is_the_campaign_s_when_most_of_its_events_are() -> None:
    mine, half, none = of("f-1", "a", "b", "x"), of("f-2", "a", "x"), of("f-3", "y")
    found = with_findings(assessment(), evidence("a", "b", "c"), [mine, half, none], events(mine, half, none))
    assert [(one.id, one.campaign) for one in found.findings] == [("f-1", CAMPAIGN.id), ("f-2", None), ("f-3", None)]
    assert found.campaigns[0].findings == ["f-1"]


def test_a_finding_says_how_many_of_its_events_are_each_campaign_s() -> None:
    mine, half, none = of("f-1", "a", "b", "x"), of("f-2", "a", "x"), of("f-3", "y")
    found = with_findings(assessment(), evidence("a", "b", "c"), [mine, half, none], events(mine, half, none))
    assert [one.events_of for one in found.findings] == [{CAMPAIGN.id: 2}, {CAMPAIGN.id: 1}, {}]


def test_its_techniques_join_the_campaign_s_once() -> None:
    mine = of("f-1", "a")
    found = with_findings(assessment(), evidence("a"), [mine, mine], events(mine))
    assert found.campaigns[0].techniques == ["T1589.001", "T1621"]


def test_an_event_of_another_provider_with_the_same_id_is_another_event() -> None:
    other = of("f-1", "a", provider="entra")
    found = with_findings(assessment(), evidence("a"), [other], events(other))
    assert found.findings[0].campaign is None


def test_findings_alone_are_no_campaign() -> None:
    alone = of("f-1", "a")
    empty = msgspec.structs.replace(assessment(), campaigns=[])
    found = with_findings(empty, EVIDENCE.empty_table(), [alone], events(alone))
    assert (found.campaigns, [one.campaign for one in found.findings]) == ([], [None])
