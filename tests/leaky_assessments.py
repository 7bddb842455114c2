"""Assessments made at will in which every text that could carry a name of the roster or an account does carry one."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec
import pyarrow as pa
from hypothesis import strategies as st

from assessments import announced, assess, sources
from tocsin.assess.assessment import (
    CATEGORIES,
    Assessment,
    Attribution,
    Campaign,
    CampaignAccount,
    CategoryCounts,
    Change,
    Counts,
    IndicatorMatch,
    Infrastructure,
    Targeting,
)
from tocsin.coverage import RosterSeen
from tocsin.enrich import ROSTER

RELEASED = Attribution(
    actor="Mint Sandstorm", authority="Microsoft", likelihood="55-80%", term="likely", confidence="moderate"
)

LETTERS = st.sampled_from("bcdfghjkqvwxz")  # no word that we write is made of these alone
UMLAUTS = st.sampled_from("bcdfghjkqvwxzß\u00e9\u044f\u4e2d")
STAGES = st.sampled_from(["probed", "attacked", "compromised"])
CATEGORY = st.one_of(st.none(), st.sampled_from(CATEGORIES))


@dataclass(frozen=True, kw_only=True)
class Leaky:
    assessment: Assessment
    roster: pa.Table
    secrets: frozenset[str]


@st.composite
def words(draw: st.DrawFn, letters: st.SearchStrategy[str] = LETTERS) -> str:
    return "".join(draw(st.lists(letters, min_size=7, max_size=12)))


@st.composite
def accounts(draw: st.DrawFn) -> str:
    return f"{draw(words(UMLAUTS))}@{draw(words())}.example"


@st.composite
def leaky(draw: st.DrawFn) -> Leaky:
    people = draw(st.lists(accounts(), min_size=1, max_size=12, unique=True))
    organisations = draw(st.lists(words(UMLAUTS), min_size=1, max_size=3, unique=True))
    contacts = draw(st.lists(st.one_of(accounts(), words().map("+49 {}".format)), min_size=1, max_size=3))
    recovery = draw(st.lists(accounts(), min_size=1, max_size=3))
    tenant = draw(words())
    secrets = frozenset([*people, *organisations, *contacts, *recovery, tenant])
    carrying = st.builds(
        "{}{}{}".format, st.sampled_from(["", "curl/", "Mozilla ("]), st.sampled_from(sorted(secrets)), words()
    )
    held = [
        CampaignAccount(
            account=name,
            provider="okta",
            stage=draw(STAGES),
            category=draw(CATEGORY),
            organisation=draw(st.one_of(st.none(), st.sampled_from(organisations))),
            first_seen="2026-03-02T08:00:00Z",
            last_seen="2026-03-03T08:00:00Z",
        )
        for name in people
    ]
    campaign = msgspec.structs.replace(
        announced(),
        id=draw(st.one_of(st.just("2026-03-1a2b3c"), carrying)),
        counts=_counts(held),
        by_category=_by_category(held),
        accounts=held,
        infrastructure=[
            Infrastructure(
                kind="ip",
                value=draw(st.ip_addresses().map(str)),
                events=draw(st.integers(0, 2**40)),
                owner=draw(carrying),
                network_kind=draw(carrying),
                country=draw(carrying),
                first_seen="2026-03-02T08:00:00Z",
                last_seen="2026-03-02T08:00:00Z",
            ),
            *(
                Infrastructure(kind=kind, value=draw(carrying), owner=draw(carrying))
                for kind in ("ip", "network", "client", "domain")
            ),
        ],
        techniques=["T1110.003", draw(carrying)],
        targeting=Targeting(statistic=draw(carrying), p_value=None, roster_share=None, population_share=None),
        verdict=draw(st.sampled_from(["targeted", "opportunistic", "undetermined"])),
        channels={"email": draw(st.integers(0, 40)), draw(carrying): 3},
        attribution=[RELEASED],
        providers={draw(carrying): 4},
        reasons=[draw(carrying)],
        aliases=[draw(carrying)],
        split_from=draw(carrying),
        history=[
            Change(at="2026-03-04T00:00:00Z", what="found", reason=draw(carrying), other=None, before=None, after=None)
        ],
        indicator_matches=[_match(draw(carrying), draw(carrying)), _match(draw(accounts()), "feed")],
    )
    covered = [msgspec.structs.replace(one, tenant=tenant) for one in sources()]
    found = assess([campaign], covered)
    coverage = msgspec.structs.replace(
        found.coverage,
        roster=RosterSeen(accounts=20, seen=19, never_seen=[people[0]]),
        statement=[draw(carrying)],
    )
    return Leaky(
        assessment=msgspec.structs.replace(found, coverage=coverage, notes=[draw(carrying)]),
        roster=_roster(people, organisations, contacts, recovery),
        secrets=secrets,
    )


def _match(value: str, feed: str) -> IndicatorMatch:
    return IndicatorMatch(
        indicator=f"indicator--{value}",
        feed=feed,
        kind="account",
        value=value,
        tlp="red",
        valid_until=None,
        events=1,
        event_uids=[("okta", value)],
        first_seen="2026-03-02T08:00:00Z",
        last_seen="2026-03-02T08:00:00Z",
    )


def _counts(held: list[CampaignAccount]) -> Counts:
    stages = [one.stage for one in held]
    fell = stages.count("compromised")
    return Counts(
        identification_attempts=len(held) * 3,
        identifiers_tried=len(held),
        accounts_probed=stages.count("probed"),
        accounts_attacked=stages.count("attacked") + fell,
        accounts_compromised=fell,
    )


def _by_category(held: list[CampaignAccount]) -> dict[str, CategoryCounts]:
    table: dict[str, CategoryCounts] = {}
    for category in {one.category for one in held if one.category}:
        counts = _counts([one for one in held if one.category == category])
        table[category] = CategoryCounts(
            probed=counts.accounts_probed, attacked=counts.accounts_attacked, compromised=counts.accounts_compromised
        )
    return table


def _roster(people: list[str], organisations: list[str], contacts: list[str], recovery: list[str]) -> pa.Table:
    # As many rows as it takes that every organisation and contact stands on one.
    number = max(len(people), len(organisations), len(contacts))
    rows = [
        {
            "account": people[place] if place < len(people) else f"row{place}@more.example",
            "organisation": organisations[place % len(organisations)],
            "category": "media",
            "recovery": recovery,
            "contact": contacts[place % len(contacts)],
        }
        for place in range(number)
    ]
    return pa.Table.from_pylist(rows, ROSTER)


def one_campaign(campaign: Campaign, roster: pa.Table | None = None) -> tuple[Assessment, pa.Table]:
    """An assessment of this one, with a roster of nobody where none is given."""
    return assess([campaign]), ROSTER.empty_table() if roster is None else roster
