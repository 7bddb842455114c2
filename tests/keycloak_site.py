"""Thirty people of one Keycloak realm who sign in from home every day, and somebody who guesses at some of them.

Small enough that a whole scan takes a second or two.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

START = datetime(2026, 2, 2, tzinfo=UTC)
DAYS = 20
PEOPLE = 30
PLACES = 3
"""Addresses that the guesses come from."""

Record = dict[str, Any]


def person(number: int) -> str:
    return f"p{number:02d}@example.org"


def event(uid: str, number: int, at: datetime, address: str, **facts: Any) -> Record:
    return {
        "id": uid,
        "time": int(at.timestamp() * 1000),
        "realmId": "example",
        "userId": f"user-{number}",
        "clientId": "account",
        "ipAddress": address,
        "details": {"username": person(number)},
        **facts,
    }


def work(days: Iterable[int] = range(DAYS)) -> list[Record]:
    """Everybody from home, now and then with a typing error before."""
    rows = []
    for day in days:
        for number in range(PEOPLE):
            at, home = START + timedelta(days=day, hours=8, minutes=number), f"81.2.{number}.5"
            if (day + number) % 10 == 0:
                rows.append(wrong(f"typo-{number}-{day}", number, at - timedelta(minutes=1), home))
            rows.append(event(f"work-{number}-{day}", number, at, home, type="LOGIN"))
    return rows


def guesses(targets: Sequence[int], *, first_day: int, name: str = "guess", network: str = "45.9") -> list[Record]:
    """One wrong password each, three a day."""
    return [
        wrong(
            f"{name}-{target}",
            target,
            START + timedelta(days=first_day + place // 3, hours=3, minutes=place),
            f"{network}.{place % PLACES}.7",
        )
        for place, target in enumerate(targets)
    ]


def wrong(uid: str, number: int, at: datetime, address: str) -> Record:
    return event(uid, number, at, address, type="LOGIN_ERROR", error="invalid_user_credentials")


def day_of(record: Record) -> int:
    return (datetime.fromtimestamp(record["time"] / 1000, UTC) - START).days


def export(path: Path, records: Iterable[Record]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(one) + "\n" for one in records), encoding="utf-8")
    return path


def roster(path: Path, people: Iterable[int]) -> Path:
    rows = "".join(f"{person(number)},The Daily Example,media\n" for number in people)
    path.write_text("account,organisation,category\n" + rows, encoding="utf-8")
    return path
