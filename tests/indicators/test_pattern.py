"""Patterns that sign-in logs can answer are read as the specification has them; others are refused with the reason."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stix2patterns.v21.pattern import Pattern

from tocsin.indicators.pattern import compared
from tocsin.indicators.values import NotComparable


@pytest.mark.parametrize(
    ("pattern", "values"),
    [
        ("[ipv4-addr:value = '203.0.113.7']", [("address", "203.0.113.7")]),
        ("[ipv4-addr:value='203.0.113.7/32']", [("address", "203.0.113.7")]),
        ("[ipv4-addr:value = '203.0.113.9/24']", [("network", "203.0.113.0/24")]),
        ("[ipv4-addr:value ISSUBSET '198.51.100.0/24']", [("network", "198.51.100.0/24")]),
        ("[ipv6-addr:value = '2001:DB8:0::7']", [("address", "2001:db8::7")]),
        ("[network-traffic:src_ref.value = '203.0.113.7']", [("address", "203.0.113.7")]),
        ("[domain-name:value = 'Confirm-Session.Example.']", [("domain", "confirm-session.example")]),
        ("[email-addr:value = 'Eve@Evil.Example']", [("account", "eve@evil.example")]),
        ("[user-account:account_login = 'eve@evil.example']", [("account", "eve@evil.example")]),
        (
            "[ipv4-addr:value IN ('203.0.113.7', '203.0.113.8')]",
            [("address", "203.0.113.7"), ("address", "203.0.113.8")],
        ),
        (
            "[ipv4-addr:value = '203.0.113.7' OR domain-name:value = 'evil.example']",
            [("address", "203.0.113.7"), ("domain", "evil.example")],
        ),
        (
            "([ipv4-addr:value = '203.0.113.7'] OR"
            " [(ipv4-addr:value = '203.0.113.8' OR (domain-name:value = 'a.example'))])",
            [("address", "203.0.113.7"), ("address", "203.0.113.8"), ("domain", "a.example")],
        ),
        ("[email-addr:value = 'o\\'brien@evil.example']", [("account", "o'brien@evil.example")]),
        ("[ipv4-addr:value = '203.0.113.7'] OR [ipv4-addr:value = '203.0.113.7']", [("address", "203.0.113.7")]),
    ],
)
def test_these_are_read(pattern: str, values: list[tuple[str, str]]) -> None:
    assert compared(pattern) == values
    Pattern(pattern)  # and OASIS' own parser takes them


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        ("[ipv4-addr:value = '203.0.113.7' AND domain-name:value = 'a.example']", "joined by AND: only OR"),
        ("[ipv4-addr:value = '203.0.113.7'] AND [ipv4-addr:value = '203.0.113.8']", "joined by AND: only OR"),
        ("[ipv4-addr:value = '203.0.113.7'] FOLLOWEDBY [ipv4-addr:value = '203.0.113.8']", "joined by FOLLOWEDBY"),
        ("[ipv4-addr:value = '203.0.113.7'] REPEATS 5 TIMES", "the qualifier REPEATS"),
        ("[ipv4-addr:value != '203.0.113.7']", "the comparison != is not read"),
        ("[ipv4-addr:value NOT = '203.0.113.7']", "the comparison NOT is not read"),
        ("[domain-name:value LIKE '%.example']", "the comparison LIKE is not read"),
        ("[domain-name:value MATCHES '.*']", "the comparison MATCHES is not read"),
        ("[domain-name:value ISSUBSET '10.0.0.0/8']", "the comparison ISSUBSET is not read"),
        ("[file:hashes.'SHA-256' = 'aa']", "file:hashes.'SHA-256' is nothing that sign-in logs tell"),
        ("[url:value = 'https://evil.example/']", "url:value is nothing that sign-in logs tell"),
        ("[ipv4-addr:value = 'no address']", "'no address' is no address"),
        ("[ipv4-addr:value = '10.1.2.3']", "lies inside sites"),
        ("[ipv4-addr:value = '0.0.0.0/0']", "lies inside sites"),
        ("[ipv4-addr:value = '64.0.0.0/7']", "wider than /8"),
        ("[ipv4-addr:value = 5]", "5 where a text should stand"),
        ("[ipv4-addr:value = '203.0.113.7'", "the pattern ends too early"),
        ("[ipv4-addr:value = '203.0.113.7]", "' where a text should stand"),
        ("([ipv4-addr:value = '203.0.113.7']", "the pattern ends too early"),
        ("[ipv4-addr:value = '203.0.113.7'])", "joined by )"),
        ("", "the pattern ends too early"),
        ("ipv4-addr:value = '203.0.113.7'", "where an observation should begin"),
        ("[]", "] where the path of an object should stand"),
        ("[ipv4-addr:value IN ()]", ") where a text should stand"),
        ("[ipv4-addr:value = '" + "9" * 500 + "']", "a value of 500 characters"),
        ("(" * 60_000 + "[", "the pattern ends too early"),
        ("[" * 60_000, "where the path of an object should stand"),
        ("[ipv4-addr:value = '" + "9" * 10_000_000 + "']", "a pattern of 10,000,022 characters"),
        ("[ipv4-addr:value IN (" + ",".join(["'203.0.113.7'"] * 6_000) + ")]", "more than 5,000 values"),
    ],
)
def test_these_are_refused_with_the_reason(pattern: str, why: str) -> None:
    with pytest.raises(NotComparable) as refused:
        compared(pattern)
    assert why in str(refused.value)


VALUES = st.sampled_from(["203.0.113.7", "198.51.100.0/24", "192.0.2.9"])
COMPARISON = st.one_of(
    VALUES.map(lambda one: [one]).map(lambda some: (f"ipv4-addr:value = '{some[0]}'", some)),
    st.lists(VALUES, min_size=1, max_size=4).map(
        lambda some: ("ipv4-addr:value IN (" + ", ".join(f"'{one}'" for one in some) + ")", some)
    ),
)


def joined(parts: list[tuple[str, list[str]]], form: str) -> tuple[str, list[str]]:
    return form.format(" OR ".join(text for text, _ in parts)), [one for _, some in parts for one in some]


INSIDE = st.recursive(
    COMPARISON,
    lambda inner: st.lists(inner, min_size=1, max_size=3).map(lambda parts: joined(parts, "({})")),
    max_leaves=6,
)
WHOLE = st.recursive(
    st.lists(INSIDE, min_size=1, max_size=3).map(lambda parts: joined(parts, "[{}]")),
    lambda inner: st.lists(inner, min_size=1, max_size=3).map(lambda parts: joined(parts, "({})")),
    max_leaves=5,
)


@given(WHOLE)
def test_whatever_is_made_of_or_is_read_as_oasis_parser_reads_it(case: tuple[str, list[str]]) -> None:
    pattern, values = case
    found = Pattern(pattern).inspect().comparisons["ipv4-addr"]
    assert {value for kind, value in compared(pattern)} == set(values)
    assert len(found) == pattern.count("ipv4-addr:value")


@given(st.text(alphabet="[]()'\\ =,ORANDipv4-addr:value.0123/", max_size=200))
def test_no_text_makes_it_fail_in_another_way(text: str) -> None:
    try:
        found = compared(text)
    except NotComparable:
        return
    assert found


def test_the_longest_pattern_takes_no_time() -> None:
    """Twice the length takes about twice the time; quotes that are never closed, brackets and blanks among it."""
    for unit in ("'", "(", "[ipv4-addr:value = '203.0.113.7' OR ", " ", "\\", "a:b", "[ipv4-addr:value = '"):
        began = time.perf_counter()
        with pytest.raises(NotComparable):
            compared((unit * 100_000)[:100_000])
        assert time.perf_counter() - began < 1.0
