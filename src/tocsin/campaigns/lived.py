"""On which days, and from where, the owners of some accounts were let in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from tocsin.campaigns.texts import coded
from tocsin.enrich import FEATURES

Day = tuple[Any, ...]
"""`day_number` (int) and FEATURES (text or None)."""


class Lived:
    """Owner days by account, as columns of numbers: of a large site there are millions."""

    def __init__(self, days: pa.Table) -> None:
        """`days`: rows of `enrich.owner_days`."""
        days = days.sort_by("account")
        self._days = days["day_number"].to_numpy()
        self._traits = [coded(days[name]) for name in FEATURES]
        self._accounts, self._names = coded(days["account"])
        starts = np.flatnonzero(np.diff(self._accounts, prepend=-1)).tolist()
        spans = zip(starts, [*starts[1:], len(self._accounts)], strict=False)
        self._spans = {self._names[self._accounts[start]]: (start, end) for start, end in spans}

    def __contains__(self, account: str) -> bool:
        return account in self._spans

    def of(self, account: str) -> Iterator[Day]:
        """The account's days; none of an account that was never let in."""
        start, end = self._spans.get(account, (0, 0))
        traits = [[values[code] for code in codes[start:end].tolist()] for codes, values in self._traits]
        return zip(self._days[start:end].tolist(), *traits, strict=True)

    def let_in_at(self, addresses: Collection[str]) -> Mapping[str, set[str]]:
        """Accounts let in at each of the addresses."""
        found: dict[str, set[str]] = defaultdict(set)
        codes, values = self._traits[0]
        wanted = np.array([value in addresses for value in values], np.bool_)
        here = np.flatnonzero(wanted[codes])
        for address, account in zip(codes[here].tolist(), self._accounts[here].tolist(), strict=True):
            found[values[address]].add(self._names[account])
        return found
