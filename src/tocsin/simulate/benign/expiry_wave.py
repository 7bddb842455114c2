"""A password-expiry wave: the passwords of one organisation expire on one day; people change them, some get
stuck.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..acts import AnyAct, PasswordChange, SignIn
from ..people import Account
from ..world import World, whereabouts
from .habits import moment
from .self_recovery import recover

COHORT = (0.2, 0.5)  # share of the organisation's accounts
STUCK = (0.04, 0.1)  # share of these who end in the recovery flow
DAYS = 4  # over which they notice


class ExpiryWave:
    def __init__(self, world: World) -> None:
        self.world = world
        rng = world.dice("expiry")
        self.day = rng.randrange(1, max(2, world.days - DAYS))
        organisation = rng.choice(
            [o for o in world.organisations if o.students < 0.5 and o.tenant.provider != "google"]
        )
        people = world.by_organisation[organisation.domain]
        self.cohort = rng.sample(people, int(len(people) * rng.uniform(*COHORT)))
        self.stuck = rng.uniform(*STUCK)
        self.when: dict[int, list[Account]] = {}
        for account in self.cohort:
            self.when.setdefault(self.day + min(DAYS - 1, int(rng.expovariate(1.1))), []).append(account)
        world.note("expiry_wave", organisation.domain, self.day)

    def acts(self, day: int) -> Iterator[AnyAct]:
        rng = self.world.dice("expiry", day)
        for account in self.when.get(day, ()):
            time = self.world.day_ms(day) + moment(rng, account, 1)
            if rng.random() < self.stuck:
                yield from recover(self.world, rng, account, day, time, guesses=3)
                continue
            source = whereabouts(self.world, rng, account, day)
            yield PasswordChange(time, account, source, True, rng.choice((0, 0, 1, 2)))
            time += rng.randint(5_000, 60_000)
            for _ in range(rng.choice((0, 0, 0, 1, 1, 2))):  # fingers remember the old one
                time += rng.randint(900_000, 20_000_000)
                yield SignIn(time, account, source, "wrong_password")
