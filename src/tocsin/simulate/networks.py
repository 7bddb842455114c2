"""Addresses with their network and place, drawn from the table of public prefixes in `data/networks.csv`."""

from __future__ import annotations

import csv
import ipaddress
from collections.abc import Iterator
from functools import cache
from importlib import resources
from random import Random

import msgspec


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """A city: where a person lives or where a network says its address is."""

    country: str  # ISO 3166 alpha-2
    country_name: str
    city: str
    state: str
    postal: str
    latitude: float  # degrees
    longitude: float  # degrees
    utc_offset_minutes: int


class Network(msgspec.Struct, frozen=True, kw_only=True):
    """One operator's address space of one kind in one country."""

    asn: int
    name: str
    country: str
    kind: str  # residential | mobile | business | university | hosting | vpn | tor | relay
    weight: int
    v4: tuple[tuple[int, int], ...]  # (first address as integer, prefix length)
    v6: tuple[tuple[int, int], ...]


class Address:
    """One address; writers use the object itself as the key of what they render once and reuse."""

    __slots__ = ("ip", "network", "place")

    def __init__(self, ip: str, network: Network, place: Place) -> None:
        self.ip = ip
        self.network = network
        self.place = place

    @property
    def is_v6(self) -> bool:
        return ":" in self.ip


def _rows(name: str) -> Iterator[dict[str, str]]:
    text = resources.files(__package__).joinpath("data", name).read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    yield from csv.DictReader(lines)


@cache
def places() -> tuple[Place, ...]:
    return tuple(
        Place(
            country=row["country"],
            country_name=row["country_name"],
            city=row["city"],
            state=row["state"],
            postal=row["postal"],
            latitude=float(row["latitude"]),
            longitude=float(row["longitude"]),
            utc_offset_minutes=int(row["utc_offset_minutes"]),
        )
        for row in _rows("places.csv")
    )


@cache
def places_in(country: str) -> tuple[Place, ...]:
    return tuple(place for place in places() if place.country == country)


def _prefixes(text: str, version: int) -> tuple[tuple[int, int], ...]:
    nets = [ipaddress.ip_network(part) for part in text.split()]
    return tuple((int(net.network_address), net.prefixlen) for net in nets if net.version == version)


@cache
def networks() -> tuple[Network, ...]:
    return tuple(
        Network(
            asn=int(row["asn"]),
            name=row["name"],
            country=row["country"],
            kind=row["kind"],
            weight=int(row["weight"]),
            v4=_prefixes(row["prefixes"], 4),
            v6=_prefixes(row["prefixes"], 6),
        )
        for row in _rows("networks.csv")
    )


@cache
def networks_of(kind: str, country: str | None = None) -> tuple[Network, ...]:
    """All networks of a kind, in a country if one is named and has any (else anywhere)."""
    of_kind = tuple(net for net in networks() if net.kind == kind)
    local = tuple(net for net in of_kind if net.country == country)
    return local or of_kind


def draw_network(rng: Random, kind: str, country: str | None = None) -> Network:
    choices = networks_of(kind, country)
    return rng.choices(choices, weights=[net.weight for net in choices])[0]


def draw_address(rng: Random, network: Network, place: Place | None = None, *, v6: bool = False) -> Address:
    """A host of the network: in the given place, else in a city of the network's country."""
    blocks = network.v6 if v6 and network.v6 else network.v4
    first, length = rng.choices(blocks, weights=[_block_weight(block) for block in blocks])[0]
    if blocks is network.v6:
        host = rng.getrandbits(64 - length) << 64 | rng.getrandbits(64)
        ip = str(ipaddress.IPv6Address(first | host))
    else:
        offset = rng.randrange(1, (1 << (32 - length)) - 1)
        ip = _dotted(first + offset)
    return Address(ip, network, place or rng.choice(places_in(network.country)))


def _block_weight(block: tuple[int, int]) -> float:
    return float(max(1, 40 - block[1]))


def _dotted(value: int) -> str:
    low = value & 255
    if low in (0, 255):  # network and broadcast endings are rare as hosts
        value += 1 if low == 0 else -1
    return f"{value >> 24}.{value >> 16 & 255}.{value >> 8 & 255}.{value & 255}"
