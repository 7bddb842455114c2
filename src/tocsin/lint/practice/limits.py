"""Proofs guessed at, and messages sent, without a limit."""

from __future__ import annotations

import ibis

from tocsin.detect.recovery_flooding import MESSAGES, WINDOW
from tocsin.detect.sliding import HOUR_MS, crowded
from tocsin.detect.words import counted
from tocsin.lint import clauses
from tocsin.lint.practice.logs import Logs, case_rows
from tocsin.lint.practice.rule import PracticeRule, recoveries

GUESSES = 10
"""Wrong codes or answers in one recovery that are borne with. NIST allows a hundred in a row at the most, which is more
than a code of six digits needs to bear."""


def _guesses(logs: Logs) -> ibis.Table:
    wrong = logs.steps.filter(logs.steps.failed)
    first = wrong.filter(wrong.is_first_of_act)
    counted = first.group_by("recovery_session_uid").aggregate(guesses=first.count())
    many = counted.filter(counted.guesses > GUESSES)
    return case_rows(wrong.semi_join(many, "recovery_session_uid"), "recovery_session_uid")


def _flood(logs: Logs) -> ibis.Table:
    sent = logs.steps.filter(logs.steps.sent, logs.steps.is_first_of_act)
    sent = sent.mutate(key=sent.provider.concat(" ", sent.account))
    return case_rows(crowded(sent, least=MESSAGES.value, within_ms=WINDOW.value * HOUR_MS), "key")


CODES = PracticeRule(
    name="practice_codes_guessed",
    title="Codes and answers were guessed at without limit",
    clauses=(clauses.ISSUED_CODES, clauses.THROTTLING, clauses.CODES_THROTTLED),
    severity="high",
    why="A code of six digits falls to patience.",
    fix="Limit wrong codes per recovery, and have a code expire after some.",
    fixes={
        "keycloak": "Realm settings > Security defenses > Brute force detection: switch it on.",
        "okta": "Security > Authenticators > Password > the policy > Lock out: set 'Lock out user after'.",
    },
    needs=("recovery_proof",),
    says=lambda cases, accounts: f"more than {GUESSES} wrong proofs in {recoveries(cases, accounts)}",
    so=f"no recovery bore more than {GUESSES} wrong proofs",
    finds=_guesses,
)

MAILS = PracticeRule(
    name="practice_messages_flood",
    title="Recovery messages were sent without limit",
    clauses=(clauses.REQUEST,),
    severity="medium",
    why="A flood of messages buries the one that matters, or wears the owner out.",
    fix="Limit recovery requests per account.",
    fixes={
        "keycloak": "Limit requests to /realms/REALM/login-actions/reset-credentials in the proxy before Keycloak.",
        "authentik": "Flows and Stages > Stages > the Email Stage: set 'Account Recovery Max Attempts' to 5.",
    },
    needs=("recovery_message",),
    says=lambda _cases, accounts: (
        f"{MESSAGES.value} messages or more within {WINDOW.value} hour to {counted(accounts, 'account')}"
    ),
    so=f"no account got {MESSAGES.value} messages within {WINDOW.value} hour",
    finds=_flood,
)
