"""What each method stops, as published: the one table that costs and rankings rest on.

Doerfler, Thomas, Marincenko, Ranieri, Jiang, Moscicki and McCoy, "Evaluating Login Challenges as a Defense Against
Account Takeover" (WWW 2019, doi 10.1145/3308558.3313481), measured at Google how many of over 350,000 real hijacking
attempts each challenge stopped. The shares for targeted attacks are in the account of it that two of the authors gave
(Google Security Blog, 17 May 2019). An attempt met its challenge after the password or in an account recovery, so what
has no challenge stops nothing. Where a method has no published share of its own, `taken_from` names the one whose share
it is given, and why; such a share is shown as taken.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

PAPER = "Doerfler et al., WWW 2019, https://research.google/pubs/evaluating-login-challenges-as-a-defense-against-account-takeover/"
BLOG = "Google Security Blog, 17 May 2019, https://security.googleblog.com/2019/05/new-research-how-effective-is-basic.html"


class Kind(StrEnum):
    """What an attacker has to take."""

    PASSWORD = "password"  # noqa: S105 - a word of the vocabulary
    MAILBOX = "mailbox"  # of which nothing more is known
    PHONE = "phone"  # a number: text messages and calls
    QUESTION = "question"  # a security question
    PROMPT = "prompt"  # on the owner's device: tap, or the number shown
    APP_CODE = "app_code"  # a code from an authenticator app
    TOKEN_CODE = "token_code"  # noqa: S105 - a code from a hardware token
    SAVED_CODE = "saved_code"  # backup codes
    KEY = "key"  # security key, passkey, or a key in the owner's device
    STEP = "step"  # a second step whose kind the export does not tell
    PASS = "pass"  # noqa: S105 - a temporary access pass
    CONTACT = "contact"  # a person who vouches
    OTHER = "other"


@dataclass(frozen=True, kw_only=True)
class Effect:
    """Shares of attempts that were stopped, 0 to 1."""

    words: str
    targeted: float
    phishing: float
    bots: float
    source: str
    taken_from: Kind | None = None  # no share of its own was published

    @property
    def published(self) -> bool:
        return self.taken_from is None


def _taken(words: str, kind: Kind, why: str) -> Effect:
    one = _PUBLISHED[kind]
    return Effect(words=words, targeted=one.targeted, phishing=one.phishing, bots=one.bots, source=why, taken_from=kind)


_PUBLISHED = {
    Kind.PASSWORD: Effect(
        words="password",
        targeted=0.0,
        phishing=0.0,
        bots=0.0,
        source=f"where the study begins: an attempt that meets a challenge holds the password ({PAPER})",
    ),
    Kind.PHONE: Effect(words="code to a phone number", targeted=0.76, phishing=0.96, bots=1.0, source=BLOG),
    Kind.PROMPT: Effect(words="prompt on the owner's device", targeted=0.90, phishing=0.99, bots=1.0, source=BLOG),
    Kind.KEY: Effect(words="security key or passkey", targeted=1.0, phishing=1.0, bots=1.0, source=BLOG),
    Kind.QUESTION: Effect(
        words="security question",
        targeted=0.10,
        phishing=0.10,
        bots=0.73,
        source=f"lowest of the knowledge challenges, {PAPER}; of targeted attacks the weakness is told ({BLOG}), no"
        " share: that for phishing stands",
    ),
}

_LIKE_ONE_SENT = "a code that its owner can be made to pass on, like one sent"

EFFECTS: dict[Kind, Effect] = {
    **_PUBLISHED,
    Kind.MAILBOX: _taken(
        "mailbox outside", Kind.PASSWORD, "nothing is known of what protects it, so it may be a password alone"
    ),
    Kind.APP_CODE: _taken("code from an app", Kind.PHONE, _LIKE_ONE_SENT),
    Kind.TOKEN_CODE: _taken("code from a token", Kind.PHONE, _LIKE_ONE_SENT),
    Kind.SAVED_CODE: _taken("saved backup code", Kind.PHONE, _LIKE_ONE_SENT),
    Kind.STEP: _taken("second step of unknown kind", Kind.PHONE, "the weakest of the steps that providers offer"),
    Kind.PASS: _taken("temporary access pass", Kind.PASSWORD, "a password for a while"),
    Kind.CONTACT: _taken("person who vouches", Kind.QUESTION, "nothing is published, so the lowest share stands"),
    Kind.OTHER: _taken("other method", Kind.QUESTION, "nothing is published, so the lowest share stands"),
}
"""One row a kind; docs/exposure.md shows it."""

NEVER = 64.0
"""Cost of what stopped every attempt of the study: dearer than any sum of others, and still a number."""


def success(kind: Kind) -> float:
    """The share of targeted attacks that got past it."""
    return round(1.0 - EFFECTS[kind].targeted, 4)


def cost(share: float) -> float:
    """Costs add where shares multiply: -log2 of the share of attacks that get past."""
    return -math.log2(share) if share > 0 else NEVER
