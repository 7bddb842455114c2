"""Many organisations have no licence for the sign-in log: the unified audit log of Microsoft 365 must be enough.

A simulated month in which the campaign goes for accounts of several providers; all that the defender has is this file.
"""

from __future__ import annotations

import csv
import json
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tocsin.assess.assessment import Assessment
from tocsin.pipeline import Case, run
from tocsin.report.headline import headline, ranked
from tocsin.settings import ScanSettings
from tocsin.simulate import simulate

NOW = datetime(2026, 4, 1, tzinfo=UTC).replace(tzinfo=None)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The world with nothing but the unified audit log and the roster left to scan."""
    world = tmp_path_factory.mktemp("world")
    simulate("phosphorus", seed=5, out=world, accounts=5000)
    for log in (world / "logs").iterdir():
        if log.name != "m365-audit.jsonl":
            log.unlink()
    return world


@pytest.fixture(scope="module")
def found(world: Path, tmp_path_factory: pytest.TempPathFactory) -> Assessment:
    logs = tmp_path_factory.mktemp("exports")
    shutil.copy(world / "logs/m365-audit.jsonl", logs)
    store = tmp_path_factory.mktemp("store")
    settings = ScanSettings(paths=(logs,), store=store, roster=world / "roster.csv")
    return run(Case(settings=settings, now=NOW)).assessment


def test_where_hardly_an_account_is_met_the_names_that_were_tried_are_a_campaign(tmp_path: Path) -> None:
    """In a smaller directory the recovery form, which this log hides, is where the operator met the accounts: the log
    is left with names that do not exist. Nobody's own misspelt name is among what is told."""
    world = tmp_path / "world"
    simulate("phosphorus", seed=2, out=world, accounts=2000)
    log = world / "logs/m365-audit.jsonl"
    settings = ScanSettings(paths=(log,), store=tmp_path / "store", roster=world / "roster.csv")
    (campaign,) = run(Case(settings=settings, now=NOW)).assessment.campaigns
    assert "tried more names that do not exist" in campaign.reasons[0]
    named = {one.account for one in campaign.accounts}
    assert named
    assert named <= gone_for(world)
    tried = names_tried(world)
    assert 0.9 * len(tried) < campaign.counts.identification_attempts < 1.1 * len(tried)


def names_tried(world: Path) -> set[str]:
    """Records of names that do not exist which the campaign tried, by the truth."""
    marked = pq.read_table(world / "truth/companions.parquet", filters=[("provider", "=", "m365")])
    ids = set(marked["event_uid"].to_pylist())
    with (world / "logs/m365-audit.jsonl").open(encoding="utf-8") as log:
        records = [json.loads(line) for line in log]
    return {one["Id"] for one in records if one.get("LogonError") == "UserAccountNotFound"} & ids


def gone_for(world: Path) -> set[str]:
    """The accounts of this directory that the campaign attacked or took, by the truth."""
    with (world / "logs/m365-audit.jsonl").open(encoding="utf-8") as log:
        domains = {str(json.loads(line)["UserId"]).rpartition("@")[2].lower() for line in log}
    with (world / "truth/accounts.csv").open(newline="", encoding="utf-8") as file:
        return {
            row["account"]
            for row in csv.DictReader(file)
            if row["provider"] == "entra"
            and row["stage"] != "probed"
            and row["account"].rpartition("@")[2].lower() in domains
        }


def test_a_campaign_is_found_and_it_is_the_one_that_was(world: Path, found: Assessment) -> None:
    """The leading campaign names nobody whom it left alone, and a good part of those whom it attacked."""
    campaign = ranked(found.campaigns)[0]
    assert campaign.verdict in ("targeted", "undetermined")
    assert {one.provider for one in campaign.accounts} == {"m365"}
    named = {one.account for one in campaign.accounts}
    truth = gone_for(world)
    assert named <= truth
    assert len(named) > len(truth) / 4


def test_what_is_said_names_the_log_that_it_rests_on(found: Assessment) -> None:
    said = headline(found)
    assert "at Microsoft 365" in said[0]
    (source,) = found.coverage.sources
    assert (source.provider, source.rejected) == ("m365", 0)
    rests = f"This rests on {source.events:,} events from 2 February to 3 March 2026 from Microsoft 365."
    assert rests in said
