"""Networks as regular expressions on the text of an address: exact, and the same on every engine.

An IPv6 address may be written in many ways: with or without leading zeros, with `::` for any one run of zero groups
(RFC 4291, 2.2). A network's pattern takes every way to write an address inside, and no other; the dotted form of the
last 32 bits is taken where the network leaves them open.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from ipaddress import IPv4Network, IPv6Network

import ibis

GROUPS = 8
_ANY = "[0-9a-f]{1,4}"
_DIGITS = "0123456789abcdef"


def in_network(network: IPv4Network | IPv6Network) -> Callable[[ibis.Value], ibis.Value]:
    """Is the text an address inside the network?"""
    pattern = v4_pattern(network) if isinstance(network, IPv4Network) else v6_pattern(network)
    return lambda text: text.lower().re_search(pattern)


def v4_pattern(network: IPv4Network) -> str:
    first, last = network.network_address.packed, network.broadcast_address.packed
    octets = [_octet(low, high) for low, high in zip(first, last, strict=True)]
    return r"^" + r"\.".join(octets) + r"\z"


def _octet(low: int, high: int) -> str:
    if low == high:
        return str(low)
    if (low, high) == (0, 255):
        return "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
    return "(" + "|".join(map(str, range(low, high + 1))) + ")"


def v6_pattern(network: IPv6Network) -> str:
    return "^(" + "|".join(dict.fromkeys(_ways(network))) + ")(%.+)?\\z"


def _ways(network: IPv6Network) -> Iterator[str]:
    groups = _group_patterns(network)
    zero = [pattern == _ANY or _may_be_zero(network, place) for place, pattern in enumerate(groups)]
    for written in _tails(groups):
        yield ":".join(written)
    # `::` at `start` stands for `length` zero groups.
    for start in range(GROUPS):
        for length in range(1, GROUPS - start + 1):
            if all(zero[start : start + length]):
                for tail in _tails(groups[start + length :]):
                    yield ":".join(groups[:start]) + "::" + ":".join(tail)


def _tails(groups: list[str]) -> Iterator[list[str]]:
    yield groups
    if len(groups) >= 2 and groups[-2:] == [_ANY, _ANY]:
        yield [*groups[:-2], r"[0-9]{1,3}(\.[0-9]{1,3}){3}"]


def _group_patterns(network: IPv6Network) -> list[str]:
    """A pattern for each of the eight groups, with and without leading zeros."""
    patterns = []
    for place, value in enumerate(_values(network)):
        fixed = min(max(network.prefixlen - 16 * place, 0), 16)
        if fixed == 0:
            patterns.append(_ANY)
            continue
        digits = [_digit(value, fixed, nibble) for nibble in range(4)]
        ways = ["".join(digits)]
        for nibble in range(3):
            if "0" not in digits[nibble]:
                break
            ways.append("".join(digits[nibble + 1 :]))
        patterns.append("(" + "|".join(ways) + ")")
    return patterns


def _digit(value: int, fixed: int, nibble: int) -> str:
    """The hexadecimal digits that the nibble may be, from the left; `fixed` bits of the group are given."""
    bits = min(max(fixed - 4 * nibble, 0), 4)
    given = value >> (12 - 4 * nibble) & 0xF
    low = given >> (4 - bits) << (4 - bits)
    return "[" + _DIGITS[low : low + (1 << (4 - bits))] + "]"


def _values(network: IPv6Network) -> list[int]:
    packed = network.network_address.packed
    return [packed[place] << 8 | packed[place + 1] for place in range(0, 16, 2)]


def _may_be_zero(network: IPv6Network, place: int) -> bool:
    return _values(network)[place] == 0
