"""The page on mapping files is true: its example, run as it stands, gives what it says."""

from __future__ import annotations

import re
import tomllib
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from typer.testing import CliRunner

from stores import rows_of
from tocsin.cli.commands import application
from tocsin.events.schema import Activity, ChannelKind, Known, Outcome, Reason
from tocsin.lake import Lake
from tocsin.sources.mapped_source import source_of
from tocsin.sources.mapping import Check, Fields, LogMapping, Rule, Time, mapping_of

PAGE = (Path(__file__).parents[1] / "docs" / "own-log.md").read_text(encoding="utf-8")


def blocks(kind: str, page: str = PAGE) -> list[str]:
    return re.findall(rf"(?ms)^```{kind}\n(.*?)^```$", page)


def _said(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="milliseconds")
    return "–" if value is None else str(value)


@pytest.fixture
def example(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the files that the page has one save, as the page has them."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.delenv("TOCSIN_STORE", raising=False)
    Path("club.jsonl").write_text(blocks("jsonl")[0], encoding="utf-8")
    Path("club.toml").write_text(blocks("toml")[0], encoding="utf-8")
    return tmp_path


def test_every_command_says_what_the_page_shows(example: Path) -> None:
    shown = [line for block in blocks("console") for line in block.splitlines()]
    assert sum(line.startswith("$ ") for line in shown) >= 1
    said: list[str] = []
    for line in shown:
        if line.startswith("$ tocsin "):
            result = CliRunner().invoke(application(), line.removeprefix("$ tocsin ").split(), catch_exceptions=False)
            assert result.exit_code == 0, result.output
            said = [one.rstrip() for one in result.output.splitlines()]
        elif line != "...":
            assert line.rstrip() in said, f"{line!r} is not in\n" + "\n".join(said)


def test_the_events_are_those_of_the_table(example: Path) -> None:
    CliRunner().invoke(application(), ["scan", "club.jsonl", "--mapping", "club.toml", "--store", "store"])
    table = [line for line in PAGE.splitlines() if re.match(r"\| (time|20\d\d-)", line)]
    head, *lines = [[cell.strip() for cell in line.strip("|").split("|")] for line in table]
    expected = [dict(zip(head, line, strict=True)) for line in lines]
    read = [
        {name: _said(row[name]) for name in head}
        for row in sorted(rows_of(example / "store"), key=lambda row: row["time"])
    ]
    assert read == expected
    assert Lake(example / "store").refusals().num_rows == 0


@pytest.mark.parametrize("text", blocks("toml"))
def test_every_mapping_of_the_page_is_taken(text: str) -> None:
    assert source_of(mapping_of(tomllib.loads(text))).columns["time"]


@pytest.mark.parametrize("struct", [LogMapping, Time, Fields, Rule, Check], ids=lambda one: one.__name__)
def test_every_key_stands_on_the_page(struct: type[msgspec.Struct]) -> None:
    known = set(re.findall(r"`\[{0,2}(\w+)\]{0,2}`", PAGE)) | set(re.findall(r"(\w+) = ", PAGE))
    assert set(struct.__struct_fields__) <= known


def test_every_word_of_a_rule_stands_on_the_page() -> None:
    for key, words in (
        ("activity", Activity),
        ("outcome", Outcome),
        ("reason", Reason),
        ("account_known", Known),
        ("channel_kind", ChannelKind),
    ):
        listed = re.search(rf"(?m)^- `{key}`: ((?:.+\n(?!- |\n))*.+)$", PAGE)
        assert listed is not None
        assert set(re.split(r",\s+", listed[1])) == {str(word) for word in words}
