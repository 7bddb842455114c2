"""The ways into each account at risk, the cheapest first."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tocsin.exposure.access_sets import MOST_SETS, access_sets
from tocsin.exposure.graph import ACCOUNT, MARK, POSSIBLE, VIA, Graph, Node


@dataclass(frozen=True)
class Way:
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
    return Weighed(
        ways={number: [_parted(graph, one, vias, possible) for one in sets] for number, sets in found.sets.items()},
        cut=found.cut,
    )


def _parted(graph: Graph, one: frozenset[int], vias: set[int], possible: int | None) -> Way:
    items = one - graph.marks
    return Way(
        items=items,
        vias=one & vias,
        marks=frozenset(number for number in one if graph.nodes[number].kind == MARK and number != possible),
        success=round(math.prod(graph.success[number] for number in items), 4),
        possible=possible in one,
    )


def distinct(ways: Sequence[Way]) -> list[Way]:
    """Ways that take different things: certain ones first, of equal sets the first; a possible way that takes more than
    a certain one is none."""
    kept: list[Way] = []
    for one in sorted(ways, key=lambda way: way.possible):
        if not any(other.items <= one.items for other in kept):
            kept = [other for other in kept if not (one.items < other.items and one.possible == other.possible)]
            kept.append(one)
    return kept


def best(ways: Sequence[Way]) -> float | None:
    """The share of attacks that get in by the cheapest certain way; None where none is known."""
    return max((one.success for one in ways if not one.possible), default=None)
