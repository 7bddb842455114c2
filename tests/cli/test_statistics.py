"""`tocsin statistics`: text, tables, rules and a file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assessments import announced, assess, evidence_table
from command_line import Tocsin
from tocsin.report.archive import keep


@pytest.fixture
def store(tmp_path: Path) -> Path:
    campaign = announced()
    keep(tmp_path / "store", assess([campaign]), evidence_table(campaign.id))
    return tmp_path / "store"


def test_a_year_is_told_counted_and_written(tocsin: Tocsin, store: Path) -> None:
    said = tocsin("statistics", "--year", 2019, "--store", store, "--json", "2019.json")
    told = " ".join(said.out.split())
    assert said.code == 0
    assert "In 2019, 1 campaign, aimed at people at risk, made 2,957 attempts on accounts" in told
    assert "How it is counted" in told
    assert "Counts of a group below five are hidden" in told
    document = json.loads(Path("2019.json").read_text())
    assert (document["schema"], document["totals"]["accounts_attacked"]) == ("tocsin.statistics/1", 241)
    assert document["by_category"]["government"]["accounts_compromised"] is None


def test_zeros_are_told_on_approval_only(tocsin: Tocsin, store: Path) -> None:
    said = tocsin("statistics", "--year", 2019, "--store", store, "--approve-zero", "--json", "2019.json")
    assert "No account of political campaigns, government or think tanks was compromised." in " ".join(said.out.split())
    assert json.loads(Path("2019.json").read_text())["by_category"]["government"]["accounts_compromised"] == 0


def test_a_year_without_logs_is_not_told_as_quiet(tocsin: Tocsin, store: Path) -> None:
    said = tocsin("statistics", "--year", 2018, "--store", store)
    assert said.code == 0
    assert "No log covers any of 2018: nothing can be said of it." in said.out
    assert "category" not in said.out
    assert "category" in tocsin("statistics", "--year", 2019, "--store", store).out


@pytest.mark.parametrize("year", ["0", "99999", "soon"])
def test_what_is_no_year_is_refused(tocsin: Tocsin, store: Path, year: str) -> None:
    assert tocsin("statistics", "--year", year, "--store", store).code == 2
