"""Whatever is taken out of the logs, the answer gets no stronger and the claim no wider.

Held over every small world that `hypothesis` thinks of, at the level of what stands in the log of a tenant, and over a
simulated month, event by event, in tests/check/test_month.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from hypothesis import given, settings
from hypothesis import strategies as some

from covered import FIRST, FORMATS, source
from tocsin.assess.assessment import SourceCoverage
from tocsin.check import Answer, Question, Sighting, decided
from tocsin.coverage import CLAIMED, days_in
from tocsin.events import Activity
from tocsin.lake import Seen

ACCOUNTS = ("a", "b", "c")

FORMAT_NAMES = {
    **FORMATS,
    "keycloak": ("keycloak_event", "keycloak_log_line", "keycloak_admin_event"),
    "walrus": ("walrus",),
}


@dataclass(frozen=True)
class Tenant:
    """A tenant's log: its formats, the days of its acts, whether some failed, and who is in it."""

    provider: str
    name: str
    formats: tuple[str, ...]
    acts: tuple[tuple[Activity, frozenset[int], bool], ...]
    accounts: frozenset[str]


World = tuple[Tenant, ...]

DAYS = some.sampled_from(
    [
        frozenset(range(FIRST, FIRST + 28)),
        frozenset(range(FIRST, FIRST + 14)),
        frozenset(range(FIRST, FIRST + 10)),
        frozenset(range(FIRST, FIRST + 28, 3)),
        frozenset([FIRST, FIRST + 5, FIRST + 10]),
        frozenset([FIRST, FIRST + 12, FIRST + 60]),
        frozenset([FIRST + 3]),
    ]
)


@some.composite
def tenants(draw: some.DrawFn) -> Tenant:
    provider = draw(some.sampled_from(sorted(FORMAT_NAMES)))
    formats = draw(some.sets(some.sampled_from(FORMAT_NAMES[provider]), min_size=1))
    acts = draw(some.lists(some.sampled_from(list(Activity)), min_size=1, max_size=6, unique=True))
    if draw(some.booleans()):
        acts = list(dict.fromkeys([Activity.SIGN_IN, *acts]))
    held = tuple((act, draw(DAYS), draw(some.booleans())) for act in acts)
    accounts = draw(some.frozensets(some.sampled_from(ACCOUNTS)))
    return Tenant(provider, draw(some.sampled_from(["", "t1", "t2"])), tuple(sorted(formats)), held, accounts)


WORLDS = some.lists(tenants(), max_size=3, unique_by=lambda one: (one.provider, one.name)).map(tuple)

QUESTIONS = some.sampled_from(
    [
        Question(asked="x", read_as="organisation", accounts=ACCOUNTS),
        Question(asked="x.example", read_as="domain", domain="x.example"),
        Question(asked="nobody", read_as="nothing"),
    ]
)


def covered(world: World) -> list[SourceCoverage]:
    return [
        source(
            one.provider,
            one.name,
            one.formats,
            **{
                str(act): Seen(
                    events=len(days),
                    failed=len(days) if failed else 0,
                    addressed=len(days),
                    client=len(days),
                    days=days,
                )
                for act, days, failed in one.acts
            },
        )
        for one in world
    ]


def asked(question: Question, world: World) -> Answer:
    seen = [
        Sighting(account=account, provider=one.provider, tenant=one.name)
        for one in world
        if one.acts
        for account in sorted(one.accounts)
    ]
    return decided(question, seen, covered(world), [])


def lesser(world: World) -> Iterator[World]:
    """The world without one provider, one tenant, one activity, one day, one account, and one activity's failures."""
    for one in world:
        yield tuple(other for other in world if other.provider != one.provider)
        yield tuple(other for other in world if other is not one)
    for activity in {act for one in world for act, _, _ in one.acts}:
        yield tuple(replace(one, acts=tuple(held for held in one.acts if held[0] is not activity)) for one in world)
    for day in {day for one in world for _, days, _ in one.acts for day in days}:
        yield tuple(_without_day(one, day) for one in world)
    for account in ACCOUNTS:
        yield tuple(replace(one, accounts=one.accounts - {account}) for one in world)
    yield tuple(replace(one, acts=tuple((act, days, False) for act, days, _ in one.acts)) for one in world)


def _without_day(one: Tenant, day: int) -> Tenant:
    left = tuple((act, days - {day}, failed) for act, days, failed in one.acts if days - {day})
    return replace(one, acts=left)


Claim = tuple[str, str, str, int]  # provider, tenant, kind, day


def claimed(sources: list[SourceCoverage]) -> set[Claim]:
    """Every kind of act on every day that the statement says the logs show."""
    return {
        (one.provider, one.tenant, kind.kind, day)
        for one in sources
        for kind in one.shows
        if kind.shown in CLAIMED
        for log in one.logs
        if log.given and log.log in kind.logs
        for day in days_in(log.days)
    }


def answered(answer: Answer) -> set[Claim]:
    """Every kind of act on every day that the answer rests on."""
    return {
        (one.provider, one.tenant, kind, day)
        for one in answer.covers
        for kind in (*one.shows, *one.partly)
        for parts in one.days.values()
        for day in days_in(parts)
    }


@settings(max_examples=200, deadline=None)
@given(world=WORLDS, question=QUESTIONS)
def test_taking_something_away_never_makes_the_answer_stronger_or_the_claim_wider(
    world: World, question: Question
) -> None:
    before, claim = asked(question, world), claimed(covered(world))
    for less in lesser(world):
        after = asked(question, less)
        assert not (before.answer == "cannot_say" and after.answer == "nothing_found"), less
        assert claimed(covered(less)) <= claim
        assert answered(after) <= answered(before)
        assert after.accounts.seen <= before.accounts.seen
        assert after.accounts.covered <= before.accounts.covered
        assert set(before.accounts.never_seen) <= set(after.accounts.never_seen)


@settings(max_examples=100, deadline=None)
@given(world=WORLDS)
def test_a_day_that_is_taken_away_is_claimed_no_more(world: World) -> None:
    for day in {day for one in world for _, days, _ in one.acts for day in days}:
        less = tuple(_without_day(one, day) for one in world)
        assert day not in {place[3] for place in claimed(covered(less))}


@settings(max_examples=100, deadline=None)
@given(world=WORLDS)
def test_an_activity_that_is_taken_away_is_claimed_no_more(world: World) -> None:
    """Of the kinds that are told by this activity alone."""
    alone = {
        Activity.CONSENT: "consent",
        Activity.MAILBOX_RULE: "mailbox_rule",
        Activity.RECOVERY_COMPLETE: "recovery_completed",
        Activity.FACTOR_CHANGE: "factor_change",
    }
    for activity, kind in alone.items():
        less = tuple(replace(one, acts=tuple(held for held in one.acts if held[0] is not activity)) for one in world)
        left = {place for place in claimed(covered(less)) if place[2] == kind and place[0] != "google"}
        assert left == set()
