"""Sources whose acts could be an owner's by themselves, at addresses like the operator's own.

Whoever fails twice at a new address and is let in then is mostly an owner on a journey, and is held to be one. Where
the address lies beside others of an operator, in its hours and with its client, it is the operator who got in. So in
an operator's neighbourhoods what is not clearly a stranger's is weighed again, with how it fits the operator that is
known by its other sources there. So is, wherever it lies, what was tried at accounts that nobody uses: they have no
habits that anybody could be a stranger to.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tocsin.campaigns.absorb import TAKEN, weights
from tocsin.campaigns.base_rates import BaseRates
from tocsin.campaigns.grouped import grouped
from tocsin.campaigns.samples import Sample
from tocsin.campaigns.traits import Group
from tocsin.campaigns.weighed import Weighed

DOUBT = 3.0
"""Owner log-odds up to which an act is looked at again: twenty to one."""

RESIDENTS = 1
"""Owners at such an address at most: the account itself, if it was let in."""


def doubtful(
    weighed: Weighed, rates: BaseRates, operators: Sequence[Group], others: frozenset[int]
) -> list[np.ndarray]:
    """Per operator the acts (indices) at other addresses that are its own after all. `others` are sources that are
    somebody else's already."""
    nothing = [np.array([], np.int64) for _ in operators]
    sources = weighed.sources
    taken = np.zeros(len(sources), np.bool_)
    taken[[number for one in operators for number in one.members]] = True
    new = weighed.acts.table["source_ip_before"].to_numpy() == 0
    odds = weighed.pair_odds
    asked = ~weighed.strange & weighed.exists & new & (odds < DOUBT) & ~taken[weighed.source]
    alone = np.array([sources.owners_at(address) <= RESIDENTS for address, _ in sources.keys], np.bool_)
    acts = np.flatnonzero(asked & alone[weighed.source])
    if not operators or not len(acts):
        return nothing
    groups = grouped(weighed, acts)
    priors = np.log([len(one.members) / len(groups) for one in operators])
    rented = set().union(*(one.seen["prefix"] for one in operators))
    idle = np.ones(len(sources), np.bool_)
    np.logical_and.at(idle, weighed.source[acts], weighed.idle[acts])
    near = [one for one in groups if idle[one.members[0]] or rented & one.seen["prefix"].keys()]
    if not near:
        return nothing
    chance = rates.beside(others.union(*(one.members for one in operators)))
    by_source = np.full(len(sources), -np.inf)
    np.maximum.at(by_source, weighed.source[acts], odds[acts])
    numbers = np.array([one.members[0] for one in near], np.int64)
    found = weights(operators, [Sample.of(near, once=True)], chance) + priors[:, np.newaxis] - by_source[numbers]
    beside = [[bool(one.seen["prefix"].keys() & other.seen["prefix"].keys()) for other in near] for one in operators]
    found = np.where(np.array(beside, np.bool_) | idle[numbers], found, -np.inf)
    best = found.argmax(axis=0)
    won = found[best, np.arange(len(near))] > TAKEN
    return [acts[np.isin(weighed.source[acts], numbers[won & (best == label)])] for label in range(len(operators))]
