"""An authorised test: the security team of one organisation probes its own people from its own office on
two days.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..acts import AnyAct, Recovery, SignIn, Source, UnknownSignIn
from ..clients import TOOLS
from ..people import Account
from ..world import World
from .self_recovery import draw_method
from .unknown_name_bots import invented_name

ACCOUNTS = (150, 350)  # probed, at most half of the organisation
KINDS = ("company", "ministry", "bank", "university", "college", "hospital")


class AuthorisedTest:
    def __init__(self, world: World) -> None:
        self.world = world
        rng = world.dice("authorised_test")
        organisation = rng.choice([o for o in world.organisations if o.kind in KINDS and o.tenant.provider != "google"])
        people = world.by_organisation[organisation.domain]
        chosen = rng.sample(people, min(len(people) // 2, rng.randint(*ACCOUNTS)))
        first = rng.randrange(max(1, world.days - 7))
        days = [first, min(world.days - 1, first + rng.choice((1, 1, 7)))]
        self.office = organisation.offices[0]
        self.offset_minutes = organisation.place.utc_offset_minutes
        self.client = rng.choice((TOOLS[0], world.helpdesk(organisation).computer.client(world.date_of(first))))
        self.gap_seconds = rng.uniform(12, 60)
        self.when: dict[int, list[Account]] = {}
        for account in chosen:
            day = rng.choice(days)
            self.when.setdefault(day, []).append(account)
            world.note("authorised_test", account.name, day)

    def acts(self, day: int) -> Iterator[AnyAct]:
        rng = self.world.dice("authorised_test", day)
        time = self.world.day_ms(day) + int((rng.uniform(9, 11) * 60 - self.offset_minutes) * 60_000)
        source = Source(self.office, self.client)
        for account in self.when.get(day, ()):
            time += int(rng.expovariate(1 / self.gap_seconds) * 1000) + 400
            throw = rng.random()
            if throw < 0.4:
                yield Recovery(time, account, source, "left", draw_method(rng, account))
            elif throw < 0.85:
                yield SignIn(time, account, source, "wrong_password")
            else:
                yield UnknownSignIn(time, account.tenant, invented_name(rng, account.organisation), source)
