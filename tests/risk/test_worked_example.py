"""The formula, worked out by hand."""

from __future__ import annotations

from math import exp, log
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
    two after it. Of all visits of accounts that had been here 2 or 3 times there was one, her third, which the address
    and the user agent told. The published weights count like 100 such visits, 5 of which nothing tells:
        address (95 * 0.45 + 1) / 101, range 95 * 0.15 / 101, network 95 * 0.3 / 101, country 95 * 0.1 / 101,
        none 5 / 101
        user agent (95 * 0.539 + 1) / 101, client 95 * 0.268 / 101, system 95 * 0.193 / 101, none 5 / 101
    These count like 4 of her own visits, beside the 2 that there were: all of them by 4/6, address and agent 2/6 more.

    The address and its range are new to her. Of the site's 6 visits (and one imagined one) 5 came through AS1 and from
    DE, and all of hers did:
        p(x | u) / p(x) = 4/6 * (28.5 / 101 * (3/3) / (5/7) + 9.5 / 101 * (3/3) / (5/7) + 5 / 101)
                        = 4/6 * (38 / 101 * 7/5 + 5 / 101) = 0.384158
    Of the attackers 0.3 come from her country because they know it: 0.7 + 0.3 * (3/3) / (5/7) = 1.12
    User agent and client are new to her. 5 of the 6 visits were made on Windows, and all of hers:
        p(x | u) / p(x) = 4/6 * (18.335 / 101 * 7/5 + 5 / 101) = 0.202436
    Each of three accounts is attacked as likely as the other; of 6 visits (and one imagined one for each account) hers
    are 3 (and one):
        p(u | attack) / p(u | owner) = (1/3) / (4/9) = 0.75
    """
    found = risk(site(CAFE))["asked"]
    assert found["prior_log_odds"] == pytest.approx(log(0.75))
    assert found["source_log_odds"] == pytest.approx(log(1.12 / 0.384158), abs=1e-5)
    assert found["client_log_odds"] == pytest.approx(log(1 / 0.202436), abs=1e-5)
    assert found["attack_log_odds"] == found["round_trip_log_odds"] == 0.0
    assert exp(found["log_odds"]) == pytest.approx(0.75 * 1.12 / 0.384158 / 0.202436, rel=1e-5)


def test_weights_as_published(risk: Any) -> None:
    """Without a reserve and attackers who know: 0.3 for the network and 0.1 for the country, (0.3 + 0.1) * 7/5 = 0.56;
    0.193 for the system, 0.193 * 7/5 = 0.2702."""
    published = Weighing(site_visits=1e15, visits=1e15, unseen=0.0, knowing=0.0)
    assert exp(risk(site(CAFE), weighing=published)["asked"]["log_odds"]) == pytest.approx(0.75 / 0.56 / 0.2702)


def test_everything_new_leaves_what_is_reserved(risk: Any) -> None:
    """4/6 * 5/101 of each feature; and the attackers who know the country do not come from there."""
    reserved = 4 / 6 * 5 / 101
    found = risk(site(ABROAD))["asked"]
    assert exp(found["log_odds"]) == pytest.approx(0.75 * 0.7 / reserved / reserved)
    assert found["source_unseen"] == pytest.approx(reserved)


def test_everything_as_ever_speaks_for_the_owner(risk: Any) -> None:
    """Address and range were hers alone, in 3 of 6 visits: 7/3; network and country in 5: 7/5. The user agent and the
    client were hers alone, too."""
    source = (2 + 4 * 43.75 / 101 + 4 * 14.25 / 101) / 6 * 7 / 3 + 4 * 38 / 101 / 6 * 7 / 5 + 4 * 5 / 101 / 6
    agent, client, system = 95 * 0.539 + 1, 95 * 0.268, 95 * 0.193
    device = (2 + 4 * (agent + client) / 101) / 6 * 7 / 3 + 4 * system / 101 / 6 * 7 / 5 + 4 * 5 / 101 / 6
    assert exp(risk(site(HOME))["asked"]["log_odds"]) == pytest.approx(0.75 * 1.12 / source / device)


@pytest.mark.parametrize(
    ("place", "odds"),
    [
        # 20 refused where nobody was let in: (20 + 5) / (0 + 5) = 5 by country, (20 + 5 * 5) / (0 + 5) = 9 by network,
        # for the four in five attackers that are like those refused
        (ABROAD, 0.2 + 0.8 * 9.0),
        # None refused where 5 of 6 were let in, with 20 refused in all: 5 / (5 * 20/6 + 5), then again with that
        (CAFE, 0.2 + 0.8 * (5 * 5 / (100 / 6 + 5)) / (100 / 6 + 5)),
    ],
)
def test_what_is_refused_tells_where_attacks_come_from(risk: Any, place: Row, odds: float) -> None:
    refused = [
        sign_in(f"no{n}", f"x{n}@example.org", ABROAD, day=1, outcome="failure", reason="unknown_account")
        for n in range(20)
    ]
    today = sign_in("late", ADA, ABROAD, day=3, outcome="failure", reason="wrong_password")
    found = risk([*site(place), *refused, today])["asked"]
    assert exp(found["attack_log_odds"]) == pytest.approx(odds)
    assert found["refused_in_all"] == 20
