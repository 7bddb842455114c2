"""Which sources of a site are suspicious: for the strangers that they bring, or for the names that they try."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from tocsin.campaigns.proxies import IN_VAIN
from tocsin.campaigns.suspicion import BUSY, FALSE_ALARM, benign_share, surprise
from tocsin.campaigns.weighed import Weighed
from tocsin.events import Activity

MOST_SOURCES = 400
"""Suspicious sources compared pair by pair (cost grows with the square), the most surprising first; the rest are
weighed against what these made."""

ONE_SIDED = {"m365": "entra", "entra": "entra", "ocsf": "ocsf"}
"""Providers of which a log may hold sign-ins and nothing of the recovery form, and whose acts their logs tell: in
Microsoft's directory recoveries stand in a log of their own, in OCSF there is no word for their start."""

NAMES_TRIED = 3
"""Names that do not exist at one source: people who misspell theirs do so twice."""


@dataclass(frozen=True, eq=False)
class Suspected:
    """What each source brings in some acts, and how likely a harmless one brings as much."""

    weighed: Weighed

    @cached_property
    def by_all_strangers(self) -> tuple[np.ndarray, np.ndarray]:
        """`by_strangers` in all acts of strangers."""
        return self.by_strangers(np.flatnonzero(self.weighed.strange))

    @cached_property
    def by_all_names(self) -> tuple[np.ndarray, np.ndarray]:
        """`by_names` in all acts of strangers, and of names that do not exist."""
        return self.by_names(self._told)

    @cached_property
    def between(self) -> frozenset[int]:
        """Sources that do little but hand on what others type."""
        weighed = self.weighed
        if not weighed.proxies:
            return frozenset()
        arrive = self._strangers(np.flatnonzero(weighed.arrived & weighed.strange))
        others = self._strangers(np.flatnonzero(weighed.strange & ~weighed.arrived))
        return frozenset(np.flatnonzero(others < IN_VAIN * arrive).tolist())

    def by_strangers(self, acts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Sources that by these acts (indices) bring more strangers than harmless ones do, the most surprising first;
        and the chance of every source's strangers if it is harmless."""
        strangers = self._strangers(acts)
        surprises = surprise(strangers, self.weighed.sources.behind, *self._share)
        if self.weighed.proxies:
            surprises = np.minimum(surprises, np.exp(-self._between_odds * self._arriving(acts) / self._arriving()))
        return _most(surprises, strangers >= 2), surprises

    def by_names(self, acts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Sources that in these acts (indices) try more names that do not exist than harmless ones do, the most
        surprising first; and the chance of every source's names if it is harmless."""
        names = self._names(acts)
        surprises = surprise(names, self._met(acts), *self._misspelt)
        return _most(surprises, names >= NAMES_TRIED), surprises

    @cached_property
    def _share(self) -> tuple[float, float]:
        """Alpha and beta of the benign share of strangers behind an address."""
        return benign_share(self._strangers(np.flatnonzero(self.weighed.strange)), self.weighed.sources.behind)

    @cached_property
    def _misspelt(self) -> tuple[float, float]:
        """Alpha and beta of the benign share of names that do not exist among all that are tried at an address, as
        where many accounts are met: who only tries names must not teach what is usual."""
        accounts = self._met(self._told)
        met = accounts >= BUSY
        return benign_share(self._names(self._told)[met], accounts[met])

    @property
    def _told(self) -> np.ndarray:
        return np.flatnonzero(self.weighed.strange | self.weighed.missing)

    def _strangers(self, acts: np.ndarray) -> np.ndarray:
        """Existing accounts that these acts (indices) go for, int64 per source."""
        return self.weighed.sources.counted(acts[self.weighed.exists[acts]], self.weighed.account)

    def _met(self, acts: np.ndarray) -> np.ndarray:
        """The same, and the owners who live there."""
        return np.asarray(self._strangers(acts) + self.weighed.sources.behind, np.int64)

    def _names(self, acts: np.ndarray) -> np.ndarray:
        """Names that do not exist which these acts (indices) try in one-sided logs, int64 per source."""
        return self.weighed.sources.counted(acts[(self.weighed.missing & self._one_sided)[acts]], self.weighed.target)

    @cached_property
    def _one_sided(self) -> np.ndarray:
        """Acts in logs that hide the recovery form (ONE_SIDED), bool per act.

        Such a log shows the names that an operator guessed wrong and not those that it guessed right. Where started
        recoveries stand in the log, who only tries names that do not exist is a program with an old list.
        """
        acts = self.weighed.acts
        families = [ONE_SIDED.get(one) for one in acts.text("provider").tolist()]
        started = acts.equal("activity", Activity.RECOVERY_START.value).tolist()
        told = {None, *(one for one, start in zip(families, started, strict=True) if start)}
        return np.array([one not in told for one in families], np.bool_)

    @cached_property
    def _between_odds(self) -> np.ndarray:
        """What speaks for each source's being a proxy. That a harmless address shows so much is less likely than one
        over the odds (Markov's inequality)."""
        return np.array([self.weighed.proxies.get(ip, 0.0) for ip, _ in self.weighed.sources.keys], np.float64)

    def _arriving(self, acts: np.ndarray | None = None) -> np.ndarray:
        """Accounts that arrive at each source in these acts (indices), or in all; of these one at least."""
        if acts is None:
            return np.asarray(np.maximum(self._arriving(np.arange(len(self.weighed.acts))), 1), np.int64)
        return self.weighed.sources.counted(acts[self.weighed.arrived[acts]], self.weighed.account)


def _most(surprises: np.ndarray, enough: np.ndarray) -> np.ndarray:
    """Sources (numbers) that are no false alarm, the most surprising first."""
    found = np.flatnonzero((surprises < FALSE_ALARM) & enough)
    return found[np.argsort(surprises[found], kind="stable")][:MOST_SOURCES]
