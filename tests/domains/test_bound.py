"""The quick way and the full way agree: no name that is passed over could have been a hit."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared_data import SHARED, needs_shared_data
from tocsin.domains import Judge, scan
from tocsin.domains.feature_table import FEATURES
from tocsin.domains.features import observe
from tocsin.domains.needs import ANYWAY, WITH_BRAND, WITHOUT_BRAND
from tocsin.domains.protect import Organisation
from tocsin.domains.registered import registered
from tocsin.domains.signs import Sign

SUFFIXES = ["com", "info", "support", "online", "co.uk", "de", "github.io", "hopto.org", "edu", "tk", "gov.ua"]

NEEDS = (*WITHOUT_BRAND, *WITH_BRAND, *ANYWAY)


@pytest.fixture(scope="module")
def judges(judge: Judge) -> list[Judge]:
    """Without and with somebody to protect."""
    protected = Organisation(
        name="Lanternhill", domains=("lanternhill.example",), words=("lanternhill", "lantern-hill")
    )
    return [judge, Judge([protected])]


def made_up(judge: Judge, count: int, seed: int) -> Iterator[str]:
    """Names of words (right and wrong, cut short or running into each other), of letters, digits and hyphens, with
    other such labels below."""
    chance = random.Random(seed)
    words = judge.vocabulary.words
    right = [word.text for word in words if word.spelling == "exact"]
    telling = [word.text for word in words if word.spelling == "exact" and not word.filler and not word.ordinary]
    brands = [text for brand in judge.vocabulary.brands for text in (*brand.tokens, *brand.common)]
    own = list(judge.vocabulary.addresses)

    def piece() -> str:
        kind = chance.random()
        if kind < 0.35:
            return chance.choice(telling)
        if kind < 0.5:
            return chance.choice(right)
        if kind < 0.65:
            return chance.choice(brands)
        if kind < 0.8:
            return chance.choice(words).text
        if kind < 0.9:
            text = chance.choice(right)
            return text[: chance.randint(1, len(text))]
        return "".join(chance.choices("abcdefghijklmnopqrstuvwxyz0123456789", k=chance.randint(1, 5)))

    def label() -> str:
        sign = chance.choice(["", "", "-", "-", "3"])
        return (sign.join(piece() for _ in range(chance.randint(1, 4))).strip("-") or "a")[:60].strip("-.")

    for _ in range(count):
        below = chance.choice(
            ["", "", "", "www.", f"{label()}.", f"{label()}.{label()}.", f"login.{chance.choice(own)}."]
        )
        yield f"{below}{label()}.{chance.choice(SUFFIXES)}"


def assert_within_bound(judge: Judge, names: list[str]) -> None:
    """Hold every name against its bound and its features against their signs."""
    parts = [registered(name) for name in names]
    rows = [row for row, one in enumerate(parts) if one.label]
    kept = [parts[row] for row in rows]
    most = judge.bound.most(kept)
    signs, _, rare, hits = judge.bound.signs(kept)
    weights = {**judge.model.weights}
    words = hits.of(np.arange(len(kept)), judge.vocabulary.words)
    for row, one, least, sign, rarest, found in zip(rows, kept, most, signs, rare, words, strict=True):
        values, _ = observe(one, judge.vocabulary, judge.costs)
        assert values == observe(one, judge.vocabulary, judge.costs, found)[0]
        assert judge.model.score(values) <= least + 1e-9, names[row]
        for feature, value in values.items():
            if feature == "confusable" or not value:
                continue
            allowed = [
                need.most * (rarest if need.by_rarity else 1.0)
                for need in NEEDS
                if need.feature == feature and need.signs in Sign(int(sign))
            ]
            assert allowed, f"{names[row]}: {feature} without its signs"
            assert weights[feature] <= 0 or value <= max(allowed) + 1e-9, f"{names[row]}: {feature} {value}"


@pytest.mark.parametrize("which", [0, 1])
def test_no_name_scores_more_than_its_signs_allow(judges: list[Judge], which: int) -> None:
    assert_within_bound(judges[which], list(made_up(judges[which], 6000, 11 + which)))


@settings(max_examples=300, deadline=None)
@given(st.lists(st.from_regex(r"[a-z0-9-]{1,20}(\.[a-z0-9-]{1,20}){1,3}", fullmatch=True), min_size=1, max_size=8))
def test_nor_does_any_text(judge: Judge, names: list[str]) -> None:
    assert_within_bound(judge, names)


@needs_shared_data
def test_nor_does_any_public_name(judge: Judge) -> None:
    names = [line for path in sorted((SHARED / "domains").glob("*.txt")) for line in path.read_text().split()]
    assert_within_bound(judge, [name for name in names if name.isascii()])


def test_a_scan_finds_what_weighing_every_name_finds(judges: list[Judge], tmp_path: Path) -> None:
    judge = judges[1]
    names = list(dict.fromkeys(made_up(judge, 6000, 23)))
    path = tmp_path / "names.txt"
    path.write_text("".join(f"{name}\n" for name in names))
    found = scan([(path, "names")], judge, above=judge.model.above)
    assert set(found.hits) == {name for name in names if judge.weigh(name, above=judge.model.above) is not None}
    assert len(found.hits) > 300


def test_most_names_with_words_are_not_cut(judge: Judge) -> None:
    """The bound is worth its cost: names that hold a lure word beside unknown letters are passed over."""
    names = ["lanternmail.com", "hotelservices.com", "teamkitchen.org", "recoverycoach.de", "accountqx.co.uk"]
    assert judge.within_reach(names, judge.model.above) == [None] * len(names)
    assert judge.within_reach(["confirm-account-session.info"], judge.model.above) != [None]


def test_every_feature_has_its_signs() -> None:
    assert {need.feature for need in NEEDS} | {"confusable"} == set(FEATURES)
    assert all(np.isfinite(need.most) for need in NEEDS)
