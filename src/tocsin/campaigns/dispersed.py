"""Operators whose every address is used once: what they share brings more strangers than chance does.

An address that goes for one account is no more suspicious than anybody on a journey, and through home proxies or a
cloud's pool of addresses an operator needs no address twice. The strangers are counted anew by what the addresses have
in common: the exact user agent, the network. Behind each of these, too, live owners, and the share of strangers among
all who are met with it is beta-binomial as behind an address (Javed & Paxson, CCS 2013, who detect stealthy distributed
guessing by the site's sum of failures and then look for its sources the same way). Where addresses have nothing in
common, what is done through them may (fallen.py, pressed.py, beset.py). What stands out starts an operator, which is
then parted, grown and accepted like any other.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

import numpy as np

from tocsin.campaigns.beset import Beset
from tocsin.campaigns.chances import SMALLEST, log_choose
from tocsin.campaigns.fallen import Fallen
from tocsin.campaigns.pressed import Pressed
from tocsin.campaigns.suspicion import FALSE_ALARM, LEAST_STRANGERS, benign_share, surprise
from tocsin.campaigns.weighed import Weighed

SHARED = ("user_agent", "network")
"""What single addresses have in common if one operator is behind them."""


@dataclass(frozen=True, eq=False)
class Spread:
    """Quiet sources by one thing that they have in common, `name`."""

    weighed: Weighed
    name: str
    codes: np.ndarray  # int32: a number for what each act shows, the last one where it shows nothing
    values: Sequence[Any]  # what each number stands for
    acts: np.ndarray  # indices of strangers' acts at all quiet sources, int64
    owners: Mapping[str, int]  # accounts let in with each value

    def strangers(self, acts: np.ndarray) -> np.ndarray:
        """Existing accounts that these acts (indices) go for, int64 per value."""
        accounts = int(self.weighed.account.max(initial=0)) + 1
        acts = acts[self.weighed.exists[acts]]
        pairs = np.unique(self.codes[acts].astype(np.int64) * accounts + self.weighed.account[acts])
        return np.bincount(pairs // accounts, minlength=len(self.values))[:-1]

    @cached_property
    def _behind(self) -> np.ndarray:
        return np.array([self.owners.get(value, 0) for value in self.values[:-1]], np.int64)

    @cached_property
    def _share(self) -> tuple[float, float]:
        return benign_share(self.strangers(self.acts), self._behind)

    def chances(self, acts: np.ndarray, among: np.ndarray) -> np.ndarray:
        """log10 of the chance that so many strangers of these acts (indices) come with each value if they are harmless,
        over all values and all ways to choose them `among` the acts that nobody else's are; float64 per value."""
        number, all_ = self.strangers(acts), self.strangers(among)
        chance = np.log10(np.maximum(surprise(number, self._behind, *self._share), SMALLEST))
        ways = log_choose(all_.astype(np.float64), number.astype(np.float64)) / np.log(10.0)
        values = np.log10(max(int((all_ > 0).sum()), 1))
        return np.where(number >= LEAST_STRANGERS, np.minimum(chance + ways + values, 0.0), 0.0)

    def units(self, acts: np.ndarray) -> Iterator[tuple[float, np.ndarray]]:
        """What stands out in these acts (indices): log10 of its chance, and the sources (numbers, int64) that show
        it."""
        chances = self.chances(acts, acts)
        for value in np.flatnonzero(chances < np.log10(FALSE_ALARM)).tolist():
            yield float(chances[value]), np.unique(self.weighed.source[acts[self.codes[acts] == value]])


class Alike(Protocol):
    """Something that quiet sources may have in common."""

    @property
    def name(self) -> str:
        """One of SAID in linked.py."""

    def chances(self, acts: np.ndarray, among: np.ndarray) -> np.ndarray:
        """log10 of the chance that these acts (indices) are harmless, chosen `among` those that nobody else did, by
        each way in which they may be alike; float64."""

    def units(self, acts: np.ndarray) -> Iterable[tuple[float, np.ndarray]]:
        """What stands out in these acts (indices): log10 of its chance, and the sources (numbers, int64) that show
        it."""


class Dispersed:
    """Quiet sources by all that they may have in common."""

    def __init__(self, weighed: Weighed, loud: Collection[int], last_day: int | None = None) -> None:
        """`loud`: sources that are suspicious by themselves, or somebody's already. `last_day` (days since 1970) hides
        what was done later."""
        quiet = weighed.strange & ~np.isin(weighed.source, list(loud))
        if last_day is not None:
            quiet &= weighed.acts.day <= last_day
        self._source, self._acts = weighed.source, np.flatnonzero(quiet)
        owners = {"user_agent": weighed.agents, "network": weighed.population.users("network")}
        spread = [Spread(weighed, name, *weighed.acts.coded(name), self._acts, owners[name]) for name in SHARED]
        own: list[Alike] = [*spread, Fallen(weighed, last_day)]
        self._alike: Sequence[Sequence[Alike]] = (own, [Pressed(weighed)], [Beset(weighed)])

    def units(self, taken: Collection[int]) -> list[frozenset[int]]:
        """Sources (numbers) beside those `taken` that start an operator together, each in one of them only. Those that
        share what is theirs alone come before those that are only after the same; of either the most surprising
        first."""
        held, found = set(taken), list[frozenset[int]]()
        for alike in self._alike:
            acts = self._acts[~np.isin(self._source[self._acts], list(held))]
            told = (one for each in alike for one in each.units(acts))
            for _, sources in sorted(told, key=lambda one: (one[0], one[1].tolist())):
                fresh = frozenset(sources.tolist()) - held
                held |= fresh
                if fresh:
                    found.append(fresh)
        return found

    def chance(self, acts: np.ndarray, others: Collection[int] = ()) -> tuple[float, str]:
        """log10 of the chance that these strangers' acts (indices) are harmless, by what they have most in common, and
        the name of that. `others` are sources (numbers) that other operators explain."""
        among = self._acts[~np.isin(self._source[self._acts], list(others))]
        own = np.intersect1d(acts, among)
        told = ((one.chances(own, among).min(initial=0.0), one.name) for alike in self._alike for one in alike)
        chance, name = min(told)
        return float(chance), name
