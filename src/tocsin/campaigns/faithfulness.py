"""Where owners are met on a day: at an address, in a network or in a country of other days, by how many are known.

An account known for one day is met in a new network on the next more often than one known for thirty: people have a
home, an office and a telephone, and one day shows one of them. Accounts that were used on few days cannot tell how
often, so it is asked of all others as if only so many of their days were known, drawn at random: the expectation is
that of rarefaction (Hurlbert, Ecology 52, 1971).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from scipy.special import gammaln

FAITHFUL_DAYS = 3
"""Accounts seen on fewer days say nothing of how faithful owners are to a source."""

LEVELS = ("source_ip", "network", "country")
"""From the nearest to the widest place."""

MOST_KNOWN = 10
"""Known days from which on more of them are not told apart: what is still new then is a journey or a move."""


@dataclass(frozen=True)
class Faithfulness:
    """Shares of the owners' days, of accounts seen on at least FAITHFUL_DAYS."""

    at: tuple[tuple[float, ...], ...]  # by level and known days up to MOST_KNOWN: the nearest known place is of it
    elsewhere: float  # where there is none, of all other days of an account

    @classmethod
    def measured(cls, counts: Iterable[tuple[int, int, int, int, int]]) -> Faithfulness:
        """From rows of: days of an account's use, of these with the same address, with the same network and with the
        same country as on a day of use, and how many days of use are alike in all that."""
        told = np.array(sorted(counts), np.float64).reshape(-1, 5)  # in one order, whichever engine counted
        told = told[told[:, 0] >= FAITHFUL_DAYS]
        days, number = told[:, 0], told[:, 4]
        every = _shares(_unknown(told, days - 1.0), number, np.full(len(LEVELS) + 1, 0.25))
        at = np.tile(every[: len(LEVELS), np.newaxis], MOST_KNOWN + 1)
        for known in range(1, MOST_KNOWN):
            longer = days > known
            some = _shares(_unknown(told[longer], np.full(longer.sum(), float(known))), number[longer], every)
            # People move and travel, however long they are known.
            at[0, known] = min(some[0], every[0])
            at[1:, known] = np.maximum(some[1:-1], every[1:-1])
        at[:, 0] = at[:, 1]
        return cls(at=tuple(map(tuple, at.tolist())), elsewhere=float(every[-1]))

    def share(self, level: str, known: np.ndarray) -> np.ndarray:
        """For each number of known days, how likely an owner is met where the nearest known place is of this level."""
        return np.asarray(
            np.array(self.at[LEVELS.index(level)])[np.minimum(known, MOST_KNOWN).astype(np.int64)], np.float64
        )


def _unknown(told: np.ndarray, known: np.ndarray) -> np.ndarray:
    """float64[level, row]: chance that none of `known` other days, drawn at random, was at the same place."""
    days = told[:, 0]
    rest = days - np.maximum(told[:, 1:4].T, 1.0)
    # Whole numbers all of them, and the same again and again.
    ways = gammaln(np.arange(days.max(initial=0.0) + 1.0) + 1.0)
    left, among, drawn = (one.astype(np.int64) for one in (np.maximum(rest, known), days - 1.0, known))
    none = np.exp((ways[left] - ways[drawn] - ways[left - drawn]) - (ways[among] - ways[drawn] - ways[among - drawn]))
    # Who is known at the address is so in its network, whether or not the log names that.
    return np.minimum.accumulate(np.where(rest >= known, none, 0.0), axis=0)


def _shares(unknown: np.ndarray, number: np.ndarray, usual: np.ndarray) -> np.ndarray:
    """float64[level and elsewhere]: as many imagined days as levels, shared out as `usual`, keep each possible on a
    small site."""
    steps = np.vstack([np.ones(len(number)), unknown, np.zeros(len(number))])
    held = ((steps[:-1] - steps[1:]) * number).sum(axis=1)
    return np.asarray((held + len(held) * usual) / (number.sum() + len(held)), np.float64)
