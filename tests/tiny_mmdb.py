"""Writes a MaxMind DB of a few networks (format 2.0), so that tests need no download and no other library."""

from __future__ import annotations

import ipaddress
import struct
from collections.abc import Mapping
from pathlib import Path

Value = str | int | list[str] | Mapping[str, "Value"]

_MARK = b"\xab\xcd\xefMaxMind.com"
_TEXT, _UINT16, _UINT32, _MAP, _UINT64, _ARRAY = 2, 5, 6, 7, 9, 11
_SHORT = ("record_size", "ip_version", "binary_format_major_version", "binary_format_minor_version")


def write_mmdb(path: Path, networks: Mapping[str, Value]) -> Path:
    """The database at the path; IPv4 and IPv6 networks with their data."""
    nodes: list[list[int | None]] = [[None, None]]
    data = b""
    places: list[tuple[int, int, int]] = []  # node, side, offset into the data
    for text, value in networks.items():
        network = ipaddress.ip_network(text)
        mapped = 96 if network.version == 4 else 0
        number = int(network.network_address)
        node = 0
        for bit in range(mapped + network.prefixlen):
            side = (number >> (127 - bit)) & 1
            if bit == mapped + network.prefixlen - 1:
                places.append((node, side, len(data)))
                break
            following = nodes[node][side]
            if following is None:
                nodes.append([None, None])
                following = nodes[node][side] = len(nodes) - 1
            node = following
        data += _encoded(value)
    count = len(nodes)
    for node, side, offset in places:
        nodes[node][side] = count + 16 + offset
    tree = b"".join((side if side is not None else count).to_bytes(3, "big") for pair in nodes for side in pair)
    about: dict[str, Value] = {"node_count": count, "record_size": 24, "ip_version": 6, "build_epoch": 1_800_000_000}
    about |= {"binary_format_major_version": 2, "binary_format_minor_version": 0}
    about |= {"database_type": "Tiny", "languages": ["en"], "description": {"en": "tiny"}}
    path.write_bytes(tree + bytes(16) + data + _MARK + _encoded(about))
    return path


def _encoded(value: Value, key: str = "") -> bytes:
    if isinstance(value, str):
        text = value.encode()
        return _control(_TEXT, len(text)) + text
    if isinstance(value, int):
        if key == "build_epoch":
            return bytes([8, _UINT64 - 7]) + struct.pack(">Q", value)
        if key in _SHORT:
            return _control(_UINT16, 2) + struct.pack(">H", value)
        return _control(_UINT32, 4) + struct.pack(">I", value)
    if isinstance(value, list):
        return bytes([len(value), _ARRAY - 7]) + b"".join(map(_encoded, value))
    return _control(_MAP, len(value)) + b"".join(_encoded(name) + _encoded(one, name) for name, one in value.items())


def _control(kind: int, size: int) -> bytes:
    assert size < 29
    return bytes([kind << 5 | size])
