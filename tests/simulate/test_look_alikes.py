"""Harmless life that looks like an attack: each kind is there, and is what its file says."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date

import pytest

from tocsin.simulate.acts import Act, AdminReset, AnyAct, PasswordChange, Recovery, SignIn
from tocsin.simulate.benign import Behaviour
from tocsin.simulate.benign.helpdesk_day import HelpdeskDay
from tocsin.simulate.benign.mobile_mail import MobileMail
from tocsin.simulate.benign.news_event import NewsEvent
from tocsin.simulate.benign.retry_storm import RetryStorm
from tocsin.simulate.benign.students_return import StudentsReturn
from tocsin.simulate.world import World, build

DAYS, SEEDS = 30, range(8)


def month(kind: type[Behaviour], seed: int) -> tuple[World, list[Act]]:
    world = build(seed, start=date(2026, 2, 2), days=DAYS, accounts=2_000, events=0)
    behaviour = kind(world)
    acts: Iterable[AnyAct] = (act for day in range(DAYS) for act in behaviour.acts(day))
    return world, [act for act in acts if isinstance(act, Act)]


def failures(acts: Iterable[Act]) -> list[SignIn]:
    return [act for act in acts if isinstance(act, SignIn) and act.outcome in ("wrong_password", "locked")]


@pytest.mark.parametrize("kind", [RetryStorm, MobileMail, NewsEvent, HelpdeskDay, StudentsReturn])
def test_none_of_it_belongs_to_a_campaign_and_a_month_of_it_is_the_same_again(kind: type[Behaviour]) -> None:
    _, acts = month(kind, 3)
    _, again = month(kind, 3)
    assert all(act.mark is None for act in acts)
    assert [(act.time, act.identifier) for act in acts] == [(act.time, act.identifier) for act in again]


def test_a_password_manager_storms_from_one_place_and_the_owner_gets_in_at_last() -> None:
    _, acts = month(RetryStorm, 1)
    storms: dict[str, list[Act]] = defaultdict(list)
    for act in acts:
        storms[act.identifier].append(act)
    assert len(storms) >= 2
    for own in storms.values():
        wrong = failures(own)
        assert len(wrong) >= 8
        assert len({act.source.address.ip for act in wrong}) <= len(wrong) // 8
        assert any(act.outcome == "success" for act in own if isinstance(act, SignIn)) or any(
            isinstance(act, Recovery) and act.ending == "completed" for act in own
        )


def test_a_phone_with_an_old_password_fails_from_many_addresses_and_others_go_on_as_ever() -> None:
    stale: Counter[str] = Counter()
    addresses: dict[str, set[str]] = defaultdict(set)
    for seed in SEEDS:
        world, acts = month(MobileMail, seed)
        assert all(act.program for act in acts if isinstance(act, SignIn))
        assert any(act.outcome == "success" for act in acts if isinstance(act, SignIn))
        noted = {one.account for one in world.happenings if one.kind == "mail_on_phone_with_old_password"}
        for act in failures(acts):
            assert act.identifier in noted
            stale[act.identifier] += 1
            addresses[act.identifier].add(act.source.address.ip)
    assert max(stale.values()) > 20
    assert max(len(found) for found in addresses.values()) > 8


def test_after_a_breach_in_the_news_many_reset_and_people_at_risk_no_less() -> None:
    shares = []
    for seed in SEEDS:
        world, acts = month(NewsEvent, seed)
        reset = {act.identifier for act in acts if isinstance(act, Recovery | PasswordChange)}
        if not reset:
            continue
        days = {(act.time - world.start_ms) // 86_400_000 for act in acts if isinstance(act, Recovery)}
        assert not days or max(days) - min(days) <= 5
        at_risk = sum(account.name in reset for account in world.roster) / len(world.roster)
        shares.append(at_risk / (len(reset) / len(world.accounts)))
    assert len(shares) >= 3
    assert sum(shares) / len(shares) > 1.2


def test_a_desk_restores_many_accounts_of_its_house_from_one_address() -> None:
    ways = set()
    for seed in SEEDS:
        world, acts = month(HelpdeskDay, seed)
        done = [act for act in acts if isinstance(act, AdminReset | Recovery)]
        if not done:
            continue
        (house,) = {act.account.organisation.domain: act.account.organisation for act in done}.values()
        assert {act.source.address.ip for act in done} == {house.offices[0].ip}
        assert len({act.identifier for act in done}) >= 8
        assert max(act.time for act in done) - min(act.time for act in done) < 12 * 3_600_000
        assert world.date_of((done[0].time - world.start_ms) // 86_400_000).weekday() < 5
        ways |= {type(act) for act in done}
    assert ways == {AdminReset, Recovery}


def test_students_return_to_new_places_some_of_them_shared() -> None:
    seen = 0
    for seed in SEEDS:
        _, acts = month(StudentsReturn, seed)
        if not acts:
            continue
        seen += 1
        assert all(act.account.student for act in acts)
        assert len({act.account.organisation.domain for act in acts}) == 1
        homes = [act.source.address.network.kind == "residential" for act in acts if isinstance(act, SignIn)]
        assert sum(homes) > 0.8 * len(homes)
        by_address = Counter(act.source.address.ip for act in acts)
        assert len(by_address) > 3
        assert failures(acts)
    assert seen >= 3
