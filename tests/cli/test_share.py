"""`tocsin share`: a document goes out redacted, and the ledger says so."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assessments import announced, assess, evidence_table, spray
from command_line import Tocsin
from servers.taxii import PASSWORD, USER, running
from tocsin.enrich import ROSTER
from tocsin.report.archive import keep
from tocsin.share.ledger import LEDGER


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """The store of a scan that found the campaign of the announcement."""
    folder = tmp_path / "store"
    row = {"account": "person0000@example.org", "organisation": "The Daily Example", "category": "media"}
    roster = ROSTER.empty_table().from_pylist([{**row, "recovery": [], "contact": "safe@contact.example"}], ROSTER)
    keep(folder, assess([announced(), spray()]), evidence_table(), roster)
    return folder


def test_a_bundle_is_written_and_noted(tocsin: Tocsin, store: Path) -> None:
    said = tocsin("share", "stix", "C-2019-08-1", "--out", "b.json", "--store", store)
    assert (said.code, said.out) == (0, "")
    assert said.err == (
        "1 campaign shared in b.json, TLP:AMBER+STRICT. Left out: names of accounts; names of organisations; small"
        " counts, and what would give them away.\n"
    )
    assert json.loads(Path("b.json").read_bytes())["type"] == "bundle"
    entry = json.loads((store / LEDGER).read_text())
    assert (entry["what"], entry["to"], entry["reason"]) == ("stix", str(Path("b.json").absolute()), None)
    listed = tocsin("share", "log", "--store", store)
    assert (listed.code, "C-2019-08-1" in listed.out, "amber+strict" in listed.out) == (0, True, True)


def test_without_a_file_the_document_is_the_output_and_nothing_else_is(tocsin: Tocsin, store: Path) -> None:
    import subprocess
    import sys

    command = [sys.executable, "-m", "tocsin", "share", "stix", "--store", str(store)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    campaigns = [one for one in json.loads(done.stdout)["objects"] if one["type"] == "campaign"]
    assert len(campaigns) == 2
    assert json.loads((store / LEDGER).read_text())["to"] == "-"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--include", "accounts"], "no reason is given for --include accounts"),
        (["--approve-zero", "campaign"], "no reason is given for --approve-zero campaign"),
        (["--approve-zero", "walrus"], "'walrus' is no category"),
        (["--intrusion-set", "APT35", "--reason", "x"], "'APT35' names no authority"),
        (["--intrusion-set", "APT35@MITRE", "--reason", "x"], "APT35 (MITRE) is not released for these campaigns"),
        (["--domain", "no domain"], "'no domain' is no domain"),
        (["2020"], "no campaign begins with '2020'"),
    ],
)
def test_what_is_not_decided_does_not_leave(tocsin: Tocsin, store: Path, options: list[str], message: str) -> None:
    said = tocsin("share", "stix", *options, "--out", "b.json", "--store", store)
    assert (said.code, message in said.err) == (2, True)
    assert not Path("b.json").exists()
    assert not (store / LEDGER).exists()


def test_a_claim_that_is_not_so_is_not_made_and_whoever_shares_is_told(tocsin: Tocsin, store: Path) -> None:
    options = ("--approve-zero", "campaign", "--approve-zero", "media", "--reason", "asked for")
    said = tocsin("share", "stix", "C-2019-08-1", *options, "--out", "b.json", "--store", store)
    assert said.code == 0
    assert said.err.endswith(
        " Not claimed of media: that none of the compromised belongs to it is not so, or would tell another count.\n"
    )
    assert "Not claimed" not in Path("b.json").read_text()


def test_accounts_leave_with_a_reason_that_the_ledger_keeps(tocsin: Tocsin, store: Path) -> None:
    options = ("--include", "accounts", "--include", "contacts", "--tlp", "red", "--reason", "case 12")
    assert tocsin("share", "stix", *options, "--out", "b.json", "--store", store).code == 0
    assert "person0000@example.org" in Path("b.json").read_text()
    assert "safe@contact.example" in Path("b.json").read_text()
    entry = json.loads((store / LEDGER).read_text())
    assert (entry["beyond_the_rule"], entry["reason"], entry["tlp"]) == (
        ["--include accounts", "--include contacts"],
        "case 12",
        "red",
    )


def test_what_cannot_be_noted_does_not_leave(tocsin: Tocsin, store: Path) -> None:
    (store / LEDGER).mkdir()
    said = tocsin("share", "stix", "--out", "b.json", "--store", store)
    assert (said.code, "nothing was shared" in said.err) == (1, True)
    assert not Path("b.json").exists()


def test_a_changed_ledger_is_told_with_exit_code_1(tocsin: Tocsin, store: Path) -> None:
    for _ in range(2):
        tocsin("share", "stix", "--out", "b.json", "--store", store)
    ledger = store / LEDGER
    ledger.write_text(ledger.read_text().split("\n", 1)[1])
    said = tocsin("share", "log", "--store", store)
    assert (said.code, "line 1 of the ledger was changed" in said.err) == (1, True)


def test_a_bundle_is_pushed_to_a_real_taxii_server_and_noted(
    tocsin: Tocsin, store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOCSIN_TAXII_USER", USER)
    monkeypatch.setenv("TOCSIN_TAXII_PASSWORD", PASSWORD)
    (tmp_path / "server").mkdir()
    with running(tmp_path / "server") as server:
        said = tocsin("share", "taxii", "--collection", server.collection, "--store", store)
        assert (said.code, "0 there before, 0 pending, 0 refused" in said.err) == (0, True)
        assert PASSWORD not in said.out + said.err
        again = tocsin("share", "taxii", "--collection", server.collection, "--store", store)
        assert (again.code, "0 objects taken" in again.err) == (0, True)
        refused = tocsin("share", "taxii", "--collection", server.closed, "--store", store)
        assert (refused.code, "answers 403" in refused.err) == (1, True)
    ledger = (store / LEDGER).read_text()
    assert PASSWORD not in ledger
    assert json.loads(ledger.splitlines()[0])["to"] == server.collection


@pytest.mark.parametrize(
    ("arguments", "name", "begins"),
    [
        (["misp"], "misp", b'{\n  "response": ['),
        (["ocsf"], "ocsf", b'{"activity_id": 1'),
        (["csv"], "csv", b"type,value,"),
        (["csv", "--figures"], "csv", b"campaign,verdict,"),
    ],
)
def test_every_format_is_written_redacted_and_noted(
    tocsin: Tocsin, store: Path, arguments: list[str], name: str, begins: bytes
) -> None:
    said = tocsin("share", *arguments, "--out", "out", "--store", store)
    assert (said.code, "2 campaigns shared in out, TLP:AMBER+STRICT." in said.err) == (0, True)
    data = Path("out").read_bytes()
    assert data.startswith(begins)
    assert b"example.org" not in data
    assert json.loads((store / LEDGER).read_text())["what"] == name
