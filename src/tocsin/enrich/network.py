"""Which network an address belongs to: once per distinct address, never per event."""

from __future__ import annotations

import ipaddress
from collections import Counter, defaultdict
from collections.abc import Sequence
from contextlib import ExitStack
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

import iporigin
import maxminddb
import pyarrow as pa

from tocsin.errors import SettingError

NETWORK = pa.schema(
    [
        pa.field("source_ip", pa.string(), nullable=False),
        pa.field("prefix", pa.string(), nullable=False),  # /24, or /48 of IPv6: one customer's or one site's
        pa.field("network", pa.string(), nullable=False),  # "AS64500", or the /16 or /32 when no number is known
        pa.field("country", pa.string()),
    ]
)

K = TypeVar("K", int, str)

KINDS = ("hosting", "cdn", "vpn", "tor", "bot", "reserved", "unknown")
"""`iporigin`'s words. ``unknown`` is absence of evidence, most often a home or mobile line."""


def networks(addresses: pa.Table, databases: Sequence[Path] = ()) -> pa.Table:
    """NETWORK for distinct addresses `(source_ip, source_asn, source_country)`, as providers logged them.

    An autonomous system that one provider logs for an address serves the other providers' rows of it and of its
    prefix; `databases` are MMDB files (GeoLite2-ASN, -Country or alike) for what no provider said.
    """
    with ExitStack() as open_files:
        readers = [open_files.enter_context(_opened(path)) for path in databases]
        return _table(addresses, readers)


def _table(addresses: pa.Table, readers: list[maxminddb.Reader]) -> pa.Table:
    texts, asns, places = (addresses[name].to_pylist() for name in ("source_ip", "source_asn", "source_country"))
    if readers:
        for number, text in enumerate(texts):
            if asns[number] is None or places[number] is None:
                found_asn, found_country = _looked_up(readers, text)
                asns[number], places[number] = asns[number] or found_asn, places[number] or found_country
    prefixes, blocks = zip(*map(_prefixes, texts), strict=True) if texts else ((), ())
    by_prefix, by_block = _majority(asns, prefixes), _majority(asns, blocks)
    country_of = _majority(places, prefixes)
    owners = [
        asn or by_prefix.get(prefix) or by_block.get(block)
        for asn, prefix, block in zip(asns, prefixes, blocks, strict=True)
    ]
    return pa.table(
        {
            "source_ip": texts,
            "prefix": pa.array(prefixes, pa.string()),
            "network": [f"AS{asn}" if asn else block for asn, block in zip(owners, blocks, strict=True)],
            "country": [place or country_of.get(prefix) for place, prefix in zip(places, prefixes, strict=True)],
        },
        schema=NETWORK,
    )


def _prefixes(text: str) -> tuple[str, str]:
    parts = text.split(".")
    if len(parts) == 4 and all(map(str.isdecimal, parts)):
        return f"{parts[0]}.{parts[1]}.{parts[2]}.0/24", f"{parts[0]}.{parts[1]}.0.0/16"
    try:
        number = int(ipaddress.IPv6Address(text))
    except ValueError:
        return text, text
    site, block = number >> 80 << 80, number >> 96 << 96
    return f"{ipaddress.IPv6Address(site)}/48", f"{ipaddress.IPv6Address(block)}/32"


def _majority(values: Sequence[K | None], keys: Sequence[str]) -> dict[str, K]:
    """The commonest value by key; of equally common ones the least, whatever their order."""
    votes: dict[str, Counter[K]] = defaultdict(Counter)
    for (key, value), number in Counter(zip(keys, values, strict=True)).items():
        if value is not None:
            votes[key][value] += number
    return {key: min(held, key=lambda value: (-held[value], value)) for key, held in votes.items()}


def check_databases(databases: Sequence[Path]) -> None:
    """Make sure that these MMDB files can be read. Raises `SettingError`."""
    for path in databases:
        _opened(path).close()


def _opened(path: Path) -> maxminddb.Reader:
    try:
        return maxminddb.open_database(path)
    except (OSError, maxminddb.InvalidDatabaseError) as error:
        raise SettingError(
            f"{path} is no MMDB file that can be read: {error}",
            remedy="name a MaxMind-format database (for example GeoLite2-ASN.mmdb), or leave --mmdb out",
        ) from error


def _looked_up(readers: list[maxminddb.Reader], text: str) -> tuple[int | None, str | None]:
    asn = country = None
    for reader in readers:
        try:
            found = reader.get(text)
        except ValueError:
            continue
        if isinstance(found, dict):
            number = found.get("autonomous_system_number")
            asn = asn or (number if isinstance(number, int) else None)
            place = found.get("country")
            code = place.get("iso_code") if isinstance(place, dict) else None
            country = country or (code if isinstance(code, str) else None)
    return asn, country


def network_kinds(addresses: Sequence[str]) -> dict[str, tuple[str, str | None]]:
    """Kind (one of KINDS) and owner of each address, from the table shipped with `iporigin` (providers' own lists)."""
    return {text: _kind(text) for text in addresses}


@lru_cache(maxsize=1 << 16)
def _kind(address: str) -> tuple[str, str | None]:
    # Detection, inference and the answer ask for much the same addresses.
    try:
        origin = iporigin.classify(address)
    except ValueError:
        return "unknown", None
    return origin.kind, origin.provider or None
