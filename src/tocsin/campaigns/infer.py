"""Campaigns out of acts: the order of work.

weigh      every act against the account's own history: owner or stranger       strangers.py
suspect    sources that bring more strangers than benign chance does            suspicion.py
link       suspicious sources that one operator is behind                        link.py
absorb     what is left and fits a cluster better than it fits the background    absorb.py
accept     clusters that chance does not explain, within the false-alarm budget
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from tocsin.campaigns.absorb import absorbed
from tocsin.campaigns.acts import Acts
from tocsin.campaigns.link import AGREE, Traits, clusters, frequencies, scores, target_rarity
from tocsin.campaigns.population import Population
from tocsin.campaigns.strangers import FOLLOWED_BY_STRANGER, STRANGER, owner_log_odds
from tocsin.campaigns.suspicion import FALSE_ALARM, benign_share, surprise

LEAST_ACCOUNTS = 5
"""Existing accounts a campaign must have gone for: fewer cannot be told from a household's bad week."""

MOST_SOURCES = 4000
"""Suspicious sources compared pair by pair (memory grows with the square); the most surprising ones first."""


@dataclass(frozen=True, kw_only=True)
class Suspects:
    """One operator's sources and acts."""

    sources: frozenset[tuple[str, str]]  # (address, user agent or '')
    acts: np.ndarray  # indices into the acts, int64, in order of time
    core: int  # how many of the sources were suspicious by themselves
    surprise: float  # log10 of the chance that the core sources are harmless


@dataclass(frozen=True)
class Weighed:
    """Acts with the arrays the steps share."""

    acts: Acts
    population: Population
    owners: Mapping[tuple[str, str | None], int]
    known: frozenset[tuple[str, str]]
    last_day: int | None = None

    @cached_property
    def odds(self) -> np.ndarray:
        """Log-odds that the owner acted, with what followed within the hour."""
        odds = owner_log_odds(self.acts.table, self.population, last_day=self.last_day)
        followed = np.asarray(self.acts.text("followed"), np.bool_)
        usual = (self.acts.table["source_ip_before"].to_numpy() > 0) & self.exists
        number = int(usual.sum())
        share = (float(followed[usual].sum()) + 1.0) / (number + 2.0)
        share = min(max(share, FOLLOWED_BY_STRANGER), 0.95)
        return odds + np.where(
            followed,
            np.log(share / FOLLOWED_BY_STRANGER),
            np.log((1.0 - share) / (1.0 - FOLLOWED_BY_STRANGER)) * 0.5,
        )

    @cached_property
    def source(self) -> np.ndarray:
        return self._sources[0]

    @cached_property
    def source_keys(self) -> list[tuple[str, str]]:
        return [(str(ip), str(agent or "")) for ip, agent in self._sources[1]]

    @cached_property
    def _sources(self) -> tuple[np.ndarray, list[tuple[object, ...]]]:
        return self.acts.codes("source_ip", "user_agent")

    @cached_property
    def account(self) -> np.ndarray:
        return self.acts.codes("provider", "account")[0]

    @cached_property
    def target(self) -> np.ndarray:
        """The identifier, whichever provider it was tried at."""
        return self.acts.codes("account")[0]

    @cached_property
    def exists(self) -> np.ndarray:
        stated = self.acts.equal("account_known", "true")
        keys = zip(self.acts.text("provider"), self.acts.text("account"), strict=True)
        return stated | np.fromiter((key in self.known for key in keys), np.bool_, len(self.acts))

    @cached_property
    def missing(self) -> np.ndarray:
        """The identifier does not exist."""
        return ~self.exists & self.acts.equal("account_known", "false")

    @cached_property
    def strange(self) -> np.ndarray:
        """Acts of (source, account) pairs none of whose acts looks like the owner's."""
        pair = self.source * (int(self.account.max(initial=0)) + 1) + self.account
        _, index = np.unique(pair, return_inverse=True)
        best = np.full(int(index.max(initial=-1)) + 1, -np.inf)
        np.maximum.at(best, index, self.odds)
        return np.asarray((best[index] < STRANGER) & ~self.missing, np.bool_)

    @cached_property
    def behind(self) -> np.ndarray:
        """Owners living behind each source's address with its client, int64 per source."""
        clients = self._first("client")
        return np.array(
            [self.owners.get((ip, client), 0) for (ip, _), client in zip(self.source_keys, clients, strict=True)],
            np.int64,
        )

    @cached_property
    def _owners_at(self) -> dict[str, int]:
        held: dict[str, int] = {}
        for (ip, _), number in self.owners.items():
            held[ip] = held.get(ip, 0) + number
        return held

    def owners_at(self, address: str) -> int:
        """Owners behind an address, whatever their client (who uses two counts twice)."""
        return self._owners_at.get(address, 0)

    def _first(self, name: str) -> list[str | None]:
        """The value of a column for each source (they agree within a source)."""
        values: list[str | None] = [None] * len(self.source_keys)
        for code, value in zip(self.source.tolist(), self.acts.text(name).tolist(), strict=True):
            values[code] = value if value is not None else values[code]
        return values

    def targets_by_source(self, mask: np.ndarray) -> list[frozenset[int]]:
        held: list[set[int]] = [set() for _ in self.source_keys]
        for code, target in zip(self.source[mask].tolist(), self.target[mask].tolist(), strict=True):
            held[code].add(target)
        return [frozenset(one) for one in held]

    def traits(self) -> list[Traits]:
        """Traits of every source, of its strange acts and tries of names that do not exist."""
        mask = self.strange | self.missing
        columns = {name: self._first(name) for name in ("prefix", "network", "client")}
        behaviour: list[set[str]] = [set() for _ in self.source_keys]
        for code, detection in zip(self.source[mask].tolist(), self.acts.text("detection")[mask].tolist(), strict=True):
            behaviour[code].add(detection)
        targets = self.targets_by_source(mask)
        return [
            Traits(
                values={
                    "source_ip": ip,
                    "prefix": columns["prefix"][number],
                    "network": columns["network"][number],
                    "client": agent or columns["client"][number],
                    "behaviour": "+".join(sorted(behaviour[number])) or None,
                },
                targets=targets[number],
            )
            for number, (ip, agent) in enumerate(self.source_keys)
        ]


def infer(weighed: Weighed) -> list[Suspects]:
    """Suspected operators, the most surprising first."""
    if not len(weighed.acts):
        return []
    strangers = np.zeros(len(weighed.source_keys), np.int64)
    strange = weighed.strange & weighed.exists
    pairs = np.unique(np.stack([weighed.source[strange], weighed.account[strange]]), axis=1)
    np.add.at(strangers, pairs[0], 1)
    alpha, beta = benign_share(strangers, weighed.behind)
    chance = surprise(strangers, weighed.behind, alpha, beta)
    suspicious = np.flatnonzero((chance < FALSE_ALARM) & (strangers >= 2))
    suspicious = suspicious[np.argsort(chance[suspicious], kind="stable")][:MOST_SOURCES]
    if not len(suspicious):
        return []
    traits = weighed.traits()
    active = [number for number, one in enumerate(traits) if one.targets]
    # Usual frequencies come from the owners, so that a common client weighs nothing even if few attackers use it.
    usual = {"network": weighed.population.shares["network"], "source_ip": weighed.population.shares["source_ip"]}
    u = frequencies([traits[number] for number in active], usual)
    rarity = target_rarity([traits[number] for number in active])
    core = [traits[number] for number in suspicious]
    labels = clusters(scores(core, u, rarity))
    groups = [suspicious[labels == label].tolist() for label in np.unique(labels)]
    grown = absorbed(traits, groups, active, strangers)
    return _accepted(weighed, grown, chance, strangers)


def _accepted(
    weighed: Weighed, groups: list[tuple[list[int], list[int]]], chance: np.ndarray, strangers: np.ndarray
) -> list[Suspects]:
    found = []
    for core, everyone in groups:
        inside = np.zeros(len(weighed.source_keys), np.bool_)
        inside[everyone] = True
        mask = inside[weighed.source] & (weighed.strange | weighed.missing)
        accounts = len(np.unique(weighed.account[mask & weighed.exists]))
        if accounts < LEAST_ACCOUNTS:
            continue
        found.append(
            Suspects(
                sources=frozenset(weighed.source_keys[number] for number in everyone),
                acts=np.flatnonzero(mask),
                core=len(core),
                surprise=float(np.log10(np.maximum(chance[core], 1e-300)).sum()),
            )
        )
    return sorted(found, key=lambda one: (one.surprise, one.acts[0]))


__all__ = ["AGREE", "Suspects", "Weighed", "infer"]
