"""The world before anything happens in it: federation, accounts, roster, shared addresses, outages."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from random import Random

from .acts import Source
from .networks import Address, draw_address, draw_network, networks_of
from .people import Account, populate
from .roster import enrol
from .second_accounts import join
from .tenants import Organisation, Tenant, found

DAY_MS = 86_400_000
CARRIER_ADDRESSES = 48  # public addresses that a carrier's customers here share; strangers come from them too
VPN_EXITS = (60, 140)  # commercial VPN exits that anybody uses, the campaign included
RELAY_ADDRESSES = 160


@dataclass
class World:
    seed: int
    start: date
    days: int
    events: int  # wanted size of benign life, in records
    tenants: list[Tenant]
    organisations: list[Organisation]
    accounts: list[Account]
    roster: list[Account]
    carriers: dict[str, list[Address]]  # by network name and country
    vpn_exits: list[Address]
    relays: list[Address]
    outages: list[Outage]
    by_organisation: dict[str, list[Account]] = field(default_factory=dict)
    names: frozenset[str] = frozenset()  # all that exist
    losses: dict[str, tuple[int, int]] = field(default_factory=dict)  # account -> while its owner is locked out
    happenings: list[Happening] = field(default_factory=list)  # notable benign ones, for error analysis

    @property
    def start_ms(self) -> int:
        return int(datetime(self.start.year, self.start.month, self.start.day, tzinfo=UTC).timestamp() * 1000)

    def date_of(self, day: int) -> date:
        return self.start + timedelta(days=day)

    def day_ms(self, day: int) -> int:
        return self.start_ms + day * DAY_MS

    def dice(self, *names: object) -> Random:
        """Dice of their own for each part and day: what one part throws never changes another."""
        return Random("/".join(map(str, (self.seed, *names))))

    def helpdesk(self, organisation: Organisation, helped: Account | None = None) -> Account:
        """The person who resets passwords there: always the same one, and a colleague for that one's own."""
        first, second = self.by_organisation[organisation.domain][:2]
        return second if first is helped else first

    def note(self, kind: str, account: str, day: int) -> None:
        self.happenings.append(Happening(kind, account, self.date_of(day)))

    def is_down(self, tenant: Tenant, time: int) -> bool:
        return any(o.tenant is tenant and o.start <= time < o.end for o in self.outages)


@dataclass(frozen=True)
class Happening:
    kind: str
    account: str
    day: date


@dataclass(frozen=True)
class Outage:
    tenant: Tenant
    start: int  # milliseconds
    end: int


def build(seed: int, *, start: date, days: int, accounts: int, events: int) -> World:
    rng = Random(f"{seed}/world")
    tenants, organisations = found(rng, accounts)
    people = populate(rng, organisations)
    roster = enrol(rng, people)
    carriers: dict[str, list[Address]] = {}
    for account in people:
        network = account.mobile_network
        key = f"{network.name}/{network.country}"
        if key not in carriers:
            carriers[key] = [draw_address(rng, network) for _ in range(CARRIER_ADDRESSES)]
    exits = [draw_address(rng, draw_network(rng, "vpn")) for _ in range(rng.randint(*VPN_EXITS))]
    relays = [draw_address(rng, rng.choice(networks_of("relay"))) for _ in range(RELAY_ADDRESSES)]
    join(Random(f"{seed}/second accounts"), people)
    world = World(
        seed=seed,
        start=start,
        days=days,
        events=events,
        tenants=tenants,
        organisations=organisations,
        accounts=people,
        roster=roster,
        carriers=carriers,
        vpn_exits=exits,
        relays=relays,
        outages=[],
        names=frozenset(account.name for account in people),
    )
    for account in people:
        world.by_organisation.setdefault(account.organisation.domain, []).append(account)
    world.outages = _outages(Random(f"{seed}/outages"), world)
    return world


OUTAGE_HOURS = (2.0, 7.0)
SATURDAY = 5  # of date.weekday()


def _outages(rng: Random, world: World) -> list[Outage]:
    """One provider is down on one work day for some hours (none in worlds of less than a week)."""
    if world.days < 7:
        return []
    day = rng.randrange(3, world.days - 1)
    while world.date_of(day).weekday() >= SATURDAY:
        day = rng.randrange(3, world.days - 1)
    start = world.day_ms(day) + int(rng.uniform(6, 14) * 3_600_000)
    tenant = rng.choice(world.tenants)
    world.note("outage", tenant.domain, day)
    return [Outage(tenant, start, start + int(rng.uniform(*OUTAGE_HOURS) * 3_600_000))]


def whereabouts(world: World, rng: Random, account: Account, day: int, *, work_day: bool = True) -> Source:
    """Where the owner is when something is done: office, home, phone, behind a VPN or a relay."""
    today = world.date_of(day)
    throw = rng.random()
    trip = account.trip
    if trip is not None and trip[0] <= day <= trip[1] and throw > 0.15:
        return Source(trip[2], account.client(today, phone=throw > 0.6))
    if account.vpn_share and rng.random() < account.vpn_share:
        exits = world.vpn_exits
        own = (account.number * 7 + int(rng.expovariate(0.7))) % len(exits)  # people keep to a few exits
        return Source(exits[own], account.client(today))
    if work_day and throw < account.office_share * 0.75:
        offices = account.organisation.offices
        return Source(offices[account.number % len(offices)], account.client(today))
    if throw > 0.78 and account.devices[-1].is_phone:
        return Source(carrier_address(world, rng, account), account.client(today, phone=True))
    if account.relay_share and rng.random() < account.relay_share:
        return Source(rng.choice(world.relays), account.client(today))
    return Source(account.home(day, v6=account.home_v6 and throw < 0.6), account.client(today))


def carrier_address(world: World, rng: Random, account: Account) -> Address:
    network = account.mobile_network
    return rng.choice(world.carriers[f"{network.name}/{network.country}"])


def stranger_line(world: World, rng: Random) -> Address:
    """A phone line's public address, one of those that many customers of a carrier share."""
    return rng.choice(world.carriers[rng.choice(list(world.carriers))])
