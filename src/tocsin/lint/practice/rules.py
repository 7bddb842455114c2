"""Every rule about practice, in the order in which they are told."""

from __future__ import annotations

from tocsin.lint.practice import lifetimes, limits, new_channel, notices, sessions, weak_proofs
from tocsin.lint.practice.rule import PracticeRule

PRACTICE_RULES: tuple[PracticeRule, ...] = (
    new_channel.RULE,
    lifetimes.RULE,
    limits.CODES,
    notices.RULE,
    sessions.RULE,
    weak_proofs.QUESTIONS,
    weak_proofs.PHONES,
    limits.MAILS,
)
