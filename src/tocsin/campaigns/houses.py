"""Accounts that exist, counted by mail domain and by the providers that hold them.

Nobody can go for an account at a provider that is not tried at all: to ask whom a campaign chose, only accounts within
its reach count.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import ibis

from tocsin.campaigns.mirrors import directory
from tocsin.engines import Engine

FEW = 2
"""At how many providers an account is, of which all are told apart; one at more counts as within everybody's reach."""


@dataclass(frozen=True)
class Houses:
    """How many names of accounts exist. An account at two providers is one name."""

    names: Mapping[tuple[str, str, str, bool], int]  # by mail domain, first and last directory, and whether in FEW
    accounts: int  # pairs of directory and name

    @classmethod
    def counted(cls, engine: Engine, proven: ibis.Table) -> Houses:
        """`proven`: `provider, account`, each pair once, with the provider whose directory holds the account."""
        by_name = proven.group_by("account").aggregate(
            first=proven.provider.min(), last=proven.provider.max(), providers=proven.count()
        )
        domain = by_name.account.re_extract("@(.*)$", 1)
        alike = {"domain": domain, "first": by_name.first, "last": by_name["last"], "few": by_name.providers <= FEW}
        counted = by_name.group_by(**alike).aggregate(names=by_name.count(), accounts=by_name.providers.sum())
        rows = engine.rows(counted.mutate(accounts=counted.accounts.cast("int64"))).to_pylist()
        names = {(row["domain"] or "", row["first"], row["last"], row["few"]): int(row["names"]) for row in rows}
        return cls(names, sum(int(row["accounts"]) for row in rows))

    def within(self, providers: Collection[str] | None = None) -> dict[str, int]:
        """By mail domain how many names exist in these providers' directories; in any, where none are given."""
        reached = None if providers is None else {directory(one) for one in providers}
        found: dict[str, int] = defaultdict(int)
        for (domain, first, last, few), number in self.names.items():
            if reached is None or not few or not reached.isdisjoint((first, last)):
                found[domain] += number
        return dict(found)
