"""`tocsin findings`, and findings where campaigns are shown and numbers explained."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from command_line import Tocsin
from tocsin.lake import Lake
from tocsin.pipeline import Case
from tocsin.report.archive import kept_finding_events


@pytest.fixture
def found(scanned_case: Case) -> list[Any]:
    """Findings of the month."""
    assert {one.campaign is None for one in scanned_case.assessment.findings} == {True, False}
    return list(scanned_case.assessment.findings)


def test_findings_lists_those_of_no_campaign(tocsin: Tocsin, scanned_month: Path, found: list[Any]) -> None:
    said = tocsin("findings", "--store", scanned_month, "--rows", 1000)
    assert said.code == 0
    loose = {one.id for one in found if one.campaign is None}
    assert set(re.findall(r"f-[0-9a-f]{10}", said.out)) == loose


def test_all_lists_those_of_campaigns_too_and_detections_and_accounts_narrow_them(
    tocsin: Tocsin, scanned_month: Path, found: list[Any]
) -> None:
    said = tocsin("findings", "--all", "--store", scanned_month, "--rows", 1000)
    assert set(re.findall(r"f-[0-9a-f]{10}", said.out)) == {one.id for one in found}
    name = found[0].detection
    narrowed = tocsin("findings", "--all", "--detection", name, "--store", scanned_month, "--rows", 1000)
    assert set(re.findall(r"f-[0-9a-f]{10}", narrowed.out)) == {one.id for one in found if one.detection == name}
    one = next(one for one in found if one.account)
    of_account = tocsin("findings", "--all", "--account", one.account.upper(), "--store", scanned_month, "--rows", 1000)
    assert one.id in of_account.out


def test_an_account_that_is_in_no_log_is_not_answered_with_no_finding(tocsin: Tocsin, scanned_month: Path) -> None:
    said = tocsin("findings", "--account", "nobody@example.org", "--store", scanned_month)
    assert (said.code, "the logs hold no event of the account 'nobody@example.org'" in said.err) == (2, True)


def test_an_account_without_a_finding_or_with_those_of_campaigns_only_is_told_so(
    tocsin: Tocsin, scanned_month: Path, found: list[Any]
) -> None:
    pointed_at: dict[str, set[bool]] = {}
    by_id = {one.id: one for one in found}
    for row in kept_finding_events(scanned_month).to_pylist():
        pointed_at.setdefault(row["account"], set()).add(by_id[row["finding_id"]].campaign is None)
    within = next(account for account, loose in pointed_at.items() if account and loose == {False})
    said = tocsin("findings", "--account", within, "--store", scanned_month)
    assert re.search(r"No finding outside any campaign; \d+ findings? of campaigns", said.out)
    held = {
        account
        for file in Lake(scanned_month).event_files()
        for account in pq.ParquetFile(str(file)).read(["account"])["account"].to_pylist()
    }
    quiet = min(one for one in held if one and one not in pointed_at)
    assert tocsin("findings", "--account", quiet, "--store", scanned_month).out.strip() == "No finding."


def test_json_holds_every_event(tocsin: Tocsin, scanned_month: Path, found: list[Any]) -> None:
    said = tocsin("findings", "--all", "--json", "findings.json", "--store", scanned_month)
    assert said.code == 0
    document = json.loads(Path("findings.json").read_text(encoding="utf-8"))
    assert document["schema"] == "tocsin.findings/1"
    assert [one["id"] for one in document["findings"]] == [one.id for one in found]
    assert all(len(one["event_uids"]) == one["events"] for one in document["findings"])


def test_a_detection_that_found_nothing_is_answered_with_those_that_did(tocsin: Tocsin, scanned_month: Path) -> None:
    said = tocsin("findings", "--detection", "walruses", "--store", scanned_month)
    assert said.code == 2
    assert "no finding of 'walruses'" in said.err
    assert "identifier_enumeration" in said.err


def test_explain_lists_the_events_of_a_finding(tocsin: Tocsin, scanned_month: Path, found: list[Any]) -> None:
    one = found[0]
    said = tocsin("explain", one.id, "--store", scanned_month, "--rows", 10_000)
    assert said.code == 0
    assert "stated," not in said.out
    unfolded = re.sub(r"\s", "", said.out)
    assert all(uid in unfolded for _, uid in one.event_uids)


def test_explain_of_an_unknown_finding_or_without_a_figure_says_what_to_do(
    tocsin: Tocsin, scanned_month: Path, scanned_case: Case
) -> None:
    said = tocsin("explain", "f-0", "--store", scanned_month)
    assert said.code == 2
    assert "tocsin findings --all" in said.err
    said = tocsin("explain", scanned_case.assessment.campaigns[0].id, "--store", scanned_month)
    assert said.code == 2
    assert "identification_attempts" in said.err


def test_a_campaign_shows_its_findings(tocsin: Tocsin, scanned_month: Path, scanned_case: Case) -> None:
    campaign = scanned_case.assessment.campaigns[0]
    assert campaign.findings
    said = tocsin("campaign", campaign.id, "--all", "--store", scanned_month)
    assert set(campaign.findings) == set(re.findall(r"f-[0-9a-f]{10}", said.out))
