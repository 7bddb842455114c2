"""Networks: what one provider logs of an address serves all, MMDB files fill what nobody said."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from tiny_mmdb import write_mmdb
from tocsin.enrich import NETWORK, check_databases, network_kinds, networks
from tocsin.errors import SettingError

Row = tuple[str, str, str | None]


def table(*rows: tuple[str, int | None, str | None]) -> pa.Table:
    """(address, autonomous system, country) as providers logged them."""
    names = ("source_ip", "source_asn", "source_country")
    types = pa.schema([("source_ip", pa.string()), ("source_asn", pa.int64()), ("source_country", pa.string())])
    return pa.Table.from_pylist([dict(zip(names, row, strict=True)) for row in rows], schema=types)


def found(*rows: tuple[str, int | None, str | None], databases: tuple[Path, ...] = ()) -> dict[str, Row]:
    """Prefix, network and country by address."""
    result = networks(table(*rows), databases)
    assert result.schema == NETWORK
    assert len(result) == len(rows)
    return {row["source_ip"]: (row["prefix"], row["network"], row["country"]) for row in result.to_pylist()}


def test_an_address_that_nobody_describes_is_known_by_its_prefix() -> None:
    assert found(("203.0.113.9", None, None)) == {"203.0.113.9": ("203.0.113.0/24", "203.0.0.0/16", None)}
    assert found(("2001:db8:1:2::9", None, None)) == {"2001:db8:1:2::9": ("2001:db8:1::/48", "2001:db8::/32", None)}


def test_the_number_that_one_provider_logs_serves_addresses_of_the_same_prefix_and_block() -> None:
    rows = found(("203.0.113.9", 64500, "DE"), ("203.0.113.77", None, None), ("203.0.7.7", None, None))
    assert rows["203.0.113.77"] == ("203.0.113.0/24", "AS64500", "DE")
    assert rows["203.0.7.7"] == ("203.0.7.0/24", "AS64500", None)


def test_what_is_logged_of_the_address_itself_counts_before_its_neighbours() -> None:
    rows = found(("203.0.113.1", 64500, "DE"), ("203.0.113.2", 64500, "DE"), ("203.0.113.3", 64501, "FR"))
    assert rows["203.0.113.3"] == ("203.0.113.0/24", "AS64501", "FR")


def test_the_majority_of_the_neighbours_counts() -> None:
    rows = found(
        ("203.0.113.1", 64500, None),
        ("203.0.113.2", 64501, None),
        ("203.0.113.3", 64501, None),
        ("203.0.113.4", None, None),
    )
    assert rows["203.0.113.4"][1] == "AS64501"


def test_ipv6_neighbours_share_a_site_not_a_single_line() -> None:
    rows = found(("2001:db8:1:2::9", 64500, "DE"), ("2001:db8:1:ffff::1", None, None), ("2001:db9::1", None, None))
    assert rows["2001:db8:1:ffff::1"] == ("2001:db8:1::/48", "AS64500", "DE")
    assert rows["2001:db9::1"] == ("2001:db9::/48", "2001:db9::/32", None)


@pytest.mark.parametrize(
    "text", ["unknown", "203.0.113", "203.0.113.9:443", "::1%eth0", "", "fe80::1%x", "1.2.3.4.5", "é.1.2.3"]
)
def test_what_is_no_address_breaks_nothing(text: str) -> None:
    assert found((text, None, None), ("203.0.113.9", 64500, "DE"))["203.0.113.9"][1] == "AS64500"
    assert network_kinds([text])[text][0] in ("unknown", "reserved")


@pytest.fixture
def databases(tmp_path: Path) -> tuple[Path, Path]:
    owners = {
        "203.0.113.0/24": {"autonomous_system_number": 64510},
        "2001:db8::/32": {"autonomous_system_number": 64511},
    }
    places = {"203.0.113.0/25": {"country": {"iso_code": "NL"}}, "2001:db8::/32": {"country": {"iso_code": "SE"}}}
    return write_mmdb(tmp_path / "asn.mmdb", owners), write_mmdb(tmp_path / "country.mmdb", places)


def test_databases_say_what_no_provider_said(databases: tuple[Path, Path]) -> None:
    rows = found(
        ("203.0.113.9", None, None),
        ("203.0.113.200", None, None),
        ("203.0.113.10", 64500, "DE"),
        ("2001:db8::7", None, None),
        ("198.51.100.1", None, None),
        ("no address", None, None),
        databases=databases,
    )
    assert rows["203.0.113.9"] == ("203.0.113.0/24", "AS64510", "NL")
    assert rows["203.0.113.10"] == ("203.0.113.0/24", "AS64500", "DE")
    assert rows["2001:db8::7"] == ("2001:db8::/48", "AS64511", "SE")
    assert rows["198.51.100.1"] == ("198.51.100.0/24", "198.51.0.0/16", None)


def test_a_file_that_is_no_database_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "x.mmdb").write_text("nothing")
    for path in (tmp_path / "x.mmdb", tmp_path / "none.mmdb", tmp_path):
        with pytest.raises(SettingError, match=path.name):
            check_databases([path])


def test_kinds_are_told_from_the_lists_of_providers() -> None:
    kinds = network_kinds(["127.0.0.1", "10.1.2.3", "2001:db8::1"])
    assert {kind for kind, _ in kinds.values()} == {"reserved"}
