"""Accounts whose locks were changed in the same way, at addresses that they share or at one of their own for each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from tocsin.campaigns.changed_locks import LEAST
from tocsin.campaigns.weighed import Weighed


@dataclass(frozen=True, eq=False)
class Fallen:
    """Strangers' acts at quiet sources by the locks that were changed there."""

    weighed: Weighed
    last_day: int | None = None  # (days since 1970) what was not plain by then is left out
    name: ClassVar[str] = "locks"

    def _plain(self) -> Iterator[tuple[float, np.ndarray]]:
        """log10 of the chance of each that is plain, and which acts are of it, bool per act."""
        for number, one in enumerate(self.weighed.changed_locks):
            if self.last_day is None or one.told <= self.last_day:
                yield one.chance, self.weighed.fallen_in(number)

    def chances(self, acts: np.ndarray, among: np.ndarray) -> np.ndarray:
        """log10 of the chance that what fell in these acts (indices), if it is all their own, is harmless; float64 for
        each that is plain."""
        own = np.intersect1d(acts, among)
        told = (chance if self._accounts(own[fell[own]]) >= LEAST else 0.0 for chance, fell in self._plain())
        return np.fromiter(told, np.float64)

    def units(self, acts: np.ndarray) -> Iterator[tuple[float, np.ndarray]]:
        """What fell in these acts (indices): log10 of its chance, and the sources (numbers, int64) where it did."""
        for chance, fell in self._plain():
            if self._accounts(acts[fell[acts]]) >= LEAST:
                yield chance, np.unique(self.weighed.source[acts[fell[acts]]])

    def _accounts(self, acts: np.ndarray) -> int:
        """How many accounts these acts (indices) concern."""
        return len(np.unique(self.weighed.account[acts]))
