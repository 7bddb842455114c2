"""Which sources bring more strangers than chance does.

Failures by people who are away from home happen behind every address; an address in front of many people sees many.
Following Javed & Paxson (CCS 2013) the benign share of strangers is held to be beta-distributed over addresses, so
their number is beta-binomial; a source is suspicious when its own number is in the far tail.
"""

from __future__ import annotations

import numpy as np
from scipy.special import betaln

from tocsin.campaigns.chances import log_choose

FALSE_ALARM = 1e-3
"""Chance that a harmless source is held suspicious, by itself; campaigns need many such sources to agree."""

BUSY = 5
"""Accounts behind an address from which on it tells something of the benign share."""

LEAST_STRANGERS = 5
"""Existing accounts that strangers go for in one way, through addresses that are used once, before it tells anything:
fewer are any week's strays."""

IMAGINED = 200.0
"""Weight, in account visits, of the prior share below: keeps a small or quiet site from a share of nought."""

PRIOR_SHARE = 0.02
"""Benign share of strangers before anything is seen: 1 in 50 visits is by a person away from every habit."""


def benign_share(strangers: np.ndarray, owners: np.ndarray) -> tuple[float, float]:
    """alpha and beta of the benign share of strangers, by moments over busy addresses (int arrays per address).

    The busiest half of the shares is cut off symmetrically around the median, so that attacked addresses do not
    teach the model that attacks are usual.
    """
    total = strangers + owners
    busy = total >= BUSY
    share = strangers[busy] / np.maximum(total[busy], 1)
    if len(share) >= 20:
        keep = share <= max(2.0 * float(np.median(share)), float(np.quantile(share, 0.9)))
        mean = (strangers[busy][keep].sum() + IMAGINED * PRIOR_SHARE) / (total[busy][keep].sum() + IMAGINED)
        variance = float(np.var(share[keep]))
    else:
        mean, variance = PRIOR_SHARE, 0.0
    mean = float(np.clip(mean, 1e-3, 0.2))
    # Overdispersion: never less than twice binomial, never so much that a whole address of strangers is usual.
    spread = float(np.clip(mean * (1 - mean) / variance - 1 if variance > 0 else 50.0, 5.0, 50.0))
    return mean * spread, (1 - mean) * spread


TERMS = 1 << 20
"""Summands worked out at a time, which bounds memory."""


def surprise(strangers: np.ndarray, owners: np.ndarray, alpha: float, beta: float) -> np.ndarray:
    """P(at least so many strangers among the accounts seen at each source | benign), float64.

    The tail is summed in logarithms: one minus the rest would end at 1e-16, where campaigns only begin.
    """
    total = strangers + owners
    found = np.ones(len(total), np.float64)
    asked = np.flatnonzero(strangers > 0)
    parts = np.cumsum(owners[asked] + 1) // TERMS
    for part in np.unique(parts):
        rows = asked[parts == part]
        found[rows] = _tails(strangers[rows], total[rows], alpha, beta)
    return found


def _tails(least: np.ndarray, total: np.ndarray, alpha: float, beta: float) -> np.ndarray:
    """P(number >= least) of each beta-binomial."""
    sizes = total - least + 1
    starts = np.cumsum(sizes) - sizes
    number = np.arange(sizes.sum()) - np.repeat(starts, sizes) + np.repeat(least, sizes)
    rest = np.repeat(total, sizes) - number
    log_p = log_choose(number + rest, number) + betaln(number + alpha, rest + beta) - betaln(alpha, beta)
    return np.asarray(np.minimum(np.exp(np.logaddexp.reduceat(log_p, starts)), 1.0), np.float64)
