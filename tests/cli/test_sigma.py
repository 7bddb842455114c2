"""`tocsin sigma` and `tocsin scan --sigma`: what runs is told, what does not is told with its reason."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest

from command_line import Tocsin
from sigma_site import okta

RULES = """
title: Proxy
level: high
tags: [attack.initial-access, attack.t1090.003]
logsource: {product: okta}
detection: {it: {securityContext.isProxy: true}, condition: it}
---
title: "[bold]Odd"
logsource: {product: okta}
detection: {it: {displayMessage|contains|expand: '%words%'}, condition: it}
---
title: Elsewhere
logsource: {product: windows}
detection: {it: {EventID: 4625}, condition: it}
"""


@pytest.fixture
def log(tmp_path: Path) -> Path:
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "mine.yml").write_text(RULES, encoding="utf-8")
    path = tmp_path / "okta.jsonl"
    records = [okta(f"u{number}", number * 60, securityContext={"isProxy": number == 3}) for number in range(10)]
    path.write_bytes(b"".join(msgspec.json.encode(one) + b"\n" for one in records))
    return path


def test_rules_are_listed_with_their_log_or_the_reason(tocsin: Tocsin, log: Path) -> None:
    said = tocsin("sigma", "rules")
    assert (said.code, said.err) == (0, "")
    assert "Rules that run: 1. That cannot be converted: 1. About logs that Tocsin does not read: 1." in said.out
    assert "Proxy  high   Okta System Log" in said.out
    assert "[bold]Odd" in said.out
    assert "the placeholder %words% stands for values of your own" in said.out
    assert "Tocsin reads no log of windows: 1 rule" in said.out


def test_a_scan_holds_their_findings_and_says_which_could_not_run(tocsin: Tocsin, log: Path) -> None:
    said = tocsin("scan", log, "--sigma", "rules", "--json", "answer.json")
    assert (said.code, said.err) == (0, "")
    answer = json.loads(Path("answer.json").read_bytes())
    (finding,) = [one for one in answer["findings"] if one["title"] == "Proxy"]
    assert (finding["detection"], finding["level"], finding["role"], finding["techniques"]) == (
        "sigma/proxy", "high", "access", ["T1090.003"],
    )  # fmt: skip
    assert finding["event_uids"] == [["okta", "u3"]]
    assert [note for note in answer["notes"] if "Sigma" in note] == [
        "1 Sigma rule cannot be run: [bold]Odd (the placeholder %words% stands for values of your own that nobody has"
        " put in: write them there)."
    ]


def test_rules_brought_later_are_asked_of_what_was_read_before(tocsin: Tocsin, log: Path) -> None:
    tocsin("scan", log, "--store", "store")
    tocsin("scan", log, "--store", "store", "--sigma", "rules", "--json", "answer.json")
    answer = json.loads(Path("answer.json").read_bytes())
    assert [one["event_uids"] for one in answer["findings"] if one["title"] == "Proxy"] == [[["okta", "u3"]]]
    assert (
        "1 file that had been read before was read once more, for fields that the Sigma rules name." in answer["notes"]
    )


def test_a_folder_without_rules_is_a_usage_error(tocsin: Tocsin, log: Path, tmp_path: Path) -> None:
    (tmp_path / "none").mkdir()
    said = tocsin("scan", log, "--sigma", "none")
    assert (said.code, said.out) == (2, "")
    assert "there is no Sigma rule in none" in said.err


def test_a_rule_that_matches_most_of_its_log_makes_no_findings(tocsin: Tocsin, tmp_path: Path) -> None:
    Path("broad.yml").write_text(
        "title: Everything\nlogsource: {product: okta}\ndetection: {it: {eventType: 'user.*'}, condition: it}\n"
    )
    Path("okta.jsonl").write_bytes(b"".join(msgspec.json.encode(okta(f"u{n}", n)) + b"\n" for n in range(1000)))
    tocsin("scan", "okta.jsonl", "--sigma", "broad.yml", "--json", "answer.json")
    answer = json.loads(Path("answer.json").read_bytes())
    assert [one for one in answer["findings"] if one["title"] == "Everything"] == []
    assert (
        "The Sigma rule Everything matches 1,000 of the 1,000 events of its log: it is too broad to tell one from"
        " another, so its matches are no findings."
    ) in answer["notes"]
