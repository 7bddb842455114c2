"""Numbers of ways and odds, in logarithms: what the distributions of this room are made of."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from math import factorial, log

import numpy as np
from scipy.special import betainc, gammaln

SMALLEST = 1e-300
"""What no chance is held to be less than: less is told by no number."""


def log_choose(size: np.ndarray | float, number: np.ndarray) -> np.ndarray:
    """float64: natural log of the number of ways to choose so many out of `size`."""
    return np.asarray(gammaln(size + 1.0) - gammaln(number + 1.0) - gammaln(size - number + 1.0), np.float64)


@cache
def against(share: float) -> float:
    """Owner log-odds when this share is the operator's."""
    return float(np.log((1.0 - share) / share))


def log_at_least(number: np.ndarray, size: int, share: np.ndarray | float) -> np.ndarray:
    """float64: natural log of the binomial chance of so many or more out of `size` (the incomplete beta function:
    `scipy.stats`, which has it by name, takes longer to load than a small scan's inference)."""
    least = np.asarray(number, np.float64)
    # More than there are to choose from is impossible, and no number at all is certain.
    tail = betainc(np.maximum(least, 1.0), np.maximum(size - least + 1.0, SMALLEST), share)
    tail = np.where(least <= 0.0, 1.0, np.where(least > size, 0.0, tail))
    return np.asarray(np.log(np.maximum(tail, SMALLEST)), np.float64)


def fishers(logs: Sequence[float]) -> float:
    """Natural log of the chance that independent chances (natural logs) are together as small as these, by R. A.
    Fisher's method (Statistical Methods for Research Workers, 1932): chi-squared with two degrees for each, of which
    the tail is a sum."""
    less = -sum(logs)
    return -less + log(sum(less**order / factorial(order) for order in range(len(logs))))
