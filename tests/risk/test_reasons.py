"""Why an act is as risky as it is, in numbers and in words."""

from __future__ import annotations

from typing import Any

import pytest

from event_rows import Row
from small_site import sign_in
from tocsin.report.risk_words import odds_words, sentences
from tocsin.risk import reasons

ADA, BEN = "ada@example.org", "ben@example.org"

HOME: Row = {"source_ip": "81.2.0.5", "network": "AS1", "country": "DE", "client": "Firefox/Windows"}
CAFE: Row = {"source_ip": "81.2.7.7", "network": "AS1", "country": "DE", "client": "Firefox/Windows"}
ABROAD: Row = {"source_ip": "45.9.1.7", "network": "AS900", "country": "NL", "client": "curl"}


def site(place: Row) -> list[Row]:
    """Ada from home on ten days, Ben abroad on ten; then Ada's account is used in `place`."""
    held = [
        sign_in(f"{who}{day}", who, where, day=day) for day in range(10) for who, where in ((ADA, HOME), (BEN, ABROAD))
    ]
    return [*held, sign_in("asked", ADA, place, day=10)]


def test_every_factor_is_told_and_their_product_is_the_odds(duck_risk: Any) -> None:
    why = reasons(duck_risk(site(ABROAD))["asked"])
    product = why.prior * (why.refused.odds if why.refused else 1.0)
    for one in why.features:
        product *= one.odds
    assert why.odds == pytest.approx(product)


def test_a_new_value_is_told_at_the_widest_level_with_the_chances_of_account_and_site(duck_risk: Any) -> None:
    """Half of the site's 20 visits (and one imagined one) are made from NL."""
    why = reasons(duck_risk(site(ABROAD))["asked"])
    country = next(one for one in why.features if one.feature.name == "source")
    assert country.new is not None
    assert (country.new.level.column, country.new.value, country.used) == ("country", "NL", None)
    assert country.site_chance == pytest.approx(10 / 21)
    assert country.account_chance == pytest.approx(country.site_chance / country.odds)
    told = sentences(why)
    assert any(one.startswith("new country NL (1:") and "1:2.1 for this site)" in one for one in told)
    assert any(one.startswith("new operating system curl (") for one in told)


def test_a_new_address_in_a_known_network_names_both(duck_risk: Any) -> None:
    told = sentences(reasons(duck_risk(site(CAFE))["asked"]))
    assert any(
        "new address range 81.2.7 (" in one and "in the network AS1 of 10 of 10 earlier visits" in one for one in told
    )


def test_what_is_as_ever_speaks_for_the_owner(duck_risk: Any) -> None:
    why = reasons(duck_risk(site(HOME))["asked"])
    told = sentences(why)
    assert why.odds is not None
    assert why.odds < 1
    assert any(
        one.startswith("address 81.2.0.5 as on 10 of 10 earlier visits:") and one.endswith("likelier the owner")
        for one in told
    )


def test_the_first_visit_cannot_be_judged(duck_risk: Any) -> None:
    why = reasons(duck_risk(site(HOME))[f"{ADA}0"])
    assert why.odds is None
    assert sentences(why) == ["the first visit of this account in these logs: nothing earlier to judge it by"]


def test_refused_attempts_are_told_where_they_weigh(duck_risk: Any) -> None:
    # (40 + 5) / (0 + 5) = 9 by country, then (40 + 5 * 9) / (0 + 5) = 17 by network, for four in five attackers
    refused = [
        sign_in(f"no{n}", "x@example.org", ABROAD | {"source_ip": "45.9.1.9"}, day=5, outcome="failure")
        for n in range(40)
    ]
    alone = [row for row in site(ABROAD) if row["account"] == ADA]
    told = sentences(reasons(duck_risk([*alone, *refused])["asked"]))
    assert "40 attempts refused from network AS900 and no visits let in: 14 times likelier a stranger" in told


def test_text_from_logs_cannot_draw_on_the_terminal(duck_risk: Any) -> None:
    place = ABROAD | {"client": "evil\x1b[2J"}
    told = " ".join(sentences(reasons(duck_risk(site(place))["asked"])))
    assert "\x1b" not in told
    assert "evil⟨U+001B⟩" in told


@pytest.mark.parametrize(
    ("odds", "words"),
    [(None, "cannot say"), (343.2, "340 : 1"), (1.0, "1 : 1"), (1 / 1234, "1 : 1,200"), (5234567.0, "5,200,000 : 1")],
)
def test_odds_are_told_with_two_digits(odds: float | None, words: str) -> None:
    assert odds_words(odds) == words
