"""Questions about an earlier scan, and worlds to practise on."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from command_line import Tocsin
from okta_records import lines
from tocsin.report import FIGURES
from tocsin.report.archive import answer_folder
from tocsin.sources import SOURCES


@pytest.fixture
def scanned(tocsin: Tocsin, month: Path, scanned_month: Path) -> Path:
    """A store with a campaign in it."""
    return scanned_month


@pytest.mark.parametrize("command", [["campaigns"], ["campaign", "x"], ["explain", "x", "accounts_attacked"]])
def test_a_question_without_a_scan_says_so(tocsin: Tocsin, command: list[str]) -> None:
    said = tocsin(*command)
    assert said.code == 1
    assert "no scan was run from" in said.err
    said = tocsin(*command, "--store", "nowhere")
    assert said.code == 1
    assert "there is no finished scan in nowhere" in said.err
    assert not Path("nowhere").exists()


def test_sources_lists_every_format_even_before_the_first_scan(tocsin: Tocsin) -> None:
    said = tocsin("sources")
    assert said.code == 0
    assert "No scan yet" in said.out
    assert all(source.title in said.out for source in SOURCES)


def test_sources_shows_coverage_and_refusals_of_the_last_scan(tocsin: Tocsin) -> None:
    Path("okta.jsonl").write_text(lines(0, 30) + "broken\n")
    tocsin("scan", "okta.jsonl")
    said = tocsin("sources")
    assert said.code == 0
    assert re.search(r"Okta +.* 30 ", said.out)
    assert "okta.jsonl, line 31" in said.out


def test_campaigns_lists_and_campaign_shows_what_was_found(tocsin: Tocsin, scanned: Path) -> None:
    listed = tocsin("campaigns", "--store", scanned)
    ids = sorted(set(re.findall(r"\d{4}-\d\d-[0-9a-f]{6}", listed.out)))
    assert listed.code == 0
    assert ids
    for campaign_id in ids:
        shown = tocsin("campaign", campaign_id, "--store", scanned)
        assert shown.code == 0
        assert campaign_id in shown.out
        assert all(figure.name in shown.out for figure in FIGURES)


def test_explain_derives_every_figure_of_every_campaign(tocsin: Tocsin, scanned: Path) -> None:
    listed = tocsin("campaigns", "--store", scanned)
    for campaign_id in sorted(set(re.findall(r"\d{4}-\d\d-[0-9a-f]{6}", listed.out))):
        for figure in FIGURES:
            said = tocsin("explain", campaign_id, figure.name, "--store", scanned, "--rows", 3)
            assert said.code == 0
            assert "stated," not in said.out


def test_an_id_that_is_not_there_is_answered_with_those_that_are(tocsin: Tocsin, scanned: Path) -> None:
    said = tocsin("campaign", "1999", "--store", scanned)
    assert said.code == 2
    assert "no campaign begins with '1999'" in said.err
    assert re.search(r"the last scan found: \d{4}-\d\d-", said.err)


def test_a_figure_that_is_none_is_answered_with_those_that_are(tocsin: Tocsin, scanned: Path) -> None:
    said = tocsin("explain", "2", "walruses", "--store", scanned)
    assert said.code == 2
    said = tocsin("explain", first_id(tocsin, scanned), "walruses", "--store", scanned)
    assert said.code == 2
    assert "'walruses' is no figure" in said.err
    assert "accounts_attacked" in said.err


@pytest.mark.parametrize("figure", ["accounts_attacked.nonsense", "accounts_attacked.", "identifiers_tried.media"])
def test_a_category_that_is_none_is_answered_with_those_that_are(tocsin: Tocsin, scanned: Path, figure: str) -> None:
    """A category of the roster in which nobody was attacked is none of these: its figure is nought."""
    campaign = first_id(tocsin, scanned)
    said = tocsin("explain", campaign, figure, "--store", scanned)
    assert said.code == 2
    assert f"'{figure}' is no figure" in said.err
    assert "accounts_attacked.media: academia, campaign, diaspora" in " ".join(said.err.split())
    assert tocsin("explain", campaign, "accounts_attacked.other", "--store", scanned).code == 0


def first_id(tocsin: Tocsin, store: Path) -> str:
    found = re.search(r"\d{4}-\d\d-[0-9a-f]{6}", tocsin("campaigns", "--store", store).out)
    assert found
    return found[0]


@pytest.mark.parametrize("name", ["assessment.json", "evidence.parquet"])
def test_a_damaged_answer_is_said(tocsin: Tocsin, name: str) -> None:
    Path("okta.jsonl").write_text(lines(0, 30))
    tocsin("scan", "okta.jsonl", "--store", "store")
    (answer_folder(Path("store")) / name).write_text('{"schema": ')
    said = tocsin("campaigns", "--store", "store")
    assert said.code == 1
    assert f"{name} is damaged" in said.err
    assert "run the scan again" in said.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--scenario", "walrus"], "no scenario named 'walrus'"),
        (["--compress", "rar"], "no compression named 'rar'"),
        (["--start", "tomorrow"], "'tomorrow' is no day"),
        (["--accounts", "3"], "--accounts"),
    ],
)
def test_a_world_that_cannot_be_is_refused(tocsin: Tocsin, arguments: list[str], message: str) -> None:
    said = tocsin("simulate", "--out", "world", *arguments)
    assert said.code == 2
    assert message in said.err
    assert not Path("world").exists()
