"""A value as events have it, or the reason why it cannot be looked for."""

from __future__ import annotations

import ipaddress

from tocsin.indicators.hosts import OWN_NETWORKS, account_named, domain_named

LONGEST_VALUE = 320
WIDEST = {4: 8, 6: 19}
"""The widest network that is compared: a feed's slip of the pen must not match the world."""


class NotComparable(ValueError):
    """Why the value cannot be looked for, in words."""


def address(text: str) -> tuple[str, str]:
    """`("address", …)` or `("network", …)` of an address or a network in CIDR notation. Raises `NotComparable`."""
    short(text)
    try:
        network = ipaddress.ip_network(text.strip(), strict=False)
    except ValueError:
        raise NotComparable(f"{text[:60]!r} is no address") from None
    if any(one.version == network.version and network.overlaps(one) for one in OWN_NETWORKS):
        raise NotComparable(f"{text[:60]} lies inside sites: it would match everybody")
    if network.prefixlen == network.max_prefixlen:
        return "address", str(network.network_address)
    if network.prefixlen < WIDEST[network.version]:
        raise NotComparable(f"{text[:60]} is wider than /{WIDEST[network.version]}")
    return "network", str(network)


def domain(text: str) -> tuple[str, str]:
    short(text)
    named = domain_named(text)
    if named is None:
        raise NotComparable(f"{text[:60]!r} is no domain")
    return "domain", named


def account(text: str) -> tuple[str, str]:
    short(text)
    named = account_named(text)
    if named is None:
        raise NotComparable(f"{text[:60]!r} is no account")
    return "account", named


def short(text: str) -> None:
    if len(text) > LONGEST_VALUE:
        raise NotComparable(f"a value of {len(text):,} characters: at most {LONGEST_VALUE}")
