"""An indicator found again says what is left of it after sharing, age and seizure."""

from __future__ import annotations

from datetime import date, timedelta
from math import log

import pytest

from attribution_by_hand import FIRST, address, campaign, indicator
from tocsin.assess.assessment import Infrastructure
from tocsin.attribute.actor import Indicator
from tocsin.attribute.indicator_overlap import Hit, hits, overlap
from tocsin.attribute.seen import Seen


def only(seen: Seen, one: Indicator) -> Hit:
    (hit,) = hits(seen, [one])
    return hit


def test_an_address_counts_by_whose_it_may_be_besides() -> None:
    said = {
        kind: only(campaign(addresses=(address("203.0.113.7", kind=kind),)), indicator("ip", "203.0.113.7")).log_ratio
        for kind in ("unknown", "hosting", "vpn", "cdn", "tor")
    }
    assert sorted(said, key=lambda kind: -said[kind]) == ["unknown", "hosting", "vpn", "cdn", "tor"]
    assert said["tor"] == 0.0
    assert said["vpn"] < log(1.6)


def test_an_address_says_half_after_sixty_days_and_a_domain_after_a_year() -> None:
    def value(kind: str, what: str, days: int) -> float:
        seen = campaign(addresses=(address("203.0.113.7", kind="unknown"),), domains=("mail.otter.example",))
        return only(seen, indicator(kind, what, last_seen=FIRST - timedelta(days=days))).log_ratio

    assert value("ip", "203.0.113.7", 60) == pytest.approx(value("ip", "203.0.113.7", 0) / 2)
    assert value("domain", "otter.example", 365) == pytest.approx(value("domain", "otter.example", 0) / 2)


def test_an_indicator_without_a_date_counts_as_an_old_one() -> None:
    seen = campaign(domains=("otter.example",))
    undated = only(seen, indicator("domain", "otter.example", last_seen=None))
    assert undated.log_ratio == pytest.approx(log(200) / 2)
    assert undated.words == "domain otter.example is called OTTER's in: by hand (not said when)"


def test_a_domain_that_others_hold_since_says_next_to_nothing() -> None:
    fact = indicator("domain", "otter.example", last_seen=date(2026, 1, 1), seized=date(2026, 1, 1))
    late = only(campaign(domains=("otter.example",)), fact)
    before = only(campaign(domains=("otter.example",), first=date(2025, 12, 1), last=date(2025, 12, 28)), fact)
    assert late.log_ratio < log(2) < log(100) < before.log_ratio
    assert "held by others since 2026-01-01" in late.words


def test_a_name_that_only_ends_alike_is_no_hit() -> None:
    assert hits(campaign(domains=("nototter.example",)), [indicator("domain", "otter.example")]) == []


def test_neighbours_networks_and_clients_say_less_the_more_people_share_them() -> None:
    seen = campaign(
        addresses=(address("203.0.113.7", kind="unknown"),),
        networks=(Infrastructure(kind="network", value="AS64500", events=20),),
        clients=(
            Infrastructure(kind="client", value="python-requests/2.19", events=10),
            Infrastructure(kind="client", value="Mozilla/5.0 (X11) Firefox/143.0", events=10),
        ),
    )
    said = {
        one.value: only(seen, one).log_ratio
        for one in (
            indicator("ip", "203.0.113.7"),
            indicator("client", "python-requests/2.19"),
            indicator("network", "203.0.113.0/28"),
            indicator("ip", "203.0.113.9"),
            indicator("client", "Firefox/143.0"),
            indicator("network", "AS64500"),
            indicator("network", "203.0.0.0/16"),
        )
    }
    assert list(said) == sorted(said, key=lambda value: -said[value])
    assert hits(seen, [indicator("ip", "2001:db8::1"), indicator("network", "2001:db8::/48")]) == []


def test_one_hit_on_the_margin_is_bounded_as_a_planted_one_and_identifies_nobody() -> None:
    seen = campaign(addresses=(address("203.0.113.7", events=1), *campaign().addresses))
    (margin,) = overlap(seen, [(only(seen, indicator("ip", "203.0.113.7")), 1.0)], ())
    assert margin.factor < 10
    assert not margin.identifies
    assert "a planted sign would look the same" in margin.reason


def test_two_addresses_that_carry_the_campaign_identify_a_hand() -> None:
    seen = campaign(addresses=(address("203.0.113.7"), address("203.0.113.99"), address("198.51.100.1")))
    found = hits(seen, [indicator("ip", "203.0.113.7"), indicator("ip", "203.0.113.99")])
    (said,) = overlap(seen, [(hit, 1.0) for hit in found], ())
    assert said.identifies
    (alone,) = overlap(seen, [(found[0], 1.0)], ())
    assert not alone.identifies


def test_none_of_many_fresh_addresses_speaks_a_little_against() -> None:
    own = [indicator("ip", f"203.0.113.{number}") for number in range(6)]
    (said,) = overlap(campaign(), [], own)
    assert 0.5 < said.factor < 1
    assert list(overlap(campaign(), [], own[:4])) == []
