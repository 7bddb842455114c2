"""A store keeps each value of each feed once, until it is dropped or taken back; the newest telling counts."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tocsin.errors import StoreError
from tocsin.indicators import Feed, Indicator, Tlp, add, drop, expired, kept_indicators
from tocsin.indicators.kept import FILE, FOLDER

NOW = datetime(2026, 3, 10, 12)  # noqa: DTZ001 - naive UTC


def feed(*found: Indicator, revoked: tuple[str, ...] = ()) -> Feed:
    return Feed(format="stix", indicators=list(found), refused=[], revoked=list(revoked))


def one(name: str, value: str, **facts: object) -> Indicator:
    plain = Indicator(indicator=name, kind="address", value=value, tlp=Tlp.GREEN)
    return replace(plain, **facts)  # type: ignore[arg-type]


def kept(store: Path) -> list[tuple[str, str, str, str]]:
    names = ("feed", "indicator", "value", "tlp")
    return [tuple(row[name] for name in names) for row in kept_indicators(store).to_pylist()]


def test_what_comes_again_is_as_it_comes(tmp_path: Path) -> None:
    assert add(
        tmp_path, "peer", feed(one("a", "203.0.113.1"), one("a", "203.0.113.2"), one("b", "203.0.113.3")), NOW
    ) == (
        3,
        0,
        0,
    )
    # The pattern of `a` lost an address and got another; `b` is not in this delivery and stays.
    assert add(tmp_path, "peer", feed(one("a", "203.0.113.1", tlp=Tlp.RED), one("a", "203.0.113.9")), NOW) == (1, 1, 0)
    assert kept(tmp_path) == [
        ("peer", "a", "203.0.113.1", "red"),
        ("peer", "a", "203.0.113.9", "green"),
        ("peer", "b", "203.0.113.3", "green"),
    ]


def test_a_feed_takes_back_its_own_and_nobody_elses(tmp_path: Path) -> None:
    for name in ("peer", "other"):
        add(tmp_path, name, feed(one("a", "203.0.113.1")), NOW)
    assert add(tmp_path, "peer", feed(revoked=("a", "never there")), NOW) == (0, 0, 1)
    assert kept(tmp_path) == [("other", "a", "203.0.113.1", "green")]


def test_an_indicator_is_good_as_long_as_its_feed_says_or_ninety_days(tmp_path: Path) -> None:
    day = timedelta(days=1)
    add(
        tmp_path,
        "peer",
        feed(
            one("said", "203.0.113.1", valid_until=NOW + day),
            one("over", "203.0.113.2", valid_until=NOW),
            one("changed", "203.0.113.3", changed=NOW - 80 * day),
            one("old", "203.0.113.4", changed=NOW - 91 * day, valid_from=NOW - 200 * day),
            one("new", "203.0.113.5"),
        ),
        NOW,
    )
    assert [row["indicator"] for row in expired(kept_indicators(tmp_path), NOW).to_pylist()] == ["old", "over"]
    assert drop(tmp_path, expired_at=NOW) == 2
    assert [row[1] for row in kept(tmp_path)] == ["changed", "new", "said"]


def test_a_feed_can_be_dropped(tmp_path: Path) -> None:
    for name in ("peer", "other"):
        add(tmp_path, name, feed(one("a", "203.0.113.1"), one("b", "203.0.113.2")), NOW)
    assert drop(tmp_path, "peer") == 2
    assert drop(tmp_path, "peer") == 0
    assert {row[0] for row in kept(tmp_path)} == {"other"}


def test_only_the_owner_may_read_them(tmp_path: Path) -> None:
    add(tmp_path, "peer", feed(one("a", "203.0.113.1")), NOW)
    assert ((tmp_path / FOLDER / FILE).stat().st_mode & 0o777) == 0o600
    assert [path.name for path in (tmp_path / FOLDER).iterdir() if path.name not in (FILE, "lock")] == []


def test_a_damaged_file_is_told(tmp_path: Path) -> None:
    add(tmp_path, "peer", feed(one("a", "203.0.113.1")), NOW)
    (tmp_path / FOLDER / FILE).write_bytes(b"no parquet")
    with pytest.raises(StoreError, match="is damaged"):
        kept_indicators(tmp_path)


@pytest.mark.parametrize("year", [1, 9999])
def test_any_year_that_a_feed_names_is_kept(tmp_path: Path, year: int) -> None:
    named = datetime(year, 12, 31)  # noqa: DTZ001
    add(tmp_path, "peer", feed(one("a", "203.0.113.1", valid_from=named, changed=named)), NOW)
    assert len(expired(kept_indicators(tmp_path), NOW)) == (year == 1)
