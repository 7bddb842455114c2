"""`tocsin account` on the campaign of a simulated month."""

from __future__ import annotations

import json
from pathlib import Path

from command_line import Tocsin
from tocsin.report.archive import kept


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


def test_an_account_that_no_campaign_reached_is_an_error(tocsin: Tocsin, scanned_month: Path) -> None:
    said = tocsin("account", "nobody@example.org", "--store", str(scanned_month))
    assert said.code == 2
    assert "tocsin check" in said.err
