"""Push bombing: the passwords are known already, and chosen people are asked again and again until one says yes.

APT29 and others sent prompts to a person's phone until one was accepted, and then put a device of their own beside it
(ATT&CK T1621 with its references). Okta, Entra and Google send such prompts; a Keycloak realm does not, so nobody
there is bombed. Of those whose factor is another one the operator only learns that it is in the way. The ranges hold
for 20,000 accounts and 30 days.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from random import Random

from ..acts import AnyAct, SignIn, Source
from ..benign.settings import change
from ..campaign.attack import Attacker, Conquest
from ..campaign.infrastructure import Infrastructure, Sources
from ..campaign.operator import Operator
from ..campaign.owners import owners
from ..campaign.pacing import while_up
from ..campaign.rented import Rented
from ..people import Account
from ..truth import Truth
from ..world import DAY_MS, World
from .scenario import Scenario

CAMPAIGN = "mfa-fatigue"
BOMBED = (18, 70)  # people
LEAST = 4
ROSTER_SHARE = (0.6, 0.95)
OTHER_FACTOR = (0.1, 0.5)  # further people whose password is known and whose factor is no prompt, against the bombed
ACCEPTED = (0.08, 0.3)  # share of the bombed who say yes in the end
SITTINGS = (1, 3)
PROMPTS = (2, 22)  # in a sitting, about
PAUSE_SECONDS = (20.0, 200.0)  # after an answer, by operator
STALE = 0.12  # chance that the known password is an old one, so that another is tried first
CHANGES = 0.2  # chance that somebody bombed changes the password soon after


def plan(world: World, truth: Truth) -> Iterable[AnyAct]:
    rng = world.dice("scenario", CAMPAIGN)
    truth.open_campaign(CAMPAIGN, "targeted")
    operator = Operator(world, rng)
    where: Sources = Rented(world, rng) if rng.random() < 0.5 else Infrastructure(world, rng, rng.randint(4, 25))
    bombed, others = _chosen(world, rng)
    yielding = {account.name for account in rng.sample(bombed, max(2, round(len(bombed) * rng.uniform(*ACCEPTED))))}
    hands = Attacker(world, rng, operator, where, CAMPAIGN)
    bomber = _Bomber(world, rng, operator, where)
    acts: list[AnyAct] = []
    taken: list[Conquest] = []
    for account in bombed:
        prompts, accepted = bomber.bomb(account, yields=account.name in yielding)
        acts += prompts
        if accepted is not None:
            stay = hands.stay(account, accepted.time, accepted.source, accepted.session, first="factor")
            taken.append(Conquest(account, stay, accepted.time, password_changed=False))
            acts += stay
        elif rng.random() < CHANGES:
            acts += _secured(world, rng, account, prompts[-1].time)
    for account in others:
        time = hands.moment(account, operator.moment())
        for _ in range(rng.choice((1, 1, 2))):
            acts.append(hands.refused(time, account))
            time += rng.randint(40_000, 900_000)
    return [*acts, *owners(world, CAMPAIGN, bombed, {}, taken)]


def _chosen(world: World, rng: Random) -> tuple[list[Account], list[Account]]:
    """Who is bombed, and whose password is known in vain."""
    guarded = [one for one in world.accounts if one.multifactor]
    prompted = [one for one in guarded if one.factor == "push" and one.tenant.provider != "keycloak"]
    at_risk = [one for one in prompted if one.category]
    houses = {one.organisation.domain for one in at_risk}
    colleagues = [one for one in prompted if not one.category and one.organisation.domain in houses]
    share = rng.uniform(*ROSTER_SHARE)
    wanted = min(rng.randint(*BOMBED), round(len(at_risk) * 0.9 / share))
    few = min(round(wanted * share), len(at_risk))
    rest = max(wanted, LEAST) - few
    bombed = rng.sample(at_risk, few) + rng.sample(colleagues, min(len(colleagues), rest))
    if len(bombed) < LEAST:  # the smallest worlds have hardly anybody at risk
        bombed += rng.sample([one for one in prompted if one not in bombed], LEAST - len(bombed))
    elsewhere = [one for one in guarded if one.category and one.factor != "push"]
    count = min(len(elsewhere), round(len(bombed) * rng.uniform(*OTHER_FACTOR)))
    return bombed, rng.sample(elsewhere, count)


class _Bomber:
    def __init__(self, world: World, rng: Random, operator: Operator, where: Sources) -> None:
        self._world, self._rng, self._operator, self._where = world, rng, operator, where
        self._at_night = rng.random() < 0.45  # of the person asked; else in the operator's own hours
        self._pause = rng.uniform(*PAUSE_SECONDS)
        self._prompts = rng.uniform(*PROMPTS)
        self._moves = rng.uniform(0, 0.2)  # chance that the source changes within a sitting

    def bomb(self, account: Account, *, yields: bool) -> tuple[list[SignIn], SignIn | None]:
        """The prompts sent, and the one that was accepted."""
        rng = self._rng
        prompts: list[SignIn] = []
        sittings = rng.randint(*SITTINGS)
        last = self._world.day_ms(self._world.days) - 3 * DAY_MS // 2
        time = self._begin(account, None)
        for sitting in range(sittings):
            source = self._where.source(time, "attack")
            if not sitting and rng.random() < STALE:
                prompts.append(SignIn(time, account, source, "wrong_password", mark=CAMPAIGN))
                time += rng.randint(5_000, 90_000)
            count = 1 + int(rng.expovariate(1 / self._prompts))
            asked, time = self._asked(account, source, min(count, 60), time)
            prompts += asked
            source = asked[-1].source
            if yields and (sitting == sittings - 1 or time > last):
                session = rng.getrandbits(128)
                accepted = SignIn(time, account, source, "success", session, second_factor=True, mark=CAMPAIGN)
                return [*prompts, accepted], accepted
            time = self._begin(account, time)
            if time > last:
                break
        if not yields:
            return prompts, None
        session = rng.getrandbits(128)
        time = prompts[-1].time + rng.randint(300_000, 900_000)
        accepted = SignIn(time, account, prompts[-1].source, "success", session, second_factor=True, mark=CAMPAIGN)
        return [*prompts, accepted], accepted

    def _asked(self, account: Account, source: Source, count: int, time: int) -> tuple[list[SignIn], int]:
        """So many prompts in vain, and the moment at which the next may be sent."""
        rng = self._rng
        asked = []
        for _ in range(count):
            if rng.random() < self._moves:
                source = self._where.source(time, "attack")
            outcome = rng.choices(("factor_refused", "factor_unanswered"), weights=(2, 1))[0]
            asked.append(SignIn(time, account, source, outcome, mark=CAMPAIGN))
            waited = rng.randint(4_000, 45_000) if outcome == "factor_refused" else rng.randint(60_000, 300_000)
            time += waited + int(rng.lognormvariate(0, 0.6) * self._pause * 1000)
        return asked, time

    def _begin(self, account: Account, after: int | None) -> int:
        """The start of a sitting: at night where the person lives, or when the operator works."""
        rng, world = self._rng, self._world
        if after is None:
            day = rng.randrange(max(1, world.days - 3))
        else:
            day = (after - world.start_ms) // DAY_MS + 1 + int(rng.expovariate(0.4))
        if not self._at_night:
            start = world.day_ms(day)
            return while_up(world, rng, account.tenant, self._operator.moment_between(start, start + 2 * DAY_MS))
        offset = account.place.utc_offset_minutes * 60_000
        moment = world.day_ms(day) + int(rng.uniform(22.2, 29.0) * 3_600_000) - offset
        return while_up(world, rng, account.tenant, moment)


def _secured(world: World, rng: Random, account: Account, time: int) -> Iterator[AnyAct]:
    """The owner understands and changes the password."""
    time += int(rng.expovariate(1 / 8) * 3_600_000) + 600_000
    day = (time - world.start_ms) // DAY_MS
    if day < world.days:
        yield from change(world, rng, account, "password", day, time)


MFA_FATIGUE = Scenario(
    name=CAMPAIGN,
    about="push bombing of chosen people whose passwords are known, until some of them accept",
    plan=plan,
)
