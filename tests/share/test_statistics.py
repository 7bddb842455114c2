"""A year's counts, by hand; what is small stays hidden in every table."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import msgspec
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessments import announced, assess
from tocsin.assess.evidence import EVIDENCE
from tocsin.attribute.judgements import Act
from tocsin.enrich import ROSTER
from tocsin.share.statistics import NOT_ON_ROSTER, ActorCell, Cell, Statistics, Totals, statistics

CAMPAIGN = msgspec.structs.replace(announced(), id="C")
OTHER = msgspec.structs.replace(announced(), id="D", verdict="opportunistic")

ROLE = {"probed": "identification", "attacked": "attack", "compromised": "access"}


def row(number: int, account: str, stage: str | None, **facts: Any) -> dict[str, Any]:
    """One act; without a stage, at an identifier that does not exist."""
    standard = {
        "campaign_id": "C",
        "event_uid": str(number),
        "provider": "okta",
        "role": ROLE[stage or "probed"],
        "attempt_uid": f"okta:{number}",
        "counts_as": "identification_attempt" if stage in (None, "probed") else None,
        "time": datetime(2026, 3, 1) + timedelta(minutes=number),  # noqa: DTZ001
        "activity": "sign_in",
        "outcome": "failure",
        "account": account,
        "account_provider": "okta",
        "account_exists": stage is not None,
        "stage": stage,
        "category": None,
        "raw_ref": f"x:{number}",
    }
    return standard | facts


def people(*named: tuple[str, str, str | None]) -> pa.Table:
    rows: list[dict[str, Any]] = [
        {"account": account, "category": category, "recovery": [], "country": country}
        for account, category, country in named
    ]
    return pa.Table.from_pylist(rows, ROSTER)


def year(rows: list[dict[str, Any]], roster: pa.Table | None = None, **facts: Any) -> Statistics:
    assessment = assess([CAMPAIGN, OTHER])
    evidence = pa.Table.from_pylist(rows, EVIDENCE)
    return statistics(assessment, evidence, people() if roster is None else roster, **{"year": 2026} | facts)


def attacked(count: int, category: str | None, first: int = 0, stage: str = "attacked", **facts: Any) -> list[Any]:
    return [row(n, f"{category}{n}", stage, category=category, **facts) for n in range(first, first + count)]


def test_acts_and_accounts_of_the_year_are_counted_once() -> None:
    rows = [
        row(1, "nobody", None),
        row(2, "ada", "probed"),
        row(3, "ada", "attacked", event_uid="3a"),
        row(3, "ada", "attacked", event_uid="3b"),  # a second record of the same act
        row(4, "bo", "probed"),
        row(5, "cy", "compromised"),
        row(6, "cy", "compromised", role="persistence"),  # what it did inside is no attempt
        row(7, "cy", "attacked", activity="recovery_message"),  # sent by the system
        row(8, "ada", "attacked", campaign_id="D"),
        row(8, "ada", "attacked", campaign_id="C"),  # the same event, of another campaign, too
        row(9, "old", "compromised", time=datetime(2025, 12, 31, 23, 59)),  # noqa: DTZ001
        row(10, "new", "compromised", time=datetime(2027, 1, 1)),  # noqa: DTZ001
        row(11, "gone", "compromised", campaign_id="no longer found"),
    ]
    counts = year(rows)
    assert counts.totals == Totals(
        campaigns=2,
        attempts=6,
        identification_attempts=3,
        identifiers_tried=4,
        accounts_probed=1,
        accounts_attacked=2,
        accounts_compromised=1,
    )
    assert counts.by_verdict == {"opportunistic": 1, "targeted": 1}


def test_categories_are_told_with_small_ones_hidden() -> None:
    rows = [*attacked(20, "media"), *attacked(7, "ngo", 100), *attacked(3, "academia", 200)]
    cells = year(rows).by_category
    told = {name: cell.accounts_attacked for name, cell in cells.items()}
    assert told["media"] == 20
    assert told["academia"] is None
    assert told["ngo"] is None  # or it could be worked out from the total
    assert cells["media"] == Cell(
        campaigns=1, attempts=20, accounts_probed=None, accounts_attacked=20, accounts_compromised=None
    )
    assert cells["academia"].campaigns is None


def test_zeros_are_told_where_that_was_approved() -> None:
    rows = [*attacked(20, "media"), *attacked(9, "ngo", 100, stage="compromised")]
    assert year(rows).by_category["media"].accounts_compromised is None
    assert year(rows, zeros=True).by_category["media"] == Cell(
        campaigns=1, attempts=20, accounts_probed=0, accounts_attacked=20, accounts_compromised=0
    )


def test_countries_are_those_of_the_roster() -> None:
    rows = [*attacked(6, "media"), *attacked(8, "ngo", 100), *attacked(9, None, 200)]
    roster = people(
        *((f"media{n}", "media", "DE") for n in range(6)),
        *((f"ngo{n}", "ngo", None) for n in range(100, 108)),
    )
    cells = year(rows, roster).by_country
    assert {name: cell.accounts_attacked for name, cell in cells.items()} == {
        "DE": 6,
        "unknown": 8,
        NOT_ON_ROSTER: 9,
    }


def test_a_cell_of_two_tables_is_hidden_in_both() -> None:
    """By category, those not on the roster go with the three of academia; by country nothing is small."""
    rows = [*attacked(20, "media"), *attacked(3, "academia", 100), *attacked(7, None, 200)]
    roster = people(
        *((f"media{n}", "media", "DE") for n in range(20)),
        *((f"academia{n}", "academia", "DE") for n in (100, 101, 102)),
    )
    counts = year(rows, roster)
    assert counts.by_category[NOT_ON_ROSTER].accounts_attacked is None
    assert counts.by_country[NOT_ON_ROSTER].accounts_attacked is None
    assert counts.by_country["DE"].accounts_attacked is None


def act(what: str, by: str, previous: str = "") -> Act:
    return Act(
        at="2026-04-01T00:00:00Z", act=what, campaign="C", actor="OTTER", authority="ours", term="likely",
        likelihood="55-80%", confidence="low", by=by, previous=previous,
    )  # fmt: skip


def test_only_released_judgements_count_as_an_actor_s() -> None:
    rows = [*attacked(20, "media"), *attacked(6, "ngo", 100, campaign_id="D")]
    assert year(rows).by_actor == []
    assert year(rows, acts=[act("suggested", ""), act("proposed", "Ada")]).by_actor == []
    released = year(rows, acts=[act("proposed", "Ada"), act("released", "Bea")]).by_actor
    hidden: dict[str, Any] = {"accounts_probed": None, "accounts_compromised": None}
    assert released == [
        ActorCell(authority="ours", actor="OTTER", campaigns=1, attempts=20, accounts_attacked=20, **hidden),
        ActorCell(authority="ours", actor=None, campaigns=1, attempts=6, accounts_attacked=6, **hidden),
    ]


@pytest.mark.parametrize("rows", [[], attacked(9, "media", time=datetime(2020, 5, 5))])  # noqa: DTZ001
def test_a_year_in_which_nothing_happened_has_zero_totals_and_tells_nothing_of_groups(rows: list[Any]) -> None:
    counts = year(rows)
    assert counts.totals.campaigns == counts.totals.attempts == 0
    assert all(cell.attempts is None for cell in counts.by_category.values())


GROUP = st.tuples(st.integers(0, 12), st.sampled_from(["media", "ngo", "academia", None]), st.sampled_from([*ROLE]))


@settings(max_examples=60, deadline=None)
@given(st.lists(GROUP, max_size=6), st.booleans())
def test_no_table_tells_a_small_count_and_none_leaves_one_hidden_alone(groups: list[Any], zeros: bool) -> None:
    rows: list[dict[str, Any]] = []
    first = 0
    for count, category, stage in groups:
        rows += attacked(count, category, first, stage)
        first += 20
    roster = people(*((one["account"], one["category"], "DE") for one in rows if one["category"]))
    counts = year(rows, roster, zeros=zeros)
    for table in (counts.by_category, counts.by_country):
        for figure in ("attempts", "accounts_probed", "accounts_attacked", "accounts_compromised"):
            told = [getattr(cell, figure) for cell in table.values()]
            assert all(one is None or one >= 5 or (one == 0 and zeros) for one in told)
            assert told.count(None) != 1 or len(told) == 1
