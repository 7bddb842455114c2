"""tocsin domains, as a person meets it."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from command_line import Tocsin
from tocsin.cli import domains

HIT = "confirm-account-session.info"


@pytest.mark.parametrize("name", [command.callback.__name__ for command in domains.app.registered_commands])  # type: ignore[union-attr]
def test_every_command_shows_examples_with_options_that_exist(tocsin: Tocsin, name: str) -> None:
    said = tocsin("domains", name, "--help")
    shown = [line.strip() for line in said.out.splitlines() if line.strip().startswith(f"tocsin domains {name}")]
    assert said.code == 0
    assert shown
    assert all(option in said.out for line in shown for option in line.split() if option.startswith("--"))


def test_hits_are_shown_with_reasons_and_written_as_json(tocsin: Tocsin, tmp_path: Path) -> None:
    (tmp_path / "names.txt").write_text(f"a.example\n{HIT}\nbad..name\n")
    said = tocsin("domains", "scan", "names.txt", "--json", "hits.json")
    assert said.code == 0
    assert HIT in said.out
    assert "names.txt:2" in said.out
    assert "2 names read, 1 hit" in said.out
    assert "names.txt:3: an empty label: two dots in a row" in said.out
    document = json.loads((tmp_path / "hits.json").read_text())
    assert document["schema"] == "tocsin.domains/1"
    assert document["counts"] == {"names": 2, "hits": 1, "refused": 1}
    (hit,) = document["hits"]
    assert (hit["domain"], hit["judged"], hit["places"], hit["times"]) == (HIT, HIT, ["names.txt:2"], 1)
    assert hit["probability"] > 0.9
    assert hit["reasons"]


def test_names_come_in_at_the_standard_input(tocsin: Tocsin, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(f"{HIT}\n".encode())))
    said = tocsin("domains", "scan", "-")
    assert f"{HIT}  -:1" in said.out


def test_what_a_hostile_name_holds_is_shown_harmlessly(tocsin: Tocsin, tmp_path: Path) -> None:
    (tmp_path / "names.txt").write_text("\x1b[31mevil\u202e.example\n[bold]x[/bold].example\n")
    said = tocsin("domains", "scan", "names.txt")
    assert "\x1b" not in said.out
    assert "\u202e" not in said.out
    assert said.code == 0


def test_a_threshold_of_zero_is_a_usage_error(tocsin: Tocsin, tmp_path: Path) -> None:
    (tmp_path / "names.txt").write_text(f"{HIT}\n")
    assert tocsin("domains", "scan", "names.txt", "--above", "0").code == 2


def test_hits_become_a_zone_without_what_is_allowed(tocsin: Tocsin, tmp_path: Path) -> None:
    (tmp_path / "names.txt").write_text(f"{HIT}\nverify-account-session.info\ngithub.io\n")
    (tmp_path / "allowed.txt").write_text("verify-account-session.info\n")
    said = tocsin(
        "domains", "block", "names.txt", "--allow", "allowed.txt", "--zone", "rpz.example.org", "--out", "zone"
    )
    assert said.code == 0
    assert "1 names: zone" in said.out or "1 name: zone" in said.out
    assert "left out: verify-account-session.info: allowed" in said.err
    assert "left out: github.io" in said.err
    assert f"\n{HIT} CNAME .\n*.{HIT} CNAME .\n" in (tmp_path / "zone").read_text()


def test_an_unknown_format_is_a_usage_error(tocsin: Tocsin, tmp_path: Path) -> None:
    (tmp_path / "names.txt").write_text(f"{HIT}\n")
    assert tocsin("domains", "block", "names.txt", "--format", "carrier-pigeon").code == 2


CASE = """
title = "t"
domains = ["confirm-session.info"]
summary = "ada@news.example was sent a link."
[reporter]
name = "Ines"
[recipient]
name = "Abuse desk"
[[victims]]
account = "ada@news.example"
"""


def test_a_package_is_made_checked_and_added_to(tocsin: Tocsin, tmp_path: Path) -> None:
    (tmp_path / "case.toml").write_text(CASE)
    said = tocsin("domains", "evidence", "case.toml", "--key", "k.key", "--out", "package")
    assert said.code == 0
    assert "1 domain, no observations, 1 account under pseudonyms: package" in said.out
    assert tocsin("domains", "custody", "package", "--note", "sent").code == 2
    assert tocsin("domains", "custody", "package", "--note", "sent", "--by", "Ines").code == 0
    assert "3 entries, nothing changed" in tocsin("domains", "custody", "package").out
    for name, words in (("none", "none does not exist"), ("case.toml", "case.toml is a file")):
        said = tocsin("domains", "custody", name)
        assert (said.code, f"{words}: a package is a folder" in said.err) == (2, True)
    (tmp_path / "package" / "evidence.json").write_text("{}")
    broken = tocsin("domains", "custody", "package")
    assert broken.code == 1
    assert "evidence.json was changed after it was entered" in broken.err


def test_visits_of_taken_domains_become_findings(tocsin: Tocsin, tmp_path: Path) -> None:
    (tmp_path / "protect.csv").write_text("name,domains,words,networks\nExample News,news.example,,192.0.2.0/24\n")
    (tmp_path / "query.log").write_text(
        "[1795780800] unbound[2:0] info: 192.0.2.7 www.confirm-session.info. A IN\n"
        "[1795780800] unbound[2:0] info: 203.0.113.7 confirm-session.info. A IN\n"
        "no line of a log\n"
    )
    (tmp_path / "taken.txt").write_text("confirm-session.info\n")
    arguments = ("--protect", "protect.csv", "--domains", "taken.txt", "--json", "findings.json")
    said = tocsin("domains", "sinkhole", "query.log", *arguments)
    assert said.code == 0
    assert "Example News (known by network) visited confirm-session.info 1 time" in said.out
    assert (
        "2 hits read; 1 protected organisation visited taken domains; 1 hit from visitors who are none of theirs."
        in said.out
    )
    assert "refused: query.log:3" in said.err
    document = json.loads((tmp_path / "findings.json").read_text())
    assert document["schema"] == "tocsin.findings/1"
    assert [(one["detection"], one["level"], one["events"]) for one in document["findings"]] == [
        ("sinkhole_visit", "medium", 1)
    ]
