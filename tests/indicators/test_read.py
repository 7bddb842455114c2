"""Feeds in every form: what can be compared is taken, the rest is refused with its place and costs nothing else."""

from __future__ import annotations

import json
import time
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tocsin.errors import UsageError
from tocsin.indicators import Feed, Indicator, Refused, Tlp, read_bytes, read_file
from tocsin.indicators.stix_tlp import TLP_EXTENSION, TLP_IDS

GREEN, RED = TLP_IDS[Tlp.GREEN], TLP_IDS[Tlp.RED]
OWN_MARKING = "marking-definition--4d8f8a3e-2c55-4f3a-8a57-0c1f6d1f3b11"


def stix(number: int = 1, **facts: Any) -> dict[str, Any]:
    return {
        "type": "indicator",
        "spec_version": "2.1",
        "id": f"indicator--00000000-0000-4000-8000-{number:012}",
        "created": "2026-03-01T00:00:00.000Z",
        "modified": "2026-03-02T00:00:00.000Z",
        "pattern": f"[ipv4-addr:value = '203.0.113.{number}']",
        "pattern_type": "stix",
        "valid_from": "2026-03-01T00:00:00Z",
        **facts,
    }


def read(document: object) -> Feed:
    return read_bytes("feed.json", json.dumps(document).encode())


def address(number: int = 1, **facts: Any) -> Indicator:
    return Indicator(
        **{
            "indicator": f"indicator--00000000-0000-4000-8000-{number:012}",
            "kind": "address",
            "value": f"203.0.113.{number}",
            "tlp": Tlp.AMBER_STRICT,
            "valid_from": datetime(2026, 3, 1),  # noqa: DTZ001 - naive UTC
            "changed": datetime(2026, 3, 2),  # noqa: DTZ001
            **facts,
        }
    )


def test_a_bundle_an_envelope_a_list_and_an_object_hold_the_same() -> None:
    for document in ({"type": "bundle", "objects": [stix()]}, {"more": False, "objects": [stix()]}, [stix()], stix()):
        assert read(document) == Feed(format="stix", indicators=[address()], refused=[], revoked=[])


@pytest.mark.parametrize(
    ("facts", "level"),
    [
        ({}, Tlp.AMBER_STRICT),
        ({"object_marking_refs": [GREEN]}, Tlp.GREEN),
        ({"object_marking_refs": [GREEN, RED]}, Tlp.RED),
        ({"object_marking_refs": ["marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9"]}, Tlp.CLEAR),
        ({"object_marking_refs": [OWN_MARKING]}, Tlp.AMBER),
        (
            {"object_marking_refs": [GREEN], "granular_markings": [{"marking_ref": RED, "selectors": ["pattern"]}]},
            Tlp.RED,
        ),
        ({"object_marking_refs": "no list", "granular_markings": [7]}, Tlp.AMBER_STRICT),
        ({"object_marking_refs": ["marking-definition--unknown", 7]}, Tlp.AMBER_STRICT),
    ],
)
def test_the_strictest_marking_counts(facts: dict[str, Any], level: Tlp) -> None:
    own = {
        "type": "marking-definition",
        "id": OWN_MARKING,
        "object_marking_refs": [OWN_MARKING],  # in a circle
        "extensions": {TLP_EXTENSION: {"extension_type": "property-extension", "tlp_2_0": "amber"}},
    }
    assert read([own, stix(**facts)]).indicators == [address(tlp=level)]


def test_a_published_marking_cannot_be_made_milder() -> None:
    forged = {"type": "marking-definition", "id": RED, "definition_type": "tlp", "definition": {"tlp": "white"}}
    assert read([forged, stix(object_marking_refs=[RED])]).indicators[0].tlp == Tlp.RED


@pytest.mark.parametrize(
    ("one", "object_", "reason"),
    [
        (stix(pattern="[file:name = 'x']"), stix()["id"], "file:name is nothing that sign-in logs tell"),
        (stix(pattern="x" * 10_000_000), stix()["id"], "a pattern of 10,000,000 characters: at most 100,000"),
        (stix(pattern=["no", "text"]), stix()["id"], "it has no pattern"),
        (stix(pattern_type="sigma"), stix()["id"], "its pattern is sigma, not STIX"),
        (stix(pattern_type={"a": 1}), stix()["id"], "its pattern is {'a': 1}, not STIX"),
        (stix(valid_until="tomorrow"), stix()["id"], "its valid_until is no time"),
        (stix(id=5), "object 2", "its id is no text that can be read, or too long a one"),
        (stix(id="x" * 10_000_000), "object 2", "its id is no text that can be read, or too long a one"),
        (stix(id="indicator--\ud800"), "object 2", "its id is no text that can be read, or too long a one"),
        (
            stix(pattern="[email-addr:value = '\ud800@evil.example']"),
            stix()["id"],
            "'\\ud800@evil.example' is no account",
        ),
        (stix(pattern="[domain-name:value = '\ud800.example']"), stix()["id"], "'\\ud800.example' is no domain"),
        ("no object", "object 2", "it is no JSON object"),
        (None, "object 2", "it is no JSON object"),
        ([[]], "object 2", "it is no JSON object"),
    ],
)
def test_what_cannot_be_taken_is_refused_and_the_rest_goes_through(one: object, object_: str, reason: str) -> None:
    feed = read({"type": "bundle", "objects": [stix(7), one, stix(8)]})
    assert feed.indicators == [address(7), address(8)]
    assert feed.refused == [Refused(file="feed.json", object=object_, reason=reason)]


def test_objects_that_refer_to_each_other_in_a_circle_cost_nothing() -> None:
    ring = [
        {"type": "relationship", "id": f"relationship--{n}", "source_ref": f"relationship--{(n + 1) % 50}"}
        for n in range(50)
    ]
    assert read([*ring, stix()]).indicators == [address()]


def test_a_revoked_indicator_is_taken_back() -> None:
    assert read([stix(revoked=True)]) == Feed(format="stix", indicators=[], refused=[], revoked=[stix()["id"]])


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b'{"objects": [', "it is no JSON: Expecting value: line 1 column 14 (char 13)"),
        (b"[" * 1_000_000, "it is nested too deeply"),
        (b'{"objects":' * 500_000, "it is nested too deeply"),
        (b"\xff\xfe\x00", "not UTF-8 text at byte 0"),
        (b'{"a": "\x00"}', "it is no text"),
        (b'{"a": 1}', "it is neither STIX nor a MISP event"),
        (b"[1", "it is no JSON: Expecting ',' delimiter: line 1 column 3 (char 2)"),
    ],
)
def test_a_file_that_is_nothing_is_refused_whole(data: bytes, reason: str) -> None:
    feed = read_bytes("feed.json", data)
    assert feed.refused == [Refused(file="feed.json", object="the file", reason=reason)]
    assert feed.indicators == []


def test_a_line_of_a_table_that_is_no_text_costs_no_other() -> None:
    table = b"type,value\nip,203.0.113.7\nip,\x00\nip," + b"9" * 10_000_000 + b"\nip,203.0.113.8\n"
    feed = read_bytes("feed.csv", table)
    assert [one.value for one in feed.indicators] == ["203.0.113.7", "203.0.113.8"]
    assert [(one.object, one.reason) for one in feed.refused] == [
        ("line 3", "holds U+0000: it is no text"),
        ("line 4", "a line of 10,000,003 characters"),
    ]


def test_twenty_thousand_objects_take_seconds() -> None:
    """The time grows with the number of objects, not with its square."""
    data = json.dumps({"objects": [stix(number % 250) for number in range(20_000)]}).encode()
    began = time.perf_counter()
    assert len(read_bytes("feed.json", data).indicators) == 20_000
    assert time.perf_counter() - began < 15


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        read_file(tmp_path / "none.json")


MISP = {
    "Event": {
        "uuid": "e",
        "Tag": [{"name": "tlp:green"}, {"name": "type:OSINT"}],
        "Attribute": [
            {"uuid": "a1", "type": "ip-src", "value": "203.0.113.1", "to_ids": True, "timestamp": "1772409600"},
            {"uuid": "a2", "type": "domain|ip", "value": "evil.example|203.0.113.2", "to_ids": True},
            {
                "uuid": "a3",
                "type": "email-src",
                "value": "Eve@evil.example",
                "to_ids": True,
                "Tag": [{"name": "tlp:red"}],
            },
            {"uuid": "a4", "type": "ip-dst", "value": "203.0.113.9", "to_ids": False},
            {"uuid": "a5", "type": "target-email", "value": "ada@example.org", "to_ids": True},
            {"uuid": "a6", "type": "ip-src", "value": "203.0.113.8", "to_ids": True, "deleted": True},
            {"uuid": "a7", "type": "ip-src", "value": 5, "to_ids": True},
            "no attribute",
        ],
        "Object": [
            {
                "name": "domain-ip",
                "Attribute": [{"uuid": "o1", "type": "hostname", "value": "a.example", "to_ids": True}],
            },
            {"name": "gone", "deleted": True, "Attribute": [{"uuid": "o2", "type": "domain", "value": "b.example"}]},
            7,
        ],
    }
}


def test_a_misp_event_is_read_with_its_tags() -> None:
    feed = read(MISP)
    second_march = datetime(2026, 3, 2)  # noqa: DTZ001
    assert [(one.indicator, one.kind, one.value, one.tlp, one.changed) for one in feed.indicators] == [
        ("a1", "address", "203.0.113.1", Tlp.GREEN, second_march),
        ("a2", "domain", "evil.example", Tlp.GREEN, None),
        ("a2", "address", "203.0.113.2", Tlp.GREEN, None),
        ("a3", "account", "eve@evil.example", Tlp.RED, None),
        ("o1", "domain", "a.example", Tlp.GREEN, None),
    ]
    assert [(one.object, one.reason) for one in feed.refused] == [
        ("a5", "target-email is nothing that sign-in logs tell"),
        ("a7", "its value is no text"),
        ("event 1, attribute 8", "it is no JSON object"),
    ]
    assert feed.revoked == ["a6"]
    assert read({"response": [MISP, 5]}).indicators == feed.indicators
    assert read([MISP]).indicators == feed.indicators


def test_a_table_is_read_by_its_columns() -> None:
    text = (
        "# from a peer\n"
        "type;value;tlp;valid_until;id\n"
        "ip;203.0.113.1;TLP:GREEN;2026-04-01;one\n"
        'domain;"evil.example";;;\n'
        "url;https://evil.example/;;;\n"
        "ip;203.0.113.2;TLP:PURPLE;;\n"
        'ip;"203.0.113.3;;;\n'
        "ip;203.0.113.4;;soon;\n"
        "ip\n"
    )
    feed = read_bytes("feed.csv", text.encode())
    assert feed.indicators == [
        Indicator(
            indicator="one",
            kind="address",
            value="203.0.113.1",
            tlp=Tlp.GREEN,
            valid_until=datetime(2026, 4, 1),  # noqa: DTZ001
        ),
        Indicator(indicator="evil.example", kind="domain", value="evil.example", tlp=Tlp.AMBER_STRICT),
    ]
    assert [(one.object, one.reason) for one in feed.refused] == [
        ("line 5", "url is nothing that sign-in logs tell"),
        ("line 6", "'TLP:PURPLE' is no TLP level"),
        ("line 7", "unexpected end of data"),
        ("line 8", "its valid_until is no time"),
        ("line 9", "'' is no address"),
    ]


def test_a_plain_list_tells_addresses_domains_and_accounts_apart() -> None:
    text = (
        "203.0.113.1\n198.51.100.0/24\n# comment\nevil.example\neve@evil.example\nno indicator\n10.0.0.1\n"
        + "a" * 20_000
    )
    feed = read_bytes("list.txt", text.encode())
    assert [(one.kind, one.value) for one in feed.indicators] == [
        ("address", "203.0.113.1"),
        ("network", "198.51.100.0/24"),
        ("domain", "evil.example"),
        ("account", "eve@evil.example"),
    ]
    assert [(one.object, one.reason) for one in feed.refused] == [
        ("line 6", "'no indicator' is no address, domain or account"),
        ("line 7", "10.0.0.1 lies inside sites: it would match everybody"),
        ("line 8", "a line of 20,000 characters"),
    ]


def test_an_empty_file_holds_nothing() -> None:
    assert read_bytes("empty", b"") == Feed(format="csv", indicators=[], refused=[], revoked=[])
