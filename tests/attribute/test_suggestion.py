"""Whose hand: right where much of its own is seen, nobody where signs may be planted, fit many, or are unknown."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from attribution_by_hand import FIRST, NOW, TEHRAN, actor, address, campaign, indicator, known, office_times
from tocsin.attribute import Claim, Knowledge, Seen, View, actor_knowledge, suggestion
from tocsin.attribute.actor import Hours

OWN_ADDRESSES = tuple(f"203.0.113.{number}" for number in range(10, 20))
OTTER = actor(
    indicators=tuple(indicator("ip", value) for value in OWN_ADDRESSES),
    hours=TEHRAN,
    techniques=frozenset({"T1098.005", "T1528"}),
    categories=frozenset({"media"}),
)
MOSCOW = Hours(timezone="Europe/Moscow", start=9.0, end=18.0, days_off=(5, 6))
STOAT = actor("STOAT", hours=MOSCOW, techniques=frozenset({"T1114.003"}), categories=frozenset({"government"}))
KNOWN = known(OTTER, STOAT)

ROSTER = {"media": 20, "government": 20, "ngo": 20}
OF_OTTER: dict[str, Any] = {
    "addresses": tuple(address(value) for value in (*OWN_ADDRESSES[:4], "198.51.100.1", "198.51.100.2")),
    "times": office_times("Asia/Tehran", (3, 4)),
    "techniques": frozenset({"T1098.005", "T1528", "F1006.003"}),
    "categories": {"media": 15, "ngo": 3},
    "roster_categories": ROSTER,
}


def view(seen: Seen, knowledge: Knowledge = KNOWN) -> View:
    return suggestion(seen, knowledge, now=NOW).views[0]


def chance(of: View, name: str = "OTTER") -> float:
    told = of.hypothesis(name)
    return told.probability if told else 0.0


def test_an_actor_of_which_much_is_seen_is_suggested_with_its_evidence() -> None:
    said = view(campaign(**OF_OTTER))
    assert (said.status, said.actor, said.confidence) == ("suggested", "OTTER", "moderate")
    lead = said.hypotheses[0]
    assert (lead.term, lead.likelihood) == ("very likely", "80-95%")
    assert {one.group for one in lead.evidence if one.speaks == "for"} == {"infrastructure", "place", "method", "aim"}
    assert chance(said, "STOAT") < 0.05


def test_the_unknown_actor_and_criminals_are_always_hypotheses() -> None:
    for seen in (campaign(), campaign(**OF_OTTER)):
        for one in suggestion(seen, KNOWN, now=NOW).views:
            assert {"unknown", "criminal"} <= {held.kind for held in one.hypotheses}
            whole = sum(held.probability for held in one.hypotheses) + one.others_probability
            assert whole == pytest.approx(1, abs=0.001)


def test_a_campaign_of_which_nothing_is_known_stays_unknown() -> None:
    said = view(campaign(times=office_times("America/Sao_Paulo", (5, 6)), techniques=frozenset({"T1621"})))
    assert (said.status, said.actor) == ("not_known", None)
    assert said.hypotheses[0].kind == "unknown"


def test_the_same_place_aim_and_methods_without_anything_of_its_own_name_nobody() -> None:
    """Two actors of one sponsor look like this."""
    said = view(campaign(**OF_OTTER | {"addresses": campaign().addresses}))
    assert said.status == "not_known"
    assert 0.2 < chance(said) <= 0.45
    assert "Two or more addresses or domains that are OTTER's own" in " ".join(said.changes)


@pytest.mark.parametrize(
    "planted",
    [
        {"addresses": (address(OWN_ADDRESSES[0], events=1), *campaign().addresses)},
        {"addresses": (address(OWN_ADDRESSES[0], events=900), *campaign().addresses)},
        {"addresses": tuple(address(value) for value in OWN_ADDRESSES)},
        {"times": office_times("Asia/Tehran", (3, 4))},
        {"techniques": frozenset({"T1098.005", "T1528"})},
    ],
    ids=["one address on the margin", "one address", "every address", "hours", "techniques"],
)
def test_one_kind_of_evidence_however_strong_names_nobody(planted: dict[str, Any]) -> None:
    said = view(campaign(**planted))
    assert (said.status, said.actor) == ("not_known", None)
    assert chance(said) <= 0.5


def test_a_planted_address_and_imitated_hours_name_nobody() -> None:
    said = view(
        campaign(
            addresses=(address(OWN_ADDRESSES[0], events=1), *campaign().addresses),
            times=office_times("Asia/Tehran", (3, 4)),
        )
    )
    assert said.status == "not_known"


def test_hours_that_contradict_a_planted_sign_speak_against_it() -> None:
    facts = {"addresses": OF_OTTER["addresses"]}
    without = chance(view(campaign(**facts)))
    against = chance(view(campaign(**facts, times=office_times("America/Sao_Paulo", (5, 6)))))
    assert against < without / 3


def test_few_acts_are_said_to_say_nothing() -> None:
    told = suggestion(campaign(times=office_times("Asia/Tehran", (), days=3)), KNOWN, now=NOW)
    assert told.missing[0].startswith("Working hours: cannot say. 15 hours with acts on 3 days are too few")
    assert all(one.kind != "working_hours" for held in told.views[0].hypotheses for one in held.evidence)


def test_a_campaign_that_goes_for_anybody_speaks_for_crime() -> None:
    aimed, any_one = view(campaign()), view(campaign(verdict="opportunistic"))
    crime = [next(one.probability for one in said.hypotheses if one.kind == "criminal") for said in (aimed, any_one)]
    assert crime[0] < 0.15 < 0.3 < crime[1]


BOTH = (
    "accounts-web-mail.com", "com-mailbox.com", "customer-certificate.com", "session-users-activities.com",
    "support-servics.net", "user-profile-credentials.com", "verify-linke.com",
)  # fmt: skip


@pytest.mark.parametrize("domain", BOTH)
@pytest.mark.parametrize("year", [2019, 2026])
def test_a_domain_that_stands_on_both_lists_comes_out_contested(domain: str, year: int) -> None:
    first = date(year, 2, 2)
    told = suggestion(
        campaign(domains=(domain,), first=first, last=first + timedelta(days=27)), actor_knowledge(), now=NOW
    )
    views = {one.authority: one for one in told.views}
    assert {one.status for one in told.views} == {"contested"}
    assert set(views["microsoft"].shared_by) == {"Mint Sandstorm", "STRONTIUM", "Forest Blizzard"}
    assert set(views["mitre-attack"].shared_by) == {"Magic Hound", "APT28"}
    assert views["microsoft"].contested == [
        f"domain {domain} points to STRONTIUM and to Forest Blizzard and to Mint Sandstorm"
    ]
    assert {one.confidence for one in told.views} == {"low"}
    assert all(one.actor is None for one in told.views)


def test_domains_of_one_list_alone_point_to_its_actor_and_public_knowledge_names_nobody() -> None:
    domains = ("outlook-verify.net", "verification-live.com", "yahoo-verify.net")
    told = suggestion(
        campaign(domains=domains, first=date(2019, 2, 2), last=date(2019, 3, 1)), actor_knowledge(), now=NOW
    )
    microsoft = next(one for one in told.views if one.authority == "microsoft")
    lead = next(one for one in microsoft.hypotheses if one.kind == "actor")
    assert (lead.actor, microsoft.status) == ("Mint Sandstorm", "not_known")
    assert lead.contested
    assert lead.evidence[0].reason.startswith("domain outlook-verify.net is called Phosphorus's in: court order")


def test_knowledge_is_lent_over_a_name_at_a_discount_and_never_merged() -> None:
    other = actor("Weasel", "theirs", techniques=frozenset({"T1098.005", "T1528"}))
    claims = (*STOAT.names, Claim(actor="STOAT", name="Weasel", authority="ours", source="by hand"))
    lent = known(actor("STOAT", names=claims), other)
    seen = campaign(techniques=frozenset({"T1098.005", "T1528"}))
    ours, theirs = suggestion(seen, lent, now=NOW).views
    by = {one.actor: one for answer in (ours, theirs) for one in answer.hypotheses}
    assert 1 < by["STOAT"].evidence[0].factor < by["Weasel"].evidence[0].factor
    assert "Weasel's (theirs, by a name that both claim)" in by["STOAT"].evidence[0].reason


def test_an_old_indicator_hardly_speaks() -> None:
    old = actor(
        indicators=tuple(indicator("ip", one, last_seen=FIRST - timedelta(days=400)) for one in OWN_ADDRESSES),
        hours=TEHRAN,
    )
    fresh = view(campaign(**OF_OTTER), known(actor(indicators=OTTER.indicators, hours=TEHRAN)))
    stale = view(campaign(**OF_OTTER), known(old))
    assert chance(stale) < chance(fresh)
    assert stale.status == "not_known"


def test_what_would_change_it_names_the_evidence_that_carries_it() -> None:
    said = view(campaign(**OF_OTTER))
    assert any(
        one.startswith("If the infrastructure were planted or a coincidence, OTTER would") for one in said.changes
    )
    assert "Domains of its mails or pages, given with --domains: none were given." in said.changes
