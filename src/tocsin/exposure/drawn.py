"""The part of the access graph that is worth a picture: what opens most, and the accounts behind it.

Ways are the direct ones: from an account to what it rests on, another account being one thing that is taken as a whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from tocsin.exposure.access_sets import access_sets
from tocsin.exposure.answer import Exposure
from tocsin.exposure.effects import Kind, success
from tocsin.exposure.expose import Found
from tocsin.exposure.graph import ACCOUNT, POSSIBLE, Graph, Node
from tocsin.exposure.weigh import Weighed, best, weigh

MOST_ACCOUNTS = 12
MOST_OF_A_CHANNEL = 4
MOST_WAYS = 4
MOST_POSSIBLE = 2
MOST_BETWEEN = 8
"""What fits on a page and can still be followed with the eye."""


@dataclass(frozen=True, kw_only=True)
class Stop:
    """A mailbox or number outside, or an account."""

    number: int  # of the node in the graph
    kind: str  # mailbox | phone | account
    name: str
    opens: int  # accounts at risk that it opens by itself
    success: float | None = None  # of an account: of its cheapest certain way


@dataclass(frozen=True, kw_only=True)
class Leg:
    """A direct way to an account: all of `stops` and all of `own` are needed."""

    target: int
    stops: tuple[int, ...]
    own: tuple[tuple[Kind, str], ...]  # what belongs to the account itself, with the address where it is shown masked
    success: float  # past all of it, by the cheapest certain way into each account on it
    possible: bool


@dataclass(kw_only=True)
class Drawn:
    """The picture's content; `accounts` and `between` in no order yet."""

    outside: list[Stop] = field(default_factory=list)
    between: list[Stop] = field(default_factory=list)  # accounts through which others are reached
    accounts: list[Stop] = field(default_factory=list)  # at risk, leading no further
    legs: list[Leg] = field(default_factory=list)
    accounts_left_out: int = 0


def drawn(found: Found) -> Drawn:
    """What matters most, in no particular place."""
    answer, graph, weighed = found.answer, found.built.graph, found.weighed
    legs = _Legs(graph, weighed)
    chosen = _chosen(answer, graph)
    shown, seen, waiting = Drawn(), dict.fromkeys(chosen), list(chosen)
    leads_on: set[int] = set()
    while waiting:
        number = waiting.pop(0)
        for leg in legs.into(number):
            further = [one for one in leg.stops if graph.nodes[one].kind == ACCOUNT]
            fresh = [one for one in further if one not in seen]
            if len(seen) - len(chosen) + len(fresh) > MOST_BETWEEN:
                continue
            leads_on.update(further)
            shown.legs.append(leg)
            seen.update(dict.fromkeys(fresh))
            waiting += fresh
    opens = {one.address: one.opens for one in answer.channels}
    for number in seen:
        name = graph.nodes[number].name
        stop = Stop(number=number, kind="account", name=name, opens=opens.get(name, 0), success=legs.falls(number))
        (shown.between if number in leads_on else shown.accounts).append(stop)
    outside = {one for leg in shown.legs for one in leg.stops if one not in seen}
    for number in sorted(outside):
        node = graph.nodes[number]
        shown.outside.append(Stop(number=number, kind=node.kind, name=node.name, opens=opens.get(node.name, 0)))
    shown.accounts_left_out = len(answer.accounts) - len(set(chosen))
    return shown


def _chosen(answer: Exposure, graph: Graph) -> list[int]:
    """Accounts behind the channels that open most, then those that fall most easily."""
    names: dict[str, None] = {}
    for channel in answer.channels:
        if channel.opens > 1 and len(names) < MOST_ACCOUNTS:
            names.update(dict.fromkeys(channel.accounts[:MOST_OF_A_CHANNEL]))
    for one in answer.accounts:
        if len(names) >= MOST_ACCOUNTS:
            break
        names.setdefault(one.account)
    found = [graph.find(Node(ACCOUNT, name)) for name in list(names)[:MOST_ACCOUNTS]]
    return [number for number in found if number is not None]


class _Legs:
    """Direct ways, other accounts being base items."""

    def __init__(self, graph: Graph, weighed: Weighed) -> None:
        self._graph, self._weighed = graph, dict(weighed.ways)
        self._possible = graph.find(POSSIBLE)
        self._ways = [None if node.kind == ACCOUNT else graph.ways[number] for number, node in enumerate(graph.nodes)]

    def falls(self, number: int) -> float | None:
        """The share of attacks that get into the account, at risk or not."""
        if number not in self._weighed:
            self._weighed |= weigh(self._graph, [self._graph.nodes[number].name]).ways
        return best(self._weighed[number])

    def into(self, number: int) -> list[Leg]:
        """The cheapest certain ways and some possible ones."""
        self._ways[number] = self._graph.ways[number]
        found = access_sets(self._ways, [number], costs=self._graph.costs, marks=self._graph.marks)
        self._ways[number] = None
        legs = list(dict.fromkeys(self._leg(number, one) for one in found.sets[number]))
        certain = _minimal([one for one in legs if not one.possible])
        possible = [one for one in _minimal(legs) if one.possible]
        # Of what is only possible, what leads to somebody else says more than the account's own password.
        leading = sorted(_cheapest(possible), key=lambda one: not one.stops)
        return [*_cheapest(certain)[:MOST_WAYS], *leading[:MOST_POSSIBLE]]

    def _leg(self, target: int, one: frozenset[int]) -> Leg:
        stops: list[int] = []
        own: list[tuple[Kind, str]] = []
        share = 1.0
        for number in sorted(one - self._graph.marks):
            node = self._graph.nodes[number]
            falls = self.falls(number) if node.kind == ACCOUNT else success(Kind(node.kind))
            share *= 1.0 if falls is None else falls
            if node.of:
                own.append((Kind(node.kind), "" if node.of in node.name else node.name))
            else:
                stops.append(number)
        return Leg(
            target=target,
            stops=tuple(stops),
            own=tuple(sorted(own)),
            success=round(share, 4),
            possible=self._possible in one,
        )


def _minimal(legs: Sequence[Leg]) -> list[Leg]:
    """Without those that take more than another; of two that take the same, the certain one."""
    kept: list[tuple[set[object], Leg]] = []
    for leg in sorted(legs, key=lambda one: (len(one.stops) + len(one.own), one.possible)):
        taken: set[object] = {*leg.stops, *leg.own}
        if not any(less <= taken for less, _ in kept):
            kept.append((taken, leg))
    return [leg for _, leg in kept]


def _cheapest(legs: Iterable[Leg]) -> Sequence[Leg]:
    return sorted(legs, key=lambda one: (-one.success, len(one.stops) + len(one.own), one.stops, one.own))
