"""Numbers in the sentence about a finding."""

from __future__ import annotations

from tocsin.detect.pattern import Facts


def counted(number: int, one: str, many: str | None = None) -> str:
    """``1 account``, ``2,712 accounts``."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def lasting(facts: Facts) -> str:
    """`` on 3 days``, where it is more than one."""
    return f" on {facts.days} days" if facts.days > 1 else ""


def origin(facts: Facts) -> str:
    """``one address``, ``5 addresses of one network``."""
    return "one address" if facts.sources == 1 else f"{counted(facts.sources, 'address', 'addresses')} of one network"


def places(facts: Facts) -> str:
    """`` from 3 addresses``; nothing where it is one, which stands beside the sentence."""
    return f" from {facts.sources:,} addresses" if facts.sources > 1 else ""


def joined(words: tuple[str, ...], *, most: int = 4) -> str:
    """``a``, ``a and b``, ``a, b and c``, ``a, b, c, d and 2 more``."""
    shown = words if len(words) <= most else (*words[:most], f"{len(words) - most} more")
    return " and ".join(filter(None, (", ".join(shown[:-1]), *shown[-1:])))
