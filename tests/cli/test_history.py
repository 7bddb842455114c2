"""What became of campaigns, as a person asks for it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from command_line import Tocsin
from keycloak_site import export, guesses, work
from scans import scan_and_keep
from tocsin.report.archive import kept

NOW = datetime(2026, 2, 22, 1, tzinfo=UTC).replace(tzinfo=None)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A campaign that was found, and corrected by an earlier event that came late: one scan of everything would give
    it another id."""
    folder = tmp_path_factory.mktemp("history")
    known, late = guesses(range(3, 15), first_day=6), guesses([0, 1, 2], first_day=4, name="late")
    scan_and_keep(folder / "store", [export(folder / "month.jsonl", [*work(), *known])], NOW)
    scan_and_keep(folder / "store", [export(folder / "late.jsonl", late)], NOW + timedelta(days=1))
    return folder / "store"


def test_campaigns_say_what_the_last_scan_changed(tocsin: Tocsin, store: Path) -> None:
    said = tocsin("campaigns", "--store", store)
    assert said.code == 0
    assert "last scan" in said.out
    assert "corrected" in said.out


def test_the_history_of_all_scans_is_listed_with_reasons(tocsin: Tocsin, store: Path) -> None:
    said = tocsin("campaigns", "--history", "--store", store)
    assert said.code == 0
    words = " ".join(said.out.split())
    assert "12 events of 8 to 11 February 2026 at 12 accounts" in words
    assert "3 late events of 6 February 2026, delivered 23 February 2026" in words


def test_a_campaign_shows_its_history(tocsin: Tocsin, store: Path) -> None:
    (campaign,) = kept(store)[0].campaigns
    said = tocsin("campaign", campaign.id, "--store", store)
    assert said.code == 0
    assert "History" in said.out
    assert "3 late events" in said.out


def test_another_name_of_a_campaign_leads_to_it_with_a_note(tocsin: Tocsin, store: Path) -> None:
    (campaign,) = kept(store)[0].campaigns
    (alias,) = campaign.aliases
    shown = tocsin("campaign", alias, "--store", store)
    assert shown.code == 0
    assert f"{alias} is {campaign.id} here" in shown.out
    explained = tocsin("explain", alias, "accounts_attacked", "--store", store)
    assert explained.code == 0
    assert f"{alias} is {campaign.id} here" in explained.out
    assert "Accounts attacked: 15" in explained.out


def test_the_answer_as_json_tells_history_and_aliases(tocsin: Tocsin, tmp_path: Path) -> None:
    export(tmp_path / "month.jsonl", [*work(), *guesses(range(3, 15), first_day=6)])
    said = tocsin("scan", "month.jsonl", "--json", "answer.json", "--report", "page.html")
    assert said.code == 0
    (campaign,) = json.loads(Path("answer.json").read_text())["campaigns"]
    assert (campaign["aliases"], campaign["split_from"]) == ([], None)
    assert [(one["what"], one["before"]) for one in campaign["history"]] == [("found", None)]
    assert campaign["history"][0]["after"]["accounts_attacked"] == campaign["counts"]["accounts_attacked"]
    assert "12 events of 8 to 11 February 2026 at 12 accounts" in Path("page.html").read_text()
