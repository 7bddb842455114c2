"""Waves: many sources with one client that come and go within days, told from an operator's own.

Bots try a list in one go, with a browser that half the world uses. Where a wave falls into an operator's hours its
sources fit the operator one by one: each shows so little that nothing speaks against it. All together they do not: they
go for whoever stood in the list, at all hours, in another way. So a wave is found by its suddenness and then weighed as
what it is, one act of somebody: its client and its hours are seen once, however many sources show them, and it is one
draw from the Chinese restaurant process by which sources come from operators. What is clearly not the operator's leaves
it. The operator's own waves are after the same people, in its hours.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import compress
from math import log

import numpy as np
from scipy.special import pdtrc

from tocsin.campaigns.link import log_odds
from tocsin.campaigns.parting import CLEAR, sides_of
from tocsin.campaigns.suspicion import FALSE_ALARM
from tocsin.campaigns.traits import TRAITS, Chance, Group

WAVE_DAYS = 3
"""The longest wave: a list is tried in hours or in a weekend."""

LEAST = 10
"""Sources of a wave: fewer show too little in common."""

ONE_ACT = ("hour", "prefix", "address", "way", "insistence")
"""What a wave as a whole is weighed by, beside its client and its targets. Its days are what it was found by, and its
networks are those of whatever proxies were rented for it."""


@dataclass(frozen=True, kw_only=True)
class Wave:
    """Sources of one client whose acts all fall into the same few days."""

    sources: tuple[Group, ...]
    days: int

    @property
    def members(self) -> frozenset[int]:
        return frozenset(number for one in self.sources for number in one.members)

    @cached_property
    def whole(self) -> Group:
        return self.sources[0].joined(self.sources[1:])

    @cached_property
    def as_one_act(self) -> Group:
        """What it shows as a whole: a client once, an hour once a day."""
        seen = {trait: self.whole.seen[trait] if trait in ONE_ACT else Counter[str]() for trait in TRAITS}
        seen["hour"] = Counter({hour: min(times, self.days) for hour, times in self.whole.seen["hour"].items()})
        seen["client"] = Counter(dict.fromkeys(self.whole.seen["client"], 1))
        return Group(seen=seen, targets=self.whole.targets, members=self.whole.members)

    @cached_property
    def _went_for(self) -> Counter[int]:
        """How many of the sources went for each target."""
        return Counter(target for one in self.sources for target in one.targets)

    def without(self, source: Group) -> Group:
        """What the others show."""
        return Group(
            seen={trait: self.whole.seen[trait] - shown for trait, shown in source.seen.items()},
            targets=self.whole.targets - {target for target in source.targets if self._went_for[target] == 1},
            members=tuple(number for number in self.whole.members if number not in source.members),
        )


def waves(sources: Iterable[Group], days: int) -> list[Wave]:
    """The waves among these sources (each one source's group), the most sudden first; the logs span `days`."""
    by_client: dict[str, list[tuple[int, int, Group]]] = defaultdict(list)
    for one in sources:
        shown = [*map(int, one.seen["day"])]
        if len(one.seen["client"]) <= 1 and shown and max(shown) - min(shown) < WAVE_DAYS:
            by_client[next(iter(one.seen["client"]), "")].append((min(shown), max(shown), one))
    held = {client: brief for client, brief in by_client.items() if len(brief) >= LEAST}
    ways = len(by_client) * WAVE_DAYS * days
    found = [pair for brief in held.values() for pair in _sudden(brief, days, log(FALSE_ALARM / max(ways, 1)))]
    return [wave for _, wave in sorted(found, key=lambda pair: (pair[0], min(pair[1].members)))]


def _sudden(brief: Sequence[tuple[int, int, Group]], days: int, least: float) -> Iterator[tuple[float, Wave]]:
    """(log chance, wave) of one client's brief sources (first day, last day, source), until no more are below `least`.

    How many sources come in a few days is Poisson-distributed about what the other days bring."""
    left = list(brief)
    while len(left) >= LEAST:
        first, last = np.array([one[0] for one in left]), np.array([one[1] for one in left])
        log_chance, start, width = min([(0.0, 0, 0), *_chances(first, last, days)])
        inside = (first >= start) & (last < start + width)
        if log_chance >= least or np.count_nonzero(inside) < LEAST:
            return
        members = tuple(one[2] for one, held in zip(left, inside.tolist(), strict=True) if held)
        yield log_chance, Wave(sources=members, days=width)
        left = [one for one, held in zip(left, inside.tolist(), strict=True) if not held]


def _chances(first: np.ndarray, last: np.ndarray, days: int) -> Iterator[tuple[float, int, int]]:
    """(log chance, first day, days) of as many sources as came in each few days, or more."""
    starts = np.unique(first)
    for width in range(1, WAVE_DAYS + 1):
        inside = (first >= starts[:, np.newaxis]) & (last < starts[:, np.newaxis] + width)
        number = np.count_nonzero(inside, axis=1)
        elsewhere = (len(first) - number) / max(days - width, 1) * width + 1.0
        with np.errstate(divide="ignore"):
            # Of the Poisson distribution as SciPy's own, for which a third of a second of modules is loaded.
            chances = np.where(number > 0, np.log(pdtrc(np.maximum(number - 1, 0), elsewhere)), 0.0)
        yield from ((chance, start, width) for chance, start in zip(chances.tolist(), starts.tolist(), strict=True))


def set_apart(
    operators: Sequence[Group], found: Sequence[Wave], single: Mapping[int, Group], chance: Chance, concentration: float
) -> list[Group]:
    """The operators without the sources of waves that are clearly another's, which are an operator's of their own then.
    `single` are the operators' sources by number; `concentration` is that of the merging."""
    kept = list(operators)
    for wave in found:
        left: list[Group] = []
        for number, one in enumerate(kept):
            inside = np.isin(one.members, [*wave.members])
            if inside.all() or not inside.any():
                continue
            sources = [single[member] for member in one.members]
            others = sides_of(sources, inside)[1]
            if not _another(wave, others, chance, concentration):
                continue
            inside[inside] = ~_rather([*compress(sources, inside)], others, wave, chance)
            if inside.any():
                own, kept[number] = sides_of(sources, inside)
                left.append(own)
        if left:
            kept.append(left[0].joined(left[1:]))
    return kept


def _another(wave: Wave, operator: Group, chance: Chance, concentration: float) -> bool:
    """Whether the wave is clearly somebody else's."""
    odds = log_odds(operator, wave.as_one_act, chance) + log(len(operator.members) / concentration)
    return odds < -CLEAR


def _rather(sources: Sequence[Group], operator: Group, wave: Wave, chance: Chance) -> np.ndarray:
    """bool per source of the wave: whether it is more likely the operator's than the rest of the wave's. On the day on
    which half of the house lets its passwords expire, an operator at work looks sudden, too."""
    found = []
    for one in sources:
        sides = operator, wave.without(one)
        theirs, others = (log_odds(side, one, chance) + log(len(side.members)) for side in sides)
        found.append(theirs > others)
    return np.array(found, np.bool_)
