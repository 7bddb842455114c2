"""On which days, and from where, the owners of some accounts were let in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa

from tocsin.campaigns.texts import coded
from tocsin.enrich import FEATURES

Day = tuple[Any, ...]
"""`day_number` (int) and FEATURES (text or None)."""


class Lived:
    """Owner days by account and in order of time, as columns of numbers: of a large site there are millions."""

    def __init__(self, days: pa.Table) -> None:
        """`days`: rows of `enrich.owner_days`."""
        accounts, self._names = coded(days["account"])
        on = days["day_number"].to_numpy()
        order = np.lexsort((on, accounts))
        self.days: np.ndarray = on[order]
        self._accounts = accounts[order]
        self._traits = {}
        for name in FEATURES:
            codes, values = coded(days[name])
            self._traits[name] = codes[order], values
        starts = np.flatnonzero(np.diff(self._accounts, prepend=-1)).tolist()
        spans = zip(starts, [*starts[1:], len(self._accounts)], strict=False)
        self._spans = {self._names[self._accounts[start]]: (start, end) for start, end in spans}

    def __contains__(self, account: str) -> bool:
        return account in self._spans

    def of(self, account: str) -> Iterator[Day]:
        """The account's days; none of an account that was never let in."""
        start, end = self.span(account)
        traits = [[values[code] for code in codes[start:end].tolist()] for codes, values in self._traits.values()]
        return zip(self.days[start:end].tolist(), *traits, strict=True)

    def span(self, account: str | None) -> tuple[int, int]:
        """Where the account's days begin and end."""
        return self._spans.get(account, (0, 0))

    def number_of_days(self, account: str) -> int:
        """On how many days the account was let in."""
        start, end = self.span(account)
        return len(np.unique(self.days[start:end]))

    def codes(self, feature: str) -> np.ndarray:
        """int32 per day: a number for what the feature was."""
        return self._traits[feature][0]

    def code(self, feature: str, value: str | None) -> int:
        """The number of a value; -1 where no day has it, or it is NULL."""
        return self._codes[feature].get(value, -1)

    def has(self, feature: str, values: Collection[str]) -> np.ndarray:
        """bool per number: does it stand for one of the values?"""
        found = np.zeros(len(self._traits[feature][1]), np.bool_)
        found[[code for value in values if (code := self.code(feature, value)) >= 0]] = True
        return found

    @cached_property
    def _codes(self) -> dict[str, dict[str | None, int]]:
        return {
            name: {value: code for code, value in enumerate(values) if value is not None}
            for name, (_, values) in self._traits.items()
        }

    def let_in_at(self, addresses: Collection[str]) -> Mapping[str, set[str]]:
        """Accounts let in at each of the addresses."""
        found: dict[str, set[str]] = defaultdict(set)
        codes, values = self._traits["source_ip"]
        here = np.flatnonzero(self.has("source_ip", addresses)[codes])
        for address, account in zip(codes[here].tolist(), self._accounts[here].tolist(), strict=True):
            found[values[address]].add(self._names[account])
        return found
