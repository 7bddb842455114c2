"""Microsoft Entra: what is switched off breaks nothing, and what Microsoft or an older policy decides is not said."""

from __future__ import annotations

from typing import Any

import pytest

from lint_samples import broken, changed, content, kept, results

RESET = content(kept("entra_reset"))


@pytest.mark.parametrize("rule", ["entra_one_method", "entra_questions", "entra_phone", "entra_owner_not_told"])
def test_while_nobody_resets_by_himself_nothing_of_resets_is_broken(rule: str) -> None:
    weak = RESET | {
        "numberOfAuthenticationMethodsRequired": 1,
        "securityQuestionsOptionEnabled": True,
        "mobileAppNotificationEnabled": False,
        "notifyUsersOnPasswordReset": False,
    }
    assert rule in [one["rule"] for one in broken(weak)]
    assert rule not in [one["rule"] for one in broken(weak | {"enablementType": 0})]


@pytest.mark.parametrize(
    ("kind", "rule", "change"),
    [
        ("entra_reset", "entra_one_method", {"set": ["enablementType"]}),
        ("entra_reset", "entra_one_method", {"set": ["numberOfAuthenticationMethodsRequired"]}),
        ("entra_reset", "entra_phone", {"set": ["mobileAppNotificationEnabled"]}),
        ("entra_methods", "entra_phone_methods", {"set": ["policyMigrationState"], "to": "migrationInProgress"}),
        (
            "entra_methods",
            "entra_no_repudiation",
            {"set": ["reportSuspiciousActivitySettings", "state"], "to": "default"},
        ),
        ("entra_methods", "entra_pass_reused", {"set": ["authenticationMethodConfigurations", 2]}),
        (
            "entra_access",
            "entra_open_registration",
            {
                "set": ["value", 1, "conditions", "users", "includeUsers"],
                "to": ["3ee3a9de-0a86-4e12-a287-9769accf1ba2"],
            },
        ),
    ],
)
def test_what_is_not_known_is_not_guessed(kind: str, rule: str, change: dict[str, Any]) -> None:
    found = results(changed(content(kept(kind)), change))
    assert [result.state for one, result in found if one.name == rule] == ["cannot_say"]


def test_access_policies_are_judged_together_however_they_are_listed() -> None:
    """The first of two covers nothing, and the second closes what it leaves open."""
    policies = content(kept("entra_access"))["value"]
    assert broken(policies) == []
    assert [one["rule"] for one in broken(policies[:1])] == ["entra_open_registration"]


def test_an_authentication_strength_is_a_control() -> None:
    change = {"set": ["value", 1, "grantControls"], "to": {
        "builtInControls": [], "authenticationStrength": {"id": "00000000-0000-0000-0000-000000000004"}
    }}  # fmt: skip
    assert broken(changed(content(kept("entra_access")), change)) == []


def test_a_disabled_pass_breaks_nothing() -> None:
    methods = changed(
        content(kept("entra_methods")), {"set": ["authenticationMethodConfigurations", 2, "state"], "to": "disabled"}
    )
    methods = changed(methods, {"set": ["authenticationMethodConfigurations", 2, "isUsableOnce"], "to": False})
    assert broken(methods) == []


def test_several_policies_in_one_file_are_each_found() -> None:
    both = {"authorization": content(kept("entra_authorization")), "methods": content(kept("entra_methods"))}
    assert {rule.kind for rule, _ in results(both)} == {"entra_authorization", "entra_methods"}
