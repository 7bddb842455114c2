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
