"""Times as feeds write them."""

from __future__ import annotations

from datetime import UTC, datetime


def moment(text: object) -> datetime | None:
    """Naive UTC of RFC 3339, a day, or seconds since 1970; None where it is none of them."""
    if isinstance(text, bool) or text is None:
        return None
    try:
        if isinstance(text, int | float) or (isinstance(text, str) and text.strip().isdecimal()):
            return datetime.fromtimestamp(float(text), UTC).replace(tzinfo=None)
        if isinstance(text, str) and len(text) < 64:
            found = datetime.fromisoformat(text.strip().replace("Z", "+00:00"))
            return found.astimezone(UTC).replace(tzinfo=None) if found.tzinfo else found
    except (ValueError, OverflowError, OSError):
        return None
    return None
