"""How long an indicator is good for after it was last seen."""

from __future__ import annotations

from datetime import datetime, timedelta

DAYS = {"ipv4-addr": 30, "ipv6-addr": 30, "domain-name": 365}
"""Addresses change hands within weeks; the domains of 2019 were kept for a year and more."""


def good_until(kind: str, last_seen: datetime) -> datetime:
    return last_seen + timedelta(days=DAYS[kind])
