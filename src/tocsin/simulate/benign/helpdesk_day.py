"""The helpdesk's busy day: one desk restores many accounts from one address.

After a phishing wave, a migration or a lost list, administrators reset dozens of accounts in a row; or people queue at
a desk, where the recovery form is run for one after the other on the same machine.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..acts import AnyAct, Recovery, SignIn, Source
from ..people import Account
from ..world import SATURDAY, World
from .helpdesk import help_out
from .self_recovery import draw_method

CHANCE = 0.8  # that a month has such a day
ACCOUNTS = (20, 160)  # against 20,000 accounts
AT_THE_DESK = 0.5  # chance that people come, instead of administrators resetting
SMALLEST = 40  # people in an organisation that has a helpdesk


class HelpdeskDay:
    def __init__(self, world: World) -> None:
        self.world = world
        rng = world.dice("helpdesk_day")
        work_days = [day for day in range(world.days) if world.date_of(day).weekday() < SATURDAY]
        houses = [one for one in world.organisations if one.size >= SMALLEST]
        self.day = rng.choice(work_days) if work_days and houses and rng.random() < CHANCE * world.days / 30 else -1
        self.at_the_desk = rng.random() < AT_THE_DESK
        self.helped: list[Account] = []
        if self.day >= 0:
            house = rng.choice(houses)
            count = max(8, round(rng.randint(*ACCOUNTS) * len(world.accounts) / 20_000))
            people = world.by_organisation[house.domain]
            self.helped = rng.sample(people, min(count, len(people) // 2))
            world.note("helpdesk_day", house.domain, self.day)

    def acts(self, day: int) -> Iterator[AnyAct]:
        if day != self.day:
            return
        world, rng = self.world, self.world.dice("helpdesk_day", day)
        house = self.helped[0].organisation
        offset = house.place.utc_offset_minutes
        time = world.day_ms(day) + int((rng.uniform(8.5, 10.5) * 60 - offset) * 60_000)
        desk = Source(house.offices[0], world.helpdesk(house).computer.client(world.date_of(day)))
        gap = min(rng.lognormvariate(4.6, 0.6), 6.5 * 3600 / len(self.helped))  # seconds between two people
        for account in self.helped:
            time += int(rng.expovariate(1 / gap) * 1000) + 5_000
            world.note("helped_at_desk", account.name, day)
            if not self.at_the_desk:
                yield from help_out(world, rng, account, day, time)
                continue
            session, pace = rng.getrandbits(128), rng.lognormvariate(2.9, 0.4)
            yield Recovery(
                time, account, desk, "completed", draw_method(rng, account), int(rng.random() < 0.1), pace, session
            )
            if account.tenant.provider == "entra":  # the reset page does not sign in
                yield SignIn(time + int(pace * 8_000), account, desk, "success", session)
