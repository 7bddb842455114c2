"""An authorised test: an organisation has its own people tested, by its own team or by a contracted one.

It looks like an attack and is none. A reset drill starts recoveries to see who reports the message; a password audit
tries a season and a year on everybody; a phishing drill signs in with what people typed. Testers come from the office
or from a few addresses of a contractor, keep office hours, sign in with an account of their own first, take people as
they stand in the directory, and what fell is reset by the helpdesk afterwards. Nobody in it is sought, so no part of it
is `targeted`; the truth keeps its records apart (`authorised`) and counts it among no campaigns.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from random import Random

from ..acts import AnyAct, Recovery, SessionUse, SignIn, SignOut, Source, UnknownSignIn
from ..benign.helpdesk import help_out
from ..benign.self_recovery import draw_method
from ..benign.settings import change
from ..benign.unknown_name_bots import invented_name
from ..campaign.attack import FACTOR_IN_THE_WAY
from ..campaign.pacing import ORDERS, while_up
from ..campaign.rented import kit
from ..clients import Client
from ..networks import Address, draw_address, draw_network
from ..people import Account
from ..tenants import Organisation
from ..truth import Truth
from ..world import DAY_MS, SATURDAY, World
from .scenario import Scenario

TEST = "insider-test"
TESTS = ("reset_drill", "password_audit", "phishing_drill")
STAFF = (0.3, 1.0)  # share of the organisation's people
MOST = 700  # people, against 20,000 accounts
FROM_OFFICE = 0.45
ADDRESSES = (1, 4)  # of a contractor
DAYS = (1, 7)  # work days that it takes
OWN_ACCOUNT = 0.85  # chance that a contractor has an account there to sign in with
GONE = (0.0, 0.12)  # names that no longer exist, against the people
ROUNDS = (1, 3)  # passwords of an audit
WEAK = (0.01, 0.04)
TYPED = (0.06, 0.2)  # share of the people who type their password into the drill's page
SMALLEST = 30  # people in an organisation that has such a test made


def plan(world: World, truth: Truth) -> Iterable[AnyAct]:
    rng = world.dice("scenario", TEST)
    truth.open_test(TEST)
    houses = [one for one in world.organisations if one.tenant.provider != "google"]
    house = rng.choice([one for one in houses if one.size >= SMALLEST] or [max(houses, key=lambda one: one.size)])
    people = world.by_organisation[house.domain]
    most = max(20, round(MOST * len(world.accounts) / 20_000))
    chosen = rng.choice(ORDERS)(rng, rng.sample(people, min(most, round(len(people) * rng.uniform(*STAFF)))))
    world.note("insider_test", house.domain, 0)
    testers = _Testers(world, rng, house)
    kind = rng.choice(TESTS)
    if kind == "phishing_drill":
        chosen = rng.sample(chosen, max(3, round(len(chosen) * rng.uniform(*TYPED))))
    acts: list[AnyAct] = list(testers.own_sign_ins(people))
    queue: list[Account | None] = [*chosen]
    for _ in range(round(len(chosen) * rng.uniform(*GONE)) if kind != "phishing_drill" else 0):
        queue.insert(rng.randrange(len(queue) + 1), None)
    rounds = rng.randint(*ROUNDS) if kind == "password_audit" else 1
    weak = {one.name for one in rng.sample(chosen, max(1, round(len(chosen) * rng.uniform(*WEAK))))}
    for number in range(rounds):
        last = number == rounds - 1
        for time, account in testers.schedule(queue, number, rounds):
            source = testers.source()
            if account is None:
                acts.append(UnknownSignIn(time, house.tenant, _former(world, rng, house), source, mark=TEST))
                continue
            world.note("insider_test", account.name, (time - world.start_ms) // DAY_MS)
            if kind == "reset_drill":
                acts.append(_reset(rng, account, time, source))
            elif kind == "phishing_drill" or (last and account.name in weak):
                acts += _fits(world, rng, account, time, source, reset=kind == "password_audit")
            else:
                acts.append(SignIn(time, account, source, "wrong_password", mark=TEST))
    return acts


class _Testers:
    """Where they sit, what they use, and when they work."""

    def __init__(self, world: World, rng: Random, house: Organisation) -> None:
        self._world, self._rng, self._house = world, rng, house
        self.in_office = rng.random() < FROM_OFFICE
        self.addresses: list[Address] = list(house.offices[:1])
        if not self.in_office:
            network = draw_network(rng, rng.choice(("hosting", "business")), house.place.country)
            self.addresses = [draw_address(rng, network) for _ in range(rng.randint(*ADDRESSES))]
        self.clients: list[Client] = kit(world, rng, rng.choice(("tool", "browsers", "old_browsers")))
        if self.in_office and rng.random() < 0.5:
            self.clients = [world.helpdesk(house).computer.client(world.start)]
        work_days = [day for day in range(world.days) if world.date_of(day).weekday() < SATURDAY] or [0]
        length = min(rng.randint(*DAYS), len(work_days))
        first = rng.randrange(len(work_days) - length + 1)
        self.days = work_days[first : first + length]
        self._gap = rng.lognormvariate(3.0, 0.8)  # seconds between two people, about

    def source(self) -> Source:
        return Source(self._rng.choice(self.addresses), self._rng.choice(self.clients))

    def own_sign_ins(self, people: list[Account]) -> Iterator[AnyAct]:
        """The account that testers sign in with before they begin, as the organisation's people do."""
        rng, world = self._rng, self._world
        if not self.in_office and rng.random() > OWN_ACCOUNT:
            return
        tester = rng.choice(people)
        for day in self.days:
            time = while_up(world, rng, tester.tenant, self._morning(day) - rng.randint(300_000, 2_400_000))
            source, session = (
                Source(self.addresses[0], tester.computer.client(world.date_of(day))),
                rng.getrandbits(128),
            )
            yield SignIn(time, tester, source, "success", session, tester.multifactor)
            for _ in range(rng.randint(1, 4)):
                yield SessionUse(time + rng.randint(3_000, 20_000_000), tester, source, session)

    def schedule(self, queue: list[Account | None], number: int, rounds: int) -> Iterator[tuple[int, Account | None]]:
        """The list worked through in office hours of the round's days."""
        rng, world = self._rng, self._world
        days = self.days[number * len(self.days) // rounds :][: max(1, len(self.days) // rounds)]
        size = -(-len(queue) // len(days))
        for at, day in enumerate(days):
            today = queue[at * size : (at + 1) * size]
            time = self._morning(day) + number * 7_200_000
            gap = min(self._gap * 1000, 25_000_000 / max(1, len(today)))
            for entry in today:
                time += int(rng.expovariate(1 / gap)) + 300
                yield while_up(world, rng, self._house.tenant, time), entry

    def _morning(self, day: int) -> int:
        offset = self._house.place.utc_offset_minutes
        return self._world.day_ms(day) + int((self._rng.uniform(8.7, 10.5) * 60 - offset) * 60_000)


def _former(world: World, rng: Random, house: Organisation) -> str:
    while True:
        name = invented_name(rng, house)
        if name not in world.names:
            return name


def _reset(rng: Random, account: Account, time: int, source: Source) -> Recovery:
    throw, method = rng.random(), draw_method(rng, account)
    if throw < 0.06:
        return Recovery(time, account, source, "wrong_proof", method, rng.randint(1, 2), mark=TEST)
    return Recovery(time, account, source, "left" if throw < 0.85 else "cancelled", method, mark=TEST)


def _fits(world: World, rng: Random, account: Account, time: int, source: Source, *, reset: bool) -> Iterator[AnyAct]:
    """The password is right: noted down, signed out, and put right by the helpdesk or the person."""
    if account.multifactor:
        yield SignIn(time, account, source, rng.choice(FACTOR_IN_THE_WAY), mark=TEST)
    else:
        session = rng.getrandbits(128)
        yield SignIn(time, account, source, "success", session, mark=TEST)
        if rng.random() < 0.8:
            yield SignOut(time + rng.randint(4_000, 90_000), account, source, session, mark=TEST)
    later = time + rng.randint(3_600_000, 2 * DAY_MS)
    day = (later - world.start_ms) // DAY_MS
    if day >= world.days:
        return
    if reset:
        yield from help_out(world, rng, account, day, later)
    elif rng.random() < 0.6:
        yield from change(world, rng, account, "password", day, later)


INSIDER_TEST = Scenario(
    name=TEST,
    about="an authorised test of an organisation's own people, from its office or a contractor; no campaign",
    plan=plan,
)
