"""`tocsin indicators`: feeds come in from files and from a real TAXII server, and a scan tells what matched."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assessments import announced, assess, evidence_table
from command_line import Tocsin
from okta_records import lines
from servers.taxii import PASSWORD, USER, running
from tocsin.report.archive import keep


def bundle(*addresses: str, until: str = "2100-01-01T00:00:00Z") -> str:
    objects = [
        {
            "type": "indicator",
            "id": f"indicator--00000000-0000-4000-8000-{number:012}",
            "pattern": f"[ipv4-addr:value = '{address}']",
            "pattern_type": "stix",
            "valid_from": "2026-01-01T00:00:00Z",
            "valid_until": until,
            "object_marking_refs": ["marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb"],
        }
        for number, address in enumerate(addresses)
    ]
    return json.dumps({"type": "bundle", "objects": objects})


def test_what_a_feed_says_of_an_address_stands_beside_its_events(tocsin: Tocsin) -> None:
    Path("okta.jsonl").write_text(lines(0, 30))
    Path("peer.json").write_text(bundle("203.0.113.7", "198.51.100.1", "no address"))
    added = tocsin("indicators", "add", "peer.json", "--store", "store")
    assert (added.code, added.out) == (0, "peer (stix): 2 new indicators, 0 there before, 1 refused.\n")
    assert "peer.json: indicator--00000000-0000-4000-8000-000000000002: 'no address' is no address" in added.err
    said = tocsin("scan", "okta.jsonl", "--store", "store", "--json", "a.json", "--report", "page.html")
    assert said.code == 0
    assert "Indicators of feeds that matched" in said.out
    (match,) = json.loads(Path("a.json").read_text())["indicator_matches"]
    uids = match.pop("event_uids")
    assert match == {
        "indicator": "indicator--00000000-0000-4000-8000-000000000000",
        "feed": "peer",
        "kind": "address",
        "value": "203.0.113.7",
        "tlp": "green",
        "valid_until": "2100-01-01T00:00:00Z",
        "events": 30,
        "first_seen": "2026-03-02T08:00:00Z",
        "last_seen": "2026-03-02T08:29:00Z",
    }
    assert uids == [["okta", f"okta-{number:07}"] for number in range(30)]
    assert "Indicators of feeds that matched" in Path("page.html").read_text()


def test_without_a_match_a_scan_says_that_it_compared_and_without_indicators_nothing(tocsin: Tocsin) -> None:
    Path("okta.jsonl").write_text(lines(0, 30))
    Path("peer.json").write_text(bundle("198.51.100.1"))
    said = tocsin("scan", "okta.jsonl", "--store", "store", "--json", "a.json", "--report", "page.html")
    assert "Indicators" not in said.out + Path("page.html").read_text()
    assert json.loads(Path("a.json").read_text())["indicators"] is None
    tocsin("indicators", "add", "peer.json", "--store", "store")
    said = tocsin("scan", "okta.jsonl", "--store", "store", "--json", "a.json", "--report", "page.html")
    assert "Indicators of feeds: 1 kept, none matched. " in " ".join(said.out.split())
    assert "<p>Indicators of feeds: 1 kept, none matched.</p>" in Path("page.html").read_text()
    told = json.loads(Path("a.json").read_text())
    assert (told["indicator_matches"], told["indicators"]) == ([], {"kept": 1, "good": 1, "matched": 0})


def test_what_has_expired_since_still_matches_the_events_of_its_time(tocsin: Tocsin) -> None:
    Path("okta.jsonl").write_text(lines(0, 30))  # a minute apart from 2 March 2026, 08:00
    Path("peer.json").write_text(bundle("203.0.113.7", "198.51.100.1", until="2026-03-02T08:10:00Z"))
    Path("old.json").write_text(bundle("203.0.113.7", until="2026-03-02T08:00:00Z"))
    added = tocsin("indicators", "add", "peer.json", "old.json", "--store", "store")
    assert added.out.splitlines() == [
        "peer (stix): 2 new indicators, 0 there before, 0 refused.",
        "  2 of its 2 indicators have expired: they count for events from before their end only.",
        "old (stix): 1 new indicator, 0 there before, 0 refused.",
        "  Its 1 indicator has expired: it counts for events from before its end only.",
    ]
    said = tocsin("scan", "okta.jsonl", "--store", "store", "--json", "a.json")
    words = " ".join(said.out.split())
    expected = "3 kept, 1 matched; one was not good at any time of these logs (2026-03-02 to 2026-03-02)."
    assert f"Indicators of feeds: {expected}" in words
    told = json.loads(Path("a.json").read_text())
    assert told["indicators"] == {"kept": 3, "good": 2, "matched": 1}
    assert [(one["feed"], one["events"], one["last_seen"]) for one in told["indicator_matches"]] == [
        ("peer", 10, "2026-03-02T08:09:00Z")
    ]


def test_feeds_are_listed_and_dropped(tocsin: Tocsin) -> None:
    Path("one.json").write_text(bundle("203.0.113.7", "203.0.113.8"))
    Path("two.txt").write_text("evil.example\n")
    added = tocsin("indicators", "add", "one.json", "two.txt", "--expires", "7", "--store", "store")
    assert added.code == 0
    listed = tocsin("indicators", "list", "--store", "store")
    assert ("one" in listed.out, "2 address" in listed.out, "1 domain" in listed.out) == (True, True, True)
    assert "evil.example" in tocsin("indicators", "list", "two", "--store", "store").out
    assert tocsin("indicators", "drop", "one", "--store", "store").out == "2 indicators dropped.\n"
    again = tocsin("indicators", "drop", "one", "--store", "store")
    assert (again.code, "there is no feed 'one'" in again.err) == (2, True)
    assert tocsin("indicators", "drop", "--expired", "--store", "store").out == "no indicators dropped.\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["add"], "no file and no --taxii"),
        (["add", "none.json"], "none.json cannot be read"),
        (["drop"], "either a feed or --expired"),
        (["drop", "x", "--expired"], "either a feed or --expired"),
        (["list", "x"], "there is no feed 'x'"),
        (["add", "--taxii", "http://taxii.example/f/collections/1/"], "over plain HTTP"),
    ],
)
def test_a_call_that_cannot_be_carried_out_says_why(tocsin: Tocsin, arguments: list[str], message: str) -> None:
    said = tocsin("indicators", *arguments, "--store", "store")
    assert (said.code, message in said.err) == (2, True)


def test_a_file_of_which_nothing_can_be_taken_is_exit_code_1(tocsin: Tocsin) -> None:
    Path("bad.json").write_text("[" * 100_000)
    said = tocsin("indicators", "add", "bad.json", "--store", "store")
    assert (said.code, "bad.json: the file: it is nested too deeply" in said.err) == (1, True)


def test_what_one_shares_another_pulls_and_finds_in_its_own_logs(
    tocsin: Tocsin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Through a real TAXII server, with the marking that it was shared with."""
    monkeypatch.setenv("TOCSIN_TAXII_USER", USER)
    monkeypatch.setenv("TOCSIN_TAXII_PASSWORD", PASSWORD)
    keep(tmp_path / "ours", assess([announced()]), evidence_table())
    Path("okta.jsonl").write_text(lines(0, 5))
    (tmp_path / "server").mkdir()
    with running(tmp_path / "server") as server:
        shared = tocsin("share", "taxii", "--collection", server.collection, "--tlp", "amber", "--store", "ours")
        assert shared.code == 0
        pulled = tocsin("indicators", "add", "--taxii", server.collection, "--feed", "us", "--store", "theirs")
        assert pulled.out.splitlines() == [
            "us (taxii): 40 new indicators, 0 there before, 0 refused.",
            "  40 of its 40 indicators have expired: they count for events from before their end only.",
        ]
    # What was last seen in 2019 is no indicator of what happened in 2026.
    said = tocsin("scan", "okta.jsonl", "--store", "theirs", "--json", "a.json")
    assert (said.code, json.loads(Path("a.json").read_text())["indicator_matches"]) == (0, [])
    listed = tocsin("indicators", "list", "us", "--store", "theirs")
    assert "amber" in listed.out
    assert "(expired)" in listed.out
