"""Campaigns and actors by hand, for tests of attribution."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tocsin.assess.assessment import Infrastructure
from tocsin.attribute import Actor, Claim, Knowledge, Seen
from tocsin.attribute.actor import Hours, Indicator

FIRST = date(2026, 2, 2)  # a Monday
NOW = datetime(2026, 3, 10, 9, tzinfo=UTC)
TEHRAN = Hours(timezone="Asia/Tehran", start=8.0, end=17.0, days_off=(3, 4))


def office_times(zone: str, days_off: Sequence[int], *, days: int = 28, opens: int = 8) -> tuple[datetime, ...]:
    """An act at twenty past every second hour of nine-hour days at a place."""
    found = []
    for number in range(days):
        day = FIRST + timedelta(days=number)
        if day.weekday() not in days_off:
            start = datetime(day.year, day.month, day.day, opens, 20, tzinfo=ZoneInfo(zone))
            found += [start + timedelta(hours=hour) for hour in range(0, 9, 2)]
    return tuple(one.astimezone(UTC).replace(tzinfo=None) for one in found)


def address(value: str, events: int = 20, kind: str = "hosting") -> Infrastructure:
    return Infrastructure(kind="ip", value=value, events=events, network_kind=kind)


def campaign(**facts: Any) -> Seen:
    """A campaign of thirty addresses that nobody knows."""
    standard: dict[str, Any] = {
        "id": "2026-02-aaaaaa",
        "first": FIRST,
        "last": FIRST + timedelta(days=27),
        "verdict": "targeted",
        "addresses": tuple(address(f"198.51.100.{number}") for number in range(30)),
    }
    return Seen(**standard | facts)


def indicator(kind: str, value: str, **facts: Any) -> Indicator:
    standard: dict[str, Any] = {"actor": "OTTER", "source": "by hand", "last_seen": FIRST}
    return Indicator(kind=kind, value=value, **standard | facts)  # type: ignore[arg-type]


def actor(name: str = "OTTER", authority: str = "ours", **facts: Any) -> Actor:
    own = Claim(actor=name, name=name, authority=authority, source="by hand")
    return Actor(**{"authority": authority, "name": name, "id": name, "source": "by hand", "names": (own,)} | facts)


def known(*actors: Actor, facts: Sequence[Indicator] = ()) -> Knowledge:
    return Knowledge(actors=actors, facts=tuple(facts), told=("by hand",))
