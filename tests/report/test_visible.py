"""What a log says is shown as what it is, not as what it wants to look like."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.report.visible import visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("anna@example.org", "anna@example.org"),
        ("\u202egpj.exe", "⟨U+202E⟩gpj.exe"),
        ("a\x1b[31mb", "a⟨U+001B⟩[31mb"),
        ("a\u200bb", "a⟨U+200B⟩b"),
        ("a\nb\tc", "a⟨U+000A⟩b⟨U+0009⟩c"),
        ("a\u00a0b", "a⟨U+00A0⟩b"),
        ("a\udcffb", "a⟨U+DCFF⟩b"),
        ("אבג@example.org", "אבג@example.org"),
        ("", "(empty)"),
        (None, "–"),
    ],
)
def test_hidden_characters_are_named(text: str | None, shown: str) -> None:
    assert visible(text) == shown


def test_a_long_value_is_cut_and_says_how_long_it_was() -> None:
    assert visible("a" * 3000, limit=5) == "aaaaa… (3,000 characters)"


def test_persian_spelling_keeps_its_joiner() -> None:
    """The zero-width non-joiner is part of written Persian; between Latin letters it is a trick."""
    assert visible("می\u200cخواهم") == "می\u200cخواهم"
    assert visible("pay\u200cpal") == "pay⟨U+200C⟩pal"


def test_piled_up_marks_do_not_draw_over_their_neighbours() -> None:
    assert visible("e" + "\u0301" * 40).count("\u0301") == 3


@given(st.text())
def test_nothing_shown_is_a_control_character(text: str) -> None:
    shown = visible(text)
    assert not any(ord(character) < 32 or 0x7F <= ord(character) < 0xA0 for character in shown)
    assert not any(character in shown for character in "\u202a\u202b\u202d\u202e\u2066\u2067\u2068\u2069")
