"""Working hours and working week: when the acts fall, and which place's office day that is.

An hour of a day in which the operator did anything counts once, however much it did, so that a burst is no crowd. A day
is a circle and so is a week: an office day at a place is a density over the hours of the week (its hours with soft
ends, fewer on days off, a part spread evenly for whoever works late). The same hours fit several places, for nobody
says when an office opens, and a machine keeps none at all: so the hours of an actor are not held against nothing but
against every office day at every place, and against no office day. What remains is how much better the actor's own
hours fit than anybody's would.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from tocsin.attribute.actor import Hours
from tocsin.attribute.countries import OFFICES

FEWEST_HOURS, FEWEST_DAYS = 30, 7
"""Fewer hours on fewer days than these say nothing."""

WEEKS_FOR_DAYS_OFF = 14
"""Days that a campaign must last before its days off are looked at."""

HOURS_A_DAY = 3.0
"""As how many independent acts the hours of one day count: who works at nine works at ten."""

MOST_TOLD = 120.0
"""As how many independent acts a campaign counts at most; beyond, the model of an office day is too rough."""

SLOTS = 336
"""Half hours of a week, from Monday midnight."""

_OFFSETS = (*range(-11, 15), 3.5, 4.5, 5.5, 5.75, 6.5, 9.5)
_OPENING = {6.0: 0.05, 7.0: 0.15, 8.0: 0.3, 9.0: 0.3, 10.0: 0.15, 11.0: 0.05}
_LENGTHS = (8.0, 10.0)
_DAYS_OFF: tuple[tuple[int, ...], ...] = ((5, 6), (4, 5), (3, 4), (6,), (4,), ())
_NO_OFFICE = 0.3  # prior chance that the acts keep no hours: a machine, or shifts
_LATE = 0.1  # share of acts spread evenly over the week
_NIGHT, _DAY_OFF = 0.05, 0.15  # against a working hour's one

Slots = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Rhythm:
    """When the acts fall."""

    hours: int  # distinct hours in which anything was done
    days: int  # distinct days
    span_days: int
    mean_hour: float  # UTC, direction of the mean on the circle of a day
    concentration: float  # length of the mean: 0 spread evenly, 1 all at one hour
    p_even: float  # Rayleigh's test: chance of such a concentration where hours are even
    no_office: float  # how likely it is that the acts keep no office day
    offsets: tuple[float, float] | None  # UTC offsets that hold 80 % of the rest, from and to
    days_off: tuple[tuple[int, ...], float] | None  # the likeliest custom, and how likely it is
    cannot_say: str | None  # why nothing can be said


class Times:
    """A campaign's acts in time, weighed once and asked for many actors."""

    def __init__(self, times: Sequence[datetime]) -> None:
        self._cells = sorted({one.replace(minute=30, second=0, microsecond=0, tzinfo=UTC) for one in times})
        self._days = sorted({one.date() for one in self._cells})
        self._span = (self._days[-1] - self._days[0]).days + 1 if self._days else 0
        told = min(len(self._cells), HOURS_A_DAY * len(self._days), MOST_TOLD)
        self._weight = told / len(self._cells) if self._cells else 0.0
        self._anybody: float | None = None

    @property
    def cannot_say(self) -> str | None:
        """Why the acts say nothing about hours."""
        if len(self._cells) < FEWEST_HOURS or len(self._days) < FEWEST_DAYS:
            return (
                f"{len(self._cells)} hours with acts on {len(self._days)} days are too few to tell working hours"
                f" ({FEWEST_HOURS} on {FEWEST_DAYS} would do)"
            )
        return None

    def of_actor(self, hours: Hours) -> float:
        """Raw log-likelihood ratio of the actor's stated hours against anybody's."""
        local = self._local(hours.timezone)
        length = hours.end - hours.start
        fits = [
            (chance, self._fit(local, hours.start + shift, length, hours.days_off))
            for shift, chance in ((-1.0, 0.25), (0.0, 0.5), (1.0, 0.25))
        ]
        return self._against_anybody(_mean([(0.85 * chance, fit) for chance, fit in fits] + [(0.15, 0.0)]))

    def of_country(self, country: str) -> float | None:
        """The same of a country's office hours; None of a country of which they are not known."""
        if country not in OFFICES:
            return None
        zone, customs = OFFICES[country]
        local = self._local(zone)
        each = 1 / (len(customs) * len(_LENGTHS))
        fits = [
            (0.7 * chance * each, self._fit(local, opens, length, off))
            for opens, chance in _OPENING.items()
            for length in _LENGTHS
            for off in customs
        ]
        return self._against_anybody(_mean([*fits, (0.3, 0.0)]))

    def rhythm(self) -> Rhythm:
        """What the acts show by themselves, whoever is behind them."""
        angles = np.array([2 * np.pi * (one.hour + 0.5) / 24 for one in self._cells])
        mean = complex(np.mean(np.exp(1j * angles))) if len(angles) else 0j
        told = self._weight * len(self._cells)
        held: dict[float, float] = {}
        off_held: dict[tuple[int, ...], float] = {}
        for weight, offset, off in self._weighed():
            held[offset] = held.get(offset, 0.0) + weight
            off_held[off] = off_held.get(off, 0.0) + weight
        total = sum(held.values())
        even = _NO_OFFICE / (_NO_OFFICE + total) if total else 1.0
        likeliest = max(off_held.items(), key=lambda one: one[1]) if off_held and self._week_told else None
        return Rhythm(
            hours=len(self._cells),
            days=len(self._days),
            span_days=self._span,
            mean_hour=float(np.angle(mean) % (2 * np.pi)) * 24 / (2 * np.pi),
            concentration=abs(mean),
            p_even=float(np.exp(-told * abs(mean) ** 2)),
            no_office=even,
            offsets=_middle(held, 0.8) if total else None,
            days_off=(likeliest[0], likeliest[1] / total) if likeliest else None,
            cannot_say=self.cannot_say,
        )

    @property
    def _week_told(self) -> bool:
        return self._span >= WEEKS_FOR_DAYS_OFF

    def _local(self, zone: str) -> Slots:
        """How many acts fall into each half hour of the week at a place, summer time heeded."""
        place = ZoneInfo(zone)
        return _slots([one.astimezone(place) for one in self._cells])

    def _fit(self, local: Slots, opens: float, length: float, off: tuple[int, ...]) -> float:
        density = _office(round(opens * 2) / 2 % 24, length, off if self._week_told else ())
        return float(self._weight * (local @ np.log(density * SLOTS)))

    def _weighed(self) -> list[tuple[float, float, tuple[int, ...]]]:
        """Weight, offset and days off of every office day at every place."""
        customs = _DAYS_OFF if self._week_told else ((),)
        each = (1 - _NO_OFFICE) / (len(_OFFSETS) * len(_LENGTHS) * len(customs))
        found = []
        for offset in _OFFSETS:
            shift = timedelta(hours=offset)
            local = _slots([one + shift for one in self._cells])
            for opens, chance in _OPENING.items():
                for length in _LENGTHS:
                    for off in customs:
                        fit = self._fit(local, opens, length, off)
                        found.append((each * chance * float(np.exp(min(fit, 500.0))), float(offset), off))
        return found

    def _against_anybody(self, log_fit: float) -> float:
        if self._anybody is None:
            self._anybody = float(np.log(_NO_OFFICE + sum(weight for weight, _, _ in self._weighed())))
        return log_fit - self._anybody


@cache
def _office(opens: float, length: float, off: tuple[int, ...]) -> Slots:
    """The density of an office week over half hours: soft ends of an hour, few acts at night and on days off."""
    middle = np.arange(SLOTS) / 2 % 24 + 0.25
    since = (middle - opens) % 24
    inside = np.clip(np.minimum(since + 1.0, length + 1.0 - since), 0.0, 1.0)
    before = np.clip(since - 23.0, 0.0, 1.0)  # the hour before it opens
    day = np.maximum(np.maximum(inside, before), _NIGHT)
    week = np.where(np.isin(np.arange(SLOTS) // 48, off), _DAY_OFF, 1.0)
    density = day * week
    whole: Slots = (1 - _LATE) * density / density.sum() + _LATE / SLOTS
    return whole


def _slots(local: Sequence[datetime]) -> Slots:
    numbers = [one.weekday() * 48 + one.hour * 2 + one.minute // 30 for one in local]
    return np.bincount(numbers, minlength=SLOTS).astype(np.float64)


def _mean(fits: Sequence[tuple[float, float]]) -> float:
    """Log of the weighted mean of likelihoods, given with their logs."""
    logs = np.array([np.log(chance) + fit for chance, fit in fits])
    top = float(logs.max())
    return top + float(np.log(np.exp(logs - top).sum()))


def _middle(held: dict[float, float], share: float) -> tuple[float, float]:
    """The narrowest arc of offsets that holds a share of the weight."""
    offsets = sorted(held)
    total = sum(held.values())
    best = (offsets[0], offsets[-1])
    for start, first in enumerate(offsets):
        summed = 0.0
        for last in offsets[start:]:
            summed += held[last]
            if summed >= share * total:
                if last - first < best[1] - best[0]:
                    best = (first, last)
                break
    return best
