"""Which mailbox or number, taken by itself, opens how many accounts at risk."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection

from tocsin.exposure.answer import Channel
from tocsin.exposure.build import Built
from tocsin.exposure.effects import Kind
from tocsin.exposure.graph import ACCOUNT, POSSIBLE, Graph, Node

NAMED = 100
"""Accounts that are named of each channel."""

MOST_STEPS = 20_000_000
"""Steps taken in all. Channels in the middle of chains as long as there are accounts would take their number squared;
from here on only accounts that a channel opens directly are counted, and that is said."""


def channels(built: Built, at_risk: Collection[str]) -> list[Channel]:
    """Every registered mailbox and number, the one that opens most first."""
    graph = built.graph
    wanted = {number for one in at_risk if (number := graph.find(Node(ACCOUNT, one))) is not None}
    certain, every = _Reach(graph, possible=False), _Reach(graph, possible=True)
    found = []
    for address, registered_by in built.channels.items():
        start, kind = _start(built, address)
        if start is None:
            continue
        opened, stopped = certain.of(start)
        further, stopped_too = every.of(start)
        theirs = (opened & wanted) - {start}
        found.append(
            Channel(
                address=address,
                kind=kind,
                is_account=graph.nodes[start].kind == ACCOUNT,
                opens=len(theirs),
                opens_possibly=len((further & wanted) - opened - {start}),
                at_least=stopped or stopped_too,
                accounts=sorted(graph.nodes[number].name for number in theirs)[:NAMED],
                registered_by=len(registered_by),
            )
        )
    return sorted(found, key=lambda one: (-one.opens, -one.opens_possibly, -one.registered_by, one.address))


def _start(built: Built, address: str) -> tuple[int | None, str]:
    """What whoever takes the channel has."""
    graph, account = built.graph, built.account_of.get(address)
    if "@" not in address:
        return graph.find(Node(Kind.PHONE, address)), Kind.PHONE
    number = graph.find(Node(Kind.MAILBOX, address))
    if number is None and account is not None:
        number = graph.find(Node(ACCOUNT, account))
    return number, Kind.MAILBOX


class _Reach:
    """What can be reached from one node alone, marks being free."""

    def __init__(self, graph: Graph, *, possible: bool) -> None:
        doubtful = graph.find(POSSIBLE)
        self._ways: list[list[tuple[int, ...]]] = [
            [
                tuple(need for need in needs if need not in graph.marks)
                for needs in held or ()
                if possible or doubtful not in needs
            ]
            for held in graph.ways
        ]
        self._users: list[list[tuple[int, int]]] = [[] for _ in self._ways]
        for node, held in enumerate(self._ways):
            for place, needs in enumerate(held):
                for need in needs:
                    self._users[need].append((node, place))
        self._steps = 0

    def of(self, start: int) -> tuple[set[int], bool]:
        """The nodes, and whether the counting stopped early."""
        found, waiting = {start}, deque((start,))
        missing: dict[tuple[int, int], int] = {}
        while waiting:
            if self._steps > MOST_STEPS and len(found) > 1:
                return found, True
            for way in self._users[waiting.popleft()]:
                self._steps += 1
                node, place = way
                if node in found:
                    continue
                left = missing.get(way, len(self._ways[node][place])) - 1
                missing[way] = left
                if left == 0:
                    found.add(node)
                    waiting.append(node)
        return found, False
