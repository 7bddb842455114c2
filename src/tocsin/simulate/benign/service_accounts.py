"""Stale service accounts: a script with an old password runs every few hours and fails, for the whole
month.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..acts import AnyAct, SignIn, Source
from ..clients import TOOLS
from ..networks import Address, draw_address, draw_network
from ..people import Account
from ..world import World

PER_ACCOUNTS = 3000  # one in so many accounts
HOURS = (1, 2, 4, 6, 12, 24)  # how often the script runs


class ServiceAccounts:
    def __init__(self, world: World) -> None:
        self.world = world
        rng = world.dice("service")
        self.scripts: list[tuple[Account, Address, int, int, int]] = []
        for _ in range(max(1, round(len(world.accounts) / PER_ACCOUNTS * rng.uniform(0.5, 1.6)))):
            account = rng.choice(world.accounts)
            own = rng.random() < 0.5
            address = (
                rng.choice(account.organisation.offices) if own else draw_address(rng, draw_network(rng, "hosting"))
            )
            self.scripts.append((account, address, rng.choice(HOURS), rng.randrange(3_600_000), rng.randrange(4)))
            world.note("stale_service_account", account.name, 0)

    def acts(self, day: int) -> Iterator[AnyAct]:
        for number, (account, address, hours, offset, tool) in enumerate(self.scripts):
            rng = self.world.dice("service", number, day)
            for hour in range(0, 24, hours):
                if rng.random() < 0.97:
                    time = self.world.day_ms(day) + hour * 3_600_000 + offset + rng.randrange(25_000)
                    yield SignIn(time, account, Source(address, TOOLS[tool]), "wrong_password", program=True)
