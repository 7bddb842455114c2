"""Text from logs, made safe to look at: what would be invisible is shown, what would flood is cut.

An identifier in a log is whatever an attacker typed at a sign-in form. Escaping for HTML is the template's
work and refusing markup is the terminal's; here, control characters (terminal escape sequences among them),
direction overrides and invisible characters become names that a person can read.
"""

from __future__ import annotations

import unicodedata

from tocsin.report.phrases import CATEGORY_WORDS

LIMIT = 80
"""Longest value shown: an email address is at most 254 characters and nearly always below 60."""

MARKS_IN_A_ROW = 3
"""More combining marks than a living script puts on one letter would draw over the lines around it."""

_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_MARKS = frozenset({"Mn", "Me"})


def visible(text: str | None, *, limit: int = LIMIT) -> str:
    """The text with hidden characters named as ``⟨U+202E⟩``, cut after `limit` characters; NULL as a dash."""
    if text is None:
        return "–"
    if not text:
        return "(empty)"
    shown: list[str] = []
    marks, before = 0, ""
    for character in text[:limit]:
        category = unicodedata.category(character)
        if before and _joins(character, before):
            shown.append(character)
            before = ""
            continue
        marks = marks + 1 if category in _MARKS else 0
        hidden = category in _HIDDEN or marks > MARKS_IN_A_ROW or _blank(character, category)
        shown.append(f"⟨U+{ord(character):04X}⟩" if hidden else character)
        before = "" if hidden else character
    if len(text) > limit:
        shown.append(f"… ({len(text):,} characters)")
    return "".join(shown)


def category_name(category: str, *, limit: int = LIMIT) -> str:
    """A roster's category as a label: ``media``, ``political campaigns``."""
    return visible(CATEGORY_WORDS.get(category, category), limit=limit).removeprefix("the ")


def _joins(character: str, before: str) -> bool:
    """Whether a joiner stands where spelling asks for it, as in Persian and in Indic scripts (RFC 5892,
    A.1).
    """
    if character not in "\u200c\u200d":
        return False
    return unicodedata.combining(before) == 9 or (character == "\u200c" and unicodedata.bidirectional(before) == "AL")


def _blank(character: str, category: str) -> bool:
    """Spaces other than the plain one, and letters drawn as nothing (Hangul fillers, Braille blank)."""
    return (category == "Zs" and character != " ") or character in "\u115f\u1160\u3164\uffa0\u2800"
