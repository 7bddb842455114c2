"""Numbers in the sentence about a finding."""

from __future__ import annotations

from tocsin.detect.pattern import Facts


def counted(number: int, one: str, many: str | None = None) -> str:
    """``1 account``, ``2,712 accounts``."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def lasting(facts: Facts) -> str:
    """`` on 3 days``, where it is more than one."""
    return f" on {facts.days} days" if facts.days > 1 else ""
