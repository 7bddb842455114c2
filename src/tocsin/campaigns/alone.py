"""Visits at an operator's addresses where nobody else was ever let in: how many of them are owners'.

Somebody lives behind a residential address through which others' passwords are tried, and now and then it is a person
of the site. Who lives at an address comes back to it on other days; an operator seldom does. So the visits on several
days tell how often owners and the operator meet at an address by accident, and, with how many of the site's owners are
seen in its network at an address of their own on one day only, how many visits on one day are such accidents: through a
mobile carrier people come by another address every day, at home by the same. What is more is the operator's, though
every visit by itself looks like an owner's who came by a new line.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from math import log

import ibis

from tocsin.engines import Engine

UNSEEN = 0.5
"""Meetings on several days beside those counted: none seen is not none possible (Jeffreys' prior of a Poisson rate)."""

DRAWN = 4.0
"""How many addresses of more days the whole site counts as in a network's own: of most networks little is seen."""

Network = str | None


@dataclass(frozen=True)
class Alone:
    """Addresses where one account alone was let in, by network: on a single day, and on more."""

    once: Mapping[Network, int]
    more: Mapping[Network, int]

    @cached_property
    def _site(self) -> float:
        return (sum(self.once.values()) + 1.0) / (sum(self.more.values()) + 1.0)

    def usual(self, network: Network) -> float:
        """Of these addresses, those of a single day for each of more days."""
        return (self.once.get(network, 0) + DRAWN * self._site) / (self.more.get(network, 0) + DRAWN)


def once_alone(engine: Engine, days: ibis.Table) -> Alone:
    """Count them. `days`: owner days."""
    pairs = days.filter(days.source_ip.notnull()).group_by("source_ip", "account")
    pairs = pairs.agg(days=ibis._.day_number.nunique(), network=ibis._.network.min())
    places = pairs.group_by("source_ip").agg(
        accounts=ibis._.count(), days=ibis._.days.max(), network=ibis._.network.min()
    )
    alone = places.filter(places.accounts == 1).group_by("network")
    told = alone.agg(once=(ibis._.days == 1).sum().fill_null(0), more=(ibis._.days > 1).sum().fill_null(0))
    rows = engine.rows(told).to_pylist()
    return Alone(*({row["network"]: int(row[name]) for row in rows} for name in ("once", "more")))


def coincidence(
    once: Iterable[Network], more: Iterable[Network], tried: Mapping[Network, int], alone: Alone
) -> dict[Network, float]:
    """Owner log-odds of a visit on one day at such an address by its network, before the place is compared with the
    account's own; nothing where the operator tried nobody, or where no more are seen than meet by accident.

    `once` and `more` are the networks of such visits on one day and on several, `tried` how many accounts the operator
    went for at such addresses of each network: so many chances it had to get in.
    """
    seen, staying, tries = Counter(once), Counter(more), max(sum(tried.values()), 1)
    share = {network: tried.get(network, 0) / tries for network in seen.keys() | staying.keys() | tried.keys()}
    by_accident = {
        network: (staying[network] + UNSEEN * part) * alone.usual(network) for network, part in share.items()
    }
    broken_into = seen.total() - sum(by_accident.values())
    if broken_into <= 1.0:
        return {}
    return {network: log(by_accident[network] / (broken_into * share[network])) for network in seen if share[network]}
