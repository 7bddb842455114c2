"""A world is held side by side by everything that defenders deploy, and each answer scored in the same way."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from deployed.side_by_side import Row, document, summed, table
from peers import World, rows
from rich.console import Console

from tocsin.simulate import simulate


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> list[Row]:
    world = tmp_path_factory.mktemp("peers") / "world"
    simulate("phosphorus", seed=3, out=world, accounts=300, days=8, events=3_000)
    return list(rows(World(world, world / "store"), None))


def test_every_tool_has_a_row_and_those_that_did_not_run_say_why(measured: list[Row]) -> None:
    names = [row.peer.split(",")[0].split(":")[0] for row in measured]
    assert names == [
        "Tocsin",
        "Tocsin's detections without its campaigns",
        "CrowdSec",
        "CrowdSec",
        "Elastic",
        "Elastic",
        "Sigma value_count",
        "Sigma value_count",
        "Sigma value_count",
        "BuffaLogs",
        "Tenzir (installed)",
        "Zircolite",
    ]
    assert [row.joined is None for row in measured] == [bool(row.not_run) for row in measured]
    assert sum(row.joined is None for row in measured) == 2


def test_all_are_held_against_the_same_truth(measured: list[Row]) -> None:
    truths = {
        tuple((one.campaign, one.events_true, one.attacked_true) for one in score.campaigns)
        for row in measured
        for score in (row.joined, row.as_it_comes)
        if score is not None
    }
    assert len(truths) == 1


def test_joining_loses_nothing(measured: list[Row]) -> None:
    for row in measured:
        if row.joined and row.as_it_comes:
            pairs = zip(row.joined.campaigns, row.as_it_comes.campaigns, strict=True)
            assert all(together.events_right >= alone.events_right for together, alone in pairs)
            assert row.joined.fragments == 0


def test_the_table_and_the_file_say_the_same(measured: list[Row]) -> None:
    shown = StringIO()
    Console(width=220, file=shown).print(table(measured, "phosphorus", "side by side"))
    assert shown.getvalue().count("not run") == 2
    tool = {"name": "tocsin", "version": "0", "commit": ""}
    found = document(measured, generator=3, tool=tool, measured_on="2026-11-27", accounts=600)
    assert json.loads(json.dumps(found))["summary"]["phosphorus"]["Tocsin"] == summed(measured[:1])
    assert len(found["rows"]) == len(measured)
    assert found["summary"]["phosphorus"]["Zircolite"]["not_run"] == measured[-1].not_run
