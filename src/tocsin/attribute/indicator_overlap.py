"""Addresses, networks, domains and clients that an actor was seen with, found again in a campaign.

How much that says depends on whose they may be besides: a registered domain is one hand's, an address of an anonymiser
is anybody's, and each of them changes hands with time. A hit on the margin of a campaign says less than one that
carries it: that is what a planted one looks like.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from math import log

from tocsin.assess.assessment import Infrastructure
from tocsin.attribute.actor import Indicator
from tocsin.attribute.seen import Seen
from tocsin.attribute.weights import CLIENT, INDICATORS, MARGINAL, Evidence, bounded

RARITY = {"domain": 200.0, "ip": 60.0, "neighbour": 4.0, "network": 10.0, "asn": 2.0, "client": 8.0, "browser": 3.0}
"""How much likelier the actor shows it than another, when it is fresh and nobody shares it."""

SHARED = {"tor": 0.0, "vpn": 0.1, "cdn": 0.05, "bot": 0.1, "reserved": 0.0, "hosting": 0.6, "unknown": 0.8}
"""What is left of that (in log) at an address of a kind, for others are behind it, too."""

HALF_LIFE_DAYS = {"ip": 60.0, "network": 180.0, "domain": 365.0, "client": 365.0}
"""After which half of it (in log) is left: addresses are let to others within months."""

AFTER_SEIZURE = 0.1
"""What is left of a domain's since somebody else holds it: who meets it later follows an old link."""

MARGIN = 0.1
"""Share of a campaign's records below which a hit lies on its margin."""

NEXT = 0.5
"""Each further hit counts half of the one before: one server brings several."""

TELLING, IDENTIFYING = log(2.0), 2
"""Hits that say at least so much identify a hand when there are so many of them off the margin: one can be planted or
found by chance."""

FRESH_DAYS, FRESH_ENOUGH = 90, 5
"""How many of an actor's own indicators, seen within how many days, make it strange to see none of them."""


@dataclass(frozen=True, kw_only=True)
class Hit:
    """One indicator found again."""

    indicator: Indicator
    log_ratio: float
    share: float  # of the campaign's records; 1 where it cannot be told
    words: str


def known_as(indicators: Sequence[Indicator]) -> dict[tuple[str, str], list[Indicator]]:
    """Indicators by kind and value."""
    held: dict[tuple[str, str], list[Indicator]] = {}
    for one in indicators:
        held.setdefault((one.kind, one.value), []).append(one)
    return held


def hits(seen: Seen, indicators: Sequence[Indicator]) -> list[Hit]:
    """Every indicator that the campaign shows again, the weightiest first."""
    found: dict[tuple[str, str, str], Hit] = {}
    total = sum(one.events for one in seen.addresses) or 1
    for indicator, rarity, place, share in _matches(seen, indicators, total):
        kept = SHARED.get(place.network_kind or "unknown", 0.8) if place is not None else 1.0
        age = _age(seen, indicator)
        half_life = HALF_LIFE_DAYS[indicator.kind]
        aged = 0.5 ** ((age if age is not None else half_life) / half_life)
        seized = indicator.seized is not None and seen.first > indicator.seized
        value = log(RARITY[rarity]) * kept * aged * (AFTER_SEIZURE if seized else 1.0)
        words = _words(indicator, rarity, place, age, seen.first if seized else None)
        hit = Hit(indicator=indicator, log_ratio=value, share=share, words=words)
        key = (indicator.kind, indicator.value, indicator.actor)
        if key not in found or found[key].log_ratio < value:
            found[key] = hit
    return sorted(found.values(), key=lambda one: (-one.log_ratio, one.indicator.value))


def overlap(seen: Seen, found: Sequence[tuple[Hit, float]], own: Sequence[Indicator]) -> Iterator[Evidence]:
    """What hits say of an actor, each with how sure it is that its indicator is this actor's; and what it says that
    none of its own fresh ones is seen."""
    of_client = [one for one in found if one[0].indicator.kind == "client"]
    of_place = [one for one in found if one[0].indicator.kind != "client"]
    if of_place:
        share = min(sum(hit.share for hit, _ in of_place), 1.0)
        margin = share < MARGIN
        bounds = MARGINAL if margin else INDICATORS.bounds
        said = "; ".join(hit.words for hit, _ in of_place[:3])
        more = f"; and {len(of_place) - 3} more" if len(of_place) > 3 else ""
        on_margin = f". They carry {share:.0%} of its records: a planted sign would look the same" if margin else ""
        telling = {hit.indicator.value for hit, sure in of_place if hit.log_ratio * sure >= TELLING}
        yield Evidence(
            kind=INDICATORS,
            log_ratio=bounded(_summed(of_place), bounds),
            reason=f"{said}{more}{on_margin}.",
            identifies=not margin and len(telling) >= IDENTIFYING,
        )
    elif (fresh := _fresh(seen, own)) >= FRESH_ENOUGH:
        yield Evidence(
            kind=INDICATORS,
            log_ratio=bounded(-0.5, INDICATORS.bounds),
            reason=f"None of {fresh} addresses and domains that it used within {FRESH_DAYS} days is seen.",
        )
    if of_client:
        said = "; ".join(hit.words for hit, _ in of_client[:2])
        yield Evidence(kind=CLIENT, log_ratio=bounded(_summed(of_client), CLIENT.bounds), reason=f"{said}.")


def _summed(found: Sequence[tuple[Hit, float]]) -> float:
    values = sorted((hit.log_ratio * sure for hit, sure in found), reverse=True)
    return sum(value * NEXT**place for place, value in enumerate(values))


def _matches(
    seen: Seen, indicators: Iterable[Indicator], total: int
) -> Iterator[tuple[Indicator, str, Infrastructure | None, float]]:
    """Indicator, how rare such a match is, the address it is of, and its share of the campaign's records."""
    by_address = {one.value: one for one in seen.addresses}
    blocks: dict[object, list[Infrastructure]] = {}
    parsed: list[tuple[ipaddress.IPv4Address | ipaddress.IPv6Address, Infrastructure]] = []
    for one in seen.addresses:
        if (address := _address(one.value)) is not None:
            parsed.append((address, one))
            blocks.setdefault(_block(address), []).append(one)
    for indicator in indicators:
        if indicator.kind == "ip":
            if place := by_address.get(indicator.value):
                yield indicator, "ip", place, place.events / total
            elif (address := _address(indicator.value)) is not None:
                for near in blocks.get(_block(address), [])[:1]:
                    yield indicator, "neighbour", near, near.events / total
        elif indicator.kind == "network" and indicator.value.startswith("AS"):
            events = sum(one.events for one in seen.networks if one.value == indicator.value)
            if events:
                yield indicator, "asn", None, events / total
        elif indicator.kind == "network":
            network = ipaddress.ip_network(indicator.value)
            inside = [place for address, place in parsed if address.version == network.version and address in network]
            if inside:
                small = network.num_addresses <= 256 or (network.version == 6 and network.prefixlen >= 48)
                share = sum(one.events for one in inside) / total
                yield indicator, "network" if small else "asn", max(inside, key=lambda one: one.events), share
        elif indicator.kind == "domain":
            if any(one == indicator.value or one.endswith(f".{indicator.value}") for one in seen.domains):
                yield indicator, "domain", None, 1.0
        else:
            using = [one for one in seen.clients if indicator.value.casefold() in one.value.casefold()]
            if using:
                share = sum(one.events for one in using) / (sum(one.events for one in seen.clients) or 1)
                rarity = "browser" if using[0].value.startswith("Mozilla/5.0") else "client"
                yield indicator, rarity, None, share


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


def _block(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> tuple[int, int]:
    """The /24, or /48 of IPv6."""
    return address.version, int(address) >> (8 if address.version == 4 else 80)


def _age(seen: Seen, indicator: Indicator) -> int | None:
    """Days between the indicator's time and the campaign's; None where the indicator has no time."""
    last = indicator.last_seen or indicator.first_seen
    if last is None:
        return None
    first = indicator.first_seen or last
    return max((seen.first - last).days, (first - seen.last).days, 0)


def _fresh(seen: Seen, own: Sequence[Indicator]) -> int:
    """Indicators of the actor, seen lately, that the campaign could show: domains only where any were given."""
    return sum(
        1
        for one in own
        if (one.kind == "ip" or (one.kind == "domain" and seen.domains))
        and (age := _age(seen, one)) is not None
        and age <= FRESH_DAYS
    )


def _words(
    indicator: Indicator, rarity: str, place: Infrastructure | None, age: int | None, seized: date | None
) -> str:
    what = {
        "ip": f"address {indicator.value}",
        "neighbour": f"an address beside {indicator.value}",
        "network": f"network {indicator.value}",
        "asn": f"network {indicator.value}, which many use",
        "domain": f"domain {indicator.value}",
        "client": f"client {indicator.value}",
        "browser": f"client {indicator.value}, as a browser sends it",
    }[rarity]
    said = f"{what} is called {indicator.actor}'s in: {indicator.source}"
    kind = place.network_kind if place else None
    if kind in ("tor", "vpn", "cdn", "bot"):
        said += f" (shared: {kind})"
    if seized and indicator.seized:
        said += f" (held by others since {indicator.seized.isoformat()})"
    elif age is None:
        said += " (not said when)"
    elif age > 30:
        said += f" ({age} days apart)"
    return said
