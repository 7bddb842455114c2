"""Numbers of ways and odds, in logarithms: what the distributions of this room are made of."""

from __future__ import annotations

from functools import cache

import numpy as np
from scipy.special import gammaln


def log_choose(size: np.ndarray | float, number: np.ndarray) -> np.ndarray:
    """float64: natural log of the number of ways to choose so many out of `size`."""
    return np.asarray(gammaln(size + 1.0) - gammaln(number + 1.0) - gammaln(size - number + 1.0), np.float64)


@cache
def against(share: float) -> float:
    """Owner log-odds when this share is the operator's."""
    return float(np.log((1.0 - share) / share))
