"""The year's text, word for word, and the published schema."""

from __future__ import annotations

import json
import runpy
from pathlib import Path

import jsonschema
import pyarrow as pa

from assessments import announced, assess, evidence_table, spray
from tocsin.attribute.judgements import Act
from tocsin.enrich import ROSTER
from tocsin.report.json import packed
from tocsin.report.statistics_words import with_words
from tocsin.share.statistics import SCHEMA, Statistics, statistics

ROOT = Path(__file__).parents[2]


def told(year: int = 2019, *, zeros: bool = False, released: bool = False) -> Statistics:
    campaign = announced()
    acts = [
        Act(at="2019-10-04T00:00:00Z", act=what, campaign=campaign.id, actor="Phosphorus", authority="microsoft",
            term="likely", likelihood="55-80%", confidence="low", by=by)
        for what, by in (("proposed", "Ada"), ("released", "Bea"))
    ]  # fmt: skip
    evidence = pa.concat_tables([evidence_table(campaign.id)])
    roster = ROSTER.empty_table()
    counts = statistics(assess([campaign, spray()]), evidence, roster, acts if released else (), year=year, zeros=zeros)
    return with_words(counts)


def test_the_text_reads_as_kept() -> None:
    assert told(zeros=True, released=True).text == [
        "This covers 1 August to 1 September 2019; what no log covers is not counted.",
        "In 2019, 1 campaign, aimed at people at risk, made 2,957 attempts on accounts, among them 2,712 attempts to"
        " identify one. 241 accounts were attacked, 4 of them compromised; 963 further accounts were only looked up.",
        "Of people on the roster, attempts went to accounts of academia (225), diaspora communities (224), the media"
        " (224), think tanks (221), political campaigns (220) and government (218).",
        "No account of political campaigns, government or think tanks was compromised.",
        "1 campaign, with 2,957 attempts: held to be Phosphorus, as named by Microsoft activity groups.",
    ]


def test_a_year_that_no_log_covers_is_not_told_as_quiet() -> None:
    assert told(2018).text == ["No log covers any of 2018: nothing can be said of it."]


def test_every_figure_has_its_rule() -> None:
    rules = {one.figure for one in told().rules}
    assert {"year", "attempts", "campaigns", "by_country", "by_actor", "hidden"} <= rules
    assert {"identification_attempts", "accounts_attacked", "accounts_compromised"} <= rules


def test_the_published_schema_is_that_of_the_types_and_the_counts_keep_it() -> None:
    path = ROOT / "docs" / "statistics.schema.json"
    assert runpy.run_path(str(ROOT / "tools" / "statistics_schema.py"))["rendered"]() == path.read_text("utf-8")
    schema = json.loads(path.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    for one in (told(), told(2018), told(zeros=True, released=True)):
        document = json.loads(packed(one))
        assert document["schema"] == SCHEMA
        assert [error.message for error in validator.iter_errors(document)] == []


def test_the_schema_refuses_a_small_cell() -> None:
    document = json.loads(packed(told()))
    document["by_category"]["media"]["accounts_attacked"] = 3
    schema = json.loads((ROOT / "docs" / "statistics.schema.json").read_text(encoding="utf-8"))
    assert not jsonschema.Draft202012Validator(schema).is_valid(document)


def test_nothing_in_the_counts_names_an_account_an_organisation_or_a_campaign() -> None:
    text = packed(told(zeros=True, released=True)).decode()
    for one in ("@", "Daily Example", announced().id, "203.0.113"):
        assert one not in text
