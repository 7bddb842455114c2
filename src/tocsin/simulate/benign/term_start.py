"""Term start: in two days many new students sign in for the first time, register a factor, and many need a
recovery.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..acts import AnyAct, FactorChange, SignIn
from ..people import Account
from ..world import World, whereabouts
from .habits import moment
from .self_recovery import recover

NEW_STUDENTS = (0.02, 0.05)  # share of the student accounts
RECOVERIES = (0.15, 0.35)  # share of these who need one


class TermStart:
    def __init__(self, world: World) -> None:
        self.world = world
        rng = world.dice("term_start")
        students = [account for account in world.accounts if account.student]
        schools = sorted({account.organisation.domain for account in students})
        self.when: dict[int, list[Account]] = {}
        self.recoveries = rng.uniform(*RECOVERIES)
        if not schools:
            return
        school = rng.choice(schools)
        own = [account for account in students if account.organisation.domain == school]
        first = rng.randrange(0, max(1, world.days - 2))
        for account in rng.sample(own, max(1, int(len(own) * rng.uniform(*NEW_STUDENTS)))):
            self.when.setdefault(first + rng.randrange(2), []).append(account)
        world.note("term_start", school, first)

    def acts(self, day: int) -> Iterator[AnyAct]:
        rng = self.world.dice("term_start", day)
        for account in self.when.get(day, ()):
            time = self.world.day_ms(day) + moment(rng, account, 0)
            if rng.random() < self.recoveries:
                self.world.note("new_student_recovery", account.name, day)
                yield from recover(self.world, rng, account, day, time, guesses=1.8)
                continue
            source, session = whereabouts(self.world, rng, account, day), rng.getrandbits(128)
            yield SignIn(time, account, source, "success", session)
            if rng.random() < 0.7:
                yield FactorChange(
                    time + rng.randint(40_000, 300_000), account, source, "added", account.factor, session
                )
