"""One operator that changed its addresses and its browsers, told by its list.

Whoever is burnt moves on, and by all that sources show the new part is another's. Two teams that are at work at the
same time may share targets; one that begins when the other has ended, and goes for the same people again, holds its
list. How many accounts two lists have in common by chance is hypergeometric: among people at risk, since both may be
after these, and among all others.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np

from tocsin.campaigns.chances import log_choose
from tocsin.campaigns.traits import Chance, Group

SAME_LIST = 1e-6
"""Chance of so many accounts in common, or more, below which two lists are one: that of the pairs of operators that are
ever compared is far smaller than a thousand, and stolen lists are in several hands."""

LEAST = 5
"""Accounts in common that tell anything."""

HALF = 0.5
"""Share of the smaller list that the other goes for again: who goes on with a list does not leave most of it."""

OVERLAP = 3
"""Days on which both may be at work: a move takes a weekend."""


def continued(operators: Sequence[Group], chance: Chance) -> list[Group]:
    """The operators, those that go on with an earlier one's list as one with it."""
    found = list(operators)
    while True:
        pairs = combinations(range(len(found)), 2)
        told = [(_in_common(found[one], found[other], chance), one, other) for one, other in pairs]
        log_chance, one, other = min(told, default=(0.0, 0, 0))
        if log_chance >= np.log(SAME_LIST):
            return found
        found[one] = found[one].merged(found[other])
        del found[other]


def _in_common(one: Group, other: Group, chance: Chance) -> float:
    """Natural log of the chance of so many targets in common; nought where it is not asked."""
    first, second = sorted((one, other), key=lambda group: _days(group)[0])
    if _days(first)[1] - _days(second)[0] >= OVERLAP:
        return 0.0
    lists = [group.targets & chance.existing for group in (first, second)]
    shared = len(lists[0] & lists[1])
    if shared < max(LEAST, HALF * min(map(len, lists))):
        return 0.0
    at_risk = [held & chance.rostered for held in lists]
    rest = [held - chance.rostered for held in lists]
    return _tail(chance.roster_size, *at_risk) + _tail(chance.population - chance.roster_size, *rest)


def _days(group: Group) -> tuple[int, int]:
    """The first and the last day (since 1970)."""
    days = [*map(int, group.seen["day"])]
    return min(days, default=0), max(days, default=0)


def _tail(population: int, one: frozenset[int], other: frozenset[int]) -> float:
    """log P(at least as many in common), of two lists drawn by themselves from so many accounts."""
    marked, drawn, shared = len(one), len(other), len(one & other)
    most = min(marked, drawn)
    population = max(population, len(one | other))
    number = np.arange(max(shared, marked + drawn - population), most + 1, dtype=np.float64)
    log_p = log_choose(marked, number) + log_choose(population - marked, drawn - number)
    return min(float(np.logaddexp.reduce(log_p) - log_choose(population, np.array(float(drawn)))), 0.0)
