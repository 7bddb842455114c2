"""The operator's places as STIX objects: observables, indicators for them, and how often they were seen."""

from __future__ import annotations

from typing import Any

import stix2

from tocsin.share.expiry import good_until
from tocsin.share.shareable import Address, SharedCampaign
from tocsin.share.stix_names import pattern_of
from tocsin.share.stix_writing import Writing

MOST_SIGHTINGS = 999_999_999
"""The most that `count` holds (STIX 2.1, section 5.2.1)."""

SERVICES = {"tor": ["anonymization"], "vpn": ["anonymization"], "bot": ["botnet"]}

HOST_NAMES = {
    "hosting": "Hosted addresses",
    "cdn": "Addresses of a content network",
    "vpn": "VPN exits",
    "tor": "Tor exits",
    "bot": "Addresses of bots",
    "unknown": "Addresses",
    "domain": "Domains",
    "network": "Networks",
}


def infrastructure(to: Writing, one: SharedCampaign, campaign: Any) -> None:
    used: dict[str, Any] = {}
    for address in one.addresses:
        host = used.get(address.network_kind) or _hosts(to, one, campaign, address.network_kind)
        used[address.network_kind] = host
        observable = (stix2.IPv4Address if address.version == 4 else stix2.IPv6Address, address.value)
        _pointed_at(to, one, campaign, host, observable, _address_words(address), address)
    for domain in one.domains:
        host = used.get("domain") or _hosts(to, one, campaign, "domain")
        used["domain"] = host
        _pointed_at(to, one, campaign, host, (stix2.DomainName, domain), "Domain of the operator.")
    for number in one.networks:
        network = to.add(stix2.AutonomousSystem, one.tlp, number=number)
        host = used.get("network") or _hosts(to, one, campaign, "network")
        used["network"] = host
        to.linked(one.tlp, one.found_at, host, "consists-of", network)


def _hosts(to: Writing, one: SharedCampaign, campaign: Any, kind: str) -> Any:
    host = to.own(
        stix2.Infrastructure,
        one.tlp,
        (one.id, kind),
        one.found_at,
        name=f"{HOST_NAMES[kind]} of campaign {one.id}",
        infrastructure_types=SERVICES.get(kind, ["unknown"]),
    )
    to.linked(one.tlp, one.found_at, campaign, "uses", host)
    return host


def _pointed_at(
    to: Writing,
    one: SharedCampaign,
    campaign: Any,
    host: Any,
    observable: tuple[Any, str],
    words: str,
    address: Address | None = None,
) -> None:
    """An observable, the indicator for it, and how often it was seen."""
    kind, value = observable
    seen = to.add(kind, one.tlp, value=value)
    to.linked(one.tlp, one.found_at, host, "consists-of", seen)
    first = address.first_seen if address else one.first_seen
    indicator = to.own(
        stix2.Indicator,
        one.tlp,
        (one.id, kind._type, value),
        one.found_at,
        name=value,
        description=words,
        indicator_types=["malicious-activity"],
        pattern=pattern_of(kind._type, value),
        pattern_type="stix",
        pattern_version="2.1",
        valid_from=first,
        valid_until=good_until(kind._type, address.last_seen if address else one.last_seen),
    )
    to.linked(one.tlp, one.found_at, indicator, "indicates", campaign)
    if address is not None and address.events:
        to.own(
            stix2.Sighting,
            one.tlp,
            (one.id, value),
            one.found_at,
            sighting_of_ref=indicator.id,
            where_sighted_refs=[to.producer],
            first_seen=address.first_seen,
            last_seen=address.last_seen,
            count=min(address.events, MOST_SIGHTINGS),
            summary=True,
        )


def _address_words(address: Address) -> str:
    said = f"{HOST_NAMES[address.network_kind]}" + (f" ({address.owner})" if address.owner else "")
    if address.network_kind == "unknown":
        said += (
            ": no hosting, VPN or Tor is known there, so it may be a home or mobile line that was only passed through"
        )
    return said + "."
