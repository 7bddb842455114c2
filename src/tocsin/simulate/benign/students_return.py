"""Students' return: after a break many sign in again from new rooms, with passwords half remembered."""

from __future__ import annotations

from collections.abc import Iterator

from ..acts import AnyAct, SessionUse, SignIn, Source
from ..networks import draw_address, draw_network
from ..people import Account
from ..world import World
from .habits import moment
from .self_recovery import recover

CHANCE = 0.6  # that the month has the end of a break
RETURN = (0.03, 0.12)  # share of a school's students who come back to a new place
FORGOT = (0.1, 0.3)  # share of these who need a recovery
SHARED = 0.3  # share of the new places that are a residence with one address for many
DAYS = 5


class StudentsReturn:
    def __init__(self, world: World) -> None:
        self.world = world
        rng = world.dice("students_return")
        self.when: dict[int, list[Account]] = {}
        self.forgot = rng.uniform(*FORGOT)
        schools = sorted({one.organisation.domain for one in world.accounts if one.student})
        share = rng.uniform(*RETURN)
        if not schools or rng.random() > CHANCE * world.days / 30:
            return
        school = rng.choice(schools)
        own = [one for one in world.by_organisation[school] if one.student]
        place = own[0].organisation.place
        self.residences = [draw_address(rng, draw_network(rng, "residential", place.country), place) for _ in range(3)]
        first = rng.randrange(max(1, world.days - DAYS))
        for account in rng.sample(own, max(1, int(len(own) * share))):
            self.when.setdefault(first + min(DAYS - 1, int(rng.expovariate(0.8))), []).append(account)
        world.note("students_return", school, first)

    def acts(self, day: int) -> Iterator[AnyAct]:
        world, rng = self.world, self.world.dice("students_return", day)
        for account in self.when.get(day, ()):
            time = world.day_ms(day) + moment(rng, account, world.date_of(day).weekday())
            network = draw_network(rng, "residential", account.organisation.place.country)
            address = draw_address(rng, network, account.organisation.place)
            if rng.random() < SHARED:
                address = rng.choice(self.residences)
            source = Source(address, account.client(world.date_of(day), phone=rng.random() < 0.4))
            for _ in range(rng.choice((0, 1, 1, 2, 3))):
                yield SignIn(time, account, source, "wrong_password")
                time += rng.randint(6_000, 90_000)
            if rng.random() < self.forgot:
                world.note("returned_student_recovery", account.name, day)
                yield from recover(world, rng, account, day, time, guesses=0.2, source=source)
                continue
            session = rng.getrandbits(128)
            yield SignIn(time, account, source, "success", session, account.multifactor and rng.random() < 0.7)
            yield SessionUse(time + rng.randint(4_000, 2_000_000), account, source, session)
