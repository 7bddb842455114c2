"""A tool's files are read, scored, summed up and written as documented."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import labels
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from results import World, by_scenario, document, table, written
from rich.console import Console
from score import main, score
from scorer import CampaignScore, WorldScore

from tocsin.simulate import simulate

ONE = CampaignScore(
    campaign="spray",
    match="c1",
    events_found=8,
    events_true=10,
    events_right=6,
    attacked_found=2,
    attacked_true=4,
    attacked_right=2,
    compromised_missed=0,
    compromised_extra=0,
    attempts_found=3,
    attempts_true=3,
    split=False,
    verdict_found="targeted",
    verdict_true="targeted",
    days_to_detection=2.0,
    tries_before=0.25,
    chains_true=1,
    chains_right=1,
)
MISSED = replace(
    ONE, match=None, events_found=0, events_right=0, attacked_found=0, attacked_right=0, compromised_missed=2,
    verdict_found=None, days_to_detection=None, tries_before=None, chains_right=0,
)  # fmt: skip


def world(
    seed: int, *campaigns: CampaignScore, scenario: str = "spray", false_targeted: int = 0, chains_false: int = 0
) -> World:
    whole = WorldScore(
        campaigns=campaigns,
        merged=0,
        fragments=1,
        false=2,
        false_targeted=false_targeted,
        chains_false=chains_false,
    )
    return World(scenario=scenario, seed=seed, records=100, generator=2, score=whole)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("world")
    simulate("spray", seed=3, out=out, accounts=400, days=10, events=500)
    return out


@pytest.fixture(scope="module")
def perfect(made: Path) -> tuple[dict[str, Any], list[dict[str, str]]]:
    """The truth itself, handed in as an answer."""
    truth = json.loads((made / "truth" / "truth.json").read_bytes())
    campaigns = [{**one, "detected_at": one["last_seen"]} for one in truth["campaigns"]]
    rows = pq.read_table(made / "truth" / "events.parquet").select(["campaign_id", "event_uid", "provider"]).to_pylist()
    return {"campaigns": campaigns}, rows


def test_scenarios_are_summed_over_their_records_and_misses_count() -> None:
    summary = by_scenario(
        [world(1, ONE), world(2, MISSED), world(1, scenario="quiet", false_targeted=1, chains_false=1)]
    )
    assert summary == {
        "spray": {
            "worlds": 2,
            "campaigns": 2,
            "campaigns_found": 1,
            "events_precision": 0.75,
            "events_recall": 0.3,
            "attacked_precision": 1.0,
            "attacked_recall": 0.25,
            "compromised_exact": 1,
            "compromised_missed": 2,
            "compromised_extra": 0,
            "merged": 0,
            "split": 0,
            "fragments": 2,
            "verdict_right": 1,
            "false": 4,
            "false_targeted": 0,
            "chains": 2,
            "chains_found": 1,
            "chains_false": 0,
            "days_to_detection_median": 2.0,
            "tries_before_median": 0.25,
        },
        "quiet": {
            "worlds": 1,
            "campaigns": 0,
            "campaigns_found": 0,
            "events_precision": None,
            "events_recall": None,
            "attacked_precision": None,
            "attacked_recall": None,
            "compromised_exact": 0,
            "compromised_missed": 0,
            "compromised_extra": 0,
            "merged": 0,
            "split": 0,
            "fragments": 1,
            "verdict_right": 0,
            "false": 2,
            "false_targeted": 1,
            "chains": 0,
            "chains_found": 0,
            "chains_false": 1,
            "days_to_detection_median": None,
            "tries_before_median": None,
        },
    }


def test_a_results_file_says_which_versions_it_comes_from(tmp_path: Path) -> None:
    tool = {"name": "bell", "version": "1", "commit": "abc"}
    found = document([world(1, ONE), world(2)], tool=tool, measured_on="2026-03-01", accounts=3_000)
    path = written(tmp_path, found)
    assert path.name == "bell-2026-03-01-g2-s1-3000.json"
    read = json.loads(path.read_text())
    assert {name: read[name] for name in ("schema", "generator", "scorer", "tool")} == {
        "schema": "tocsin.benchmark/1",
        "generator": 2,
        "scorer": 1,
        "tool": tool,
    }
    assert [(one["scenario"], one["seed"], len(one["campaigns"])) for one in read["worlds"]] == [
        ("spray", 1, 1),
        ("spray", 2, 0),
    ]
    assert read["worlds"][0]["campaigns"][0]["events_right"] == 6


def test_worlds_of_different_generators_are_not_put_into_one_file() -> None:
    worlds = [world(1), replace(world(2), generator=1)]
    with pytest.raises(ValueError, match="too many values"):
        document(worlds, tool={"name": "bell"}, measured_on="2026-03-01", accounts=3_000)


@pytest.mark.parametrize("form", ["parquet", "lines", "array"])
def test_the_truth_as_an_answer_is_perfect_in_every_form(
    made: Path, perfect: tuple[dict[str, Any], list[dict[str, str]]], tmp_path: Path, form: str
) -> None:
    assessment, rows = tmp_path / "answer.json", tmp_path / ("e.parquet" if form == "parquet" else "e.json")
    assessment.write_text(json.dumps(perfect[0]))
    if form == "parquet":
        pq.write_table(pa.Table.from_pylist(perfect[1]), rows)
    elif form == "lines":
        rows.write_text("".join(json.dumps(row) + "\n" for row in perfect[1]))
    else:
        rows.write_text(json.dumps(perfect[1]))
    (one,) = score(made, assessment, rows).score.campaigns
    assert one.events_right == one.events_found == one.events_true == len(perfect[1])
    assert one.attacked_right == one.attacked_found == one.attacked_true > 0
    assert (one.compromised_missed, one.compromised_extra, one.verdict_found) == (0, 0, "targeted")
    assert one.attempts_found == one.attempts_true
    assert one.tries_before == 1.0


def test_what_a_tool_does_not_say_is_left_open(made: Path) -> None:
    (bare,) = labels.answer({"campaigns": [{"id": "c1"}]}, [])
    assert (bare.verdict, bare.attempts, bare.detected_at) == ("undetermined", None, None)
    assert bare.events == bare.attacked == frozenset()


def test_the_command_prints_the_score(
    made: Path,
    perfect: tuple[dict[str, Any], list[dict[str, str]]],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "a.json").write_text(json.dumps(perfect[0]))
    (tmp_path / "e.json").write_text(json.dumps(perfect[1]))
    asked = [str(made), "--assessment", str(tmp_path / "a.json"), "--evidence", str(tmp_path / "e.json")]
    main([*asked, "--json"])
    printed = json.loads(capsys.readouterr().out)
    assert printed["summary"]["events_recall"] == printed["summary"]["attacked_recall"] == 1.0
    main(asked)
    assert "spray 3" in capsys.readouterr().out


def test_the_table_has_a_row_for_every_campaign_and_for_a_world_without(capsys: pytest.CaptureFixture[str]) -> None:
    Console(width=200).print(table([world(1, ONE, MISSED), world(2, scenario="quiet")], "bell"))
    shown = capsys.readouterr().out
    assert shown.count("spray 1") == 2
    assert shown.count("quiet 2") == 1
    assert "0.750 / 0.600" in shown


def test_only_completed_recoveries_with_both_halves_are_chains() -> None:
    whole: dict[str, Any] = {
        "primary": "Ada@a.example",
        "secondary": "ada@mail.example",
        "how": "secondary_taken",
        "completed_at": "2026-03-01T00:00:00Z",
        "first": [{}],
        "second": [{}],
    }
    less: list[dict[str, Any]] = [
        {"how": "channel_shared"},
        {"completed_at": None},
        {"first": []},
        {"second": []},
    ]
    told = {
        "id": "c1",
        "chains": [whole, *({**whole, "primary": f"{n}@a.example"} | one for n, one in enumerate(less))],
    }
    added = {**whole, "primary": "eve@a.example", "how": "channel_added", "secondary": None}
    (one,) = labels.answer({"campaigns": [told | {"chains": [*told["chains"], added]}]}, [])
    assert one.chains == {("ada@a.example", "ada@mail.example"), ("eve@a.example", "")}
