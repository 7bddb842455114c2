"""Patterns, opinions and confidence in STIX's own words."""

from __future__ import annotations

import re

from tocsin.share.shareable import Named

CONFIDENCE = {"low": 15, "moderate": 50, "medium": 50, "high": 85}
"""STIX 2.1, appendix A: None / Low / Med / High."""

OPINIONS = (
    (95, "strongly-agree"),
    (55, "agree"),
    (45, "neutral"),
    (5, "disagree"),
    (0, "strongly-disagree"),
)
"""From the lower end of ICD 203's band, in per cent: almost certain; likely and very likely; roughly even; unlikely and
very unlikely; almost no chance."""


def pattern_of(kind: str, value: str) -> str:
    """A comparison of the value; quotes and backslashes written as STIX patterns want them (section 9.6)."""
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"[{kind}:value = '{escaped}']"


def confidence_of(word: str | None) -> int | None:
    return CONFIDENCE.get((word or "").strip().lower())


def opinion_of(name: Named) -> str | None:
    """None where the likelihood says no band."""
    found = re.search(r"\d+(\.\d+)?", name.likelihood or "")
    if found is None or name.confidence is None:
        return None
    text = name.likelihood or ""
    low = float(found[0]) * (1 if "%" in text or float(found[0]) > 1 else 100)
    return next(word for floor, word in OPINIONS if low >= floor)
