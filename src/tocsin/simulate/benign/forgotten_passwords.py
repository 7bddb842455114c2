"""Forgotten passwords: a few in a hundred people a month recover their account, more on Mondays."""

from __future__ import annotations

from collections.abc import Iterator

from ..acts import AnyAct
from ..world import World
from .habits import moment
from .self_recovery import recover

PER_MONTH = (0.035, 0.075)  # recoveries per account in 30 days
WEEKDAYS = (1.5, 1.15, 1.0, 0.95, 0.9, 0.6, 0.7)


class ForgottenPasswords:
    def __init__(self, world: World) -> None:
        self.world = world
        self.per_day = world.dice("forgotten").uniform(*PER_MONTH) / 30 * len(world.accounts)

    def acts(self, day: int) -> Iterator[AnyAct]:
        rng = self.world.dice("forgotten", day)
        weekday = self.world.date_of(day).weekday()
        expected = self.per_day * WEEKDAYS[weekday]
        count = int(expected) + (rng.random() < expected % 1)
        for _ in range(count):
            account = rng.choice(self.world.accounts)
            if account.category:
                self.world.note("honest_recovery_at_risk", account.name, day)
            time = self.world.day_ms(day) + moment(rng, account, weekday)
            yield from recover(self.world, rng, account, day, time)
