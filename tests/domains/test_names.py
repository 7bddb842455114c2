"""Text becomes a name, or is refused with a reason, in time that grows with its length only."""

from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.domains.names import NotAName, clean, clean_lines


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Example.ORG", "example.org"),
        ("  example.org.\r\n", "example.org"),
        ("*.example.org", "example.org"),
        ("https://login.example.org:8443/reset?u=a@b", "login.example.org"),
        ("hxxps://login[.]example[.]org/x", "login.example.org"),
        ("Ada <ada@mail.example.org>", "mail.example.org"),
        ("_dmarc.example.org", "_dmarc.example.org"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("ｅxample。org", "example.org"),
        ("xn--bcher-kva.example", "xn--bcher-kva.example"),
    ],
)
def test_a_name_is_read_as_logs_and_people_write_it(text: str, name: str) -> None:
    assert clean(text) == name


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "nothing that could be a name"),
        ("localhost", "no dot: not a full name"),
        ("a..example.org", "an empty label: two dots in a row"),
        (".example.org", "an empty label: two dots in a row"),
        ("192.0.2.7", "an address or a number, not a name"),
        ("\u202eexample.org", "holds U+202E, which no name can hold"),
        ("exam\u200fple.org", "holds U+200F, which no name can hold"),
        ("exam\x00ple.org", "holds U+0000, which no name can hold"),
        ("two words.org", "holds ' ', which no name can hold"),
        ("xn--999999999.com", "invalid punycode"),
        ("xn--a.com", "invalid punycode"),
        ("a" * 64 + ".org", "a label of 64 characters: at most 63"),
        (".".join(["abcdefgh"] * 30), "269 characters: a name has at most 253"),
    ],
)
def test_what_is_no_name_is_refused_with_the_reason(text: str, reason: str) -> None:
    with pytest.raises(NotAName, match="^" + reason.replace("(", r"\(").replace("+", r"\+") + "$"):
        clean(text)


@pytest.mark.parametrize("piece", ["a", "a.", ".", "xn--", "-", "é", "\u202e", "@", "[.]", "http://", "\x00"])
def test_ten_megabytes_in_a_line_are_refused_at_once(piece: str) -> None:
    text = piece * (10_000_000 // len(piece))
    start = time.perf_counter()
    with pytest.raises(NotAName):
        clean(text)
    assert time.perf_counter() - start < 0.5


@given(st.text(max_size=300))
def test_any_text_is_a_name_or_refused(text: str) -> None:
    try:
        name = clean(text)
    except NotAName:
        return
    assert name.isascii()
    assert name == name.lower()
    assert all(0 < len(label) <= 63 for label in name.split("."))
    assert clean(name) == name


@given(st.lists(st.text(alphabet="abz09-._*@ Aé\x00\r", max_size=80), max_size=20))
def test_lines_told_apart_in_bulk_are_those_that_would_be_clean_one_by_one(lines: list[str]) -> None:
    """What `clean_lines` takes as a name is exactly that name; the rest is left for a closer look."""
    encoded = [line.encode() + b"\n" for line in lines]
    ends = np.cumsum([len(line) for line in encoded]).astype(np.int64)
    told = clean_lines(b"".join(encoded), ends)
    names = told.text.decode().split("\n")[:-1]
    assert sorted([*told.numbers, *told.others]) == list(range(len(lines)))
    for number, name in zip(told.numbers, names, strict=True):
        assert clean(lines[number]) == name
