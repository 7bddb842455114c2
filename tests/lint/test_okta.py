"""Okta policies: Classic Engine and Identity Engine, and what another policy decides."""

from __future__ import annotations

from typing import Any

from lint_samples import broken, changed, content, kept, results
from tocsin.lint.kinds import documents

POLICY = content(kept("okta_password_policy"))
RULE = [0, "_embedded", "rules", 0, "actions", "selfServicePasswordReset"]
CLASSIC = changed(POLICY, {"set": [*RULE, "requirement"]})


def _states(raw: Any, rule: str) -> list[tuple[str, str]]:
    return [(result.state, result.fact) for one, result in results(raw) if one.name == rule]


def test_a_rule_of_classic_engine_asks_for_one_link() -> None:
    assert _states(CLASSIC, "okta_one_proof") == [("broken", "one link or code is the only proof")]


def test_a_question_is_no_second_proof_on_classic_engine() -> None:
    asked = {"set": [0, "settings", "recovery", "factors", "recovery_question", "status"], "to": "ACTIVE"}
    assert _states(changed(CLASSIC, asked), "okta_one_proof") == [("broken", "the only second proof is a question")]


def test_what_the_account_management_policy_decides_is_not_said() -> None:
    there = {"set": [*RULE, "requirement", "accessControl"], "to": "AUTH_POLICY"}
    assert [state for state, _ in _states(changed(POLICY, there), "okta_one_proof")] == ["cannot_say"]


def test_a_policy_without_its_rules_does_not_tell_what_a_reset_asks_for() -> None:
    bare = changed(POLICY, {"set": [0, "_embedded"]})
    assert [state for state, _ in _states(bare, "okta_one_proof")] == ["cannot_say"]


def test_rules_that_were_saved_by_themselves_are_judged_as_far_as_they_tell() -> None:
    rules = POLICY[0]["_embedded"]["rules"]
    weaker = changed(rules, {"set": [0, *RULE[4:], "requirement", "stepUp", "required"], "to": False})
    assert [one["rule"] for one in broken(weaker)] == ["okta_one_proof"]
    assert [state for state, _ in _states(weaker, "okta_guessing")] == ["cannot_say"]


def test_an_inactive_policy_breaks_nothing() -> None:
    off = changed(CLASSIC, {"set": [0, "status"], "to": "INACTIVE"})
    assert broken(off) == []


def test_an_inactive_rule_breaks_nothing() -> None:
    off = changed(CLASSIC, {"set": [0, "_embedded", "rules", 0, "status"], "to": "INACTIVE"})
    assert "okta_one_proof" not in [one["rule"] for one in broken(off)]


def test_the_app_policy_decides_where_a_session_policy_is_of_identity_engine() -> None:
    session = content(kept("okta_sign_on_policy"))
    way = [0, "_embedded", "rules", 0, "actions", "signon"]
    open_ = changed(session, {"set": [*way, "requireFactor"], "to": False})
    engine = changed(open_, {"set": [*way, "primaryFactor"], "to": "PASSWORD_IDP_ANY_FACTOR"})
    assert [one["rule"] for one in broken(open_)] == ["okta_one_factor"]
    assert broken(engine) == []


def test_a_saved_organisation_is_taken_apart_into_its_policies() -> None:
    """As scripts write it: policies by type, beside much else."""
    saved = {
        "org": {"name": "Example"},
        "policies": {"PASSWORD": POLICY, "SIGN_ON": content(kept("okta_sign_on_policy"))},
    }
    found, _ = documents(saved)
    assert [(one.kind.name, one.at, one.name) for one in found] == [
        ("okta_password_policy", "policies.PASSWORD[0]", "policy Default Policy"),
        ("okta_sign_on_policy", "policies.SIGN_ON[0]", "policy Default Policy"),
        ("okta_sign_on_policy", "policies.SIGN_ON[1]", "policy Any two factors"),
    ]
