"""A breach in the news: within two days many people change their password or have it reset; people at risk more so."""

from __future__ import annotations

from collections.abc import Iterator

from ..acts import AnyAct
from ..people import Account
from ..world import World
from .habits import moment
from .self_recovery import recover
from .settings import change

CHANCE = 0.7  # that a month has such news
REACT = (0.004, 0.02)  # share of the accounts
AT_RISK = (1.0, 4.0)  # how much likelier people at risk react
RECOVER = (0.25, 0.6)  # share of these who go through the recovery flow: the old password is forgotten
DAYS = 4


class NewsEvent:
    def __init__(self, world: World) -> None:
        self.world = world
        rng = world.dice("news")
        self.recover = rng.uniform(*RECOVER)
        self.when: dict[int, list[Account]] = {}
        share, factor = rng.uniform(*REACT), rng.uniform(*AT_RISK)
        if rng.random() > CHANCE * world.days / 30:
            return
        first = rng.randrange(max(1, world.days - DAYS))
        for account in world.accounts:
            if rng.random() < share * (factor if account.category else 1):
                self.when.setdefault(first + min(DAYS - 1, int(rng.expovariate(1.0))), []).append(account)
        world.note("news_event", "", first)

    def acts(self, day: int) -> Iterator[AnyAct]:
        rng = self.world.dice("news", day)
        for account in self.when.get(day, ()):
            self.world.note("reset_after_news", account.name, day)
            time = self.world.day_ms(day) + moment(rng, account, self.world.date_of(day).weekday())
            if rng.random() < self.recover:
                yield from recover(self.world, rng, account, day, time, guesses=0.6)
            else:
                yield from change(self.world, rng, account, "password", day, time)
