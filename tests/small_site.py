"""A site of a few dozen people, small enough to reason about: each works from home every day, then something happens.

Events carry their network, country and client already, as `enrich.enriched` would give them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import ibis
import pyarrow as pa

from event_rows import Row, event_row
from tocsin.campaigns import NO_LINKS, Linked, Restoring, Site, linked, measured
from tocsin.detect import detected, habits
from tocsin.enrich import ROSTER, filling, owner_days
from tocsin.events import EVENT
from tocsin.recovery import sessions

ENRICHED = EVENT
for _name in ("prefix", "network", "country", "client"):
    ENRICHED = ENRICHED.append(pa.field(_name, pa.string()))
ENRICHED = ENRICHED.append(pa.field("day_number", pa.int32()))

BROWSERS = ("Chrome/Windows", "Firefox/Windows", "Safari/Mac OS X")
DAYS = 20
DAY_MS = 86_400_000


def person(number: int) -> str:
    return f"p{number:02d}@example.org"


def home(number: int) -> Row:
    """Where a person lives: an address of their own in one of five networks of one country, and a browser."""
    return {
        "source_ip": f"81.2.{number}.5",
        "network": f"AS{number % 5}",
        "country": "DE",
        "client": BROWSERS[number % 3],
    }


def act(event_uid: str, account: str, place: Row, **facts: Any) -> Row:
    """An enriched event; the user agent is the client's name. `day` and `hour` as in `event_row`."""
    traits = {name: place.get(name) for name in ("network", "country", "client")}
    row = event_row(event_uid, account=account, source_ip=place["source_ip"], user_agent=place.get("client"), **facts)
    prefix = str(place["source_ip"]).rpartition(".")[0]
    return row | traits | {"prefix": prefix, "day_number": row["ts"] // DAY_MS}


def sign_in(event_uid: str, account: str, place: Row, **facts: Any) -> Row:
    return act(event_uid, account, place, activity="sign_in", **facts)


def guess(event_uid: str, account: str, place: Row, **facts: Any) -> Row:
    """A wrong password."""
    return sign_in(event_uid, account, place, outcome="failure", reason="wrong_password", **facts)


def work(people: Sequence[int], place: Row | None = None, *, days: Sequence[int] = range(DAYS)) -> Iterator[Row]:
    """Everybody signs in every day, from home or all from one place; one in ten days with a typing error before."""
    for number in people:
        where = (place or {}) | {"client": home(number)["client"]} if place else home(number)
        for day in days:
            uid = f"{person(number)}/{where['source_ip']}/{day}"
            if (day + number) % 10 == 0:
                yield guess(f"{uid}/typo", person(number), where, day=day, hour=8.9)
            yield sign_in(uid, person(number), where, day=day, hour=9.0 + number / 10)


def table(rows: Sequence[Row]) -> pa.Table:
    return pa.Table.from_pylist(list(rows), schema=ENRICHED)


def roster(*people: int, category: str = "media") -> pa.Table:
    rows = [
        {"account": person(number), "organisation": "The Daily Example", "category": category, "recovery": []}
        for number in people
    ]
    return pa.Table.from_pylist(rows, schema=ROSTER)


@dataclass(frozen=True, kw_only=True)
class Found:
    """What the room says of a site."""

    events: ibis.Table
    site: Site
    campaigns: tuple[Linked, ...]

    @property
    def sources(self) -> list[set[str]]:
        """Addresses of each campaign."""
        return [{ip for ip, _ in one.suspects.sources} for one in self.campaigns]

    def uids(self, number: int = 0) -> set[str]:
        return set(self.campaigns[number].events["event_uid"].to_pylist())


def found_in(
    engine: Any, rows: Sequence[Row], people_at_risk: pa.Table | None = None, graph: Restoring = NO_LINKS
) -> Found:
    """The rows all the way through the room, the first twelve people on the roster. `engine` is of `tocsin.engines`;
    `graph` says which account restores which."""
    events = engine.table("events", table(rows))
    days = engine.kept("owner_days", owner_days(events))
    acts = engine.kept("acts", detected(events))
    people = people_at_risk if people_at_risk is not None else roster(*range(12))
    fill = filling(events, events)
    steps = engine.kept("recovery_steps", sessions(events).steps)
    site = measured(engine, fill, events, days, habits(engine, days), steps, acts, people)
    return Found(events=events, site=site, campaigns=linked(engine, fill, events, days, site, graph))
