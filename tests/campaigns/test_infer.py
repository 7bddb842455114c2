"""Campaigns at a site of thirty people who live at home: what is one, what is none, and what changes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

import pytest

from event_rows import DAY_0, Row
from small_site import BROWSERS, DAYS, Found, act, found_in, guess, home, person, roster, sign_in, work
from tocsin.campaigns import reasons
from tocsin.campaigns.infer import _stands_out, infer
from tocsin.engines import Engine

PEOPLE = range(30)


def hideout(number: int, **traits: str) -> Row:
    """One of an operator's addresses."""
    usual = {"source_ip": f"45.9.{number}.7", "network": "AS900", "country": "NL", "client": "curl"}
    return usual | traits


def attack(places: Sequence[Row], targets: Sequence[int], *, first_day: int, hour: float, name: str = "a") -> list[Row]:
    """Four accounts from each place, one a day: two wrong passwords each."""
    rows = []
    for number, target in enumerate(targets):
        place, day = places[number % len(places)], first_day + number // len(places)
        rows += [
            guess(f"{name}/{target}/{again}", person(target), place, day=day, hour=hour + again / 60)
            for again in range(2)
        ]
    return rows


@pytest.fixture(scope="module")
def usual() -> list[Row]:
    return list(work(PEOPLE))


OPERATOR = [hideout(number) for number in range(3)]
CAMPAIGN = attack(OPERATOR, range(12), first_day=5, hour=3.0)


def shape(found: Found) -> list[tuple[object, ...]]:
    """All that the room says, in comparable form."""
    return [
        (
            one.suspects.sources, one.suspects.core, one.suspects.surprise, tuple(one.suspects.acts.tolist()),
            one.events.to_pylist(), one.detected_at, one.detections,
        )
        for one in found.campaigns
    ]  # fmt: skip


def test_a_month_of_work_holds_no_campaign(duck: Engine, usual: list[Row]) -> None:
    assert found_in(duck, usual).campaigns == ()


def test_addresses_that_bring_strangers_with_one_rare_client_are_one_campaign(duck: Engine, usual: list[Row]) -> None:
    found = found_in(duck, [*usual, *CAMPAIGN])
    assert found.sources == [{one["source_ip"] for one in OPERATOR}]
    assert found.uids() == {row["event_uid"] for row in CAMPAIGN}
    (campaign,) = found.campaigns
    assert campaign.detections == {"password_guess"}
    assert campaign.suspects.core == 3


def test_the_only_operator_of_a_small_site_is_found_without_a_roster(duck: Engine, usual: list[Row]) -> None:
    found = found_in(duck, [*usual, *CAMPAIGN], roster())
    assert found.sources == [{one["source_ip"] for one in OPERATOR}]


def test_a_source_seen_once_is_absorbed_by_the_operator_that_explains_it(duck: Engine, usual: list[Row]) -> None:
    """A fourth address with one try: same client, same network. A lone guess from elsewhere stays out."""
    once = guess("once", person(20), hideout(9), day=9, hour=3.1)
    elsewhere = {"source_ip": "92.4.4.4", "network": "AS77", "country": "DE", "client": BROWSERS[0]}
    lone = guess("lone", person(21), elsewhere, day=12, hour=15.0)
    found = found_in(duck, [*usual, *CAMPAIGN, once, lone])
    assert found.sources == [{one["source_ip"] for one in [*OPERATOR, hideout(9)]}]
    assert found.uids() == {row["event_uid"] for row in [*CAMPAIGN, once]}


def test_a_program_with_an_old_password_is_not_absorbed(duck: Engine, usual: list[Row]) -> None:
    """One fact away from a source that is: at the operator's hours it asks for one account again and again, and the
    operator guesses twice."""
    places = [hideout(number) for number in range(8)]
    campaign = attack(places, range(28), first_day=5, hour=3.0)
    place = {"source_ip": "92.4.4.4", "network": "AS77", "country": "DE", "client": BROWSERS[0]}
    stuck = [
        guess(f"stuck/{day}/{minute}", person(28), place, day=day, hour=3 + minute / 60)
        for day in range(6, 18)
        for minute in range(60)
    ]
    found = found_in(duck, [*usual, *campaign, *stuck])
    assert found.sources == [{one["source_ip"] for one in places}]
    few = [row for row in stuck if row["event_uid"] in {"stuck/6/0", "stuck/7/0"}]
    found = found_in(duck, [*usual, *campaign, *few])
    assert found.sources == [{one["source_ip"] for one in [*places, place]}]


def test_names_that_do_not_exist_belong_to_the_campaign(duck: Engine, usual: list[Row]) -> None:
    tried = [
        act(
            f"name/{number}", f"guessed{number}@example.org", OPERATOR[number % 3], day=6, hour=3.0, activity="sign_in",
            outcome="failure", reason="unknown_account", account_known="false",
        )
        for number in range(6)
    ]  # fmt: skip
    found = found_in(duck, [*usual, *CAMPAIGN, *tried])
    assert found.uids() == {row["event_uid"] for row in [*CAMPAIGN, *tried]}
    assert found.campaigns[0].detections == {"password_guess", "unknown_identifier"}


def looked_up(places: Sequence[Row], number: int = 60) -> list[Row]:
    """Names that do not exist, tried from these places in turn, three a day at each; Microsoft 365 tells of it."""
    rows = []
    for one in range(number):
        place, turn = places[one % len(places)], one // len(places)
        facts = {"provider": "m365", "outcome": "failure", "reason": "unknown_account", "account_known": "false"}
        rows.append(
            sign_in(f"look/{one}", f"guess{one}@example.org", place, day=4 + turn // 3, hour=3 + turn % 3, **facts)
        )
    return rows


LOOKERS = [hideout(number) for number in range(6)]


def test_who_only_tries_names_that_do_not_exist_is_found_where_the_log_hides_the_recovery_form(
    duck: Engine, usual: list[Row]
) -> None:
    """Which of the names exist stands in a log that was not given."""
    tried = looked_up(LOOKERS)
    found = found_in(duck, [*usual, *tried])
    assert found.sources == [{one["source_ip"] for one in LOOKERS}]
    assert found.uids() == {row["event_uid"] for row in tried}
    (campaign,) = found.campaigns
    assert campaign.detections == {"unknown_identifier"}
    assert (campaign.suspects.core, campaign.suspects.by_names) == (6, True)
    assert reasons(campaign)[0].startswith("6 sources tried more names that do not exist than harmless sources do")
    # The fiftieth name is tried on the third of the four days.
    assert campaign.detected_at == DAY_0.replace(tzinfo=None) + timedelta(days=7)


def test_a_program_with_an_old_list_is_no_campaign(duck: Engine, usual: list[Row]) -> None:
    """One address; or many, where the log shows who started recoveries, and these did not; or too few names."""
    started = act("lost", person(3), home(3), provider="entra", activity="recovery_start", day=3)
    assert found_in(duck, [*usual, *looked_up(LOOKERS[:1])]).campaigns == ()
    assert found_in(duck, [*usual, *looked_up(LOOKERS), started]).campaigns == ()
    assert found_in(duck, [*usual, *(row | {"provider": "okta"} for row in looked_up(LOOKERS))]).campaigns == ()
    assert found_in(duck, [*usual, *looked_up(LOOKERS, 49)]).campaigns == ()


def test_a_households_bad_week_is_no_campaign(duck: Engine, usual: list[Row]) -> None:
    """Four accounts fail day after day from a holiday flat: too few to be told from misfortune."""
    flat = hideout(0, client=BROWSERS[0], network="AS3")
    week = [
        guess(f"flat/{number}/{day}", person(number), flat, day=day, hour=18.0)
        for number in range(4)
        for day in range(8, 15)
    ]
    assert found_in(duck, [*usual, *week]).campaigns == ()


def test_an_office_with_many_owners_is_not_suspicious(duck: Engine, usual: list[Row]) -> None:
    """Ten people at an address of thirty mistype there, and two guests do who never worked there before."""
    office = {"source_ip": "62.8.8.8", "network": "AS50", "country": "DE"}
    rows = [*work(PEOPLE, office), *work([30, 31])]
    rows += [
        guess(
            f"office/{number}", person(number), office | {"client": home(number)["client"]}, day=number % DAYS, hour=14
        )
        for number in range(10)
    ]
    rows += [
        guess(f"guest/{number}", person(number), office | {"client": "Edge"}, day=10, hour=11) for number in (30, 31)
    ]
    assert found_in(duck, [*usual, *rows]).campaigns == ()


def test_strangers_behind_one_shared_exit_are_not_glued_together(duck: Engine, usual: list[Row]) -> None:
    """Two operators, each with two addresses, also use a VPN exit that six owners use: two campaigns."""
    exit_ = {"source_ip": "185.5.5.5", "network": "AS185", "country": "SE"}
    other = [
        hideout(number, network="AS901", country="RO", client="python-requests", source_ip=f"46.1.{number}.7")
        for number in range(2)
    ]
    rows = [*usual, *work(range(24, 30), exit_)]
    first = attack([*OPERATOR[:2], exit_ | {"client": "curl"}], range(12), first_day=4, hour=3.0, name="first")
    second = attack(
        [*other, exit_ | {"client": "python-requests"}], range(12, 24), first_day=5, hour=15.0, name="second"
    )
    found = found_in(duck, [*rows, *first, *second])
    assert sorted(sorted(found.uids(number)) for number in range(len(found.campaigns))) == [
        sorted(row["event_uid"] for row in rows) for rows in (first, second)
    ]


def test_the_order_of_rows_changes_nothing(duck: Engine, usual: list[Row]) -> None:
    rows = [*usual, *CAMPAIGN]
    at_risk = roster(0, 1, 2, 3, 4)
    expected = shape(found_in(duck, rows, at_risk))
    assert len(expected) == 1
    for seed in (1, 2):
        assert shape(found_in(duck, Random(seed).sample(rows, len(rows)), at_risk)) == expected


def test_a_campaign_once_raised_is_raised_on_every_later_day(duck: Engine, usual: list[Row]) -> None:
    """What the search for the first day rests on; before that day nothing is raised."""
    found = found_in(duck, [*usual, *CAMPAIGN])
    (campaign,) = found.campaigns
    weighed = found.site.weighed
    assert campaign.detected_at is not None
    midnight = DAY_0.replace(tzinfo=None)
    raised = []
    for day in range(DAYS):
        last_day = (midnight + timedelta(days=day) - datetime(1970, 1, 1)).days  # noqa: DTZ001 - naive UTC
        then = replace(weighed, acts=weighed.acts.until(last_day), last_day=last_day)
        raised.append(bool(infer(then)))
    first = raised.index(True)
    assert raised == [day >= first for day in range(DAYS)]
    assert campaign.detected_at == midnight + timedelta(days=first + 1)


def test_the_owners_day_after_is_not_known_before_it_came(duck: Engine, usual: list[Row]) -> None:
    """A new telephone's first failure is strange that evening and the owner's own the day after."""
    abroad = {"source_ip": "93.1.1.1", "network": "AS70", "country": "FR", "client": "Chrome Mobile/Android"}
    failed = guess("first", person(7), abroad, day=10, hour=20)
    after = [sign_in(f"later/{day}", person(7), abroad, day=day, hour=20) for day in range(11, 19)]
    weighed = found_in(duck, [*usual, failed, *after]).site.weighed
    here = weighed.acts.text("event_uid") == "first"
    day = int(weighed.acts.day[here][0])
    assert not weighed.strange[here][0]
    assert replace(weighed, last_day=day).strange[here][0]
    assert not replace(weighed, last_day=day + 1).strange[here][0]


def pushed(name: str, target: int, place: Row, *, times: int, day: int, hour: float = 3.0) -> list[Row]:
    """Prompts that the person refuses."""
    return [
        act(
            f"{name}/{target}/{again}", person(target), place, activity="challenge", outcome="failure",
            reason="mfa_denied", day=day, hour=hour + again / 60,
        )
        for again in range(times)
    ]  # fmt: skip


@pytest.mark.parametrize(("times", "taken"), [(8, True), (1, False)], ids=["again and again", "once"])
def test_prompts_pushed_again_and_again_from_an_address_used_once_are_the_operators_that_pushes(
    duck: Engine, usual: list[Row], times: int, taken: bool
) -> None:
    """A browser that many have, a network that nobody else was seen in, at another hour and a day later."""
    places = [hideout(number, client=BROWSERS[0]) for number in range(3)]
    operator = [
        row
        for number in range(12)
        for row in pushed("o", number, places[number % 3], times=8, day=5 + number // 6, hour=3 + number / 4)
    ]
    lonely = {"source_ip": "77.1.9.9", "network": "AS77", "country": "FR", "client": BROWSERS[0]}
    found = found_in(duck, [*usual, *operator, *pushed("x", 20, lonely, times=times, day=8, hour=14.0)])
    assert found.sources == [{one["source_ip"] for one in places} | ({"77.1.9.9"} if taken else set())]


@pytest.mark.parametrize(
    ("sources", "surprise", "core", "found"),
    [(10_000, -5.0, 1, False), (10_000, -7.5, 1, True), (100, -5.5, 1, True), (10_000, -10.3, 3, False),
     (10_000, -23.4, 5, True), (1_000_000, -23.4, 5, False)],
)  # fmt: skip
def test_the_best_few_of_many_sources_must_be_less_than_chance_makes_of_them(
    sources: int, surprise: float, core: int, found: bool
) -> None:
    """10,000 over 1 is 10^4, over 3 is 1.7 * 10^11, over 5 is 8.3 * 10^17; a million over 5 is 8.3 * 10^27."""
    assert _stands_out(sources, surprise, core) == found
