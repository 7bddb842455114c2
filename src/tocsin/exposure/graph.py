"""The account access graph: nodes, ways, and the marks that say how a way goes."""

from __future__ import annotations

from typing import NamedTuple

from tocsin.exposure.effects import Kind, cost, success

ACCOUNT, INNER, MARK, VIA = "account", "inner", "mark", "via"


class Node(NamedTuple):
    """`kind` is `account`, `inner` (a credential or second step of an account), `mark`, `via` (a channel is used), or
    one of `Kind`, a base item. `of` is the account that an item or inner node belongs to."""

    kind: str
    name: str
    of: str = ""


POSSIBLE = Node(MARK, "possible")
"""On ways that are not certain: a masked hint, a setting that no file tells."""

SIGN_IN = Node(MARK, "sign-in")
"""On ways through a sign-in with a password."""

BY_MAILBOX, BY_PHONE, BY_OTHER = (Node(MARK, f"recovery by {one}") for one in ("mailbox", "phone", "other"))
"""On ways through a recovery."""

MARKS = (POSSIBLE, SIGN_IN, BY_MAILBOX, BY_PHONE, BY_OTHER)
MARK_NUMBERS = {mark.name: number for number, mark in enumerate(MARKS)}
"""Every graph begins with the marks."""

RECOVERY = {Kind.MAILBOX: BY_MAILBOX, Kind.PHONE: BY_PHONE}

POSSIBLE_COST = 1000.0
"""Possible ways stand behind all certain ones."""


class Graph:
    """Nodes by number, each with its ways; grows while it is built."""

    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self.ways: list[list[tuple[int, ...]] | None] = []
        self.marks: set[int] = set()
        self.costs: list[float] = []
        self.success: list[float] = []
        self._number: dict[Node, int] = {}
        for mark in MARKS:
            self.number(mark)

    def number(self, node: Node) -> int:
        """The node's number; it is made where it is new."""
        held = self._number.get(node)
        if held is not None:
            return held
        number = self._number[node] = len(self.nodes)
        self.nodes.append(node)
        share = 1.0
        if node.kind in (ACCOUNT, INNER):
            self.ways.append([])
        else:
            self.ways.append(None)
            if node.kind in (MARK, VIA):
                self.marks.add(number)
            else:
                share = success(Kind(node.kind))
        self.success.append(share)
        self.costs.append(POSSIBLE_COST if node == POSSIBLE else cost(share))
        return number

    def find(self, node: Node) -> int | None:
        """The node's number, where it is there."""
        return self._number.get(node)

    def way(self, node: int, *needs: int) -> None:
        """The node can be reached by whoever has all of these."""
        held = self.ways[node]
        assert held is not None, "a base item has no ways"  # noqa: S101 - a bug, not an input
        found = tuple(dict.fromkeys(needs))
        if found not in held:
            held.append(found)
