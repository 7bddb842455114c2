"""Whatever JSON a stranger sends: it is read or refused, and what is read can be kept."""

from __future__ import annotations

import json
import tempfile
from datetime import datetime
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.indicators import add, kept_indicators, read_bytes

NOW = datetime(2026, 3, 10)  # noqa: DTZ001 - naive UTC

KEYS = st.sampled_from(
    [
        *("type", "id", "pattern", "pattern_type", "valid_from", "valid_until", "modified", "revoked", "objects"),
        *("object_marking_refs", "granular_markings", "marking_ref", "definition", "extensions", "tlp", "tlp_2_0"),
        *("Event", "Attribute", "Object", "Tag", "name", "value", "to_ids", "uuid", "deleted", "response", "timestamp"),
        "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d",
    ]
)
TEXTS = st.one_of(
    st.sampled_from(
        [
            *("indicator", "marking-definition", "stix", "ip-src", "domain|ip", "email", "tlp:red", "TLP:WHITE"),
            *("[ipv4-addr:value = '203.0.113.7']", "203.0.113.7|80", "evil.example", "9999-12-31T23:59:59Z", "1e400"),
            *("0001-01-01T00:00:00+14:00", "bundle", "indicator--1", "\ud800", "a@b.example", "::ffff:0:0/96"),
        ]
    ),
    st.text(st.characters(), max_size=12),
)
LEAVES = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), TEXTS)
DOCUMENTS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(st.lists(inner, max_size=5), st.dictionaries(KEYS, inner, max_size=8)),
    max_leaves=40,
)


@given(DOCUMENTS)
@settings(max_examples=300)
def test_any_document_is_read_or_refused_and_what_is_read_is_kept(document: object) -> None:
    feed = read_bytes("feed.json", json.dumps(document).encode())
    with tempfile.TemporaryDirectory() as folder:
        new, changed, _ = add(Path(folder), "peer", feed, NOW)
        assert len(kept_indicators(Path(folder))) == new + changed <= len(feed.indicators)


INDICATORS = st.fixed_dictionaries(
    {"type": st.just("indicator"), "id": TEXTS, "pattern": TEXTS},
    optional=dict.fromkeys(
        ("pattern_type", "valid_from", "valid_until", "modified", "revoked", "object_marking_refs"), LEAVES
    ),
)
ATTRIBUTES = st.fixed_dictionaries(
    {"type": TEXTS, "value": TEXTS, "to_ids": st.just(True)},
    optional=dict.fromkeys(("uuid", "timestamp", "first_seen", "last_seen", "Tag", "deleted"), LEAVES),
)


@given(st.lists(INDICATORS, max_size=6), st.lists(ATTRIBUTES, max_size=6))
@settings(max_examples=200)
def test_every_indicator_is_taken_refused_or_taken_back(
    objects: list[dict[str, object]], attributes: list[dict[str, object]]
) -> None:
    for document, held in (({"objects": objects}, objects), ({"Event": {"Attribute": attributes}}, attributes)):
        feed = read_bytes("feed.json", json.dumps(document).encode())
        told = len(feed.refused) + len(feed.revoked) + len(feed.indicators)
        assert len(held) <= told <= 2 * len(held)  # `domain|ip` is two values
        with tempfile.TemporaryDirectory() as folder:
            add(Path(folder), "peer", feed, NOW)
