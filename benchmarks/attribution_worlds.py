"""Campaigns of actors that are described, of actors that are not, and of actors that play another one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Literal
from zoneinfo import ZoneInfo

from tocsin.assess.assessment import CATEGORIES, Infrastructure
from tocsin.attribute import Actor, Claim, Seen
from tocsin.attribute.actor import Hours, Indicator
from tocsin.attribute.technique_rarity import EVERYWHERE, VISIBLE

AUTHORITY = "benchmark"
START = date(2026, 2, 2)

Plot = Literal[
    "own hand", "own hand, new infrastructure", "unknown", "unknown, same place and targets",
    "criminal", "flag: one address", "flag: one domain", "flag: working hours", "flag: client and techniques",
    "flag: address and hours",
]  # fmt: skip

PLOTS: tuple[Plot, ...] = Plot.__args__  # type: ignore[attr-defined]

OFFICES = (
    ("Asia/Tehran", (3, 4)), ("Europe/Moscow", (5, 6)), ("Asia/Riyadh", (4, 5)), ("Asia/Shanghai", (5, 6)),
    ("Asia/Karachi", (6,)), ("Asia/Pyongyang", (6,)), ("America/Sao_Paulo", (5, 6)), ("Europe/Berlin", (5, 6)),
)  # fmt: skip
"""Where teams sit, and their days off."""

KINDS = (("hosting", 0.55), ("unknown", 0.25), ("vpn", 0.2))
"""Kinds of addresses of a campaign and their shares, as in the simulator."""


@dataclass(frozen=True, kw_only=True)
class Hand:
    """Who really is behind a campaign: what it has and how it works. A profile knows a part of it."""

    name: str
    office: tuple[str, tuple[int, ...]]
    opens: float
    length: float
    addresses: tuple[tuple[str, str], ...]  # address and kind
    domains: tuple[str, ...]
    clients: tuple[str, ...]
    techniques: tuple[str, ...]
    categories: frozenset[str]
    language: str


def hand(rng: Random, name: str, number: int) -> Hand:
    """A hand of its own making."""
    zone, off = rng.choice(OFFICES)
    telling = sorted(VISIBLE - EVERYWHERE)
    return Hand(
        name=name,
        office=(zone, off),
        opens=rng.choice((7.5, 8.0, 8.5, 9.0, 9.5)),
        length=rng.uniform(8.0, 10.0),
        addresses=tuple(
            (f"10.{number % 250}.{block}.{rng.randrange(1, 255)}", _kind(rng)) for block in range(rng.randint(60, 120))
        ),
        domains=tuple(f"session-{number}-{each}.example" for each in range(20)),
        clients=(f"python-requests/2.{number}", "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/140.0"),
        techniques=tuple(rng.sample(telling, 6)),
        categories=frozenset(rng.sample(CATEGORIES[:-1], 3)),
        language=rng.choice(("fa", "ru", "ar", "zh", "ko")),
    )


def profile(rng: Random, one: Hand) -> Actor:
    """What somebody knows of a hand: half of its addresses and domains, its hours to the hour, most techniques."""
    known = rng.sample(one.addresses, len(one.addresses) // 2)
    zone, off = one.office
    opens = round(one.opens + rng.choice((-0.5, 0.0, 0.5)))
    seen_on = START - timedelta(days=rng.randrange(5, 120))
    facts = [("ip", address) for address, _ in known] + [("domain", each) for each in one.domains[:10]]
    return Actor(
        authority=AUTHORITY,
        name=one.name,
        id=one.name,
        source="benchmark",
        names=(Claim(actor=one.name, name=one.name, authority=AUTHORITY, source="benchmark"),),
        categories=one.categories,
        techniques=frozenset(rng.sample(one.techniques, 4)) | EVERYWHERE,
        hours=Hours(timezone=zone, start=float(opens), end=float(opens + 9), days_off=off),
        languages=frozenset({one.language}),
        indicators=(
            *(
                Indicator(kind=kind, value=value, actor=one.name, source="benchmark", last_seen=seen_on)  # type: ignore[arg-type]
                for kind, value in facts
            ),
            Indicator(kind="client", value=one.clients[0], actor=one.name, source="benchmark", last_seen=seen_on),
        ),
    )


def campaign(rng: Random, number: int, plot: Plot, real: Hand, played: Hand, known: Actor) -> Seen:
    """A campaign by `real`; in a false flag it shows signs of `played`, whose profile is `known`."""
    hours, places, domains = real, list(real.addresses), list(real.domains)
    clients, techniques, categories = real.clients, list(real.techniques), real.categories
    theirs = [one.value for one in known.indicators if one.kind == "ip"]
    if plot == "own hand, new infrastructure":
        places = [(f"172.16.{rng.randrange(250)}.{rng.randrange(250)}", _kind(rng)) for _ in range(80)]
        domains, clients = [f"new-{number}.example"], ("Mozilla/5.0 (X11; Linux x86_64) Firefox/143.0",)
    if plot in ("flag: working hours", "flag: address and hours", "unknown, same place and targets"):
        hours = played
    if plot == "unknown, same place and targets":
        categories = played.categories
    if plot == "flag: client and techniques":
        clients, techniques = (*played.clients, *clients[1:]), [*played.techniques[:4], *techniques[:1]]
    used = rng.sample(places, min(len(places), rng.randint(20, 60)))
    if plot in ("flag: one address", "flag: address and hours"):
        used[0] = (rng.choice(theirs), "hosting")
    given = rng.sample(domains, min(2, len(domains))) if rng.random() < 0.5 else []
    if plot == "flag: one domain":
        given = [*given, rng.choice(played.domains[:10])]
    roster = {category: rng.randint(5, 40) for category in CATEGORIES}
    aimed = plot != "criminal"
    attacked = _targets(rng, roster, categories if aimed else frozenset())
    return Seen(
        id=f"{plot} {number}",
        first=START,
        last=START + timedelta(days=29),
        verdict=rng.choice(("targeted", "targeted", "undetermined")) if aimed else "opportunistic",
        addresses=tuple(
            Infrastructure(kind="ip", value=value, events=rng.randint(5, 60), network_kind=kind) for value, kind in used
        ),
        clients=tuple(Infrastructure(kind="client", value=one, events=rng.randint(50, 600)) for one in clients),
        domains=tuple(given),
        languages=frozenset({real.language}) if rng.random() < 0.3 else frozenset(),
        techniques=frozenset(rng.sample(techniques, rng.randint(1, 4))) | EVERYWHERE,
        categories=attacked,
        roster_categories=roster,
        times=tuple(_times(rng, hours)) if aimed or rng.random() < 0.5 else tuple(_any_times(rng)),
    )


def _kind(rng: Random) -> str:
    return rng.choices([name for name, _ in KINDS], weights=[share for _, share in KINDS])[0]


def _targets(rng: Random, roster: dict[str, int], categories: frozenset[str]) -> dict[str, int]:
    weights = [number * (rng.uniform(2, 6) if name in categories else 1.0) for name, number in roster.items()]
    drawn = rng.choices(list(roster), weights=weights, k=rng.randint(8, 60))
    return {name: drawn.count(name) for name in dict.fromkeys(drawn)}


def _times(rng: Random, one: Hand) -> list[datetime]:
    """Bursts within shifts, some overtime, a holiday or two."""
    zone, off = one.office
    place, found = ZoneInfo(zone), []
    holidays = set(rng.sample(range(30), 2))
    for number in range(30):
        day = START + timedelta(days=number)
        working = day.weekday() not in off and number not in holidays
        if not working and rng.random() > 0.25:
            continue
        length = one.length * rng.uniform(0.85, 1.1) if working else rng.uniform(1, 4)
        opens = datetime(day.year, day.month, day.day, tzinfo=place) + timedelta(hours=one.opens + rng.gauss(0, 0.35))
        for _ in range(rng.randint(3, 12)):
            found.append((opens + timedelta(hours=rng.random() * length)).astimezone(UTC).replace(tzinfo=None))
    return sorted(found)


def _any_times(rng: Random) -> list[datetime]:
    start = datetime.fromisoformat(START.isoformat())
    return sorted(start + timedelta(hours=rng.random() * 720) for _ in range(250))
