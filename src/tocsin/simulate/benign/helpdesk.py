"""The helpdesk: administrators reset passwords and unlock accounts; people then set a new one."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from ..acts import AdminReset, AnyAct, PasswordChange, SignIn, Source, Unlock
from ..people import Account
from ..world import World, whereabouts

PER_MONTH = (0.004, 0.012)  # admin resets per account in 30 days


class Helpdesk:
    def __init__(self, world: World) -> None:
        self.world = world
        self.per_day = world.dice("helpdesk").uniform(*PER_MONTH) / 22 * len(world.accounts)

    def acts(self, day: int) -> Iterator[AnyAct]:
        rng = self.world.dice("helpdesk", day)
        if self.world.date_of(day).weekday() >= 5:
            return
        for _ in range(int(self.per_day) + (rng.random() < self.per_day % 1)):
            account = rng.choice(self.world.accounts)
            offset = account.organisation.place.utc_offset_minutes
            time = (
                self.world.day_ms(day)
                + int((rng.triangular(8.5, 17.5, 10.5) * 60 - offset) * 60_000)
                + rng.randrange(60_000)
            )
            yield from help_out(self.world, rng, account, day, time)


def help_out(world: World, rng: Random, account: Account, day: int, time: int) -> Iterator[AnyAct]:
    """Reset by the helpdesk from the office, then the owner's sign-in and new password."""
    helper = world.helpdesk(account.organisation, account)
    desk = Source(account.organisation.offices[0], helper.computer.client(world.date_of(day)))
    if rng.random() < 0.2:
        yield Unlock(time - rng.randint(20_000, 120_000), account, desk, helper)
    yield AdminReset(time, account, desk, helper)
    source = whereabouts(world, rng, account, day)
    time += int(rng.lognormvariate(6.2, 0.9) * 1000)
    session = rng.getrandbits(128)
    yield SignIn(time, account, source, "success", session, account.multifactor and rng.random() < 0.5)
    yield PasswordChange(time + rng.randint(20_000, 150_000), account, source, True, rng.choice((0, 0, 1)))
