"""Campaigns out of acts: the order of work.

weigh      every act against the account's own history: owner or stranger       strangers.py
suspect    sources that bring more strangers than benign chance does            suspicion.py
link       suspicious sources that one operator is behind                        link.py
absorb     what is left and fits a cluster better than it fits the background    absorb.py
accept     clusters that chance does not explain, within the false-alarm budget
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from tocsin.campaigns.absorb import absorbed
from tocsin.campaigns.acts import Acts
from tocsin.campaigns.link import TRAITS, Chance, Group, agglomerated, base_rates
from tocsin.campaigns.population import Population
from tocsin.campaigns.strangers import FOLLOWED_BY_STRANGER, STRANGER, owner_log_odds
from tocsin.campaigns.suspicion import FALSE_ALARM, benign_share, surprise

HOURS = 24

VERSIONS = 0.2
"""Share of a browser family's users who run the same version at one time, for the frequency of a full user agent."""

UNFOLLOWED_WEIGHT = 0.5
"""People also give up; that nothing followed counts half."""

LEAST_ACCOUNTS = 5
"""Existing accounts a campaign must have gone for: fewer cannot be told from a household's bad week."""

MOST_SOURCES = 400
"""Suspicious sources compared pair by pair (cost grows with the square), the most surprising first; the rest are
weighed against what these made."""

SHARED_BY = 3
"""An address with more owners than this is shared: who uses which client there is told apart. Behind others, all
that is done from the address in one period is one source's, also where a log names no client."""


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
    accounts: int  # existing (provider, account) pairs
    roster: frozenset[str] = frozenset()
    roster_size: int = 0  # existing (provider, account) pairs on the roster
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
        speaks = np.where(
            followed,
            np.log(share / FOLLOWED_BY_STRANGER),
            np.log((1.0 - share) / (1.0 - FOLLOWED_BY_STRANGER)) * UNFOLLOWED_WEIGHT,
        )
        return np.asarray(odds + speaks, np.float64)

    @cached_property
    def source(self) -> np.ndarray:
        return self._sources[0]

    @cached_property
    def source_keys(self) -> list[tuple[str, str]]:
        """(address, user agent); '' for every client behind an address that is not shared, and for none named."""
        return self._sources[1]

    @cached_property
    def _sources(self) -> tuple[np.ndarray, list[tuple[str, str]]]:
        table: dict[tuple[str, str], int] = {}
        codes = [
            table.setdefault((ip, (agent or "") if self.owners_at(ip) > SHARED_BY else ""), len(table))
            for ip, agent in zip(self.acts.text("source_ip"), self.acts.text("user_agent"), strict=True)
        ]
        return np.array(codes, np.int64), list(table)

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
        proven = np.fromiter((key in self.known for key in keys), np.bool_, len(self.acts))
        return np.asarray(stated | proven, np.bool_)

    @cached_property
    def missing(self) -> np.ndarray:
        """The identifier does not exist."""
        return np.asarray(~self.exists & self.acts.equal("account_known", "false"), np.bool_)

    @cached_property
    def pair_odds(self) -> np.ndarray:
        """Per act the log-odds of the first act of its (source, account) pair.

        What follows speaks for an owner already in the first act (days after count like days before); judged by later
        acts, an attacker who got in and came back would be at home.
        """
        pair = self.source * (int(self.account.max(initial=0)) + 1) + self.account
        _, first, index = np.unique(pair, return_index=True, return_inverse=True)
        return np.asarray(self.odds[first][index], np.float64)

    @cached_property
    def strange(self) -> np.ndarray:
        """Acts of (source, account) pairs that do not begin like the owner's."""
        return np.asarray((self.pair_odds < STRANGER) & ~self.missing, np.bool_)

    @cached_property
    def odds_by_event(self) -> dict[tuple[str, str], float]:
        """`pair_odds` by (provider, event_uid); tries of names that do not exist have no owner."""
        odds = np.where(self.missing, -np.inf, self.pair_odds)
        return dict(
            zip(zip(self.acts.text("provider"), self.acts.text("event_uid"), strict=True), odds.tolist(), strict=True)
        )

    @cached_property
    def behind(self) -> np.ndarray:
        """Owners living behind each source: with its client where the address is shared. int64 per source."""
        clients = self._first("client")
        return np.array(
            [
                self.owners.get((ip, clients[number]), 0) if agent else self.owners_at(ip)
                for number, (ip, agent) in enumerate(self.source_keys)
            ],
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

    def groups(self) -> list[Group]:
        """What each source shows in strange acts and tries of names that do not exist; empty where it has none."""
        mask = self.strange | self.missing
        seen: list[dict[str, Counter[str]]] = [{trait: Counter() for trait in TRAITS} for _ in self.source_keys]
        targets: list[set[int]] = [set() for _ in self.source_keys]
        slots: set[tuple[int, int]] = set()
        columns = zip(
            self.source[mask].tolist(),
            self.acts.ts[mask].tolist(),
            self.target[mask].tolist(),
            self.acts.text("user_agent")[mask].tolist(),
            self.acts.text("client")[mask].tolist(),
            self.acts.text("network")[mask].tolist(),
            strict=True,
        )
        for code, ts, target, agent, client, network in columns:
            held = seen[code]
            targets[code].add(target)
            if agent or client:
                held["client"][agent or client] = 1
            held["network"][network] = 1
            held["address"][self.source_keys[code][0]] = 1
            hour = ts // 3_600_000
            if (code, hour) not in slots:
                slots.add((code, hour))
                held["hour"][str(hour % HOURS)] += 1
        return [
            Group(seen=seen[number], targets=frozenset(targets[number]), members=(number,))
            for number in range(len(self.source_keys))
        ]

    def chance(self, background: list[Group]) -> Chance:
        """What strangers whom nobody suspects, and owners, show at this site."""
        shares = self.population.shares
        families = dict(zip(self.acts.text("user_agent").tolist(), self.acts.text("client").tolist(), strict=True))
        clients = {agent: shares["client"].get(family, 0.0) * VERSIONS for agent, family in families.items() if agent}
        exist = {int(code) for code in np.unique(self.target[self.exists])}
        names = self.acts.codes("account")[1]
        return Chance(
            base=base_rates(
                background, {"network": shares["network"], "address": shares["source_ip"], "client": clients}
            ),
            rostered=frozenset(code for code in exist if names[code][0] in self.roster),
            roster_size=self.roster_size,
            population=self.accounts,
            existing=frozenset(exist),
        )


def infer(weighed: Weighed) -> list[Suspects]:
    """Suspected operators, the most surprising first."""
    if not len(weighed.acts):
        return []
    strangers = np.zeros(len(weighed.source_keys), np.int64)
    strange = weighed.strange & weighed.exists
    pairs = np.unique(np.stack([weighed.source[strange], weighed.account[strange]]), axis=1)
    np.add.at(strangers, pairs[0], 1)
    alpha, beta = benign_share(strangers, weighed.behind)
    surprises = surprise(strangers, weighed.behind, alpha, beta)
    suspicious = np.flatnonzero((surprises < FALSE_ALARM) & (strangers >= 2))
    suspicious = suspicious[np.argsort(surprises[suspicious], kind="stable")][:MOST_SOURCES]
    if not len(suspicious):
        return []
    groups = weighed.groups()
    active = [number for number, one in enumerate(groups) if one.targets]
    core = set(suspicious.tolist())
    chance = weighed.chance([groups[number] for number in active if number not in core])
    operators = agglomerated([groups[number] for number in suspicious], chance)
    quiet = [groups[number] for number in active if number not in core]
    grown = absorbed(operators, quiet, chance)
    return _accepted(weighed, grown, core, surprises)


def _accepted(weighed: Weighed, grown: list[Group], core: set[int], surprises: np.ndarray) -> list[Suspects]:
    found = []
    for group in grown:
        inside = np.zeros(len(weighed.source_keys), np.bool_)
        inside[list(group.members)] = True
        mask = inside[weighed.source] & (weighed.strange | weighed.missing)
        accounts = len(np.unique(weighed.account[mask & weighed.exists]))
        if accounts < LEAST_ACCOUNTS:
            continue
        own_core = [number for number in group.members if number in core]
        found.append(
            Suspects(
                sources=frozenset(weighed.source_keys[number] for number in group.members),
                acts=np.flatnonzero(mask),
                core=len(own_core),
                surprise=float(np.log10(np.maximum(surprises[own_core], 1e-300)).sum()),
            )
        )
    return sorted(found, key=lambda one: (one.surprise, one.acts[0]))


__all__ = ["Suspects", "Weighed", "infer"]
