"""Internet noise: bots sign in with names that do not exist, from thousands of addresses.

In the RBA data set one pseudo-user, the bucket of unknown names, holds 43 % of all attempts, from 30,122
addresses: this noise is as large as an enumeration campaign.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from ..acts import AnyAct, Source, UnknownRecovery, UnknownSignIn
from ..clients import TOOLS, render
from ..networks import Address, draw_address, draw_network
from ..people import login, name_lists
from ..tenants import Organisation
from ..world import DAY_MS, World, stranger_line

EVENTS = (2_000, 10_000)  # in 30 days against 20,000 accounts
PER_ADDRESS = (1.3, 2.6)  # requests that an address makes in a month, about
KINDS = (("residential", 60), ("hosting", 22), ("mobile", 8), ("vpn", 5), ("tor", 5))
ABROAD = ("VN", "ID", "BR", "IN", "RU", "TR", "CN", "PL", "US", "DE")
COMMON = (
    "admin",
    "info",
    "test",
    "office",
    "sales",
    "contact",
    "support",
    "administrator",
    "hr",
    "mail",
    "root",
    "scan",
    "scanner",
    "accounting",
    "reception",
    "webmaster",
    "postmaster",
    "backup",
    "marketing",
    "user",
    "guest",
    "finance",
    "jobs",
    "it",
)
RECOVERY_FORM = 0.06  # share that goes to the recovery form


class UnknownNameBots:
    def __init__(self, world: World) -> None:
        self.world = world
        rng = world.dice("unknown_names")
        scale = len(world.accounts) / 20_000 * world.days / 30
        self.total = max(40, rng.uniform(*EVENTS) * scale)
        self.addresses = [stranger(world, rng) for _ in range(max(20, int(self.total / rng.uniform(*PER_ADDRESS))))]
        loud = max(1.0, rng.gammavariate(2, 2))
        weights = [rng.paretovariate(loud) for _ in range(world.days)]  # some days are much louder than others
        self.per_day = [self.total * weight / sum(weights) for weight in weights]
        self.houses = [o for o in world.organisations if o.tenant.provider != "google"]
        self.house_weights = [rng.paretovariate(1.2) for _ in self.houses]

    def acts(self, day: int) -> Iterator[AnyAct]:
        rng = self.world.dice("unknown_names", day)
        start, today = self.world.day_ms(day), self.world.date_of(day)
        left = int(self.per_day[day])
        while left > 0:
            house = rng.choices(self.houses, weights=self.house_weights)[0]
            batch = min(left, 1 + int(rng.expovariate(0.35)))
            left -= batch
            source = Source(
                rng.choice(self.addresses),
                rng.choice(TOOLS) if rng.random() < 0.6 else render("chrome-windows", today),
            )
            time = start + rng.randrange(DAY_MS)
            for _ in range(batch):
                name = invented_name(rng, house)
                if rng.random() < RECOVERY_FORM:
                    yield UnknownRecovery(time, house.tenant, name, source)
                else:
                    yield UnknownSignIn(time, house.tenant, name, source)
                time += int(rng.lognormvariate(2.5, 1.6) * 1000)


def stranger(world: World, rng: Random) -> Address:
    """An address somewhere on the internet, as bots have them; of VPN and mobile ones, some that customers
    share.
    """
    kind = rng.choices([kind for kind, _ in KINDS], weights=[share for _, share in KINDS])[0]
    if kind == "vpn":
        return rng.choice(world.vpn_exits)
    if kind == "mobile":
        return stranger_line(world, rng)
    return draw_address(rng, draw_network(rng, kind, rng.choice(ABROAD) if kind == "residential" else None))


def invented_name(rng: Random, house: Organisation) -> str:
    """A name that bots try: a common mailbox or a made-up person (whoever happens to exist is passed over
    later).
    """
    if rng.random() < 0.45:
        return f"{rng.choice(COMMON)}{rng.choice(('', '', '1', '2', '01'))}@{house.domain}"
    given, family = name_lists(rng.choice((house.place.country, "US", "GB", "DE", "FR")))
    form = rng.choice(("first.last", "first.last", "flast", "first_last"))
    number = rng.choice((0, 0, 0, rng.randrange(1, 99)))
    return login(form, rng.choice(given), rng.choice(family), house.domain, number)
