"""Opportunistic bots: waves of leaked names with wrong passwords; some names exist, now and then an account
is locked.

Some waves press the recovery form instead. Nobody is aimed at: the names are whoever stood in the leak.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from ..acts import AnyAct, Lockout, Recovery, SignIn, Source, UnknownSignIn
from ..clients import TOOLS, Client, render
from ..networks import Address
from ..people import Account
from ..world import World
from .self_recovery import draw_method
from .unknown_name_bots import invented_name, stranger

WAVES = (3, 8)  # in a month
NAMES = (40, 400)  # in a wave against 20,000 accounts
KNOWN = (0.08, 0.35)  # share of the names that exist
RECOVERY_WAVES = 0.25
HOURS = (3.0, 60.0)


class _Wave:
    def __init__(self, world: World, rng: Random) -> None:
        count = max(5, int(rng.uniform(*NAMES) * len(world.accounts) / 20_000))
        self.addresses: list[Address] = [stranger(world, rng) for _ in range(max(3, int(count / rng.uniform(1.2, 8))))]
        today = rng.randrange(world.days)
        self.client: Client = rng.choice(
            (*TOOLS, render("chrome-windows", world.date_of(0)), render("firefox-windows", world.date_of(0)))
        )
        self.recovery = rng.random() < RECOVERY_WAVES
        known = rng.uniform(*KNOWN)
        hours = rng.uniform(*HOURS)
        houses = [o for o in world.organisations if o.tenant.provider != "google"]
        self.tries: list[tuple[int, Account | None, str, str]] = []  # (time, account, name, tenant's organisation)
        for _ in range(count):
            time = world.day_ms(today) + int(rng.random() * hours * 3_600_000)
            house = rng.choices(houses, weights=[o.size for o in houses])[0]
            if rng.random() < known:
                account = rng.choice(world.by_organisation[house.domain])
                self.tries.append((time, account, account.name, house.domain))
                world.note("stuffing_bots", account.name, today)
            else:
                self.tries.append((time, None, invented_name(rng, house), house.domain))


class StuffingBots:
    def __init__(self, world: World) -> None:
        self.world = world
        rng = world.dice("stuffing")
        wanted = rng.randint(*WAVES) * world.days / 30
        self.waves = [_Wave(world, rng) for _ in range(max(1, round(wanted)))]
        self.tenants = {o.domain: o.tenant for o in world.organisations}

    def acts(self, day: int) -> Iterator[AnyAct]:
        rng = self.world.dice("stuffing", day)
        start, end = self.world.day_ms(day), self.world.day_ms(day + 1)
        for wave in self.waves:
            for time, account, name, domain in wave.tries:
                if not start <= time < end:
                    continue
                source = Source(rng.choice(wave.addresses), wave.client)
                if account is None:
                    yield UnknownSignIn(time, self.tenants[domain], name, source)
                elif wave.recovery:
                    yield Recovery(time, account, source, "left", draw_method(rng, account))
                else:
                    for _ in range(rng.choice((1, 1, 1, 2, 3))):
                        yield SignIn(time, account, source, "wrong_password")
                        time += rng.randint(800, 90_000)
                    if rng.random() < 0.04:
                        yield Lockout(time, account, source)
