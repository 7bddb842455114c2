"""The operator: a team that works office hours somewhere and works in bursts."""

from __future__ import annotations

from random import Random

from ..world import World

# (UTC offset in minutes, working days with Monday = 0): whose office hours the team keeps
OFFICES = (
    (210, (5, 6, 0, 1, 2)),
    (180, (0, 1, 2, 3, 4)),
    (180, (6, 0, 1, 2, 3)),
    (240, (0, 1, 2, 3, 4)),
    (300, (0, 1, 2, 3, 4, 5)),
    (330, (0, 1, 2, 3, 4)),
    (480, (0, 1, 2, 3, 4)),
    (540, (0, 1, 2, 3, 4, 5)),
)
FIRST_HOUR = (7.5, 9.5)  # local
HOURS_A_DAY = (8.5, 11.0)
OVERTIME = 0.25  # chance that somebody works on a free day, for a few hours
BURST = (2, 9)  # requests in a burst
GAP_SECONDS = (3.9, 0.75)  # log-normal: mean and spread of the logarithm of the pause between two requests


class Operator:
    """Draws the moments at which the team does something, over the whole world's days."""

    def __init__(self, world: World, rng: Random) -> None:
        self.world = world
        self._rng = rng
        offset, days = rng.choice(OFFICES)
        first, hours = rng.uniform(*FIRST_HOUR), rng.uniform(*HOURS_A_DAY)
        holidays = set(rng.sample(range(world.days), world.days // 15))
        self.shifts: list[tuple[int, int]] = []
        for day in range(world.days):
            working = world.date_of(day).weekday() in days and day not in holidays
            if not working and rng.random() > OVERTIME:
                continue
            length = hours * rng.uniform(0.85, 1.1) if working else rng.uniform(1, 4)
            start = world.day_ms(day) + int((first + rng.gauss(0, 0.35)) * 3_600_000) - offset * 60_000
            start, end = (
                max(start, world.start_ms),
                min(start + int(length * 3_600_000), world.day_ms(world.days)),
            )
            if end > start:
                self.shifts.append((start, end))
        if not self.shifts:  # a world of a day or two in which nobody would have worked
            self.shifts.append((world.start_ms, world.day_ms(world.days)))

    def moment(self) -> int:
        """A moment of work; fewer about noon."""
        rng = self._rng
        lengths = [end - start for start, end in self.shifts]
        while True:
            start, end = rng.choices(self.shifts, weights=lengths)[0]
            part = rng.random()
            if 0.42 < part < 0.52 and rng.random() < 0.6:
                continue
            return start + int(part * (end - start))

    def moment_after(self, time: int, mean_hours: float) -> int:
        """The next moment of work some time after `time`; at the end of the world, one before its end."""
        wanted = time + int(self._rng.expovariate(1 / mean_hours) * 3_600_000)
        for start, end in self.shifts:
            if wanted < end:
                return max(wanted, start + int(self._rng.random() * (end - start) * 0.6))
        start, end = self.shifts[-1]
        return max(time + 60_000, start + int(self._rng.random() * (end - start)))

    def moment_between(self, start: int, end: int) -> int:
        """A moment of work in the span; any moment of it if nobody works then."""
        rng = self._rng
        inside = [(max(first, start), min(last, end)) for first, last in self.shifts if first < end and last > start]
        if not inside:
            return rng.randrange(start, max(start + 1, end))
        first, last = rng.choices(inside, weights=[last - first for first, last in inside])[0]
        return first + int(rng.random() * (last - first))

    def bursts(self, count: int) -> list[list[int]]:
        """`count` moments in bursts of a few, the bursts in order of time."""
        rng = self._rng
        bursts: list[list[int]] = []
        while count > 0:
            size = min(count, rng.randint(*BURST))
            count -= size
            time, burst = self.moment(), []
            for _ in range(size):
                burst.append(time)
                time += self.gap()
            bursts.append(burst)
        bursts.sort()
        return bursts

    def gap(self) -> int:
        """Milliseconds between two requests of a burst."""
        mean, spread = GAP_SECONDS
        return int(self._rng.lognormvariate(mean, spread) * 1000) + self._rng.randrange(1500)
