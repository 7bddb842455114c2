"""The ways into each account at risk, the cheapest first."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from tocsin.exposure.access_sets import MOST_SETS, access_sets
from tocsin.exposure.graph import ACCOUNT, MARK, POSSIBLE, VIA, Graph, Node


class Way(NamedTuple):
    """A minimal access set, parted into what is taken and how it goes."""

    items: frozenset[int]
    vias: frozenset[int]
    marks: frozenset[int]
    success: float
    possible: bool


@dataclass(frozen=True, kw_only=True)
class Weighed:
    """Ways into accounts, by the account's number in the graph."""

    ways: Mapping[int, Sequence[Way]]
    cut: frozenset[int]


def weigh(graph: Graph, accounts: Sequence[str]) -> Weighed:
    """Every way into each account, up to the bounds of `access_sets`."""
    numbers = [number for one in accounts if (number := graph.find(Node(ACCOUNT, one))) is not None]
    found = access_sets(graph.ways, numbers, costs=graph.costs, marks=graph.marks, most_sets=MOST_SETS)
    possible = graph.find(POSSIBLE)
    vias = {number for number in graph.marks if graph.nodes[number].kind == VIA}
    marks = {number for number in graph.marks if graph.nodes[number].kind == MARK and number != possible}

    def parted(one: frozenset[int]) -> Way:
        items = one - graph.marks
        share = math.prod([graph.success[number] for number in items])
        return Way(items, one & vias, one & marks, round(share, 4), possible in one)

    return Weighed(ways={number: list(map(parted, sets)) for number, sets in found.sets.items()}, cut=found.cut)


def distinct(ways: Sequence[Way]) -> list[Way]:
    """Ways that take different things, the cheapest first and certain before possible.

    A way that takes more than another that is no less certain is none; of ways that take the same, the first stands.
    """
    kept: list[Way] = []
    if len(ways) < 2:
        return list(ways)
    for one in sorted(ways, key=lambda way: (way.possible, len(way.items))):
        if not any(other.items <= one.items for other in kept):
            kept.append(one)
    return sorted(kept, key=lambda way: (way.possible, -way.success, len(way.items)))


def best(ways: Sequence[Way]) -> float | None:
    """The share of attacks that get in by the cheapest certain way; None where none is known."""
    return max((one.success for one in ways if not one.possible), default=None)
