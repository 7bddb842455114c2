"""Small Okta System Log records for tests of what happens around the reading."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

MARCH = datetime(2026, 3, 2, 8, tzinfo=UTC)


def record(number: int, *, at: datetime | None = None, account: str = "ada@example.org", text: str = "") -> str:
    """One line: sign-in number so-and-so, a minute after the one before."""
    published = at or MARCH + timedelta(minutes=number)
    return json.dumps(
        {
            "uuid": f"okta-{number:07}",
            "published": published.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
            "eventType": "user.session.start",
            "version": "0",
            "severity": "INFO",
            "actor": {"id": "00uada", "type": "User", "alternateId": account, "displayName": "Ada Berg"},
            "client": {"userAgent": {"rawUserAgent": "Mozilla/5.0 Chrome/138.0"}, "ipAddress": "203.0.113.7"},
            "outcome": {"result": "SUCCESS"},
            "debugContext": {"debugData": {"note": text}},
        }
    )


def lines(start: int, end: int, **given: str) -> str:
    """The records numbered from start until end, a line each."""
    return "".join(record(number, **given) + "\n" for number in range(start, end))  # type: ignore[arg-type]
