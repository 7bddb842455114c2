"""Which suspicious sources are one operator's: linkage by rare shared traits.

Every trait of a pair of sources adds the log-ratio of how likely two sources of one operator agree on it (`m`) and two
of different operators do (`u`): Fellegi & Sunter (JASA 1969), with the frequency of the very value as `u` (Winkler's
term-frequency adjustment), so that a shared Chrome weighs nothing and a shared rare client much. Shared targets count
by how rarely anybody else goes for them. A trait that a log does not carry weighs nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform

AGREE = {"source_ip": 0.05, "prefix": 0.10, "network": 0.25, "client": 0.35, "behaviour": 0.5}
"""m: chance that two sources of one operator agree on the trait. Operators rotate addresses but keep suppliers and
tools; the values are deliberately low, so that disagreement costs an operator who rotates little."""

TARGET_AGREE = 0.10
"""m for a target: chance that one of an operator's sources meets a target that another of them went for."""

PRIOR = np.log(0.05)
"""Log-odds that two suspicious sources of one month are one operator's before anything is compared."""

OVERLAP_CAP = 8.0
"""The most that shared targets may add: beyond e^8 to one, further overlap tells nothing new."""


@dataclass(frozen=True, kw_only=True)
class Traits:
    """What is compared of a source. None: the log does not say."""

    values: Mapping[str, str | None]  # keys of AGREE
    targets: frozenset[int]


def frequencies(sources: Sequence[Traits], usual: Mapping[str, Mapping[str, float]]) -> dict[str, dict[str, float]]:
    """u by trait and value: the mean of how common it is among all strangers' sources and among owners (`usual`)."""
    tables: dict[str, dict[str, float]] = {}
    for trait in AGREE:
        held = Counter(value for one in sources if (value := one.values[trait]) is not None)
        total = max(sum(held.values()), 1)
        floor = 1.0 / (total + 1)
        tables[trait] = {
            value: max(0.5 * number / total + 0.5 * usual.get(trait, {}).get(value, 0.0), floor)
            for value, number in held.items()
        }
    return tables


def target_rarity(sources: Sequence[Traits]) -> dict[int, float]:
    """u of each target: share of all strangers' sources that went for it."""
    held = Counter(target for one in sources for target in one.targets)
    return {target: number / max(len(sources), 1) for target, number in held.items()}


def scores(
    sources: Sequence[Traits], u: Mapping[str, Mapping[str, float]], rarity: Mapping[int, float]
) -> np.ndarray:
    """Log-odds for every pair that one operator is behind both, float64 (n, n), symmetric."""
    total = np.full((len(sources), len(sources)), PRIOR)
    for trait, m in AGREE.items():
        values = [one.values[trait] for one in sources]
        table = u[trait]
        coincidence = min(sum(share**2 for share in table.values()), 0.9)
        code = {value: number for number, value in enumerate(dict.fromkeys(values)) if value is not None}
        codes = np.array([code.get(value, -1) if value is not None else -1 for value in values])
        gain = np.array([np.log(m / min(table[value], m)) if value is not None else 0.0 for value in values])
        known = codes >= 0
        both = known[:, None] & known[None, :]
        same = both & (codes[:, None] == codes[None, :])
        total += np.where(same, gain[:, None], np.where(both, np.log((1 - m) / (1 - coincidence)), 0.0))
    total += _overlap(sources, rarity)
    np.fill_diagonal(total, 0.0)
    return (total + total.T) / 2


def _overlap(sources: Sequence[Traits], rarity: Mapping[int, float]) -> np.ndarray:
    holders: dict[int, list[int]] = {}
    for number, one in enumerate(sources):
        for target in one.targets:
            holders.setdefault(target, []).append(number)
    gained = np.zeros((len(sources), len(sources)))
    for target, numbers in holders.items():
        if len(numbers) > 1:
            weight = np.log(TARGET_AGREE / min(rarity.get(target, 1.0), TARGET_AGREE))
            gained[np.ix_(numbers, numbers)] += weight
    return np.minimum(gained, OVERLAP_CAP)


def clusters(log_odds: np.ndarray, threshold: float = 0.0) -> np.ndarray:
    """int64 label per source: average linkage, so that one chance agreement never chains two operators together."""
    if len(log_odds) < 2:
        return np.zeros(len(log_odds), np.int64)
    ceiling = float(log_odds.max()) + 1.0
    distance = ceiling - log_odds
    np.fill_diagonal(distance, 0.0)
    tree = linkage(squareform(distance, checks=False), method="average")
    return np.asarray(fcluster(tree, ceiling - threshold, criterion="distance"), np.int64)
