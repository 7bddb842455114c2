"""The roster of one scan is that of the next, until another is given or it is dropped."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path
from typing import Any

import pytest

from command_line import Tocsin
from okta_records import lines
from tocsin.enrich import origin
from tocsin.report.archive import answer_folder, kept_roster

PEOPLE = "account,organisation,category\nada@example.org,Lantern,media\n"


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "okta.jsonl"
    path.write_text(lines(0, 30))
    (tmp_path / "people.csv").write_text(PEOPLE)
    return path


def answer(tocsin: Tocsin, *arguments: object) -> dict[str, Any]:
    said = tocsin("scan", *arguments, "--json", "answer.json")
    assert said.code == 0, said.err
    found: dict[str, Any] = json.loads(Path("answer.json").read_text())
    return found


@pytest.mark.parametrize("store", [(), ("--store", "held")], ids=["of the paths", "named"])
def test_a_scan_without_a_roster_goes_on_with_the_last_one_and_says_so(
    tocsin: Tocsin, log: Path, store: tuple[str, ...]
) -> None:
    first = answer(tocsin, log, *store, "--roster", "people.csv")
    again = answer(tocsin, log, *store)
    assert first["coverage"]["roster"]["accounts"] == again["coverage"]["roster"]["accounts"] == 1
    assert first["notes"] == []
    (note,) = again["notes"]
    assert note.startswith("The roster is that of people.csv, read on ")
    assert note.endswith("(1 accounts): give --roster to replace it, --no-roster to drop it.")


def test_another_roster_takes_its_place_and_is_kept(tocsin: Tocsin, log: Path) -> None:
    Path("more.csv").write_text(PEOPLE + "bob@example.org,Lantern,media\n")
    answer(tocsin, log, "--store", "held", "--roster", "people.csv")
    answer(tocsin, log, "--store", "held", "--roster", "more.csv")
    assert answer(tocsin, log, "--store", "held")["coverage"]["roster"]["accounts"] == 2
    told = origin(kept_roster(Path("held")))
    assert told is not None
    assert told.file == "more.csv"


def test_a_dropped_roster_stays_dropped(tocsin: Tocsin, log: Path) -> None:
    answer(tocsin, log, "--roster", "people.csv")
    assert answer(tocsin, log, "--no-roster")["coverage"]["roster"] is None
    assert answer(tocsin, log)["coverage"]["roster"] is None


def test_giving_and_dropping_a_roster_at_once_is_refused(tocsin: Tocsin, log: Path) -> None:
    said = tocsin("scan", log, "--roster", "people.csv", "--no-roster")
    assert said.code == 2
    assert "--roster and --no-roster exclude each other" in said.err


def test_a_damaged_roster_is_said_before_the_aim_is_judged_without_it(tocsin: Tocsin, log: Path) -> None:
    answer(tocsin, log, "--store", "held", "--roster", "people.csv")
    (answer_folder(Path("held")) / "roster.parquet").write_bytes(b"PAR1 no more")
    said = tocsin("scan", log, "--store", "held")
    assert said.code == 1
    assert "give the roster again with --roster" in said.err
    assert answer(tocsin, log, "--store", "held", "--roster", "people.csv")["coverage"]["roster"]["accounts"] == 1


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such permissions")
def test_nobody_else_may_look_into_a_store(tocsin: Tocsin, log: Path) -> None:
    """A folder that was there keeps its permissions, but the roster in it is its owner's alone."""
    Path("shared").mkdir(mode=0o755)
    answer(tocsin, log, "--roster", "people.csv")
    answer(tocsin, log, "--store", "shared", "--roster", "people.csv")
    stores = [one for one in Path(".tocsin").iterdir() if one.is_dir()]
    assert [stat.S_IMODE(one.stat().st_mode) for one in stores] == [0o700]
    assert stat.S_IMODE(Path("shared").stat().st_mode) == 0o755
    roster = answer_folder(Path("shared")) / "roster.parquet"
    assert stat.S_IMODE(roster.stat().st_mode) == 0o600
    assert stat.S_IMODE((Path("shared") / "answer").stat().st_mode) == 0o700
