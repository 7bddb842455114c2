"""The steps of Entra self-service password reset, as `resultReason` words them.

Every step is one audit record "Self-service password reset flow activity progress". They are written before
anybody has proved anything: `initiatedBy.user` is the account that was typed in, and the address is the
requester's (trap 1).

Wordings: Microsoft's list of "allowed values for details" of the reset report (MicrosoftDocs/azure-docs,
active-directory-passwords-reporting.md), the steps in Cloud Security Alliance "Self-Service Password Reset
Abuse in Azure AD" (2023-08-09), and public lab logs. Spelling varies (cancelled, canceled) and sentences
get longer over the years, so a step is known by how its text begins or by words in it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from tocsin.sources.code_table import looked_up, quoted


@dataclass(frozen=True, kw_only=True)
class Step:
    """What one wording says. `outcome` None: as the record's own result."""

    says: str  # regular expression on the lower-case text
    activity: str
    outcome: str | None = None
    reason: str | None = None


STEPS: tuple[Step, ...] = (
    Step(says="^user submitted their user ?id", activity="recovery_start"),
    Step(
        says="user (account )?(does not|doesn.t) exist|user (account )?not found|could ?n.t find (the|this) user",
        activity="recovery_start",
        outcome="failure",
        reason="unknown_account",
    ),
    Step(
        says="^password reset (is not|isn.t) enabled for this user|^password reset has been disabled"
        "|^user does not have a license|insufficient authentication methods|not a member of the password"
        " reset users"
        "|^user.s password is managed on-premises",
        activity="recovery_start",
        outcome="failure",
        reason="not_enrolled",
    ),
    Step(says="device without cookies", activity="recovery_start", outcome="failure", reason="other"),
    Step(says="too many|blocked for 24 hours", activity="recovery_proof", outcome="failure", reason="locked"),
    Step(says="^user was presented with verification options", activity="identify"),
    # The form is left: it is a proof left undone only where the text says that a verification had begun.
    Step(
        says="^user (cancell?ed|abandoned).*(verification|questions)|^user contacted an admin after",
        activity="recovery_proof",
        outcome="unknown",
        reason="cancelled",
    ),
    Step(
        says="^user (cancell?ed|abandoned) (before|while) (submitting|selecting) a new password",
        activity="recovery_proof",
        outcome="unknown",
        reason="cancelled",
    ),
    Step(says="^user (cancell?ed|abandoned)", activity="identify", outcome="unknown", reason="cancelled"),
    Step(says="^user started the .*(verification|questions)", activity="recovery_message"),
    Step(says="^user (completed|passed) ", activity="recovery_proof"),
    Step(
        says="fuzzypolicy|password.*(does ?n.t|does ?not) ?comply|password.*policy|banned password",
        activity="recovery_complete",
        outcome="failure",
        reason="policy",
    ),
    Step(
        says="on-premises password|^onpremises",
        activity="recovery_complete",
        outcome="failure",
        reason="other",
    ),
    # The new password is typed in; whether it was taken, a later record says.
    Step(says="^user submitted a new password", activity="recovery_complete", outcome="unknown"),
    Step(says="successfully reset|successfully completed reset", activity="recovery_complete"),
    # The password stays as it was.
    Step(says="successfully unlocked", activity="recovery_proof"),
    Step(
        says="incorrect|invalid|wrong|(failed|denied|did not|could not).*(verif|code|question|call|notification)",
        activity="recovery_proof",
        outcome="failure",
        reason="wrong_proof",
    ),
)

METHODS = (
    "email",
    "mobile SMS",
    "mobile voice call",
    "office voice call",
    "mobile app notification",
    "mobile app code",
    "security questions",
)

WORDINGS: tuple[str, ...] = (
    "User submitted their user ID",
    "User was presented with verification options",
    "Password reset is not enabled for this user",
    "User's account has insufficient authentication methods defined. Add authentication info to resolve this",
    "User cancelled before passing the required authentication methods",
    "User cancelled before submitting a new password",
    "User completed all verification steps required",
    "User submitted a new password",
    "User successfully reset password",
    "Successfully completed reset.",
    "FuzzyPolicyViolationInvalidPassword",
    "PasswordDoesnotComplyFuzzyPolicy",
    *(f"User started the {method} verification option" for method in METHODS),
    *(f"User completed the {method} verification option" for method in METHODS),
)
"""Whole texts that nearly every record has: looked up at once, where the expressions above would be"
" tried in turn."""

CHANNELS = (
    ("security question", "question"),
    ("email", "email"),
    ("sms", "sms"),
    ("voice", "voice"),
    ("phone call", "voice"),
    ("office phone", "voice"),
    ("mobile phone", "sms"),
    ("phone number", "sms"),
    ("mobile app", "app"),
    ("authenticator", "app"),
    ("software oath", "app"),
    ("passkey", "key"),
    ("fido", "key"),
    ("security key", "key"),
    ("questions option", "question"),
)
"""Words in a step's text -> the channel it went over; the first that matches."""


def step_number(text: str) -> str:
    """SQL that gives the number in `STEPS`, from 1, of the lower-case SQL `text`; NULL for a wording"
    " nobody listed."""
    known = {wording.lower(): str(_number(wording.lower())) for wording in WORDINGS}
    tried = " ".join(
        f"WHEN regexp_matches({text}, {quoted(one.says)}) THEN {number}" for number, one in enumerate(STEPS, 1)
    )
    return (
        f"CASE WHEN {text} IS NULL THEN NULL"
        f" ELSE coalesce(CAST({looked_up(text, known)} AS INTEGER), CASE {tried} END) END"
    )


def step(column: str, number: str) -> str:
    """SQL that gives `activity`, `outcome` or `reason` of the step with the SQL `number`.

    NULL for no step, and for an outcome that the record's own result tells.
    """
    values = (getattr(one, column) for one in STEPS)
    listed = ", ".join("NULL" if value is None else quoted(value) for value in values)
    return f"list_extract([{listed}], {number})"


def channel(text: str) -> str:
    """SQL that gives the channel named in the SQL `text` (lower case), or NULL."""
    branches = " ".join(f"WHEN contains({text}, {quoted(word)}) THEN {quoted(kind)}" for word, kind in CHANNELS)
    return f"CASE WHEN {text} IS NULL THEN NULL {branches} END"


def _number(text: str) -> int:
    return next(number for number, one in enumerate(STEPS, 1) if re.search(one.says, text))
