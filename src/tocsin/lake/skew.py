"""Clock skew: how far apart two providers' clocks stand where one act is written in both of their logs.

A sign-in to Microsoft 365 stands in the log of Entra, too; a sign-in to an application through Okta in both. Nothing
says which two records are one act, so the first sign-in of an account from an address on a day is held against the
other log's. Where the two are the same act they lie as far apart as the clocks; the median does not mind the others.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import ibis

from tocsin.engines import Engine
from tocsin.events import Activity, Outcome

DAY_MS = 86_400_000

SAME_ACT_MS = 15 * 60_000
"""Further apart are two acts, not one."""

ENOUGH = 20
"""Pairs from which a skew can be told."""

DAYS_TAKEN = 14
"""Days that are compared, spread over the log: every day of a year would cost much and tell no more."""


@dataclass(frozen=True, kw_only=True)
class Skew:
    """How much later the records of `second` are than those of `first`."""

    first: str  # provider
    second: str
    seconds: int
    pairs: int


def skews(engine: Engine, events: ibis.Table) -> list[Skew]:
    """For each two providers with enough acts in both logs."""
    days = engine.rows(events.group_by(day=events.ts // DAY_MS).aggregate(providers=events.provider.nunique()))
    shared = sorted(int(row["day"]) for row in days.to_pylist() if row["providers"] > 1)
    if not shared:
        return []
    taken = shared[:: -(-len(shared) // DAYS_TAKEN)]
    place = ("account", "source_ip", "day")
    signed_in = events.filter(
        (events.activity == Activity.SIGN_IN.value)
        & (events.outcome == Outcome.SUCCESS.value)
        & events.account.notnull()
        & events.source_ip.notnull()
        & (events.ts // DAY_MS).isin(taken)
    ).mutate(day=events.ts // DAY_MS)
    firsts = signed_in.group_by(*place, "provider").aggregate(ts=signed_in.ts.min())
    other = firsts.view()
    pairs = firsts.inner_join(other, [*place, firsts.provider < other.provider], rname="other_{name}")
    apart = pairs.mutate(apart=pairs.other_ts - pairs.ts)
    near = apart.filter(apart.apart.abs() <= SAME_ACT_MS)
    # By the second: whole tables of pairs are not brought here.
    rows = engine.rows(
        near.group_by("provider", "other_provider", seconds=near.apart // 1000).aggregate(pairs=near.count())
    ).to_pylist()
    found: dict[tuple[str, str], dict[int, int]] = defaultdict(dict)
    for row in rows:
        found[row["provider"], row["other_provider"]][int(row["seconds"])] = int(row["pairs"])
    return [
        Skew(first=first, second=second, seconds=_median(held), pairs=sum(held.values()))
        for (first, second), held in sorted(found.items())
        if sum(held.values()) >= ENOUGH
    ]


def _median(counts: Mapping[int, int]) -> int:
    """The middle value, the lower of two."""
    half, so_far = (sum(counts.values()) + 1) // 2, 0
    for value in sorted(counts):
        so_far += counts[value]
        if so_far >= half:
            return value
    raise ValueError("the median of nothing")
