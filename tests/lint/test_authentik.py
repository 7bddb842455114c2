"""authentik: flows put together from entries that point at each other, in blueprints and in exports."""

from __future__ import annotations

import pytest

from lint_samples import broken, changed, content, kept, results
from tocsin.lint.authentik.recovery import minutes_of
from tocsin.lint.files import decoded

EXAMPLE = b"""
version: 1
entries:
  - {model: authentik_flows.flow, id: flow, identifiers: {slug: r}, attrs: {designation: recovery}}
  - {model: authentik_stages_identification.identificationstage, id: i, identifiers: {name: i}}
  - model: authentik_stages_email.emailstage
    id: e
    identifiers: {name: e}
    attrs: {use_global_settings: true, token_expiry: 30, template: email/password_reset.html}
  - model: authentik_stages_user_write.userwritestage
    id: w
    identifiers: {name: w}
    attrs: {user_creation_mode: never_create}
  - {model: authentik_stages_user_login.userloginstage, id: l, identifiers: {name: l}}
  - {model: authentik_flows.flowstagebinding, identifiers: {target: !KeyOf flow, stage: !KeyOf i, order: 10}}
  - {model: authentik_flows.flowstagebinding, identifiers: {target: !KeyOf flow, stage: !KeyOf e, order: 20}}
  - {model: authentik_flows.flowstagebinding, identifiers: {target: !KeyOf flow, stage: !KeyOf w, order: 40}}
  - {model: authentik_flows.flowstagebinding, identifiers: {target: !KeyOf flow, stage: !KeyOf l, order: 100}}
"""
"""The shape of authentik's own example, blueprints/example/flows-recovery-email-verification.yaml."""


def test_the_flow_that_authentik_gives_as_an_example_rests_on_a_mail_and_signs_in() -> None:
    assert [(one["rule"], one["at"]) for one in broken(decoded(EXAMPLE))] == [
        ("authentik_mail_alone", "entries[2]"),
        ("authentik_signed_in_after_recovery", "entries[4]"),
    ]


def test_what_the_example_leaves_to_defaults_is_not_guessed() -> None:
    unsaid = [rule.name for rule, result in results(decoded(EXAMPLE)) if result.state == "cannot_say"]
    assert unsaid == [
        "authentik_sessions_go_on",
        "authentik_mail_limit",
        "authentik_tells_accounts",
        "authentik_shows_account",
        "authentik_mail_in_clear",
        "authentik_guessing",
        "authentik_owner_not_told",
    ]


def test_an_export_points_by_primary_keys() -> None:
    export = {
        "version": 1,
        "entries": [
            {
                "model": "authentik_flows.flow",
                "identifiers": {"pk": "f-1", "slug": "r"},
                "attrs": {"designation": "recovery"},
            },
            {"model": "authentik_stages_user_write.userwritestage", "identifiers": {"pk": "s-1"}, "attrs": {}},
            {
                "model": "authentik_flows.flowstagebinding",
                "identifiers": {"pk": "b-1", "target": "f-1", "stage": "s-1", "order": 0},
                "attrs": {},
            },
        ],
    }
    assert [(one["rule"], one["fact"]) for one in broken(export)] == [
        ("authentik_no_proof", "whoever knows a name sets a new password")
    ]


def test_a_stage_of_another_file_is_not_guessed_at() -> None:
    elsewhere = {
        "set": ["entries", 7, "identifiers", "stage"],
        "to": {"!Find": ["authentik_stages_email.emailstage", ["name", "x"]]},
    }
    raw = changed(content(kept("authentik_blueprint")), elsewhere)
    states = {rule.name: result.state for rule, result in results(raw)}
    assert states["authentik_link_lifetime"] == "cannot_say"
    assert broken(raw) == []


def test_a_blueprint_without_a_recovery_flow_says_nothing_of_one() -> None:
    raw = changed(
        content(kept("authentik_blueprint")), {"set": ["entries", 0, "attrs", "designation"], "to": "enrollment"}
    )
    states = {rule.name: result.state for rule, result in results(raw)}
    assert states["authentik_mail_alone"] == "cannot_say"
    assert broken(raw) == []


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        (30, 30.0),
        ("minutes=30", 30.0),
        ("hours=1;minutes=30", 90.0),
        ("days=1,seconds=60", 1441.0),
        ("soon", None),
        ("hours=", None),
        (True, None),
        (None, None),
        ("", None),
    ],
)
def test_durations_are_read_as_authentik_writes_them(text: object, minutes: float | None) -> None:
    assert minutes_of(text) == minutes
