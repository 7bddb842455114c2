"""A password manager with an old password: it fills in and sends the form again and again, until somebody notices."""

from __future__ import annotations

from collections.abc import Iterator

from ..acts import AnyAct, Lockout, SignIn
from ..world import World, whereabouts
from .habits import moment
from .self_recovery import run

PER_MONTH = (0.002, 0.006)  # storms per account in 30 days
TRIES = (8, 70)
PAUSE_SECONDS = (0.6, 25.0)  # between two tries, by storm
LOCKS = 0.25  # chance that the account is locked on the way
ENDS_IN_RECOVERY = 0.35


class RetryStorm:
    def __init__(self, world: World) -> None:
        self.world = world
        self.per_day = world.dice("retry_storm").uniform(*PER_MONTH) / 30 * len(world.accounts)

    def acts(self, day: int) -> Iterator[AnyAct]:
        rng = self.world.dice("retry_storm", day)
        weekday = self.world.date_of(day).weekday()
        for _ in range(int(self.per_day) + (rng.random() < self.per_day % 1)):
            account = rng.choice(self.world.accounts)
            time = self.world.day_ms(day) + moment(rng, account, weekday)
            source, pause = whereabouts(self.world, rng, account, day), rng.uniform(*PAUSE_SECONDS)
            self.world.note("retry_storm", account.name, day)
            tries = rng.randint(*TRIES)
            locked_at = rng.randrange(4, tries) if rng.random() < LOCKS else tries
            for number in range(tries):
                if number == locked_at:
                    yield Lockout(time, account, source)
                yield SignIn(time, account, source, "locked" if number >= locked_at else "wrong_password")
                time += int(rng.lognormvariate(0, 0.4) * pause * 1000) + 200
            time += rng.randint(60_000, 1_800_000)
            if rng.random() < ENDS_IN_RECOVERY:
                yield from run(rng, account, source, time, "completed")
            else:
                session = rng.getrandbits(128)
                yield SignIn(time, account, source, "success", session, account.multifactor and rng.random() < 0.5)
