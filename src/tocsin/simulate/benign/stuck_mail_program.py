"""A mail program with an old password: it tries every few minutes for days, from one address."""

from __future__ import annotations

from collections.abc import Iterator

from ..acts import AnyAct, Lockout, SignIn, Source
from ..clients import render
from ..people import Account
from ..world import DAY_MS, World

PER_ACCOUNTS = 2500  # one in so many accounts has such a program in a month
DAYS = (2, 7)
MINUTES = (6.0, 40.0)  # between attempts


class StuckMailProgram:
    def __init__(self, world: World) -> None:
        self.world = world
        rng = world.dice("stuck")
        self.programs: list[tuple[Account, int, int, float, str]] = []
        for _ in range(max(1, round(len(world.accounts) / PER_ACCOUNTS * rng.uniform(0.6, 1.5)))):
            account, first = rng.choice(world.accounts), rng.randrange(world.days)
            family = rng.choice(("outlook-windows", "thunderbird", account.devices[-1].family))
            self.programs.append((account, first, first + rng.randint(*DAYS), rng.uniform(*MINUTES), family))
            world.note("stuck_mail_program", account.name, first)

    def acts(self, day: int) -> Iterator[AnyAct]:
        for number, (account, first, last, minutes, family) in enumerate(self.programs):
            if not first <= day < last:
                continue
            rng = self.world.dice("stuck", number, day)
            source = Source(account.home(day), render(family, self.world.date_of(day)))
            time = self.world.day_ms(day) + int(rng.expovariate(1 / minutes) * 60_000)
            while time < self.world.day_ms(day) + DAY_MS:
                locked = rng.random() < 0.02
                if locked:
                    yield Lockout(time, account, source)
                yield SignIn(time, account, source, "locked" if locked else "wrong_password", program=True)
                time += int(minutes * 60_000 * rng.uniform(0.8, 1.25)) + (14_400_000 if rng.random() < 0.02 else 0)
