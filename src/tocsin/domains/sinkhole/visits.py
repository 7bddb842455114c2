"""Hits to visits: which protected organisation still goes to which taken domain, how often, from where, since when.

An organisation is known by its networks, by its mail domains where a mail address stands in the link, or by its domains
in the visitor's reverse name. A network says that somebody there visits; a mail address says who was asked for, which
may also be somebody who tries addresses.
"""

from __future__ import annotations

import hashlib
import ipaddress
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from tocsin.domains.protect import Organisation
from tocsin.domains.sinkhole.hits import Hit

HITS_NAMED = 100
"""Places of hits that a visit lists; all are counted."""


@dataclass(kw_only=True)
class Visit:
    """One organisation and one domain. Of nobody's network, `organisation` is None."""

    organisation: str | None
    domain: str
    first: datetime
    last: datetime
    hits: int = 0
    sent: int = 0
    """Hits with which something was sent along."""
    sources: set[str] = field(default_factory=set)
    mail: set[str] = field(default_factory=set)
    known_by: set[str] = field(default_factory=set)
    """`network`, `mail address` or `reverse name`."""
    places: list[str] = field(default_factory=list)

    @property
    def id(self) -> str:
        """The same for the same organisation, domain and first hit."""
        text = f"sinkhole_visit|{self.organisation}|{self.domain}|{self.first.isoformat()}"
        return f"f-{hashlib.sha256(text.encode()).hexdigest()[:12]}"


class Networks:
    """Whose network an address is of; the longest prefix counts."""

    def __init__(self, organisations: Iterable[Organisation]) -> None:
        self._tables: dict[tuple[int, int], dict[int, str]] = {}
        for organisation in organisations:
            for network in organisation.networks:
                table = self._tables.setdefault((network.version, network.prefixlen), {})
                table[int(network.network_address)] = organisation.name
        self._lengths = sorted(self._tables, key=lambda one: -one[1])

    def owner(self, address: str) -> str | None:
        """The organisation, if one has it."""
        parsed = ipaddress.ip_address(address)
        if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped:
            parsed = parsed.ipv4_mapped
        bits = 32 if parsed.version == 4 else 128
        for version, length in self._lengths:
            if version == parsed.version:
                found = self._tables[version, length].get(int(parsed) >> (bits - length) << (bits - length))
                if found is not None:
                    return found
        return None


def visits(
    hits: Iterable[Hit], organisations: Iterable[Organisation], *, domains: Iterable[str] | None = None
) -> list[Visit]:
    """Visits of the taken domains (all names, where none are given) and what is below them; those by protected
    organisations first, then by how much was sent and how often."""
    organisations = tuple(organisations)
    networks = Networks(organisations)
    own = {domain: organisation.name for organisation in organisations for domain in organisation.domains}
    taken = None if domains is None else frozenset(domains)
    found: dict[tuple[str | None, str], Visit] = {}
    for hit in hits:
        domain = hit.name if taken is None else next((one for one in _upwards(hit.name) if one in taken), None)
        if domain is None:
            continue
        for organisation, by in _organisations(hit, networks, own).items():
            fresh = Visit(organisation=organisation, domain=domain, first=hit.time, last=hit.time)
            visit = found.setdefault((organisation, domain), fresh)
            _count(visit, hit, by, own)
    return sorted(found.values(), key=lambda one: (one.organisation is None, -one.sent, -one.hits, one.domain))


def _organisations(hit: Hit, networks: Networks, own: Mapping[str, str]) -> dict[str | None, set[str]]:
    known: dict[str | None, set[str]] = {}
    if (by_network := networks.owner(hit.source)) is not None:
        known.setdefault(by_network, set()).add("network")
    for address in hit.mail:
        if (by_mail := _owner(address.rpartition("@")[2], own)) is not None:
            known.setdefault(by_mail, set()).add("mail address")
    if hit.hostname and (by_name := _owner(hit.hostname.rstrip("."), own)) is not None:
        known.setdefault(by_name, set()).add("reverse name")
    return known or {None: set()}


def _count(visit: Visit, hit: Hit, by: set[str], own: Mapping[str, str]) -> None:
    visit.hits += 1
    visit.sent += hit.sent
    visit.sources.add(hit.source)
    visit.known_by |= by
    visit.mail |= {one for one in hit.mail if _owner(one.rpartition("@")[2], own) == visit.organisation}
    visit.first, visit.last = min(visit.first, hit.time), max(visit.last, hit.time)
    if len(visit.places) < HITS_NAMED:
        visit.places.append(hit.place)


def _owner(name: str, own: Mapping[str, str]) -> str | None:
    return next((own[one] for one in _upwards(name) if one in own), None)


def _upwards(name: str) -> Iterable[str]:
    while name:
        yield name
        name = name.partition(".")[2]
