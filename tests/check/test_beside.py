"""What stands in an organisation's mail domain and not on the roster is told beside the answer about those who do."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from assessments import announced
from event_rows import event_row, event_table
from findings_by_hand import finding
from tocsin.assess.evidence import EVIDENCE
from tocsin.check import Beside, Evidence, question
from tocsin.check.beside import beside
from tocsin.detect import FINDING_EVENT
from tocsin.engines import opened
from tocsin.enrich import ROSTER

ROSTERED = [("ada@daily.example", "The Daily"), ("ed@mail.example", "The Daily"), ("kim@mail.example", "Club")]
PEOPLE = pa.Table.from_pylist(
    [{"account": account, "organisation": name, "category": "media", "recovery": []} for account, name in ROSTERED],
    schema=ROSTER,
)
SEEN = ["ada@daily.example", "bo@daily.example", "cy@daily.example", "zed@mail.example"]


def row(number: int, account: str, day: int, **facts: Any) -> dict[str, Any]:
    told = {"campaign_id": "C-2019-08-1", "event_uid": f"e{number}", "provider": "okta", "role": "attack"}
    happened = {"time": datetime(2026, 3, day), "activity": "sign_in", "outcome": "failure"}  # noqa: DTZ001
    return told | happened | {"account": account, "account_exists": True, "raw_ref": "log:1"} | facts


TRIED = [
    row(1, "ada@daily.example", 3, stage="attacked"),
    row(2, "bo@daily.example", 4, stage="attacked"),
    row(3, "zed@mail.example", 4, stage="attacked"),
    row(
        4, "nn@daily.example", 9, account_exists=False, role="identification", counts_as="identification_attempt"
    ),
]  # fmt: skip


@pytest.fixture
def told(tmp_path: Path) -> Iterator[Any]:
    engine = opened("duckdb", scratch=tmp_path)
    events = engine.table("seen", event_table([event_row(f"s-{one}", account=one) for one in SEEN]))
    rows = pa.Table.from_pylist(TRIED, schema=EVIDENCE)
    yield lambda asked, **period: beside(question(asked, PEOPLE, **period), [announced()], rows, engine, events)
    engine.close()


def test_accounts_of_the_own_domain_are_counted_with_what_was_done_to_them(told: Any) -> None:
    """Not those of the roster, and not those at a mail provider that others share."""
    assert told("The Daily") == [
        Beside(
            domain="daily.example",
            accounts=2,
            evidence=[
                Evidence(
                    campaign_id="C-2019-08-1",
                    verdict="targeted",
                    first_seen="2026-03-04T00:00:00Z",
                    last_seen="2026-03-09T00:00:00Z",
                    events=2,
                    identification_attempts=1,
                    names_not_accounts=1,
                    accounts_probed=0,
                    accounts_attacked=1,
                    accounts_compromised=0,
                )
            ],
        )
    ]


def test_only_the_days_asked_for_are_counted(told: Any) -> None:
    (one,) = told("The Daily", since=date(2026, 3, 5), until=date(2026, 3, 8))
    assert (one.accounts, one.evidence) == (2, [])


def test_a_domain_or_an_account_has_nothing_beside_it(told: Any) -> None:
    assert told("daily.example") == []
    assert told("ada@daily.example") == []
    assert told("Club") == []


def test_findings_on_them_are_told_with_them_and_not_those_on_the_roster(tmp_path: Path) -> None:
    engine = opened("duckdb", scratch=tmp_path)
    events = engine.table("seen", event_table([event_row(f"s-{one}", account=one) for one in SEEN]))
    usual: dict[str, Any] = {
        "detection": "mfa_fatigue",
        "provider": "okta",
        "activity": "challenge",
        "outcome": "failure",
    }
    usual |= {"finding_id": "f-1", "raw_ref": "log:1", "time": datetime(2026, 3, 3)}  # noqa: DTZ001
    shown = pa.Table.from_pylist(
        [usual | {"event_uid": one, "account": one} for one in [SEEN[0], SEEN[1], SEEN[3]]], schema=FINDING_EVENT
    )
    asked = question("The Daily", PEOPLE)
    (one,) = beside(asked, [announced()], EVIDENCE.empty_table(), engine, events, [finding("f-1")], shown)
    engine.close()
    assert [(each.id, each.account) for each in one.findings] == [("f-1", "bo@daily.example")]
