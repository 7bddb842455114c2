"""Sinkholes' and resolvers' records become hits; what is none is refused with its place."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest

from tocsin.domains.sinkhole import Hit, Refusal, read_hits

NAME = "confirm-session.info"
AT = datetime.fromisoformat("2026-11-27T12:00:00")


def hit(**changes: object) -> Hit:
    made: dict[str, object] = {"time": AT, "source": "192.0.2.7", "name": NAME, "place": "log:1", "kind": "dns"}
    return Hit(**{**made, **changes})  # type: ignore[arg-type]


RECORDS: dict[str, tuple[object, Hit]] = {
    "Shadowserver, HTTP": (
        {
            "timestamp": "2026-11-27 12:00:00",
            "protocol": "tcp",
            "src_ip": "192.0.2.7",
            "src_port": 41000,
            "src_asn": 64500,
            "src_geo": "UA",
            "src_hostname": "GW.News.example",
            "http_host": "Confirm-Session.info:80",
            "http_url": "/login?email=Ada%40news.example",
        },
        hit(
            kind="http",
            sent=True,
            mail=("ada@news.example",),
            hostname="gw.news.example",
            network="64500",
            country="UA",
        ),
    ),
    "Shadowserver, older": (
        {"timestamp": "2026-11-27 12:00:00", "ip": "192.0.2.7", "asn": "64500", "geo": "UA", "http_host": NAME},
        hit(kind="http", network="64500", country="UA"),
    ),
    "Cloudflare": (
        {"Timestamp": "2026-11-27T12:00:00Z", "SrcAddr": "2001:db8::7", "Host": NAME, "Method": "POST", "URI": "/"},
        hit(kind="http", source="2001:db8::7", sent=True),
    ),
    "Zeek dns.log": ({"ts": 1795780800.0, "id.orig_h": "192.0.2.7", "query": NAME}, hit()),
    "BIND queries": (
        "27-Nov-2026 12:00:00.000 queries: info: client @0x7f0a1c0 192.0.2.7#53112 (confirm-session.info): query: "
        "confirm-session.info IN A +E(0)K (203.0.113.1)",
        hit(),
    ),
    "BIND rpz": (
        "27-Nov-2026 12:00:00.000 rpz: info: client @0x7f0a1c0 192.0.2.7#53112 (confirm-session.info): rpz QNAME "
        "NXDOMAIN rewrite confirm-session.info/A/IN via confirm-session.info.rpz.example",
        hit(),
    ),
    "Unbound queries": ("[1795780800] unbound[212:0] info: 192.0.2.7 Confirm-Session.info. A IN", hit()),
    "Unbound rpz": (
        "[1795780800] unbound[212:0] info: rpz: applied [rpz.example.] *.confirm-session.info. rpz-nxdomain "
        "192.0.2.7@4711 confirm-session.info. A IN",
        hit(),
    ),
}


@pytest.mark.parametrize(("record", "expected"), RECORDS.values(), ids=RECORDS)
def test_a_record_is_read(tmp_path: Path, record: object, expected: Hit) -> None:
    path = tmp_path / "log"
    path.write_text((record if isinstance(record, str) else json.dumps(record)) + "\n")
    assert list(read_hits([(path, "log")])) == [expected]


def test_a_csv_report_is_read(tmp_path: Path) -> None:
    path = tmp_path / "report.csv"
    path.write_text(
        '"timestamp","protocol","src_ip","src_port","src_asn","src_geo","http_host"\n'
        f'"2026-11-27 12:00:00","tcp","192.0.2.7","41000","64500","UA","{NAME}"\n'
    )
    assert list(read_hits([(path, "log")])) == [hit(kind="http", network="64500", country="UA")]


def test_log_times_without_a_zone_are_of_the_zone_given(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_text("27-Nov-2026 13:00:00.000 client 192.0.2.7#1 (confirm-session.info): query: x IN A\n")
    assert list(read_hits([(path, "log")], zone="Europe/Berlin")) == [hit()]


def test_what_is_no_hit_is_refused_with_its_place_and_costs_no_other(tmp_path: Path) -> None:
    path = tmp_path / "log"
    good = json.dumps({"ts": 1795780800, "id.orig_h": "192.0.2.7", "query": NAME})
    lines = [
        '{"ts": 1795780800, "query": "x.info"}',
        '{"ts": 1795780800, "id.orig_h": "nobody", "query": "x.info"}',
        '{"id.orig_h": "192.0.2.7", "query": "x.info"}',
        '{"ts": 1e300, "id.orig_h": "192.0.2.7", "query": "x.info"}',
        '{"ts": 1795780800, "id.orig_h": "192.0.2.7", "query": "a..info"}',
        "client " * 20_000,
        "hello",
        good,
    ]
    path.write_text("\n".join(lines) + "\n")
    found = list(read_hits([(path, "log")]))
    assert found[-1] == hit(place="log:8")
    refusals = [one for one in found if isinstance(one, Refusal)]
    assert [one.place for one in refusals] == [f"log:{number}" for number in range(1, 8)]
    assert refusals[4].reason == "an empty label: two dots in a row"
