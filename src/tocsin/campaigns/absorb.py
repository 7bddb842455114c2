"""Sources too quiet to be suspicious by themselves, taken into the cluster that explains them.

A source seen once is either background or one of a found operator's. Both sides are described by the frequencies of
their traits (naive Bayes, the background being every stranger's source outside the clusters); the source goes to the
cluster whose log-odds exceed `TAKEN`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from tocsin.campaigns.link import AGREE, Traits

TAKEN = np.log(10.0)
"""Ten to one for the cluster over the background, after the prior."""

ROUNDS = 3
"""The cluster's description is refreshed with what it took; it settles in two or three rounds."""


def absorbed(
    traits: Sequence[Traits], groups: Sequence[list[int]], active: Sequence[int], strangers: np.ndarray
) -> list[tuple[list[int], list[int]]]:
    """(core, all sources) of every group. `active` are the sources with strange acts; `strangers` counts theirs."""
    taken: dict[int, int] = {number: label for label, group in enumerate(groups) for number in group}
    core = set(taken)
    for _ in range(ROUNDS):
        members: list[list[int]] = [[] for _ in groups]
        for number, label in taken.items():
            members[label].append(number)
        background = _Description([traits[number] for number in active if number not in taken])
        described = [_Description([traits[number] for number in member]) for member in members]
        quiet = [number for number in active if number not in core]
        again = {number: label for number, label in taken.items() if number in core}
        for number in quiet:
            odds = [
                one.log_likelihood(traits[number])
                - background.log_likelihood(traits[number], less=number not in taken)
                + np.log(max(len(members[label]), 1) / max(background.size, 1))
                for label, one in enumerate(described)
            ]
            best = int(np.argmax(odds)) if odds else 0
            if odds and odds[best] > TAKEN:
                again[number] = best
        if again == taken:
            break
        taken = again
    return [
        (list(group), sorted(number for number, held in taken.items() if held == label))
        for label, group in enumerate(groups)
    ]


class _Description:
    """Frequencies of the traits of a set of sources."""

    def __init__(self, sources: Sequence[Traits]) -> None:
        self.size = len(sources)
        self._held = {trait: Counter(one.values[trait] for one in sources) for trait in AGREE}
        self._targets = Counter(target for one in sources for target in one.targets)

    def log_likelihood(self, one: Traits, *, less: bool = False) -> float:
        """`less`: leave the source itself out of the description it is part of."""
        total = 0.0
        size = self.size - less
        for trait, held in self._held.items():
            value = one.values[trait]
            if value is None:
                continue
            number = held[value] - less
            # A new value is as likely as the share of values seen once (Good-Turing), spread over many.
            fresh = (sum(1 for count in held.values() if count == 1) + 1) / (size + 2)
            total += np.log((number + 1e-3 * fresh) / (size + 1)) if number > 0 else np.log(fresh * 0.05)
        if one.targets:
            met = [np.log((self._targets[target] - less + 0.02) / (size + 1)) for target in one.targets]
            total += float(np.mean(met))
        return total
