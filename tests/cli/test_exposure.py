"""`tocsin exposure` as a person meets it, on exports as providers write them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from command_line import Tocsin
from tocsin.simulate import simulate

EXAMPLE = Path(__file__).parents[2] / "examples" / "exposure"


def told(path: Path) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(path.read_text())
    return answer


def test_the_example_of_the_docs(tocsin: Tocsin, tmp_path: Path) -> None:
    """docs/exposure.md shows these figures."""
    files = {name: tmp_path / f"out.{name}" for name in ("json", "html", "svg")}
    said = tocsin(
        *("exposure", EXAMPLE / "exports", "--roster", EXAMPLE / "people.csv"),
        *("--json", files["json"], "--report", files["html"], "--svg", files["svg"]),
    )
    assert (said.code, said.err) == (0, "")
    assert "about 5 of 9 would be lost by the cheapest certain way" in " ".join(said.out.split())
    assert "1 safe contact would fall with the account" in " ".join(said.out.split())
    answer = told(files["json"])
    assert answer["schema"] == "tocsin.exposure/1"
    assert answer["sources"]["records"] == {
        "Google Workspace users": 3,
        "Keycloak users of a realm export": 1,
        "Microsoft Entra authentication methods of a user": 4,
        "Microsoft Entra user registration details": 3,
        "Okta factors of a user": 2,
        "Okta users": 2,
    }
    assert answer["totals"] == {
        "accounts": 9,
        "with_certain_way": 9,
        "with_possible_way_only": 0,
        "without_way": 0,
        "attacks_in": 4.68,
        "second_steps_not_told": 0,
        "contacts_that_fall": 1,
        "hints": 2,
        "hints_matched": 2,
    }
    assert answer["channels"][0]["address"] == "desk@mail.example"
    assert answer["channels"][0]["accounts"] == ["dana@rowan.example", "eli@rowan.example", "finn@rowan.example"]
    ElementTree.fromstring(files["svg"].read_text())  # noqa: S314 - our own
    assert "6 of 9 accounts at risk fall to one mailbox or number each; the worst opens 3" in files["html"].read_text()
    for name, word in (("json", "exposure"), ("html", "page"), ("svg", "picture")):
        assert f"{word}: {files[name]}" in said.out


def test_a_roster_alone_is_enough(tocsin: Tocsin) -> None:
    said = tocsin("exposure", "--roster", EXAMPLE / "people.csv", "--rows", "2")
    assert said.code == 0
    assert "their sign-in by password is only possible" in said.out
    assert "… and 7 more accounts (--rows 9 lists them)." in said.out


def test_exports_alone_are_enough(tocsin: Tocsin) -> None:
    said = tocsin("exposure", EXAMPLE / "exports" / "google-users.json")
    assert said.code == 0
    assert "Without a roster every account of the exports counts" in said.out
    assert "dana@rowan.example" in said.out


def test_bad_records_are_shown_with_their_place_and_cost_no_other(tocsin: Tocsin, tmp_path: Path) -> None:
    users = json.loads((EXAMPLE / "exports" / "okta-users.json").read_text())
    bad = tmp_path / "okta.json"
    bad.write_text(json.dumps([users[0], {"status": "ACTIVE", "profile": {"login": 7}}, "\x1b[31mred"]))
    said = tocsin("exposure", bad, "--json", tmp_path / "out.json")
    assert said.code == 0
    assert "Not read: 2 records" in said.out
    assert f"{bad}#2" in said.out
    assert "login is no text" in said.out
    assert "\x1b[31m" not in said.out
    answer = told(tmp_path / "out.json")
    assert [one["account"] for one in answer["accounts"]] == ["jo@shores.example"]
    assert [(one["file"], one["line"], one["record"], one["reason"]) for one in answer["rejected"]] == [
        (str(bad), None, "2", "login is no text"),
        (str(bad), None, "3", "no JSON object"),
    ]


def test_the_stores_roster_and_the_channels_in_its_events_are_used(tocsin: Tocsin, tmp_path: Path) -> None:
    simulate("pivot", seed=3, out=tmp_path / "month", accounts=200, days=10)
    store = tmp_path / "store"
    scanned = tocsin(
        "scan", tmp_path / "month" / "logs", "--roster", tmp_path / "month" / "roster.csv", "--store", store
    )
    assert scanned.code == 0
    said = tocsin("exposure", "--store", store, "--json", tmp_path / "out.json")
    assert said.code == 0
    answer = told(tmp_path / "out.json")
    rostered = (tmp_path / "month" / "roster.csv").read_text().count("\n") - 1
    assert answer["totals"]["accounts"] == rostered
    assert answer["sources"]["channels_in_logs"] > 0


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        ((), 2, "nothing to look at"),
        (("missing.json",), 2, "missing.json does not exist"),
        (("--roster", "missing.csv"), 2, "the roster missing.csv cannot be read"),
        (("--roster", EXAMPLE / "people.csv", "--json", "no/such/folder.json"), 2, "there is no folder"),
        (("--store", "nothing"), 1, "there are no events in nothing"),
    ],
    ids=["nothing", "no file", "no roster", "no folder", "no store"],
)
def test_what_cannot_be_done_is_said_with_its_remedy(
    tocsin: Tocsin, arguments: tuple[object, ...], code: int, words: str
) -> None:
    said = tocsin("exposure", *arguments)
    assert said.code == code
    assert words in said.err
    assert "Traceback" not in said.err


def test_help_shows_examples(tocsin: Tocsin) -> None:
    said = tocsin("exposure", "--help")
    assert said.code == 0
    assert "tocsin exposure exports/ --roster people.csv --report exposure.html" in said.out


def test_an_empty_folder_wants_exports_of_registered_methods_and_no_logs(tocsin: Tocsin, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for folder, words in (("empty", "there is no export of registered methods in empty"), ("none", "does not exist")):
        said = tocsin("exposure", folder)
        assert (said.code, words in said.err) == (2, True)
        assert "exports of registered methods" in said.err
        assert "log" not in said.err
        assert "tocsin sources" not in said.err
