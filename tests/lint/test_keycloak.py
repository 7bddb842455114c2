"""Keycloak realms: what the default one breaks, and what cannot be said."""

from __future__ import annotations

from typing import Any

import pytest

from lint_samples import FOLDER, broken, changed, content, kept, results

DEFAULT = FOLDER / "keycloak_realm" / "default.json"


def test_a_default_realm_with_resets_switched_on_breaks_ten_rules() -> None:
    """The shape that a fresh realm exports, Keycloak 26, but for `resetPasswordAllowed`."""
    assert [(one["rule"], one["value"]) for one in broken(content(DEFAULT))] == [
        ("keycloak_unconfirmed_address", "false"),
        ("keycloak_mail_in_clear", "{}"),
        ("keycloak_mail_alone", '"reset-credential-email"'),
        ("keycloak_reset_replaces_factor", '"reset-otp"'),
        ("keycloak_signed_in_after_reset", '"force-login: not set"'),
        ("keycloak_guessing", "false"),
        ("keycloak_owner_not_told", '["jboss-logging"]'),
        ("keycloak_events_off", "false"),
        ("keycloak_admin_events_off", "false"),
        ("keycloak_refresh_token_reuse", "false"),
    ]


def test_without_self_service_resets_nothing_of_them_is_broken() -> None:
    off = changed(content(DEFAULT), {"set": ["resetPasswordAllowed"], "to": False})
    assert not {one["rule"] for one in broken(off)} & {
        "keycloak_reset_link_lifetime",
        "keycloak_mail_alone",
        "keycloak_reset_replaces_factor",
        "keycloak_signed_in_after_reset",
        "keycloak_mail_in_clear",
    }


@pytest.mark.parametrize(
    ("rule", "change"),
    [
        ("keycloak_unconfirmed_address", {"set": ["verifyEmail"]}),
        ("keycloak_reset_link_lifetime", {"set": ["actionTokenGeneratedByUserLifespan"]}),
        (
            "keycloak_reset_link_lifetime",
            {"set": ["attributes", "actionTokenGeneratedByUserLifespan.reset-credentials"], "to": "soon"},
        ),
        ("keycloak_mail_alone", {"set": ["resetPasswordAllowed"]}),
        ("keycloak_mail_alone", {"set": ["authenticationFlows"]}),
        (
            "keycloak_mail_alone",
            {"set": ["authenticationFlows", 1, "authenticationExecutions", 1, "authenticator"], "to": "our-own-proof"},
        ),
        ("keycloak_owner_not_told", {"set": ["eventsListeners"], "to": ["jboss-logging", "our-own-listener"]}),
        ("keycloak_guessing", {"set": ["failureFactor"]}),
        ("keycloak_plain_http", {"set": ["sslRequired"], "to": "sometimes"}),
        ("keycloak_events_expire", {"set": ["eventsExpiration"]}),
    ],
)
def test_what_is_not_known_is_not_guessed(rule: str, change: dict[str, Any]) -> None:
    found = results(changed(content(kept("keycloak_realm")), change))
    assert [result.state for one, result in found if one.name == rule] == ["cannot_say"]


def test_the_lifetime_for_resets_goes_before_the_general_one() -> None:
    own = {"set": ["attributes", "actionTokenGeneratedByUserLifespan.reset-credentials"], "to": "90000"}
    assert broken(changed(content(kept("keycloak_realm")), own)) == [
        {
            "rule": "keycloak_reset_link_lifetime",
            "at": 'attributes["actionTokenGeneratedByUserLifespan.reset-credentials"]',
            "value": '"90000"',
            "fact": "a reset link is good for 25 hours, 24 are allowed by mail",
        }
    ]


def test_a_link_that_is_good_for_exactly_a_day_is_allowed() -> None:
    day = {"set": ["actionTokenGeneratedByUserLifespan"], "to": 86400}
    assert broken(changed(content(kept("keycloak_realm")), day)) == []


def test_a_flow_that_contains_itself_ends() -> None:
    ring = {"set": ["authenticationFlows", 1, "authenticationExecutions", 0], "to": {
        "flowAlias": "reset with second proof", "requirement": "REQUIRED"
    }}  # fmt: skip
    assert broken(changed(content(kept("keycloak_realm")), ring)) == []


def test_the_password_of_the_mail_server_is_never_told() -> None:
    secret = changed(content(kept("keycloak_realm")), {"set": ["smtpServer", "password"], "to": "hunter2"})
    secret = changed(secret, {"set": ["smtpServer", "starttls"], "to": "false"})
    assert "hunter2" not in repr(results(secret))
