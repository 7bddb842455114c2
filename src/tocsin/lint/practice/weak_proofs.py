"""Recoveries completed with an answer about the owner, or over the telephone alone."""

from __future__ import annotations

import ibis

from tocsin.lint import clauses
from tocsin.lint.practice.logs import Logs, of_completed, proofs_of_completed
from tocsin.lint.practice.rule import PracticeRule, recoveries


def _questions(logs: Logs) -> ibis.Table:
    known = proofs_of_completed(logs)
    return of_completed(logs, known.filter(known.questions > 0).select("recovery_session_uid"))


def _phones(logs: Logs) -> ibis.Table:
    known = proofs_of_completed(logs)
    alone = known.filter(known.proofs > 0, known.phones == known.proofs, known.nameless == 0)
    return of_completed(logs, alone.select("recovery_session_uid"))


QUESTIONS = PracticeRule(
    name="practice_questions_restore",
    title="Answers about the owner restored accounts",
    clauses=(clauses.METHODS, clauses.NO_QUESTIONS, clauses.QUESTIONS),
    severity="medium",
    why="Answers stand in profiles and registers; they are a proof for whoever looks them up.",
    fix="Take security questions out of recovery.",
    fixes={
        "entra": "Entra admin center > Password reset > Authentication methods: take 'Security questions' out.",
        "okta": "Security > Authenticators > Password: take 'Security Question' out of account recovery.",
    },
    needs=("recovery_proof", "recovery_completed"),
    says=lambda cases, accounts: f"{recoveries(cases, accounts)} took an answer about the owner",
    so="no recovery took an answer about the owner",
    finds=_questions,
)

PHONES = PracticeRule(
    name="practice_phone_alone",
    title="A telephone alone restored accounts",
    clauses=(clauses.TWO_PROOFS, clauses.PHONE),
    severity="medium",
    why="Numbers are moved to another card by a call to the carrier.",
    fix="Ask for a second proof beside the code by telephone, and offer something stronger.",
    fixes={
        "entra": "Entra admin center > Password reset > Authentication methods: require 2 methods, and add"
        " 'Mobile app notification'.",
        "okta": "Security > Authenticators > Password > edit the policy's rule: ask for additional verification.",
    },
    needs=("recovery_proof", "recovery_completed"),
    says=lambda cases, accounts: f"{recoveries(cases, accounts)} rested on a telephone alone",
    so="no recovery rested on a telephone alone",
    finds=_phones,
)
