"""`tocsin inspect` says what files are, writes nothing, and stops a pipeline when a shape has changed."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest

from command_line import Tocsin
from looking import lines, sample
from tocsin.inspect import Inspection

CLUB = sample("club_portal")


def okta(path: Path, before: str = "", after: str = "") -> Path:
    path.write_text(sample("okta_system_log").read_text().replace(before, after))
    return path


def test_a_file_is_told_in_words(tocsin: Tocsin, tmp_path: Path) -> None:
    path = okta(tmp_path / "okta.jsonl")
    said = tocsin("inspect", path)
    assert (said.code, said.err) == (0, "")
    told = [line.strip() for line in said.out.splitlines()]
    assert f"{path}  JSON lines, 25.9 kB" in told
    assert "Okta System Log, recognised by eventType, actor.alternateId and published" in told
    assert "30 events, 2 Mar 2026 (08:00 to 08:00 UTC)" in told
    assert told[-1] == "1 file: 1 read; 30 events. Nothing was stored."


def test_nothing_is_written(tocsin: Tocsin, month: Path, tmp_path: Path) -> None:
    said = tocsin("inspect", month / "logs")
    assert said.code == 0
    assert list(tmp_path.iterdir()) == []
    assert "missing" not in said.out
    assert "new field" not in said.out


def test_what_cannot_be_read_is_told_with_its_place_and_made_visible(tocsin: Tocsin, tmp_path: Path) -> None:
    said = tocsin(
        "inspect", lines(tmp_path / "a.log", "\x1b[2J evil [bold]x[/bold]", sample("keycloak_log_line").read_text())
    )
    assert "1 not read: not a record of a format Tocsin reads" in said.out
    assert "line 1: \\x1b[2J evil [bold]x[/bold]" in said.out
    assert "\x1b" not in said.out


def test_new_fields_of_several_formats_in_a_file_are_told_apart(tocsin: Tocsin, tmp_path: Path) -> None:
    other = sample("keycloak_event").read_text().splitlines()[0].replace('{"', '{"mood": "fine", "', 1)
    path = lines(tmp_path / "a.jsonl", *sample("okta_system_log").read_text().splitlines(), other)
    told = [line.split() for line in tocsin("inspect", path).out.splitlines()]
    place = told.index(["new", "field", "of", "Keycloak", "user", "event", "records", "looks", "like"])
    assert told[place + 2] == ["mood", "1", "of", "1", "text"]


def test_an_unknown_log_comes_with_a_mapping_to_begin_with(tocsin: Tocsin, tmp_path: Path) -> None:
    path = lines(tmp_path / "club.jsonl", *CLUB.read_text().splitlines())
    shown = tocsin("inspect", path)
    assert "like no format that Tocsin knows" in shown.out
    assert '    provider = "portal"\n' in shown.out
    saved = tocsin("inspect", path, "--drafts", "drafts")
    assert saved.out.splitlines()[-1] == "draft: drafts/club.toml"
    assert "provider" not in saved.out
    again = tocsin("inspect", path, "--mapping", "drafts/club.toml")
    assert "portal log, recognised by app" in again.out
    assert again.out.splitlines()[-1] == "1 file: 1 read; 9 events. Nothing was stored."


def test_a_draft_overwrites_nothing(tocsin: Tocsin, tmp_path: Path) -> None:
    path = lines(tmp_path / "club.jsonl", *CLUB.read_text().splitlines())
    tocsin("inspect", path, "--drafts", "drafts")
    (tmp_path / "drafts" / "club.toml").write_text("mine")
    assert tocsin("inspect", path, "--drafts", "drafts").out.splitlines()[-1] == "draft: drafts/club-2.toml"
    assert (tmp_path / "drafts" / "club.toml").read_text() == "mine"


def test_a_renamed_field_stops_a_pipeline(tocsin: Tocsin, tmp_path: Path) -> None:
    path = okta(tmp_path / "okta.jsonl", '"ipAddress"', '"ip"')
    said = tocsin("inspect", path, "--watch-schema", "--json", "found.json")
    assert said.code == 1
    assert said.err.splitlines() == [
        "tocsin: the shape of a log has changed: Okta System Log: client.ipAddress (address) is missing in 13 of 13"
        f" records of {path}, perhaps it is called client.ip now",
        "  Until Tocsin reads the new shape, do not take silence of these logs for calm. Tell the project, with the"
        " output of --json, which holds no values.",
    ]
    found = msgspec.json.decode((tmp_path / "found.json").read_bytes(), type=Inspection)
    assert [one.field for one in found.changes] == ["client.ipAddress"]


def test_without_watching_a_renamed_field_is_only_told(tocsin: Tocsin, tmp_path: Path) -> None:
    said = tocsin("inspect", okta(tmp_path / "okta.jsonl", '"ipAddress"', '"ip"'))
    assert said.code == 0
    assert "client.ipAddress (address) of Okta System Log, in 13 of 13 records of" in said.out


def test_watching_files_that_are_as_ever_is_done(tocsin: Tocsin, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("no log\n")
    assert tocsin("inspect", okta(tmp_path / "okta.jsonl"), tmp_path / "a.txt", "--watch-schema").code == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("none.log",), "none.log does not exist"),
        (("okta.jsonl", "--timezone", "Berlin"), "'Berlin' is no time zone"),
        (("okta.jsonl", "--mapping", "none.toml"), "the mapping none.toml cannot be read"),
        (("okta.jsonl", "--json", "nowhere/x.json"), "nowhere/x.json cannot be written: there is no folder"),
        (("okta.jsonl", "--drafts", "okta.jsonl"), "drafts cannot be saved in okta.jsonl"),
    ],
)
def test_what_cannot_be_asked_is_a_usage_error(
    arguments: tuple[str, ...], said: str, tocsin: Tocsin, tmp_path: Path
) -> None:
    okta(tmp_path / "okta.jsonl")
    found = tocsin("inspect", *arguments)
    assert found.code == 2
    assert said in found.err


def test_the_json_says_what_its_page_says(tocsin: Tocsin, tmp_path: Path) -> None:
    okta(tmp_path / "okta.jsonl")
    tocsin("inspect", "okta.jsonl", "--json", "found.json")
    found = json.loads((tmp_path / "found.json").read_text())
    page = (Path(__file__).parents[2] / "docs" / "inspect.md").read_text(encoding="utf-8")
    assert list(found) == ["schema", "generated_at", "files", "passed_over", "changes"]
    for key in (*found, *found["files"][0], *found["files"][0]["formats"][0]):
        assert f"`{key}`" in page, key
