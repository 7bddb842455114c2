"""The reading of look-alike letters."""

from __future__ import annotations

import pytest

from tocsin.domains.confusables import skeleton


@pytest.mark.parametrize(
    ("shown", "read"),
    [("раураl", "paypal"), ("gооgle", "google"), ("аррӏе", "apple"), ("ⅿicrosoft", "microsoft"), ("yahоо", "yahoo"),
     ("ġöögle", "google"), ("ｇoogle", "google"), ("мicrosoft", "microsoft"), ("日本", "日本")],
)  # fmt: skip
def test_letters_that_look_latin_are_read_as_latin(shown: str, read: str) -> None:
    assert skeleton(shown) == read
