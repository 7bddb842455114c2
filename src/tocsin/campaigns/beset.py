"""Accounts that strangers come for again and again, each time from somewhere else.

Through home proxies an operator needs no address twice, many logs name no client, and where it seems to live millions
do. What is left is whom it goes for: it comes back to the names on its list. Owners on a journey fail at one new
place, seldom at another. That so many accounts are met at so many strange places by accident is what is weighed here
(Javed & Paxson, CCS 2013, count failures of the site and then ask who takes part; here each account has one voice).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import numpy as np

from tocsin.campaigns.chances import log_at_least
from tocsin.campaigns.suspicion import FALSE_ALARM, LEAST_STRANGERS
from tocsin.campaigns.weighed import Weighed

ONWARD = 0.2
"""Share of owners who fail at a place that is strange for them and are not let in who then do so at another such, at
least: a journey has several stops, and whoever has forgotten a password tries on."""

IMAGINED = 20.0
"""Weight of this share, in places, beside what is measured of owners who are let in after all."""


@dataclass(frozen=True, eq=False)
class Beset:
    """Strangers' acts at quiet sources by the accounts they go for. A place is a network."""

    weighed: Weighed
    name: ClassVar[str] = "accounts"

    def _in_vain(self, acts: np.ndarray) -> np.ndarray:
        """Those of these acts (indices) that go for existing accounts and let nobody in."""
        return np.asarray(acts[self.weighed.exists[acts] & ~self.weighed.acts.followed[acts]], np.int64)

    def places(self, acts: np.ndarray) -> np.ndarray:
        """At how many places these acts (indices) go for each existing account, int64 per account."""
        networks, _ = self.weighed.acts.coded("network")
        width = int(networks.max(initial=0)) + 1
        pairs = np.unique(self.weighed.account[acts].astype(np.int64) * width + networks[acts])
        return np.bincount(pairs // width, minlength=int(self.weighed.account.max(initial=0)) + 1)

    @cached_property
    def onward(self) -> float:
        """How often owners who fail at a place new to them do so at another, too: as often as those do who are let in
        there in the end, and no less often than ONWARD."""
        weighed = self.weighed
        new = weighed.acts.table["network_before"].to_numpy() == 0
        met = self.places(np.flatnonzero(new & weighed.acts.followed & weighed.exists))
        accounts, places = int((met > 0).sum()), int(met.sum())
        return max(ONWARD, (ONWARD * IMAGINED + places - accounts) / (IMAGINED + places))

    def chances(self, acts: np.ndarray, among: np.ndarray) -> np.ndarray:
        """log10 of the chance that these acts (indices) go for so many accounts at one, two, three ... places if all
        that strangers do `among` those nobody else did is owners' doing, over all such numbers; float64 each."""
        met, all_ = self.places(self._in_vain(acts)), self.places(self._in_vain(among))
        most = int(met.max(initial=0))
        number = np.arange(1, most + 1)
        accounts = np.array([(met >= least).sum() for least in number.tolist()], np.int64)
        tail = log_at_least(accounts, int((all_ > 0).sum()), self.onward ** (number - 1.0)) / np.log(10.0)
        return np.where(accounts >= LEAST_STRANGERS, np.minimum(tail + np.log10(max(most, 1)), 0.0), 0.0)

    def units(self, acts: np.ndarray) -> Iterator[tuple[float, np.ndarray]]:
        """If accounts are beset by these acts (indices): log10 of the chance, and the sources (numbers, int64) that go
        for them and have no owners behind them: with all that is done at a gateway an operator would not begin."""
        chances = self.chances(acts, acts)
        least = int(np.argmin(chances)) + 1 if len(chances) else 0
        if least and chances[least - 1] < np.log10(FALSE_ALARM):
            acts = self._in_vain(acts)
            beset = self.places(acts) >= least
            sources = np.unique(self.weighed.source[acts[beset[self.weighed.account[acts]]]])
            yield float(chances[least - 1]), sources[self.weighed.sources.behind[sources] == 0]
