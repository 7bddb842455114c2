"""Accounts that are asked for a second factor again and again, at places strange to them.

Push bombing (ATT&CK T1621) through home proxies leaves addresses that are used once and, in many logs, no client. But
hardly anybody refuses seven prompts in a row, wherever he is. How many accounts were met by so much insistence is held
against how often owners at home refuse as often; who is away has more trouble with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from tocsin.campaigns.chances import log_at_least
from tocsin.campaigns.suspicion import FALSE_ALARM, LEAST_STRANGERS
from tocsin.campaigns.weighed import Weighed

AWAY = 20.0
"""How much more often than at home people refuse so many prompts in a row where they are strangers: the telephone is
not at hand, or somebody else's prompt was meant."""


@dataclass(frozen=True, eq=False)
class Pressed:
    """Strangers' acts at quiet sources by how often the accounts they go for refused a second factor."""

    weighed: Weighed
    name: ClassVar[str] = "refusals"

    def _likely(self, acts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Existing accounts that refused in these acts (indices), int64, and how likely it is that an owner at home
        refuses as often as each did at most, float64; the least likely first."""
        refused = self.weighed.refusals
        acts = acts[self.weighed.exists[acts] & (refused.number[acts] > 0.0)]
        accounts, place = np.unique(self.weighed.account[acts], return_inverse=True)
        likely = np.ones(len(accounts), np.float64)
        np.minimum.at(likely, place, refused.by_owners[acts])
        order = np.argsort(likely, kind="stable")
        return accounts[order], likely[order]

    def chances(self, acts: np.ndarray, among: np.ndarray) -> np.ndarray:
        """log10 of the chance that the first one, two, three ... accounts refused so often if all who are asked by
        strangers `among` those nobody else did are owners, over all such numbers; float64 each."""
        (_, mine), (all_, _) = self._likely(acts), self._likely(among)
        number = np.arange(1, len(mine) + 1)
        tail = log_at_least(number, len(all_), np.minimum(AWAY * mine, 1.0)) / np.log(10.0)
        return np.where(number >= LEAST_STRANGERS, np.minimum(tail + np.log10(max(len(mine), 1)), 0.0), 0.0)

    def units(self, acts: np.ndarray) -> Iterator[tuple[float, np.ndarray]]:
        """If accounts are pressed by these acts (indices): log10 of the chance, and the sources (numbers, int64) that
        ask them."""
        chances = self.chances(acts, acts)
        least = int(np.argmin(chances)) if len(chances) else -1
        if least >= 0 and chances[least] < np.log10(FALSE_ALARM):
            accounts, likely = self._likely(acts)
            pressed = self.weighed.refusals.by_owners[acts] <= likely[least]
            mine = pressed & np.isin(self.weighed.account[acts], accounts[: least + 1])
            yield float(chances[least]), np.unique(self.weighed.source[acts[mine]])
