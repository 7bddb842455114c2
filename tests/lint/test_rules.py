"""Each rule is broken by one fact, and kept without it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from lint_samples import KIND_NAMES, broken, changed, changes, content, kept, results
from tocsin.lint import KINDS, RULES
from tocsin.lint.rule import SEVERITIES

CASES = [(kind, change) for kind in KIND_NAMES for change in changes(kind)]
NEVER_BROKEN = {"keycloak_reset_mail_limit"}
"""Of these a file alone never tells: what stands before the product may limit it."""


@pytest.mark.parametrize("kind", KIND_NAMES)
def test_the_benign_sample_breaks_nothing(kind: str) -> None:
    assert broken(content(kept(kind))) == []


@pytest.mark.parametrize(("kind", "change"), CASES, ids=[f"{one['rule']}-{one['set'][-1]}" for _, one in CASES])
def test_one_fact_breaks_the_rule_and_no_other(kind: str, change: dict[str, Any]) -> None:
    """But for the rules that `also` names, where one fact is two faults."""
    found = broken(changed(content(kept(kind)), change))
    told = {name: change[name] for name in ("rule", "at", "value", "fact")}
    assert told in found
    assert sorted(one["rule"] for one in found) == sorted([change["rule"], *change.get("also", [])])


def test_every_rule_has_a_sample_that_breaks_it() -> None:
    assert {change["rule"] for _, change in CASES} | NEVER_BROKEN == {rule.name for rule in RULES}
    assert NEVER_BROKEN.isdisjoint(change["rule"] for _, change in CASES)


def test_every_rule_says_something_of_every_document() -> None:
    """A rule that is silent would look like one that is kept."""
    for kind in KIND_NAMES:
        said = {rule.name for rule, _ in results(content(kept(kind)))}
        assert said == {rule.name for rule in RULES if rule.kind == kind}


@pytest.mark.parametrize("rule", RULES, ids=[rule.name for rule in RULES])
def test_a_rule_is_whole(rule: Any) -> None:
    """Its name begins with the product, it cites a clause and a source, and its texts are sentences."""
    (kind,) = [one for one in KINDS if one.name == rule.kind]
    assert rule.name.startswith(f"{kind.product}_")
    assert rule.severity in SEVERITIES
    assert rule.clauses
    assert rule.source.startswith("https://")
    assert all(text.endswith((".", ")")) for text in (rule.why, rule.fix))
    assert [one.name for one in RULES].count(rule.name) == 1


def test_values_that_stand_in_a_file_are_told_as_json() -> None:
    for _, change in CASES:
        assert change["value"] == "" or json.loads(change["value"]) is not None
