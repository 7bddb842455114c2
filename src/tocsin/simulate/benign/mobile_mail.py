"""Mail on the phone: a program signs in by itself from wherever the phone is, and fails for hours after a new password.

It speaks the old protocol without a second factor. Over mobile networks its addresses are the carrier's, a new one for
nearly every try, so that an account which fails from a dozen addresses in a night is a phone in a pocket.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from ..acts import AnyAct, Lockout, SignIn, Source
from ..people import Account
from ..world import DAY_MS, World, carrier_address

SHARE = (0.006, 0.015)  # accounts whose phone does so
A_DAY = (0.3, 3.0)  # sign-ins of such a phone while all is well
STALE = 0.16  # chance in a month that the password changes under it
FAILS_HOURS = (5.0, 130.0)  # until the owner enters the new one
MINUTES = (12.0, 150.0)  # between its tries meanwhile


class MobileMail:
    def __init__(self, world: World) -> None:
        self.world = world
        rng = world.dice("mobile_mail")
        owners = [one for one in world.accounts if one.devices[-1].is_phone]
        count = max(1, round(len(world.accounts) * rng.uniform(*SHARE)))
        self.phones: list[tuple[Account, float]] = []
        self.stale: dict[str, tuple[int, int, float]] = {}  # (from, until, minutes)
        for account in rng.sample(owners, min(count, len(owners))):
            self.phones.append((account, rng.uniform(*A_DAY)))
            if rng.random() < STALE * world.days / 30:
                start = world.start_ms + int(rng.random() * world.days * DAY_MS)
                until = start + int(rng.uniform(*FAILS_HOURS) * 3_600_000)
                self.stale[account.name] = (start, until, rng.uniform(*MINUTES))
                world.note("mail_on_phone_with_old_password", account.name, (start - world.start_ms) // DAY_MS)

    def acts(self, day: int) -> Iterator[AnyAct]:
        rng, begin = self.world.dice("mobile_mail", day), self.world.day_ms(day)
        for account, rate in self.phones:
            start, until, minutes = self.stale.get(account.name, (0, 0, 0.0))
            for _ in range(int(rate) + (rng.random() < rate % 1)):
                time = begin + rng.randrange(DAY_MS)
                if not start <= time < until:
                    yield SignIn(
                        time, account, self._where(rng, account, day), "success", rng.getrandbits(128), program=True
                    )
            time = max(begin, start)
            while time < min(begin + DAY_MS, until):
                time += int(rng.expovariate(1 / minutes) * 60_000) + 2_000
                if begin <= time < min(begin + DAY_MS, until):
                    source = self._where(rng, account, day)
                    if rng.random() < 0.01:
                        yield Lockout(time, account, source)
                    yield SignIn(time, account, source, "wrong_password", program=True)

    def _where(self, rng: Random, account: Account, day: int) -> Source:
        client = account.client(self.world.date_of(day), phone=True)
        if rng.random() < 0.5:
            return Source(account.home(day), client)
        return Source(carrier_address(self.world, rng, account), client)
