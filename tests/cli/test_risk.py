"""`tocsin risk` over the store that a scan filled."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from command_line import Tocsin
from okta_records import lines
from tocsin.engines import statements
from tocsin.report.archive import kept


def test_risk_lists_the_riskiest_visits_with_their_reasons(tocsin: Tocsin, scanned_month: Path) -> None:
    said = tocsin("risk", "--store", scanned_month, "--rows", 5, "--json", "risk.json")
    assert said.code == 0
    document = json.loads(Path("risk.json").read_text(encoding="utf-8"))
    assert document["schema"] == "tocsin.risk/1"
    odds = [one["odds"] for one in document["visits"]]
    assert odds == sorted(odds, reverse=True)
    assert min(odds) >= 10
    assert document["visits"][0]["account"] in "".join(said.out.split())
    assert f"{len(odds) - 5:,} more visits" in said.out
    for one in document["visits"]:
        assert one["log_odds"] == pytest.approx(sum(one["parts"].values()))
        assert one["why"]


def test_takeovers_are_among_the_riskiest(tocsin: Tocsin, month: Path, scanned_month: Path) -> None:
    """Every takeover by recovery of the small month stands in the first tenth of all visits, most at the very top."""
    tocsin("risk", "--store", scanned_month, "--above", "0.000000001", "--json", "risk.json")
    visits = json.loads(Path("risk.json").read_text(encoding="utf-8"))["visits"]
    truth = pq.read_table(month / "truth" / "events.parquet").to_pylist()
    taken = {row["event_uid"] for row in truth if row["role"] == "access"}
    found = [
        place
        for place, one in enumerate(visits)
        if any(act["event_uid"] in taken and act["activity"] == "recovery_complete" for act in one["acts"])
    ]
    assert found
    assert max(found) < len(visits) / 10
    assert sorted(found)[len(found) // 2] < 10


def test_what_a_campaign_did_is_marked_and_nothing_else_is(tocsin: Tocsin, scanned_month: Path) -> None:
    _, evidence = kept(scanned_month)
    rows = evidence.select(["provider", "event_uid", "campaign_id"]).to_pylist()
    theirs = {(row["provider"], row["event_uid"]): row["campaign_id"] for row in rows}
    said = tocsin("risk", "--store", scanned_month, "--above", "1e-9", "--rows", 100_000, "--json", "risk.json")
    visits = json.loads(Path("risk.json").read_text(encoding="utf-8"))["visits"]
    acts = [act for one in visits for act in one["acts"]]
    assert [act["campaign"] for act in acts] == [theirs.get((act["provider"], act["event_uid"])) for act in acts]
    marked = [one for one in visits if one["campaigns"]]
    assert 0 < len(marked) < len(visits)
    for one in visits:
        assert one["campaigns"] == sorted({act["campaign"] for act in one["acts"]} - {None})
    assert said.out.count("by campaign ") == len(marked)
    assert "An attacker who stays becomes usual" in said.out


def test_without_a_campaign_nothing_is_marked(tocsin: Tocsin) -> None:
    Path("okta.jsonl").write_text(lines(0, 30))
    assert tocsin("scan", "okta.jsonl", "--store", "store").code == 0
    said = tocsin("risk", "--store", "store", "--above", "1e-9", "--json", "risk.json")
    assert "campaign" not in said.out
    assert {tuple(one["campaigns"]) for one in json.loads(Path("risk.json").read_text())["visits"]} <= {()}


def test_an_account_is_listed_with_all_its_visits(tocsin: Tocsin, scanned_month: Path) -> None:
    tocsin("risk", "--store", scanned_month, "--json", "risk.json")
    name = json.loads(Path("risk.json").read_text(encoding="utf-8"))["visits"][0]["account"]
    said = tocsin("risk", "--store", scanned_month, "--account", name.upper(), "--rows", 1000, "--json", "one.json")
    visits = json.loads(Path("one.json").read_text(encoding="utf-8"))["visits"]
    assert {one["account"] for one in visits} == {name}
    assert visits[-1]["odds"] is None
    assert "cannot say" in said.out


def test_an_account_that_is_in_no_log_is_not_answered_with_no_visit(tocsin: Tocsin, scanned_month: Path) -> None:
    said = tocsin("risk", "--store", scanned_month, "--account", "nobody@example.org")
    assert (said.code, "the logs hold no event of the account 'nobody@example.org'" in said.err) == (2, True)


def test_a_level_that_no_visit_reaches_is_said_to_be(tocsin: Tocsin, scanned_month: Path) -> None:
    assert tocsin("risk", "--store", scanned_month, "--above", "1e300").out.strip() == "No visit of that kind."


def test_without_a_scan_there_is_nothing_to_judge(tocsin: Tocsin, tmp_path: Path) -> None:
    said = tocsin("risk", "--store", tmp_path / "none")
    assert said.code == 1
    assert "there is no finished scan" in said.err
    assert not (tmp_path / "none").exists()


def test_odds_must_be_above_zero(tocsin: Tocsin, scanned_month: Path) -> None:
    assert tocsin("risk", "--store", scanned_month, "--above", "0").code == 2


def test_nearly_all_statements_of_it_are_shipped(tocsin: Tocsin, scanned_month: Path) -> None:
    """`make statements` writes them anew after changes of expressions."""
    with statements.recording() as asked:
        assert tocsin("risk", "--store", scanned_month).code == 0
    assert len(asked.keys() & statements.shipped().keys()) >= 0.9 * len(asked)
