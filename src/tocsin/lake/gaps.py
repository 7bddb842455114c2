"""Silences in a log that the tenant's own rhythm does not explain: an outage, or logs that nobody exported.

Events come in bursts, one sitting writes several, so they are held to be compound Poisson: the chance that a
stretch in which L events were due stays empty is exp(-L / burst). Both numbers are the tenant's own. L is
what the same hours held in the weeks around; `burst` is how much more than single events its quieter
stretches stray from that (a Fano factor, of the lower side only, so that neither an attack nor a rush hides
an outage). A tenant with too few events to tell gets no gap rather than a guess.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cached_property
from math import inf, log

import numpy as np

FALSE_ALARM = 1e-3
"""Chance that a whole log without any gap is said to have one."""

DAY_HOURS, WEEK_HOURS = 24, 168

WEEKS_AROUND = 6
"""Weeks before and after that a stretch is held against: the season counts, not last year."""

SMALLEST_BURST = 2.0
"""A sign-in with a second factor writes two events."""

SCALES_HOURS = (1, 4, 12)
"""Lengths of stretches over which the burst is measured; a silence is held against those no longer than
itself.
"""

ENOUGH = 12
"""Quiet stretches from which a burst can be told."""

SPARSE = 0.25
"""Share of busy hours below which an hour is taken for one sitting."""

LONGEST_HOURS = 20 * 366 * DAY_HOURS
"""Hours further than this from the middle event carry a wrong date, and are left out."""

Stretch = tuple[int, int]


def gaps(counts: Mapping[int, int], window: Stretch | None = None) -> list[tuple[datetime, datetime]]:
    """Unexplained silences in order, UTC, [from, to).

    `counts` are events by hour since 1970; `window` the hours [from, to) that the store covers by other
    sources: a log that starts later or ends earlier has a gap there.
    """
    tenant = _Tenant.of(counts)
    if tenant is None:
        return []
    start, end = (min(tenant.first, window[0]), max(tenant.end, window[1])) if window else (tenant.first, tenant.end)
    surprise = log((end - start) / FALSE_ALARM)
    edges = [edge for edge in ((start, tenant.first), (tenant.end, end)) if edge[0] < edge[1]]
    found = [edge for edge in edges if tenant.due_outside(*edge) > surprise * tenant.burst(edge[1] - edge[0])]
    found += [one for one in tenant.silences() if tenant.due(*one) > surprise * tenant.burst(one[1] - one[0])]
    return [(_moment(left), _moment(right)) for left, right in sorted(found)]


def window(logs: list[Mapping[int, int]]) -> Stretch | None:
    """The hours [from, to) that the larger of these logs cover, less the odd event with a wrong date."""
    spans = []
    for counts in logs:
        hours = np.array(sorted(counts), np.int64)
        held = np.cumsum([counts[int(hour)] for hour in hours])
        if len(held) and held[-1] >= 200:
            inner = hours[np.searchsorted(held, [0.005 * held[-1], 0.995 * held[-1]])]
            spans.append((int(inner[0]), int(inner[1]) + 1))
    return (min(start for start, _ in spans), max(end for _, end in spans)) if spans else None


class _Tenant:
    """One tenant's events by the hour from its first busy hour to its last."""

    def __init__(self, first: int, series: np.ndarray) -> None:
        self.first, self.end = first, first + len(series)
        self._series = series
        self._sums = np.concatenate([[0.0], np.cumsum(series)])

    @classmethod
    def of(cls, counts: Mapping[int, int]) -> _Tenant | None:
        busy = np.array(sorted(hour for hour, number in counts.items() if number > 0), np.int64)
        if len(busy):
            busy = busy[np.abs(busy - busy[len(busy) // 2]) <= LONGEST_HOURS]
        if len(busy) < 2:
            return None
        series = np.zeros(int(busy[-1] - busy[0]) + 1)
        series[busy - busy[0]] = [counts[int(hour)] for hour in busy]
        return cls(int(busy[0]), series)

    def silences(self) -> list[Stretch]:
        silent = np.concatenate([[0], (self._series == 0).astype(np.int8), [0]])
        turns = np.flatnonzero(np.diff(silent)) + self.first
        return [(int(left), int(right)) for left, right in zip(turns[::2], turns[1::2], strict=True)]

    def due(self, left: int, right: int) -> float:
        """Events due in a silence inside the log."""
        shifts = self._shifts(left, right, WEEK_HOURS, WEEKS_AROUND)
        if not len(shifts):
            return self._due_by_day(left, right)
        usual = _low_median(self._between(left + shifts, right + shifts))
        days = left // DAY_HOURS * DAY_HOURS, -(-right // DAY_HOURS) * DAY_HOURS
        around = left - DAY_HOURS, right + DAY_HOURS
        return usual * min(self._level(left, right, shifts, wider) for wider in (days, around))

    def due_outside(self, left: int, right: int) -> float:
        """Events due in a stretch before the log begins or after it ends."""
        shifts = self._shifts(left, right, WEEK_HOURS, WEEKS_AROUND)
        if len(shifts):
            return _low_median(self._between(left + shifts, right + shifts))
        starts = np.arange(-(-self.first // DAY_HOURS), self.end // DAY_HOURS) * DAY_HOURS
        if len(starts) < 2:
            return 0.0
        return _low_median(self._between(starts, starts + DAY_HOURS)) * ((right - left) // DAY_HOURS)

    def burst(self, hours: int) -> float:
        """Events that stand or fall together, over stretches up to this long; infinite where too few tell."""
        measured = [burst for scale, burst in self._bursts if burst is not None and scale <= hours]
        return max([SMALLEST_BURST, self._sitting, *measured]) if measured else inf

    @cached_property
    def _sitting(self) -> float:
        """Where hardly any hour has events, those of one hour are one burst."""
        busy = self._series[self._series > 0]
        return float(busy.mean()) if len(busy) < SPARSE * len(self._series) else 0.0

    @cached_property
    def _bursts(self) -> list[tuple[int, float | None]]:
        weekly = len(self._series) >= 3 * WEEK_HOURS
        step, reach = (WEEK_HOURS, WEEKS_AROUND) if weekly else (DAY_HOURS, DAY_HOURS)
        return [(scale, self._burst(scale, step, reach)) for scale in SCALES_HOURS]

    def _burst(self, scale: int, step: int, reach: int) -> float | None:
        """Variance over mean of the stretches that hold less than usual, by medians; None where few tell."""
        starts = np.arange(self.first, self.end - scale + 1, max(scale // 2, 1))
        shifts = np.arange(-reach, reach + 1)
        shifts = shifts[shifts != 0] * step
        places = starts[:, None] + shifts[None, :]
        inside = (places >= self.first) & (places + scale <= self.end)
        totals = np.where(inside, self._between(places, places + scale), np.inf)
        others = inside.sum(axis=1)
        ranked = np.sort(totals, axis=1)
        usual = ranked[np.arange(len(starts)), np.maximum((others - 1) // 2, 0)]
        own = self._between(starts, starts + scale)
        telling = (others >= 2) & (usual >= 1)
        quiet = telling & (own < usual)
        if quiet.sum() < ENOUGH:
            return 0.0 if telling.sum() >= 3 * ENOUGH else None
        strays = (own[quiet] - usual[quiet]) ** 2 / usual[quiet]
        # 0.455: the median of a squared standard normal. The usual, a median of a few, strays by pi/2n.
        return float(np.median(strays) / 0.455 / (1 + np.pi / 2 / np.median(others[quiet])))

    def _level(self, left: int, right: int, shifts: np.ndarray, wider: Stretch) -> float:
        """How busy the hours around the silence were against the same hours of other weeks; at most 1.

        On a holiday nobody works and nothing is missing.
        """
        from_, to = np.maximum(wider[0], self.first), np.minimum(wider[1], self.end)
        own = float(self._between(from_, to))
        usual = _low_median(self._between(from_ + shifts, to + shifts) - self._between(left + shifts, right + shifts))
        slack = 2 * self.burst(right - left)
        return min(1.0, (own + slack) / (max(usual, 0.0) + slack))

    def _due_by_day(self, left: int, right: int) -> float:
        """Events due in a silence of a log of a week or less, by its other days (not silent ones)."""
        due = 0.0
        for day in range(left // DAY_HOURS * DAY_HOURS, right, DAY_HOURS):
            part = max(left, day), min(right, day + DAY_HOURS)
            shifts = self._shifts(day, day + DAY_HOURS, DAY_HOURS, DAY_HOURS)
            whole = self._between(day + shifts, day + DAY_HOURS + shifts)
            shifts = shifts[whole > 0]
            own = float(self._between(np.array(day), np.array(day + DAY_HOURS)))
            if len(shifts) < 2 or own == 0:
                continue
            usual = _low_median(self._between(part[0] + shifts, part[1] + shifts))
            due += usual * self._level(*part, shifts, (day, day + DAY_HOURS))
        return due

    def _shifts(self, left: int, right: int, step: int, reach: int) -> np.ndarray:
        """Shifts in hours that bring the stretch off itself and wholly into the log."""
        shifts = np.arange(-reach, reach + 1) * step
        fits: np.ndarray = (
            (left + shifts >= self.first) & (right + shifts <= self.end) & (np.abs(shifts) >= right - left)
        )
        return np.asarray(shifts[fits & (shifts != 0)])

    def _between(self, left: np.ndarray, right: np.ndarray) -> np.ndarray:
        """Events in stretches; there are none outside the log."""
        size = len(self._series)
        held = self._sums[np.clip(right - self.first, 0, size)] - self._sums[np.clip(left - self.first, 0, size)]
        return np.asarray(held, np.float64)


def _low_median(values: np.ndarray) -> float:
    """The middle value, the lower one of two: one odd week does not make events due."""
    return float(np.sort(values)[(len(values) - 1) // 2])


def _moment(hour: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(hours=hour)
