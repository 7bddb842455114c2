"""The formula, worked out by hand."""

from __future__ import annotations

from math import exp, inf, log
from typing import Any

import pytest

from event_rows import Row
from small_site import sign_in
from tocsin.risk import Weighing

ADA, BEN, CARL = "ada@example.org", "ben@example.org", "carl@example.org"

HOME = {"source_ip": "81.2.0.5", "network": "AS1", "country": "DE", "client": "Firefox/Windows"}
BENS = {"source_ip": "90.1.1.1", "network": "AS2", "country": "FR", "client": "Safari/Mac OS X"}
CARLS = {"source_ip": "81.2.9.9", "network": "AS1", "country": "DE", "client": "Chrome/Windows"}
CAFE = {"source_ip": "81.2.7.7", "network": "AS1", "country": "DE", "client": "Chrome/Windows"}
ABROAD = {"source_ip": "45.9.1.7", "network": "AS900", "country": "NL", "client": "curl"}


def site(place: Row) -> list[Row]:
    """Six visits of three accounts in three days; on the fourth, Ada's account is used in `place`."""
    return [
        *(sign_in(f"ada{day}", ADA, HOME, day=day) for day in range(3)),
        sign_in("ben0", BEN, BENS, day=0),
        *(sign_in(f"carl{day}", CARL, CARLS, day=day) for day in (1, 2)),
        sign_in("asked", ADA, place, day=3),
    ]


def test_a_new_address_in_the_own_network_with_a_common_client(risk: Any) -> None:
    """Ada has been here 3 times: nothing could be known of the first visit, and her address and user agent told the
    two after it. So 3 visits and 1 value not yet seen: 1/4 is reserved for what is new at every level.

    Her weights are the published ones, counted like four visits, and her own two visits at the narrowest level:
        address 4 * 0.45 + 2 = 3.8, range 4 * 0.15 = 0.6, network 4 * 0.3 = 1.2, country 4 * 0.1 = 0.4; of 6 in all
        user agent 4 * 0.539 + 2 = 4.156, client 4 * 0.268 = 1.072, system 4 * 0.193 = 0.772; of 6 in all

    The address and its range are new to her. Of the site's 6 visits (and one imagined one) 5 came through AS1 and from
    DE, hers all did:
        p(x | u) / p(x) = 3/4 * (1.2/6 * (3/3) / (5/7) + 0.4/6 * (3/3) / (5/7)) + 1/4 = 0.28 + 0.25 = 0.53
    User agent and client are new to her. 5 of the 6 visits were made on Windows, and all of hers:
        p(x | u) / p(x) = 3/4 * (0.772/6 * (3/3) / (5/7)) + 1/4 = 0.1351 + 0.25 = 0.3851
    Each of three accounts is attacked as likely as the other; of 6 visits (and one imagined one for each account) hers
    are 3 (and one):
        p(u | attack) / p(u | owner) = (1/3) / (4/9) = 0.75
    """
    found = risk(site(CAFE))["asked"]
    assert found["prior_log_odds"] == pytest.approx(log(0.75))
    assert found["source_log_odds"] == pytest.approx(log(1 / 0.53))
    assert found["client_log_odds"] == pytest.approx(log(1 / 0.3851))
    assert found["round_trip_log_odds"] == 0.0
    assert exp(found["log_odds"]) == pytest.approx(0.75 / 0.53 / 0.3851)


def test_weights_as_published(risk: Any) -> None:
    """0.3 for the network and 0.1 for the country: 3/4 * (0.3 + 0.1) * 7/5 + 1/4 = 0.67; 0.193 for the system:
    3/4 * 0.193 * 7/5 + 1/4 = 0.45265."""
    found = risk(site(CAFE), weighing=Weighing(visits=inf))["asked"]
    assert exp(found["log_odds"]) == pytest.approx(0.75 / 0.67 / 0.45265)


def test_everything_new_leaves_what_is_reserved(risk: Any) -> None:
    """1/4 of each feature: 0.75 * 4 * 4 = 12."""
    assert exp(risk(site(ABROAD))["asked"]["log_odds"]) == pytest.approx(12.0)


def test_everything_as_ever_speaks_for_the_owner(risk: Any) -> None:
    """Address and range were hers alone, in 3 of 6 visits: 7/3; network and country in 5: 7/5.
    3/4 * ((3.8 + 0.6) * 7/3 + (1.2 + 0.4) * 7/5) / 6 + 1/4 = 1.81333
    The user agent and the client were hers alone, the system in 5:
    3/4 * (5.228 * 7/3 + 0.772 * 7/5) / 6 + 1/4 = 1.90993
    """
    source = 0.75 * ((3.8 + 0.6) * 7 / 3 + (1.2 + 0.4) * 7 / 5) / 6 + 0.25
    client = 0.75 * (5.228 * 7 / 3 + 0.772 * 7 / 5) / 6 + 0.25
    assert exp(risk(site(HOME))["asked"]["log_odds"]) == pytest.approx(0.75 / source / client)
