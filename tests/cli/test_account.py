"""`tocsin account` on the campaign of a simulated month."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow.parquet as pq

from command_line import Tocsin
from tocsin.lake import Lake
from tocsin.report.archive import kept, kept_finding_events


def read_events(store: Path) -> set[str | None]:
    """The accounts of the store's events."""
    files = [str(one) for one in Lake(store).event_files()]
    return {name for file in files for name in pq.ParquetFile(file).read(["account"])["account"].to_pylist()}


def test_account_tells_what_became_of_it_and_writes_the_same(tocsin: Tocsin, scanned_month: Path) -> None:
    assessment, evidence = kept(scanned_month)
    campaign, one = next(
        (campaign, one) for campaign in assessment.campaigns for one in campaign.accounts if one.stage == "compromised"
    )
    said = tocsin("account", one.account, "--store", str(scanned_month), "--json", "account.json")
    assert said.code == 0
    assert "What the campaign did" in said.out
    assert "To do, in this order" in said.out
    written = json.loads(Path("account.json").read_bytes())
    assert written[0]["campaign"] == campaign.id
    states = [change["state"] for change in written[0]["account"]["aftermath"]["states"]]
    assert "compromised" in states
    assert written[0]["account"]["state"] == states[-1]
    held = set(evidence["event_uid"].to_pylist())
    deeds = written[0]["account"]["aftermath"]["deeds"]
    assert {event["event_uid"] for deed in deeds for event in deed["events"]} <= held


def test_an_account_that_no_campaign_reached_and_no_finding_is_on_is_an_error(
    tocsin: Tocsin, scanned_month: Path
) -> None:
    assessment, evidence = kept(scanned_month)
    events = read_events(scanned_month)
    pointed_at = set(kept_finding_events(scanned_month)["account"].to_pylist())
    quiet = sorted({one for one in events if one and one not in pointed_at} - set(evidence["account"].to_pylist()))
    assert assessment.campaigns
    said = tocsin("account", quiet[0], "--store", str(scanned_month))
    assert said.code == 2
    assert "no campaign of the last scan reached" in said.err
    assert "tocsin check" in said.err


def test_an_account_that_is_in_no_log_is_said_to_be(tocsin: Tocsin, scanned_month: Path) -> None:
    said = tocsin("account", "nobody@example.org", "--store", str(scanned_month))
    assert (said.code, "the logs hold no event of the account" in said.err) == (2, True)


def test_an_account_that_only_findings_point_at_is_told_with_them(tocsin: Tocsin, scanned_month: Path) -> None:
    """The account, and the question "were we targeted?" about it, name what `tocsin findings` names."""
    assessment, evidence = kept(scanned_month)
    reached = set(evidence["account"].to_pylist())
    loose = {one.id for one in assessment.findings if one.campaign is None}
    rows = [row for row in kept_finding_events(scanned_month).to_pylist() if row["finding_id"] in loose]
    account = next(row["account"] for row in rows if row["account"] and row["account"] not in reached)
    own = {row["finding_id"] for row in rows if row["account"] == account}
    said = tocsin("account", account.upper(), "--store", scanned_month, "--json", "account.json")
    assert said.code == 0
    assert "No campaign of the last scan is shown to have reached it" in said.out
    (written,) = json.loads(Path("account.json").read_bytes())
    assert (written["campaign"], {one["id"] for one in written["findings"]}) == (None, own)
    answer = tocsin("check", account, "--store", scanned_month)
    assert all(one in answer.out for one in own)
    assert "Nothing found" not in answer.out
