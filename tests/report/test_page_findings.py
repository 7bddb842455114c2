"""Findings on the page: under their campaign, and apart where they belong to none."""

from __future__ import annotations

import msgspec
import pytest

from assessments import announced, assess, evidence_table
from findings_by_hand import finding
from tocsin.detect import Finding
from tocsin.report import page_findings, render_page


def page(*found: Finding) -> str:
    assessment = msgspec.structs.replace(assess([announced()]), findings=list(found))
    return render_page(assessment, evidence_table())


def test_a_finding_stands_under_its_campaign_or_apart() -> None:
    shown = page(finding("f-0000000001", campaign=announced().id), finding("f-0000000002"))
    inside, apart = shown.split('<h2 id="findings">')
    assert "f-0000000001" in inside
    assert "f-0000000002" not in inside
    assert "f-0000000002" in apart


def test_without_findings_the_page_says_nothing_of_them() -> None:
    shown = page()
    assert "findings" not in shown.lower().split("<body>")[1]


@pytest.mark.parametrize("hostile", ["<script>alert(1)</script>", "\u202eevil"])
def test_a_hostile_name_is_text(hostile: str) -> None:
    shown = page(finding("f-0000000001", account=hostile, reason=hostile))
    assert hostile not in shown


def test_kinds_are_counted_in_the_order_of_findings_and_few_are_told_one_by_one() -> None:
    many = [finding(f"f-{number}", last_seen=f"2026-02-03T00:{number % 60:02}:00Z") for number in range(150)]
    other = finding("f-x", detection="password_spray", title="A few passwords tried on many accounts")
    table = page_findings.table([other, *many])
    assert table is not None
    assert [(kind.title, kind.count) for kind in table.kinds] == [
        ("A few passwords tried on many accounts", 1),
        ("Second-factor prompts one upon another", 150),
    ]
    assert (table.kinds[1].first_seen, table.kinds[1].last_seen) == ("2026-02-02T09:00:00Z", "2026-02-03T00:59:00Z")
    assert (len(table.shown), table.total) == (page_findings.SHOWN, 151)
    assert page_findings.table([]) is None
