"""A whole scan of a small world keeps the contract of its answer, and every number can be counted again."""

from __future__ import annotations

import json
import runpy
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tocsin.assess import Earlier
from tocsin.assess.assessment import EVIDENCE_ROLES
from tocsin.assess.evidence import EVIDENCE
from tocsin.assess.history_rows import by_campaign
from tocsin.enrich import digest
from tocsin.pipeline import Case, run
from tocsin.report import FIGURES, derive
from tocsin.report.figures import CATEGORY_FIGURES
from tocsin.report.json import to_json

ROOT = Path(__file__).parents[2]
SCHEMA = ROOT / "docs" / "assessment.schema.json"


@pytest.fixture(scope="module")
def answer(scanned_case: Case) -> dict[str, Any]:
    """The JSON as others read it."""
    plain: dict[str, Any] = json.loads(to_json(scanned_case.assessment))
    return plain


def test_the_published_schema_is_that_of_the_types() -> None:
    tool = runpy.run_path(str(ROOT / "tools" / "assessment_schema.py"))
    assert SCHEMA.read_text(encoding="utf-8") == tool["rendered"](), "run `make docs`"


def test_the_answer_keeps_the_published_schema(answer: dict[str, Any]) -> None:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    assert [error.message for error in jsonschema.Draft202012Validator(schema).iter_errors(answer)] == []


def test_the_members_of_the_contract_are_there(answer: dict[str, Any]) -> None:
    assert answer["schema"] == "tocsin.assessment/1"
    assert {"generated_at", "window", "coverage", "campaigns"} <= answer.keys()
    (source, *_), (campaign, *_) = answer["coverage"]["sources"], answer["campaigns"]
    assert {"provider", "tenant", "files", "events", "duplicates", "rejected", "first", "last", "gaps"} <= source.keys()
    assert {"id", "first_seen", "last_seen", "detected_at", "verdict", "counts", "by_category"} <= campaign.keys()
    assert {"accounts", "infrastructure", "techniques", "targeting", "attribution"} <= campaign.keys()
    assert campaign["counts"].keys() == {figure.name for figure in FIGURES}


def test_the_coverage_is_what_the_store_holds(scanned_case: Case, answer: dict[str, Any]) -> None:
    sources = answer["coverage"]["sources"]
    rows = [pq.read_metadata(file).num_rows for file in scanned_case.lake.event_files()]
    assert sum(source["events"] for source in sources) == sum(rows) == scanned_case.intake.events
    assert sum(source["duplicates"] for source in sources) == scanned_case.intake.duplicates
    assert sum(source["rejected"] for source in sources) == scanned_case.intake.rejected == 0
    assert answer["window"]["start"] == min(source["first"] for source in sources)
    assert answer["window"]["end"] == max(source["last"] for source in sources)


def test_a_campaign_lies_in_the_window_and_is_raised_after_it_began(answer: dict[str, Any]) -> None:
    for campaign in answer["campaigns"]:
        assert answer["window"]["start"] <= campaign["first_seen"] <= campaign["last_seen"] <= answer["window"]["end"]
        assert campaign["detected_at"] is None or campaign["detected_at"] > campaign["first_seen"]


def test_the_counts_are_cumulative_and_those_of_the_accounts(answer: dict[str, Any]) -> None:
    for campaign in answer["campaigns"]:
        counts = campaign["counts"]
        stages = [account["stage"] for account in campaign["accounts"]]
        assert counts["accounts_compromised"] == stages.count("compromised")
        assert counts["accounts_attacked"] == stages.count("attacked") + stages.count("compromised")
        assert counts["accounts_probed"] == stages.count("probed")
        named = [account for account in campaign["accounts"] if account["category"]]
        for category, held in campaign["by_category"].items():
            reached = [account["stage"] for account in named if account["category"] == category]
            assert held["compromised"] == reached.count("compromised")
            assert held["attacked"] == reached.count("attacked") + reached.count("compromised")
            assert held["probed"] == reached.count("probed")


def test_every_figure_is_counted_again_from_its_evidence(scanned_case: Case) -> None:
    assert scanned_case.assessment.campaigns
    for campaign in scanned_case.assessment.campaigns:
        names = [figure.name for figure in FIGURES]
        names += [f"{name}.{category}" for name in CATEGORY_FIGURES for category in campaign.by_category]
        derived = [derive(campaign, name, scanned_case.evidence) for name in names]
        assert [(one.figure.name, one.category) for one in derived if not one.agrees] == []


def test_the_evidence_has_the_contract_s_columns_and_every_row_is_an_event_of_the_store(scanned_case: Case) -> None:
    evidence = scanned_case.evidence
    assert evidence.schema.names[:4] == ["campaign_id", "event_uid", "provider", "role"]
    assert evidence.schema.equals(EVIDENCE)
    assert set(evidence["role"].to_pylist()) <= set(EVIDENCE_ROLES)
    assert set(evidence["campaign_id"].to_pylist()) == {one.id for one in scanned_case.assessment.campaigns}
    keys = ["provider", "event_uid", "raw_ref"]
    files = scanned_case.lake.event_files()
    held = pa.concat_tables([pq.read_table(file, columns=keys, partitioning=None) for file in files])
    assert triples(evidence.select(keys)) <= triples(held)


def triples(table: pa.Table) -> set[tuple[object, ...]]:
    return set(zip(*table.to_pydict().values(), strict=True))


def test_a_raw_reference_leads_to_the_record(scanned_case: Case) -> None:
    """Of logs with a record a line, the line named holds the event's id."""
    looked_up = 0
    for row in scanned_case.evidence.to_pylist():
        file, _, line = row["raw_ref"].rpartition(":")
        if file.endswith(".jsonl") and line.isdigit():
            record = Path(file).read_text(encoding="utf-8").splitlines()[int(line) - 1]
            assert row["event_uid"].split("/")[0] in record
            looked_up += 1
            if looked_up == 20:
                break
    assert looked_up


def test_the_same_scan_again_gives_the_same_answer(scanned_case: Case) -> None:
    left = Earlier(
        assessment=scanned_case.assessment,
        evidence=scanned_case.evidence,
        history=by_campaign(scanned_case.changes),
        roster=digest(scanned_case.roster),
    )
    again = run(Case(settings=scanned_case.settings, now=scanned_case.now, before=left))
    assert again.intake.events == 0
    assert msgspec.to_builtins(again.assessment) == msgspec.to_builtins(scanned_case.assessment)
    assert again.evidence.equals(scanned_case.evidence)
    assert again.changes == []
