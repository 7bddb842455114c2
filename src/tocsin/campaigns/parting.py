"""Operators that grew together, told apart again.

Merging two by two is short-sighted: sources that show little are merged by what many share, and what was merged stays.
So the operators are looked at again as wholes. Latent classes (latent_classes.py) deal an operator's sources to two
sides by the habits that a team shows everywhere: its clients, its hours, its days off. The sides are parted where they
are clearly more likely two operators than one by the odds that merging goes by, and what fell apart is merged again
where it belongs together; and where two classes explain the sources far better than they would if browsers and hours
had nothing to do with each other. By the first, every source must be on the right side; the second asks only whether
there are two. The sources of two operators are dealt again in the same way, where that tells them apart better.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

import numpy as np

from tocsin.campaigns.latent_classes import Traits, dealt_on, fits, gain
from tocsin.campaigns.link import agglomerated, prior
from tocsin.campaigns.profiles import Profiles
from tocsin.campaigns.samples import Sample, Universe
from tocsin.campaigns.traits import Chance, Group

HABITS = ("client", "hour", "weekday")
"""What a team shows at every source. Networks and ways are left out: the same team rents in many places, and looks up
from one address and attacks from another."""

LEAST = 10
"""Sources that may be two operators': fewer show too little of a habit."""

HABIT = 4.0
"""How many observations the usual shares count as, in a class's own: as the middle concentrations of merging."""

LISTED = 3.0
"""How many tries each target counts as in what a side went for: teams have lists of their own, and go for many of the
same people."""

CLEAR = float(np.log(1000.0))
"""Log-odds from which on operators are parted: a team's own habits are less even than a model's."""

TWO_TEAMS = 1.5 * CLEAR
"""Gain of two classes over chance (natural log) from which on there are two teams. The members of one may each have a
browser and hours of their own, so this asks for more than chance explains."""

EACH = 0.07
"""And the least of it for each source: what tells two teams apart is told by all that they do, while a few strangers in
an operator's cluster gain as much in a large one as in a small one."""

AGAINST = 2.5
"""How many times the gain the odds that merging goes by may speak for one operator where the gain says two. They pay
for the many ways to deal the sources, and ask every source to be on the right side; but a team whose members have
shifts of their own gains as two teams do, and only these odds tell that all else is one."""


def parted(
    operators: Sequence[Group], single: Mapping[int, Group], chance: Chance, concentration: float
) -> list[Group]:
    """The operators, those that are two parted and those that took each other's sources dealt again. `single` are their
    sources by number; `concentration` is that of the merging."""
    found = _by_odds(operators, single, chance, concentration)
    found = [side for one in found for side in _by_gain(one, single, chance, concentration)]
    for first, second in combinations(range(len(found)), 2):
        pair = found[first], found[second]
        if min(len(one.members) for one in pair) < LEAST:
            continue
        numbers = [*pair[0].members, *pair[1].members]
        together, sides = _best([single[number] for number in numbers], chance, concentration)
        if not sides or together >= _together(pair, Universe.of(pair, chance), concentration) - CLEAR:
            continue
        if all(_are_one(side, pair, single, chance, concentration) for side in sides):
            found[first], found[second] = sides
    return found


def _by_odds(
    operators: Sequence[Group], single: Mapping[int, Group], chance: Chance, concentration: float
) -> list[Group]:
    """The operators, parted where the best two sides are more likely two operators'."""
    found: list[Group] = []
    waiting = list(reversed(operators))
    while waiting:
        one = waiting.pop()
        together, sides = _best([single[number] for number in one.members], chance, concentration)
        if together < -CLEAR:
            waiting += reversed(sides)
        else:
            found.append(one)
    return agglomerated(found, chance) if len(found) > len(operators) else found


def _by_gain(one: Group, single: Mapping[int, Group], chance: Chance, concentration: float) -> Iterator[Group]:
    """The operator, or the two that it is."""
    sources = [single[number] for number in one.members]
    universe = Universe.of(sources, chance)
    traits = _habits(Profiles(Sample.of(sources), universe)) if len(sources) >= LEAST else []
    if traits:
        first_days = np.array([min(map(int, source.seen["day"]), default=0) for source in sources])
        least = max(TWO_TEAMS, EACH * len(sources))
        gained, first = gain(traits, first_days, least)
        two = gained >= least and min(first.sum(), (~first).sum()) >= LEAST
        if two and _together(sides_of(sources, first), universe, concentration) < AGAINST * gained:
            for side in _by_targets(sources, first, traits, universe):
                yield from _by_gain(side, single, chance, concentration)
            return
    yield one


def _best(sources: Sequence[Group], chance: Chance, concentration: float) -> tuple[float, tuple[Group, ...]]:
    """The two sides that are least likely one operator: the log-odds that they are, and the sides."""
    best: tuple[float, tuple[Group, ...]] = (0.0, ())
    if len(sources) < LEAST:
        return best
    universe = Universe.of(sources, chance)
    traits = _habits(Profiles(Sample.of(sources), universe))
    for fit in fits(traits) if traits else ():
        together = _together(sides_of(sources, fit.first), universe, concentration)
        if together < best[0]:
            best = together, sides_of(sources, fit.first)
    return best


def _by_targets(sources: Sequence[Group], first: np.ndarray, traits: Traits, universe: Universe) -> tuple[Group, ...]:
    """The two sides that these (bool per source: the first) become when it is also asked whom they went for: what is
    with both by its browser and hours is with one by its list."""
    targets = Profiles(Sample.of(sources), universe).gone_for()
    if not targets.any():
        return sides_of(sources, first)
    dealt = dealt_on([*traits, (targets, np.full(targets.shape[1], LISTED))], first)
    return sides_of(sources, dealt if dealt.any() and not dealt.all() else first)


def _are_one(
    side: Group, pair: Sequence[Group], single: Mapping[int, Group], chance: Chance, concentration: float
) -> bool:
    """Whether what a side takes from one operator belongs to what it takes from the other. Of several runs of bots
    beside a team one may be put on the team's side only because it is unlike the others."""
    numbers = np.array(side.members)
    taken = np.isin(numbers, pair[0].members)
    if taken.all() or not taken.any():
        return True
    pieces = sides_of([single[number] for number in numbers.tolist()], taken)
    return _together(pieces, Universe.of(pieces, chance), concentration) > 0.0


def _habits(profiles: Profiles) -> Traits:
    shown = (profiles.shown(name) for name in HABITS)
    return [(counts, HABIT * base / base.sum()) for counts, base in shown if counts.any()]


def sides_of(sources: Sequence[Group], first: np.ndarray) -> tuple[Group, ...]:
    """The sources that are the first's (bool per source) as one, and the others."""
    found = ([sources[number] for number in np.flatnonzero(side).tolist()] for side in (first, ~first))
    return tuple(one[0].joined(one[1:]) for one in found)


def _together(sides: Sequence[Group], universe: Universe, concentration: float) -> float:
    """Log-odds that both are one operator."""
    both = Profiles(Sample.of(sides), universe)
    sizes = np.array([len(one.members) for one in sides], np.float64)
    return float(both.log_odds(both, np.array([1]))[0, 0] + prior(sizes[:1], float(sizes[1]), concentration)[0])
