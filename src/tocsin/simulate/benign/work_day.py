"""Work: people sign in where they are, mistype now and then, use their session, sometimes sign out.

Rhythm: Tuesday is the busiest day and Saturday the quietest, nights are thin (RBA data set, das-group, CC
BY 4.0); how much quieter a weekend is depends on the kind of organisation.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

import numpy as np

from ..acts import AnyAct, SessionUse, SignIn, SignOut, Source, UnknownSignIn
from ..people import Account
from ..world import World, whereabouts
from .habits import mistype, moment

WEEKDAYS = (
    1.0,
    1.06,
    1.03,
    1.02,
    0.92,
    0.9,
    1.08,
)  # Monday to Sunday; the weekend times the organisation's own factor
MISTYPED_NAME = (0.004, 0.009)  # share of sessions that begin with a name that does not exist
MISTYPED_PASSWORD = (0.03, 0.07)  # share of attempts that are a wrong password
SECOND_FACTOR_ASKED = 0.3  # share of the sessions of those who have one
SECOND_FACTOR_MISSED = 0.02  # share of these: denied or wrong once, then right
SIGNED_OUT = 0.12
SECOND_ADDRESS = 0.07  # share of session uses over another address within the minute: IPv4 and IPv6, Wi-Fi and mobile
USES = {"okta": 1.6, "entra": 1.7, "google": 1.3, "keycloak": 2.2}  # mean uses of a session
# Mean number of records that a session leaves, measured; it turns a wanted number of records into sessions.
RECORDS_PER_SESSION = {
    "okta/classic": 4.1,
    "okta/engine": 5.1,
    "entra/graph": 5.8,
    "entra/diagnostic": 2.9,
    "google/list": 2.5,
    "keycloak/current": 4.5,
    "keycloak/older": 4.5,
}


class WorkDay:
    def __init__(self, world: World) -> None:
        self.world = world
        rng = world.dice("work_day")
        self.mistyped_name = rng.uniform(*MISTYPED_NAME)
        self.mistyped_password = rng.uniform(*MISTYPED_PASSWORD)
        days = sum(
            WEEKDAYS[world.date_of(day).weekday()] * (1 if world.date_of(day).weekday() < 5 else 0.3)
            for day in range(world.days)
        )
        weights = np.array([account.rate for account in world.accounts])
        records = np.array([RECORDS_PER_SESSION[f"{a.tenant.provider}/{a.tenant.variant}"] for a in world.accounts])
        reserved = min(0.06 * world.events, 2.5 * len(world.accounts))  # what the other behaviours leave, about
        self._rate = weights * ((world.events - reserved) / (weights * records).sum() / days)
        self._weekend = np.array([account.organisation.weekend for account in world.accounts])

    def acts(self, day: int) -> Iterator[AnyAct]:
        world = self.world
        weekday = world.date_of(day).weekday()
        rate = self._rate * WEEKDAYS[weekday]
        if weekday >= 5:
            rate = rate * self._weekend
        sessions = np.random.default_rng([world.seed, 23, day]).poisson(rate)
        rng = world.dice("work_day", day)
        for index in np.flatnonzero(sessions).tolist():
            for _ in range(int(sessions[index])):
                yield from self._session(rng, world.accounts[index], day, weekday)

    def _session(self, rng: Random, account: Account, day: int, weekday: int) -> Iterator[AnyAct]:
        time = self.world.day_ms(day) + moment(rng, account, weekday)
        source = whereabouts(self.world, rng, account, day, work_day=weekday < 5)
        session = rng.getrandbits(128)
        if rng.random() < self.mistyped_name:
            yield UnknownSignIn(time, account.tenant, mistype(rng, account.name), source)
            time += rng.randint(8_000, 45_000)
        for _ in range(4):
            if rng.random() > self.mistyped_password:
                break
            yield SignIn(time, account, source, "wrong_password")
            time += rng.randint(5_000, 40_000)
        asked = account.multifactor and rng.random() < SECOND_FACTOR_ASKED
        if asked and rng.random() < SECOND_FACTOR_MISSED:
            yield SignIn(time, account, source, rng.choice(("factor_refused", "factor_refused", "factor_unanswered")))
            time += rng.randint(30_000, 320_000)
        yield SignIn(time, account, source, "success", session, asked)
        uses = 0
        mean = USES[account.tenant.provider]
        while rng.random() < mean / (1 + mean) and uses < 12:
            uses += 1
            later = time + int(rng.expovariate(1 / 4_500_000)) + 1500
            yield SessionUse(later, account, self._twin(rng, account, source, day), session)
        if rng.random() < SIGNED_OUT:
            yield SignOut(time + int(rng.uniform(0.2, 8) * 3_600_000), account, source, session)

    def _twin(self, rng: Random, account: Account, source: Source, day: int) -> Source:
        if rng.random() > SECOND_ADDRESS:
            return source
        if source.address.is_v6:
            return Source(account.home(day), source.client)
        return whereabouts(self.world, rng, account, day)
