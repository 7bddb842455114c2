"""On which days, and from where, the owners of some accounts were let in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from typing import Any

import pyarrow as pa

from tocsin.enrich import FEATURES

Day = tuple[Any, ...]
"""`day_number` (int) and FEATURES (text or None)."""


class Lived:
    """Owner days by account, as columns in which equal texts are one."""

    def __init__(self, days: pa.Table) -> None:
        """`days`: rows of `enrich.owner_days`."""
        days = days.sort_by("account")
        self._days: list[int] = days["day_number"].to_pylist()
        self._traits = [texts(days[name]) for name in FEATURES]
        self._accounts = texts(days["account"])
        self._spans: dict[str, tuple[int, int]] = {}
        for place, account in enumerate(self._accounts):
            start, _ = self._spans.get(account, (place, place))
            self._spans[account] = start, place + 1

    def __contains__(self, account: str) -> bool:
        return account in self._spans

    def of(self, account: str) -> Iterator[Day]:
        """The account's days; none of an account that was never let in."""
        start, end = self._spans.get(account, (0, 0))
        return zip(self._days[start:end], *[trait[start:end] for trait in self._traits], strict=True)

    def let_in_at(self, addresses: Collection[str]) -> Mapping[str, set[str]]:
        """Accounts let in at each of the addresses."""
        found: dict[str, set[str]] = defaultdict(set)
        for account, ip in zip(self._accounts, self._traits[0], strict=True):
            if ip in addresses:
                found[ip].add(account)
        return found


def texts(column: pa.ChunkedArray) -> list[Any]:
    """The column's texts, None for NULL; those that are equal are one object."""
    coded = column.combine_chunks().dictionary_encode()
    values = [*coded.dictionary.to_pylist(), None]
    return [values[code] for code in coded.indices.fill_null(len(values) - 1).to_numpy().tolist()]
