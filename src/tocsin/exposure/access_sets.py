"""Minimal access sets: which smallest sets of base items give an attacker an account.

The graph is that of Hammann, Radomirovic, Sasse and Basin, "User Account Access Graphs" (CCS 2019,
https://infsec.ethz.ch/research/software/account_access_graphs.html): a node can be reached in several ways (OR), and
each way needs several nodes at once (AND). Theirs is a coloured edge for each need; here a way is the tuple of its
needs. What nothing gives access to is a base item. `access_sets` is the paper's `MinAccessTo`.

Paths are never enumerated. Every node has the antichain of its minimal sets, made from those of its needs: the union
of the ways' sets, and for a way the pairwise unions of its needs' sets, in each case without supersets. Strongly
connected parts (mailboxes that recover each other) start from nothing and are made again until nothing changes, which
is the least fixed point: a set that only leads back to itself never appears.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

Ways = Sequence[Sequence[tuple[int, ...]] | None]
"""For each node its ways, each the nodes that it needs; None for a base item. No ways at all: nothing reaches it."""

Sets = tuple[frozenset[int], ...]

MOST_ITEMS = 4
"""Larger sets are left out, which is exact for those that remain: a union only grows. A published attack that had to
take five things at a time from one person is not known."""

MOST_SETS = 64
"""Where a node has more minimal sets, the cheapest are kept and the node is named in `cut`."""


LARGE_PART, MOST_SETS_IN_LARGE_PARTS = 200, 16
"""Where so many nodes all need each other, fewer sets of each are kept: every set goes around to all of them."""

MOST_ALIKE = 8
"""Sets of the same items that are kept, those with fewest marks: mailboxes that recover each other crosswise would tell
the same way in by every path between them."""


@dataclass(frozen=True, kw_only=True)
class AccessSets:
    """Minimal sets of each node asked for, the cheapest first."""

    sets: dict[int, Sets]
    cut: frozenset[int] = field(default_factory=frozenset)  # nodes that have or rest on more sets than were kept


def access_sets(
    ways: Ways,
    targets: Iterable[int],
    *,
    costs: Sequence[float],
    marks: frozenset[int] | set[int] = frozenset(),
    most_items: int = MOST_ITEMS,
    most_sets: int = MOST_SETS,
) -> AccessSets:
    """The minimal access sets of the targets, of at most `most_items` items and at most `most_sets` of each node.

    `costs` are of base items; of two sets the one of lower sum is the cheaper. `marks` are base items that cost nobody
    anything and say how a way goes; they count for no size.
    """
    asked = list(dict.fromkeys(targets))
    made = _Making(ways, costs, marks, most_items, most_sets)
    for part in _parts(ways, asked):
        made.part(part)
    return AccessSets(sets={node: made.of(node) for node in asked}, cut=frozenset(made.cut))


def minimal(sets: Iterable[frozenset[int]]) -> list[frozenset[int]]:
    """The sets without those that hold another one: an antichain."""
    several = set(sets)
    if len(several) < 2:
        return list(several)
    kept: list[frozenset[int]] = []
    for one in sorted(several, key=len):
        if not any(less <= one for less in kept):
            kept.append(one)
    return kept


class _Making:
    """The sets of all nodes so far."""

    def __init__(
        self, ways: Ways, costs: Sequence[float], marks: frozenset[int] | set[int], most_items: int, most_sets: int
    ) -> None:
        self._ways, self._costs, self._marks = ways, costs, marks
        self._most_items, self._most_sets = most_items, most_sets
        self._sets: dict[int, Sets] = {}
        self.cut: set[int] = set()

    def of(self, node: int) -> Sets:
        if self._ways[node] is None:
            return (frozenset((node,)),)
        return self._sets.get(node, ())

    def part(self, nodes: Sequence[int]) -> None:
        """Make the sets of nodes that all need each other; those of everything else that they need are there."""
        if len(nodes) == 1:
            self._make(nodes[0])
            return
        if len(nodes) > LARGE_PART:
            before, self._most_sets = self._most_sets, min(self._most_sets, MOST_SETS_IN_LARGE_PARTS)
            self._settle(nodes)
            self._most_sets = before
        else:
            self._settle(nodes)

    def _settle(self, nodes: Sequence[int]) -> None:
        """Make the sets of the nodes over and over until none changes."""
        inside = set(nodes)
        users: dict[int, set[int]] = {node: set() for node in nodes}
        for node in nodes:
            for needs in self._ways[node] or ():
                for need in inside.intersection(needs):
                    users[need].add(node)
        waiting, queued = deque(nodes), set(nodes)
        while waiting:
            node = waiting.popleft()
            queued.discard(node)
            was_cut = node in self.cut
            if self._make(node) or was_cut != (node in self.cut):
                for user in users[node] - queued:
                    queued.add(user)
                    waiting.append(user)

    def _make(self, node: int) -> bool:
        """Whether it has other sets now."""
        before = self._sets.get(node, ())
        found: list[frozenset[int]] = list(before)
        for needs in self._ways[node] or ():
            if node not in needs:
                found += self._together(node, needs)
        kept = self._cheapest(node, minimal(found))
        self._sets[node] = kept
        return kept != before

    def _together(self, node: int, needs: tuple[int, ...]) -> Sequence[frozenset[int]]:
        """Sets that give all of the needs."""
        ways, sets = self._ways, self._sets
        joint: Sequence[frozenset[int]] = (frozenset([need for need in needs if ways[need] is None]),)
        for need in needs:
            if ways[need] is None:
                continue
            theirs = sets.get(need, ())
            if need in self.cut:
                self.cut.add(node)
            if not theirs:
                return ()
            if len(joint) == 1 and len(theirs) == 1:
                joint = (joint[0] | theirs[0],)
            else:
                pairs = {one | other for one in joint for other in theirs}
                joint = self._cheapest(node, minimal(one for one in pairs if self._fits(one)))
        return [one for one in joint if self._fits(one)]

    def _fits(self, one: frozenset[int]) -> bool:
        return len(one) <= self._most_items or len(one - self._marks) <= self._most_items

    def _cheapest(self, node: int, sets: list[frozenset[int]]) -> Sets:
        if len(sets) > 1:
            sets.sort(key=self._order)
        if len(sets) > MOST_ALIKE and self._marks:
            sets = self._unlike(node, sets)
        if len(sets) > self._most_sets:
            self.cut.add(node)
        return tuple(sets[: self._most_sets])

    def _unlike(self, node: int, sets: list[frozenset[int]]) -> list[frozenset[int]]:
        """Not more than `MOST_ALIKE` that take the same items and differ in marks only."""
        alike: Counter[frozenset[int]] = Counter()
        kept = []
        for one in sets:
            items = one - self._marks
            alike[items] += 1
            if alike[items] <= MOST_ALIKE:
                kept.append(one)
        if len(kept) < len(sets):
            self.cut.add(node)
        return kept

    def _order(self, one: frozenset[int]) -> tuple[float, int, tuple[int, ...]]:
        return sum(map(self._costs.__getitem__, one)), len(one), tuple(sorted(one))


def _parts(ways: Ways, targets: Iterable[int]) -> Iterable[list[int]]:
    """Strongly connected parts of what the targets rest on, each after all that it needs (Tarjan 1972, without
    recursion: chains may be as long as there are accounts)."""
    number: dict[int, int] = {}
    low: dict[int, int] = {}
    open_nodes: list[int] = []
    is_open: set[int] = set()
    for target in targets:
        if target in number:
            continue
        work = [(target, iter(_needs(ways, target)))]
        number[target] = low[target] = len(number)
        open_nodes.append(target)
        is_open.add(target)
        while work:
            node, needs = work[-1]
            for need in needs:
                if need not in number:
                    number[need] = low[need] = len(number)
                    open_nodes.append(need)
                    is_open.add(need)
                    work.append((need, iter(_needs(ways, need))))
                    break
                if need in is_open:
                    low[node] = min(low[node], number[need])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == number[node]:
                    part: list[int] = []
                    while True:
                        one = open_nodes.pop()
                        is_open.discard(one)
                        part.append(one)
                        if one == node:
                            break
                    yield part


def _needs(ways: Ways, node: int) -> Iterable[int]:
    """Nodes that are no base items."""
    held = ways[node]
    if not held:
        return ()
    return [need for needs in held for need in needs if ways[need] is not None]
