"""Every activity and outcome against the counting rules (docs/counting.md)."""

from __future__ import annotations

import pytest

from tocsin.assess.roles import STAGE_OF_ROLE, STAGE_ORDER, role
from tocsin.events import Activity, Outcome, Reason

OUTCOMES = (Outcome.SUCCESS, Outcome.FAILURE, Outcome.UNKNOWN)
ROLES = {"I": "identification", "A": "attack", "C": "access", "P": "persistence", "-": None}

# Letters: success, failure, unknown.
TABLE = """
                    exists, left there    exists, went on    does not exist
    identify              I I I               A A A              - I I
    recovery_start        I I I               A A A              - I I
    recovery_message      I I I               A A A              - I I
    recovery_proof        A A A               A A A              - - -
    recovery_complete     C A A               C A A              - - -
    sign_in               C A -               C A -              - I I
    challenge             C A A               C A A              - - -
    session_use           C - -               C - -              - - -
    credential_change     P - P               P - P              - - -
    factor_change         P - P               P - P              - - -
    channel_change        P - P               P - P              - - -
    mailbox_rule          P - P               P - P              - - -
    consent               P - P               P - P              - - -
    session_end           - - -               - - -              - - -
    profile_change        - - -               - - -              - - -
    provider_verdict      - - -               - - -              - - -
    admin_act             - - -               - - -              - - -
    other                 - - -               - - -              - - -
"""
LINES = [line.split() for line in TABLE.strip().splitlines()[1:]]


def test_the_table_holds_every_activity() -> None:
    assert sorted(line[0] for line in LINES) == sorted(Activity)


@pytest.mark.parametrize("line", LINES, ids=[line[0] for line in LINES])
def test_an_event_has_the_role_that_the_rules_give_it(line: list[str]) -> None:
    activity, *letters = line
    cases = [
        (exists, continued, outcome)
        for exists, continued in ((True, False), (True, True), (False, False))
        for outcome in OUTCOMES
    ]
    found = [
        role(activity=activity, outcome=outcome, reason=None, exists=exists, continued=continued)
        for exists, continued, outcome in cases
    ]
    assert found == [ROLES[letter] for letter in letters]


@pytest.mark.parametrize(
    ("reason", "outcome", "expected"),
    [
        (Reason.FIRST_FACTOR, Outcome.SUCCESS, "attack"),  # right password, no control yet
        (Reason.MFA_REQUIRED, Outcome.FAILURE, "attack"),
        (Reason.WRONG_PASSWORD, Outcome.FAILURE, "attack"),
        (Reason.LOCKED, Outcome.FAILURE, "attack"),
        (Reason.INTERRUPT, Outcome.FAILURE, None),  # a step of the form, not a refusal
        (Reason.CANCELLED, Outcome.FAILURE, None),
    ],
)
def test_the_reason_of_a_sign_in_can_change_what_it_shows(
    reason: Reason, outcome: Outcome, expected: str | None
) -> None:
    assert role(activity="sign_in", outcome=outcome, reason=reason, exists=True, continued=False) == expected


def test_every_role_proves_a_stage() -> None:
    assert STAGE_OF_ROLE == {
        "identification": "probed",
        "attack": "attacked",
        "access": "compromised",
        "persistence": "compromised",
    }
    assert set(STAGE_OF_ROLE.values()) == set(STAGE_ORDER)
