"""A campaign in which there is everything that can be shared, and the choices that share all of it."""

from __future__ import annotations

import msgspec

from assessments import announced
from tocsin.assess.assessment import Attribution, Campaign, IndicatorMatch, Infrastructure
from tocsin.indicators import Tlp
from tocsin.share import Choices, Claim, ClaimKind, Part

RELEASED = Attribution(
    actor="Mint Sandstorm", authority="Microsoft", likelihood="55-80 %", term="likely", confidence="moderate"
)
EVERYTHING = Choices(
    tlp=Tlp.GREEN,
    include=frozenset(Part),
    approve_zero=frozenset({"campaign", "government"}),
    claims=(
        Claim(name="Mint Sandstorm", authority="Microsoft"),
        Claim(name="Somebody", authority="A court", kind=ClaimKind.THREAT_ACTOR),
    ),
    domains=("confirm-session.example",),
    producer="Example CERT",
    reason="an exercise",
)


def full() -> Campaign:
    match = IndicatorMatch(
        indicator="indicator--1",
        feed="peer",
        kind="address",
        value="203.0.113.4",
        tlp="amber",
        valid_until=None,
        events=9,
        event_uids=[],
        first_seen="2019-08-03T04:12:00Z",
        last_seen="2019-08-03T04:12:00Z",
    )
    first, last = "2019-08-03T04:12:00Z", "2019-08-04T04:12:00Z"
    tor = Infrastructure(kind="ip", value="2001:db8::7", events=3, network_kind="tor", first_seen=first, last_seen=last)
    more = [tor, Infrastructure(kind="network", value="AS64500", events=3, first_seen=first, last_seen=last)]
    campaign = announced()
    return msgspec.structs.replace(
        campaign,
        accounts=campaign.accounts[:9],
        infrastructure=[*campaign.infrastructure[:4], *more],
        attribution=[RELEASED, msgspec.structs.replace(RELEASED, actor="Somebody", authority="A court")],
        indicator_matches=[match],
    )
