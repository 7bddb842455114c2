"""Redaction is the only way out: by rule no name of the roster and no account leaves, in no format."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assessments import announced, hostile_assessment, spray
from leaky_assessments import RELEASED, Leaky, leaky, one_campaign
from tocsin.assess.assessment import IndicatorMatch, Infrastructure
from tocsin.enrich import ROSTER
from tocsin.errors import UsageError
from tocsin.indicators import Tlp
from tocsin.share import Choices, Claim, ClaimKind, Part, Shareable, redact, unclaimed
from tocsin.share.csv import figures, indicators
from tocsin.share.misp import events
from tocsin.share.ocsf import findings
from tocsin.share.shareable import Address, Cell, Named
from tocsin.share.stix import bundle

FORMATS: dict[str, Callable[[Shareable], bytes]] = {
    "stix": bundle,
    "misp": events,
    "ocsf": findings,
    "csv": indicators,
    "csv figures": figures,
}

TO_SHOW = Choices(
    tlp=Tlp.AMBER,
    approve_zero=frozenset({"campaign", "government"}),
    claims=(Claim(name="Mint Sandstorm", authority="Microsoft"),),
    producer="Example CERT",
    reason="an exercise",
)


def texts(node: object) -> Iterator[str]:
    """Every text of a JSON document, keys among them."""
    if isinstance(node, dict):
        for key, value in node.items():
            yield key
            yield from texts(value)
    elif isinstance(node, list):
        for value in node:
            yield from texts(value)
    elif isinstance(node, str):
        yield node


def readable(data: bytes) -> str:
    """All that stands in it, whatever its escapes."""
    text = data.decode()
    if text.startswith("{"):
        # One document over many lines, or a document a line.
        documents = [text] if text.startswith("{\n") else text.splitlines()
        text += "\n".join(one for document in documents for one in texts(json.loads(document)))
    return text.casefold()


@pytest.mark.parametrize("name", FORMATS)
@given(case=leaky(), choices=st.sampled_from([Choices(), TO_SHOW]))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_name_of_the_roster_and_no_account_stands_in_what_leaves(name: str, case: Leaky, choices: Choices) -> None:
    sharing = redact(case.assessment, case.assessment.campaigns, case.roster, choices)
    written = readable(FORMATS[name](sharing))
    standing = [secret for secret in case.secrets if secret.casefold() in written]
    assert standing == []


@pytest.mark.parametrize("name", FORMATS)
def test_what_an_attacker_wrote_into_the_logs_does_not_leave(name: str) -> None:
    case = hostile_assessment()
    sharing = redact(case, case.campaigns, ROSTER.empty_table(), Choices())
    written = readable(FORMATS[name](sharing))
    assert "<script" not in written
    assert "\x1b" not in written
    assert "\u202e" not in written


def test_what_leaves_by_rule_is_figures_times_and_the_operators_own_places() -> None:
    case, roster = one_campaign(announced())
    (one,) = redact(case, case.campaigns, roster, Choices()).campaigns
    assert (one.id, one.verdict, one.tlp) == ("C-2019-08-1", "targeted", Tlp.AMBER_STRICT)
    assert (one.identification_attempts, one.accounts_attacked, one.accounts_compromised) == (2712, 241, 4)
    assert one.addresses[0] == Address(
        value="203.0.113.0",
        version=4,
        events=68,
        first_seen=datetime(2019, 8, 3, 4, 12, tzinfo=UTC),
        last_seen=datetime(2019, 8, 12, 4, 12, tzinfo=UTC),
        network_kind="hosting",
        owner="Example Hosting Ltd",
        country="NL",
    )
    assert len(one.addresses) == 40
    assert one.clients == ["python-requests/2.22.0"]
    assert (one.victims, one.organisations, one.names, one.matches, one.zero_claims) == ([], [], [], [], [])


def test_small_counts_by_category_are_hidden_and_zeros_are_as_small_ones() -> None:
    """Of the compromised three categories have one each and the rest none: nothing of that is told."""
    case, roster = one_campaign(announced())
    (one,) = redact(case, case.campaigns, roster, Choices()).campaigns
    assert one.by_category["media"] == Cell(probed=137, attacked=35, compromised=None)
    assert {cell.compromised for cell in one.by_category.values()} == {None}
    assert one.by_category["ngo"] == Cell(probed=None, attacked=None, compromised=None)


def test_the_claim_of_the_announcement_is_told_when_it_is_approved() -> None:
    """Of the four compromised none belongs to a campaign or a government."""
    case, roster = one_campaign(announced())
    choices = Choices(approve_zero=frozenset({"campaign", "government"}), reason="approved by the director")
    (one,) = redact(case, case.campaigns, roster, choices).campaigns
    assert one.zero_claims == ["campaign", "government"]
    assert one.by_category["campaign"].compromised == 0
    assert one.by_category["media"].compromised is None


def test_a_claim_that_is_not_true_is_not_made() -> None:
    case, roster = one_campaign(announced())
    choices = Choices(approve_zero=frozenset({"media"}), reason="asked for")
    (one,) = redact(case, case.campaigns, roster, choices).campaigns
    assert (one.zero_claims, one.by_category["media"].compromised) == ([], None)


def test_who_shares_is_told_of_a_claim_that_was_not_made_and_nobody_else() -> None:
    case, roster = one_campaign(announced())
    choices = Choices(approve_zero=frozenset({"media", "campaign"}), reason="asked for")
    sharing = redact(case, case.campaigns, roster, choices)
    assert unclaimed(sharing, choices) == ["media"]
    assert not any("media" in words for words in sharing.withheld)


def test_without_a_roster_there_is_no_table_of_categories() -> None:
    case, roster = one_campaign(announced())
    bare = msgspec.structs.replace(case, coverage=msgspec.structs.replace(case.coverage, roster=None))
    (one,) = redact(bare, bare.campaigns, roster, Choices()).campaigns
    assert one.by_category == {}


def test_accounts_organisations_and_contacts_leave_when_asked_and_only_then() -> None:
    case, _ = one_campaign(spray())
    row = {"account": "info@example.org", "organisation": "Example", "category": "media", "recovery": ["x@y.example"]}
    roster = ROSTER.empty_table().from_pylist([{**row, "contact": "+49 30 1234"}], ROSTER)
    asked = Choices(include=frozenset({Part.ACCOUNTS, Part.CONTACTS}), reason="for the police", tlp=Tlp.RED)
    (one,) = redact(case, case.campaigns, roster, asked).campaigns
    (victim,) = one.victims
    assert (victim.account, victim.stage, victim.contact, victim.organisation) == (
        "info@example.org",
        "attacked",
        "+49 30 1234",
        None,
    )


@pytest.mark.parametrize(
    ("choice", "what"),
    [
        ({"include": frozenset({Part.ACCOUNTS})}, "--include accounts"),
        ({"approve_zero": frozenset({"media"})}, "--approve-zero media"),
        ({"claims": (Claim(name="APT42", authority="Mandiant", kind=ClaimKind.THREAT_ACTOR),)}, "--threat-actor APT42"),
        ({"tlp": Tlp.CLEAR}, "--tlp clear"),
        ({"include": frozenset({Part.FEEDS}), "reason": "  "}, "--include feeds"),
    ],
)
def test_a_choice_beyond_the_rule_needs_a_reason(choice: dict[str, object], what: str) -> None:
    with pytest.raises(UsageError, match=f"no reason is given for {what}"):
        Choices(**choice)  # type: ignore[arg-type]


def test_addresses_inside_a_site_and_texts_that_are_none_do_not_leave() -> None:
    inside = ["10.1.2.3", "192.168.7.1", "127.0.0.1", "fd00::1", "fe80::1", "no address"]
    parts = [
        Infrastructure(kind="ip", value=value, first_seen="2026-03-02T08:00:00Z", last_seen="2026-03-02T08:00:00Z")
        for value in [*inside, "2001:DB8::7"]
    ]
    case, roster = one_campaign(msgspec.structs.replace(announced(), infrastructure=parts))
    sharing = redact(case, case.campaigns, roster, Choices())
    assert [one.value for one in sharing.campaigns[0].addresses] == ["2001:db8::7"]
    assert "addresses inside a site: 5" in sharing.withheld
    assert "addresses that are none: 1" in sharing.withheld


def test_a_domain_that_carries_an_organisations_name_is_held_back() -> None:
    """A look-alike says who was to be deceived."""
    case, _ = one_campaign(spray())
    people = [{"account": "ada@voters.example", "organisation": "Voters", "category": "ngo", "recovery": []}]
    roster = ROSTER.empty_table().from_pylist(people, ROSTER)
    domains = ("voters.example-login.info", "Confirm-Session.Example", "bücher.example")
    sharing = redact(case, case.campaigns, roster, Choices(domains=domains))
    assert sharing.campaigns[0].domains == ["confirm-session.example", "xn--bcher-kva.example"]
    assert "domains in which a name stands (--include organisations lets them through): 1" in sharing.withheld
    asked = Choices(domains=domains, include=frozenset({Part.ORGANISATIONS}), reason="they agreed")
    assert "voters.example-login.info" in redact(case, case.campaigns, roster, asked).campaigns[0].domains


def test_an_organisations_name_is_found_in_a_domain_however_it_is_written_there() -> None:
    case, _ = one_campaign(spray())
    people = [
        {"account": "ada@daily-compass.example", "organisation": "Daily Compass", "category": "media", "recovery": []},
        {"account": "bea@gmail.com", "organisation": "Ox", "category": "media", "recovery": []},
    ]
    roster = ROSTER.empty_table().from_pylist(people, ROSTER)
    telling = ("dailycompass-login.com", "dai1y-cornpass.net", "my.daily.compass.info")
    others = ("daily-session.info", "gmail-verify.info", "oxen-login.info")
    sharing = redact(case, case.campaigns, roster, Choices(domains=(*telling, *others)))
    assert sharing.campaigns[0].domains == sorted(others)
    assert "domains in which a name stands (--include organisations lets them through): 3" in sharing.withheld


def test_a_text_that_is_no_domain_is_refused() -> None:
    case, roster = one_campaign(spray())
    with pytest.raises(UsageError, match="'no domain' is no domain"):
        redact(case, case.campaigns, roster, Choices(domains=("no domain",)))


def test_a_released_name_carries_what_the_assessment_says_of_it() -> None:
    case, roster = one_campaign(msgspec.structs.replace(announced(), attribution=[RELEASED]))
    assert redact(case, case.campaigns, roster, Choices()).campaigns[0].names == []
    (name,) = redact(case, case.campaigns, roster, TO_SHOW).campaigns[0].names
    assert name == Named(
        name="Mint Sandstorm",
        authority="Microsoft",
        kind="intrusion-set",
        likelihood="55-80%",
        term="likely",
        confidence="moderate",
    )


@pytest.mark.parametrize("authority", ["Microsoft", "Mandiant"])
def test_a_name_that_two_people_did_not_release_for_it_is_not_said(authority: str) -> None:
    released = [RELEASED] if authority == "Mandiant" else []
    case, roster = one_campaign(msgspec.structs.replace(announced(), attribution=released))
    asked = Choices(claims=(Claim(name="Mint Sandstorm", authority=authority),), reason="an exercise")
    with pytest.raises(UsageError, match="is not released for these campaigns"):
        redact(case, case.campaigns, roster, asked)


def test_a_name_released_for_one_campaign_is_not_said_of_another() -> None:
    from assessments import assess

    case = assess([msgspec.structs.replace(announced(), attribution=[RELEASED]), spray()])
    first, second = redact(case, case.campaigns, ROSTER.empty_table(), TO_SHOW).campaigns
    assert (len(first.names), second.names) == (1, [])


def test_what_is_made_of_others_indicators_is_as_strict_as_they_are() -> None:
    match = IndicatorMatch(
        indicator="indicator--1",
        feed="peer",
        kind="address",
        value="203.0.113.4",
        tlp="red",
        valid_until=None,
        events=9,
        event_uids=[],
        first_seen="2026-03-02T08:00:00Z",
        last_seen="2026-03-02T08:00:00Z",
    )
    case, roster = one_campaign(msgspec.structs.replace(announced(), indicator_matches=[match]))
    held = redact(case, case.campaigns, roster, Choices(tlp=Tlp.AMBER))
    assert (held.campaigns[0].matches, held.report_tlp) == ([], Tlp.AMBER)
    assert "matches with others' indicators" in held.withheld
    asked = redact(
        case,
        case.campaigns,
        roster,
        Choices(tlp=Tlp.AMBER, include=frozenset({Part.FEEDS}), reason="the peer agreed"),
    )
    assert (asked.campaigns[0].tlp, asked.campaigns[0].matches_tlp, asked.report_tlp) == (
        Tlp.AMBER,
        Tlp.RED,
        Tlp.RED,
    )
