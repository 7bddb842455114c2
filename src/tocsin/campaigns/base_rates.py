"""How common at a site what sources show is, among strangers whom nobody suspects and among owners."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

import numpy as np

from tocsin.campaigns.background import Background
from tocsin.campaigns.grouped import grouped
from tocsin.campaigns.traits import Chance, Group
from tocsin.campaigns.weighed import Weighed

VERSIONS = 0.2
"""Share of a browser family's users who run the same version at one time, for the frequency of a full user agent."""

SHARED_EXIT = 0.05
"""Chance that another stranger comes through the same address where owners share it: exits are few and popular."""

NONE_LIKELY: Mapping[int, float] = MappingProxyType({})


@dataclass(frozen=True, eq=False)
class BaseRates:
    """What the site's sources show, and what of it is usual beside some that are suspected. Of a large site it takes a
    hundred megabytes: only inference keeps it."""

    weighed: Weighed

    @cached_property
    def active(self) -> dict[int, Group]:
        """Every source with strangers or with names that do not exist."""
        acts = np.flatnonzero(self.weighed.strange | self.weighed.missing)
        return {one.members[0]: one for one in grouped(self.weighed, acts)}

    @cached_property
    def days(self) -> range:
        """The days (since 1970) on which there are acts, and those between."""
        day = self.weighed.acts.day
        return range(int(day.min()), int(day.max()) + 1) if len(day) else range(0)

    def beside(self, suspected: Iterable[int], likely: Mapping[int, float] = NONE_LIKELY) -> Chance:
        """What the others show, and owners, when these sources are suspected, and these are an operator's as likely as
        given."""
        base = self._background.beside(suspected, likely)
        base["address"] = base["address"].at_least(self._exits)
        return Chance(
            base=base,
            rostered=self._rostered,
            roster_size=self.weighed.roster_size,
            population=self.weighed.accounts,
            existing=self._existing,
        )

    @cached_property
    def _background(self) -> Background:
        acts, shares = self.weighed.acts, self.weighed.population.shares
        families = dict(zip(acts.text("user_agent").tolist(), acts.text("client").tolist(), strict=True))
        clients = {agent: shares["client"].get(family, 0.0) * VERSIONS for agent, family in families.items() if agent}
        usual = {"network": self._met("network"), "address": self._met("source_ip"), "client": clients}
        usual["prefix"] = self._prefix_shares
        return Background(self.active.values(), usual, self.days, self.weighed.agent_shares)

    def _met(self, feature: str) -> dict[str, float]:
        """Share of accounts that use each value that acts show."""
        shares = self.weighed.population.shares[feature]
        return {value: shares[value] for value in self.weighed.acts.coded(feature)[1] if value in shares}

    @property
    def _prefix_shares(self) -> dict[str, float]:
        """Share of accounts met behind each neighbourhood of addresses that acts came from; of several at one address
        at least."""
        acts, owners = self.weighed.acts, self.weighed.population.shares["source_ip"]
        shares: dict[str, float] = {}
        met = dict(zip(acts.text("source_ip").tolist(), acts.text("prefix").tolist(), strict=True))
        for address, prefix in met.items():
            shares[prefix] = min(shares.get(prefix, 0.0) + owners.get(address, 0.0), 1.0)
        return shares

    @cached_property
    def _exits(self) -> dict[str, float]:
        """The least chance of an address that owners share."""
        sources = self.weighed.sources
        return {ip: SHARED_EXIT for ip, _ in sources.keys if sources.shared(ip)}

    @cached_property
    def _existing(self) -> frozenset[int]:
        """Targets that exist."""
        return frozenset(np.unique(self.weighed.target[self.weighed.exists]).tolist())

    @cached_property
    def _rostered(self) -> frozenset[int]:
        names = self.weighed.identifiers
        return frozenset(code for code in self._existing if names[code] in self.weighed.roster)
