"""What an answer says of the rules that it rests on: in sentences, with the numbers."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from tocsin.detect.sigma import RuleSet, Said, notes_on, read_rules
from tocsin.sources import SOURCES

RULE = "title: {0}\nlogsource: {{product: okta}}\ndetection: {{it: {{eventType: a}}, condition: {1}}}\n---\n"


@pytest.fixture
def rules(tmp_path: Path) -> RuleSet:
    bad = "".join(RULE.format(f"bad {number}", "that") for number in range(7))
    (tmp_path / "rules.yml").write_text(RULE.format("good", "it") + bad, encoding="utf-8")
    return read_rules([tmp_path], SOURCES)


def noted(
    rules: RuleSet,
    *said: Said,
    formats: Mapping[str, int] | None = None,
    without: Mapping[str, int] | None = None,
    read_again: int = 0,
) -> list[str]:
    """The notes behind the one on rules that cannot be run."""
    notes = notes_on(rules, said, formats=formats or {}, without=without or {}, read_again=read_again)
    return list(notes)[1:]


def test_the_first_rules_that_cannot_be_run_are_named_and_the_others_counted(rules: RuleSet) -> None:
    (note,) = notes_on(rules, [], formats={}, without={}, read_again=0)
    assert note.startswith("7 Sigma rules cannot be run: bad 0 (Detection 'that' not defined in detections); bad 1 (")
    assert note.endswith("; and 2 more: `tocsin sigma` lists them.")


def test_events_whose_fields_were_not_read_are_counted(rules: RuleSet) -> None:
    """Other logs' events, of which no rule asks anything, are not."""
    assert noted(rules, without={"okta_system_log": 1200, "okta_eventbridge": 34, "google_activity": 5}) == [
        "1,234 events of Okta System Log could not be asked by Sigma rules: the fields that these name were not read"
        " when the events were, and the files are no longer there."
    ]


def test_events_in_a_format_without_the_names_are_counted(rules: RuleSet) -> None:
    assert noted(rules, formats={"ocsf_okta": 1, "okta_system_log": 9}) == [
        "1 event of Okta System Log came in a format without the provider's own field names, so Sigma rules that name"
        " these could not be asked of them."
    ]


def test_a_rule_with_hundreds_of_findings_is_told(rules: RuleSet) -> None:
    (good,) = rules.rules
    assert noted(rules, Said(rule=good, events=900, findings=500)) == []
    assert noted(rules, Said(rule=good, events=900, findings=501)) == [
        "The Sigma rule good has 501 findings: a correlation over it, or a filter, would say more."
    ]


def test_files_that_were_read_once_more_are_counted(rules: RuleSet) -> None:
    assert noted(rules, read_again=2) == [
        "2 files that had been read before were read once more, for fields that the Sigma rules name."
    ]
