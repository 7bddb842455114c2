"""The acts of a site with all that inference asks of them, each worked out once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType

import numpy as np
import pyarrow as pa

from tocsin.campaigns.acts import Acts
from tocsin.campaigns.arrivals import ARRIVAL, ENTRY
from tocsin.campaigns.background import Background
from tocsin.campaigns.grouped import grouped
from tocsin.campaigns.hours import OwnersHours
from tocsin.campaigns.insistence import insisted
from tocsin.campaigns.mirrors import directory
from tocsin.campaigns.old_passwords import PROGRAM, programs
from tocsin.campaigns.population import Population, agent_shares
from tocsin.campaigns.proxies import IN_VAIN, PLAIN
from tocsin.campaigns.refused_first import RefusedFirst
from tocsin.campaigns.strangers import FOLLOWED_BY_STRANGER, STRANGER, WEIGHED, owner_log_odds
from tocsin.campaigns.suspicion import BUSY, FALSE_ALARM, benign_share, surprise
from tocsin.campaigns.traits import Chance, Group
from tocsin.events import Activity

VERSIONS = 0.2
"""Share of a browser family's users who run the same version at one time, for the frequency of a full user agent."""

UNFOLLOWED_WEIGHT = 0.5
"""People also give up; that nothing followed counts half."""

MOST_SOURCES = 400
"""Suspicious sources compared pair by pair (cost grows with the square), the most surprising first; the rest are
weighed against what these made."""

ONE_SIDED = {"m365": "entra", "entra": "entra", "ocsf": "ocsf"}
"""Providers of which a log may hold sign-ins and nothing of the recovery form, and whose acts their logs tell: in
Microsoft's directory recoveries stand in a log of their own, in OCSF there is no word for their start."""

NAMES_TRIED = 3
"""Names that do not exist at one source: people who misspell theirs do so twice."""

SHARED_EXIT = 0.05
"""Chance that another stranger comes through the same address where owners share it: exits are few and popular."""

SHARED_BY = 3
"""An address with more owners than this is shared: who uses which client there is told apart. Behind others, all
that is done from the address in one period is one source's, also where a log names no client."""

NONE_LIKELY: Mapping[int, float] = MappingProxyType({})


@dataclass(frozen=True)
class Weighed:
    """Acts with the arrays the steps share."""

    acts: Acts
    population: Population
    owners: Mapping[tuple[str, str | None], int]
    visits: frozenset[tuple[str, str | None, str]]  # (address, client, account) let in, of accounts with acts there
    known: frozenset[tuple[str, str]]  # (directory, account) that some record proves
    accounts: int  # existing (directory, account) pairs
    roster: frozenset[str] = frozenset()
    roster_size: int = 0  # existing (directory, account) pairs on the roster
    agents: Mapping[str, int] = field(default_factory=dict)  # how many accounts were let in with each user agent
    proxies: Mapping[str, float] = field(default_factory=dict)  # address of each -> log-odds that it is one
    last_day: int | None = None  # (days since 1970) what was known later is left out

    @cached_property
    def odds(self) -> np.ndarray:
        """Log-odds that the owner acted, with what followed within the hour."""
        return self.odds_of(np.arange(len(self.acts)), last_day=self.last_day)

    def odds_of(self, acts: np.ndarray, *, last_day: int | None = None) -> np.ndarray:
        """The same for some acts; `last_day` (days since 1970) hides what was known later."""
        table = self.acts.table.select(WEIGHED).take(pa.array(acts))
        odds = owner_log_odds(table, self.population, last_day=last_day)
        odds = odds + self._followed[acts] + self._insisted[acts] + PROGRAM * self._program[acts]
        # That the country is known may be the work of who went on with the session from there.
        return np.asarray(np.where(self.arrived[acts], np.minimum(odds, 0.0) - PLAIN, odds), np.float64)

    @cached_property
    def followed_share(self) -> float:
        """How often owners are let in within the hour after a failure at an address that they use."""
        usual = (self.acts.table["source_ip_before"].to_numpy() > 0) & self.exists
        share = (float(self.acts.followed[usual].sum()) + 1.0) / (int(usual.sum()) + 2.0)
        return min(max(share, FOLLOWED_BY_STRANGER), 0.95)

    @cached_property
    def _followed(self) -> np.ndarray:
        """What it speaks for that a success followed within the hour, or none did."""
        followed, share = self.acts.followed, self.followed_share
        unfollowed = np.log((1.0 - share) / (1.0 - FOLLOWED_BY_STRANGER)) * UNFOLLOWED_WEIGHT
        said = np.where(followed, np.log(share / FOLLOWED_BY_STRANGER), unfollowed)
        return np.asarray(np.where(self.arrived, 0.0, said), np.float64)

    @cached_property
    def _program(self) -> np.ndarray:
        """Is the act a program's that asks with an old password, where its owner is?"""
        return programs(self.acts)

    @cached_property
    def programs(self) -> frozenset[tuple[str, str]]:
        """(provider, event_uid) of these."""
        rows = self.acts.table.select(["provider", "event_uid"]).filter(pa.array(self._program))
        return frozenset(zip(rows["provider"].to_pylist(), rows["event_uid"].to_pylist(), strict=True))

    @cached_property
    def arrived(self) -> np.ndarray:
        """Acts of accounts at addresses where they arrive (arrivals.py), with the tries before: that they were let in
        within the hour is what is asked about."""
        codes, _ = self.acts.codes("source_ip", "account")
        return np.isin(codes, codes[self.acts.equal("detection", ARRIVAL) | self.acts.equal("detection", ENTRY)])

    def accounts_by(self, detection: str, acts: np.ndarray) -> int:
        """How many accounts these acts (indices) concern by this detection."""
        if not self.proxies:
            return 0
        return len(np.unique(self.account[acts[self.acts.equal("detection", detection)[acts]]]))

    @cached_property
    def between(self) -> frozenset[int]:
        """Sources that do little but hand on what others type."""
        if not self.proxies:
            return frozenset()
        arrive = self.strangers(np.flatnonzero(self.arrived & self.strange))
        others = self.strangers(np.flatnonzero(self.strange & ~self.arrived))
        return frozenset(np.flatnonzero(others < IN_VAIN * arrive).tolist())

    @cached_property
    def _insisted(self) -> np.ndarray:
        """What it speaks against the owner that second factors were refused again and again in a day."""
        return insisted(self.acts)

    @cached_property
    def insisted_at(self) -> dict[tuple[str, str, int], float]:
        """The same by account, address and day, where it was so."""
        acts = np.flatnonzero(self._insisted < 0.0)
        columns = (self.acts.text(name)[acts].tolist() for name in ("account", "source_ip"))
        places = zip(*columns, self.acts.day[acts].tolist(), strict=True)
        return dict(zip(places, self._insisted[acts].tolist(), strict=True))

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
        pairs, values = self.acts.codes("source_ip", "user_agent")
        shared = {ip for ip, number in self._owners_at.items() if number > SHARED_BY}
        sources = ((ip, (agent or "") if ip in shared else "") for ip, agent in values)
        codes = [table.setdefault(one, len(table)) for one in sources]
        return np.array(codes, np.int64)[pairs], list(table)

    def source_of(self, address: str, agent: str | None) -> tuple[str, str]:
        """The source that a user agent at an address belongs to."""
        return address, (agent or "") if self.owners_at(address) > SHARED_BY else ""

    @cached_property
    def account(self) -> np.ndarray:
        return self._accounts[0]

    @cached_property
    def _accounts(self) -> tuple[np.ndarray, list[tuple[str, str]]]:
        """By directory and name. Else who fails once, told by two logs, would be two people who failed."""
        told, pairs = self.acts.codes("provider", "account")
        table: dict[tuple[str, str], int] = {}
        codes = [table.setdefault((directory(provider), account), len(table)) for provider, account in pairs]
        return np.array(codes, np.int64)[told], list(table)

    @cached_property
    def target(self) -> np.ndarray:
        """The identifier, whichever provider it was tried at."""
        return self._targets[0]

    @cached_property
    def _targets(self) -> tuple[np.ndarray, list[tuple[object, ...]]]:
        return self.acts.codes("account")

    @cached_property
    def exists(self) -> np.ndarray:
        codes, keys = self._accounts
        proven = np.array([key in self.known for key in keys], np.bool_)[codes]
        return np.asarray(self.acts.equal("account_known", "true") | proven, np.bool_)

    @cached_property
    def idle(self) -> np.ndarray:
        """The account was let in on no other day."""
        days = (self.acts.table[name].to_numpy() for name in ("history_before", "history_after"))
        return np.asarray(sum(days) == 0, np.bool_)

    @cached_property
    def missing(self) -> np.ndarray:
        """The identifier does not exist."""
        return np.asarray(~self.exists & self.acts.equal("account_known", "false"), np.bool_)

    @cached_property
    def first_of_pair(self) -> np.ndarray:
        """Per act the first act of its (source, account) pair, int64."""
        pair = self.source * (int(self.account.max(initial=0)) + 1) + self.account
        _, first, index = np.unique(pair, return_index=True, return_inverse=True)
        return np.asarray(first[index], np.int64)

    @cached_property
    def pair_odds(self) -> np.ndarray:
        """Per act the log-odds of the first act of its (source, account) pair.

        What follows speaks for an owner already in the first act (days after count like days before); judged by later
        acts, an attacker who got in and came back would be at home.
        """
        return np.asarray(self.odds[self.first_of_pair], np.float64)

    @cached_property
    def strange(self) -> np.ndarray:
        """Acts of (source, account) pairs that do not begin like the owner's."""
        return np.asarray((self.pair_odds < STRANGER) & ~self.missing, np.bool_)

    @cached_property
    def followed_by_event(self) -> dict[tuple[str, str], float]:
        """What a success within the hour speaks for the owner, by (provider, event_uid) of the failures before it."""
        acts = np.flatnonzero(self.acts.followed & self.acts.equal("outcome", "failure"))
        pairs = zip(self.acts.text("provider")[acts].tolist(), self.acts.text("event_uid")[acts].tolist(), strict=True)
        return dict(zip(pairs, self._followed[acts].tolist(), strict=True))

    @cached_property
    def owners_hours(self) -> OwnersHours:
        """When owners act."""
        owned = np.flatnonzero(~self.strange & self.exists)
        return OwnersHours(self.acts.text("account")[owned].tolist(), self.acts.ts[owned])

    @cached_property
    def refused_first(self) -> RefusedFirst:
        """How owners come to a recovery."""
        return RefusedFirst(self.acts, ~self.strange & self.exists)

    @cached_property
    def odds_by_event(self) -> dict[tuple[str, str], float]:
        """`pair_odds` by (provider, event_uid); tries of names that do not exist have no owner."""
        odds = np.where(self.missing, -np.inf, self.pair_odds)
        events = zip(self.acts.text("provider").tolist(), self.acts.table["event_uid"].to_pylist(), strict=True)
        return dict(zip(events, odds.tolist(), strict=True))

    @cached_property
    def behind(self) -> np.ndarray:
        """Owners living behind each source: with its client where the address is shared. int64 per source."""
        clients = self._first("client")
        return np.array(
            [
                self._residents.get((ip, clients[number]), 0) if agent else self.owners_at(ip)
                for number, (ip, agent) in enumerate(self.source_keys)
            ],
            np.int64,
        )

    @cached_property
    def _owners_at(self) -> dict[str, int]:
        held: dict[str, int] = {}
        for (ip, _), number in self._residents.items():
            held[ip] = held.get(ip, 0) + number
        return held

    @cached_property
    def _residents(self) -> dict[tuple[str, str | None], int]:
        """Owners by address and client, without those whose account was first met there by a stranger: an attacker who
        got in and stays would else be a household."""
        codes, pairs = self.acts.codes("source_ip", "account")
        _, first = np.unique(codes, return_index=True)
        odd = (self.odds[first] < STRANGER) & ~self.missing[first]
        strange = {pair for pair, unlike in zip(pairs, odd.tolist(), strict=True) if unlike}
        held = dict(self.owners)
        for ip, client, account in self.visits:
            if (ip, account) in strange:
                held[ip, client] -= 1
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

    def groups(self, acts: np.ndarray) -> list[Group]:
        """What each source shows in these acts (indices); sources that show nothing are left out."""
        insists = self._insisted[acts] < STRANGER
        addresses = [address for address, _ in self.source_keys]
        return grouped(self.acts, acts, self.source[acts], self.target[acts], insists, addresses)

    @cached_property
    def share(self) -> tuple[float, float]:
        """Alpha and beta of the benign share of strangers behind an address."""
        return benign_share(self.strangers(np.flatnonzero(self.strange)), self.behind)

    def strangers(self, acts: np.ndarray) -> np.ndarray:
        """Existing accounts that these acts (indices) go for, int64 per source."""
        return self._each_once(acts[self.exists[acts]], self.account)

    def suspicious(self, acts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Sources that by these acts (indices) bring more strangers than harmless ones do, the most surprising first;
        and the chance of every source's strangers if it is harmless."""
        strangers = self.strangers(acts)
        surprises = surprise(strangers, self.behind, *self.share)
        if self.proxies:
            surprises = np.minimum(surprises, np.exp(-self._between_odds * self._arriving(acts) / self._arriving()))
        found = np.flatnonzero((surprises < FALSE_ALARM) & (strangers >= 2))
        return found[np.argsort(surprises[found], kind="stable")][:MOST_SOURCES], surprises

    @cached_property
    def _between_odds(self) -> np.ndarray:
        """What speaks for each source's being a proxy. That a harmless address shows so much is less likely than one
        over the odds (Markov's inequality)."""
        return np.array([self.proxies.get(ip, 0.0) for ip, _ in self.source_keys], np.float64)

    def _arriving(self, acts: np.ndarray | None = None) -> np.ndarray:
        """Accounts that arrive at each source in these acts (indices), or in all; of these one at least."""
        if acts is None:
            return np.asarray(np.maximum(self._arriving(np.arange(len(self.acts))), 1), np.int64)
        return self._each_once(acts[self.arrived[acts]], self.account)

    @cached_property
    def suspects(self) -> tuple[np.ndarray, np.ndarray]:
        """`suspicious` by all acts of strangers."""
        return self.suspicious(np.flatnonzero(self.strange))

    def looking(self, acts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Sources that in these acts (indices) try more names that do not exist than harmless ones do, the most
        surprising first; and the chance of every source's names if it is harmless."""
        names, visits = self.names(acts), self.strangers(acts) + self.behind
        surprises = surprise(names, visits, *self.misspelt)
        found = np.flatnonzero((surprises < FALSE_ALARM) & (names >= NAMES_TRIED))
        return found[np.argsort(surprises[found], kind="stable")][:MOST_SOURCES], surprises

    @cached_property
    def lookers(self) -> tuple[np.ndarray, np.ndarray]:
        """`looking` by all acts."""
        return self.looking(np.flatnonzero(self.strange | self.missing))

    @cached_property
    def one_sided(self) -> np.ndarray:
        """Acts in logs that hide the recovery form (ONE_SIDED), bool per act.

        Such a log shows the names that an operator guessed wrong and not those that it guessed right. Where started
        recoveries stand in the log, who only tries names that do not exist is a program with an old list.
        """
        families = [ONE_SIDED.get(one) for one in self.acts.text("provider").tolist()]
        started = self.acts.equal("activity", Activity.RECOVERY_START.value).tolist()
        told = {None, *(one for one, start in zip(families, started, strict=True) if start)}
        return np.array([one not in told for one in families], np.bool_)

    @cached_property
    def misspelt(self) -> tuple[float, float]:
        """Alpha and beta of the benign share of names that do not exist among all that are tried at an address, as
        where many accounts are met: who only tries names must not teach what is usual."""
        acts = np.flatnonzero(self.strange | self.missing)
        accounts = self.strangers(acts) + self.behind
        met = accounts >= BUSY
        return benign_share(self.names(acts)[met], accounts[met])

    def names(self, acts: np.ndarray) -> np.ndarray:
        """Names that do not exist which these acts (indices) try in one-sided logs, int64 per source."""
        return self._each_once(acts[self.missing[acts] & self.one_sided[acts]], self.target)

    def _each_once(self, acts: np.ndarray, codes: np.ndarray) -> np.ndarray:
        """How many different codes (int64 per act) these acts (indices) have, int64 per source."""
        number = int(codes.max(initial=0)) + 1
        pairs = np.unique(self.source[acts] * number + codes[acts])
        return np.bincount(pairs // number, minlength=len(self.source_keys)).astype(np.int64)

    @cached_property
    def active(self) -> dict[int, Group]:
        """Every source with strangers or with names that do not exist."""
        return {one.members[0]: one for one in self.groups(np.flatnonzero(self.strange | self.missing))}

    def forget_groups(self) -> None:
        """Give back what only inference asks for: of a large site all sources' shown values are a hundred megabytes."""
        self.__dict__.pop("active", None)

    @cached_property
    def _prefix_shares(self) -> dict[str, float]:
        """Share of accounts met behind each neighbourhood of addresses that acts came from; of several at one address
        at least."""
        shares: dict[str, float] = {}
        met = dict(zip(self.acts.text("source_ip").tolist(), self.acts.text("prefix").tolist(), strict=True))
        for address, prefix in met.items():
            share = self.population.shares["source_ip"].get(address, 0.0)
            shares[prefix] = min(shares.get(prefix, 0.0) + share, 1.0)
        return shares

    @cached_property
    def chance(self) -> Chance:
        """What strangers whom nobody suspects, and owners, show at this site."""
        return self.chance_beside(self.suspects[0].tolist())

    @cached_property
    def days(self) -> range:
        """The days (since 1970) on which there are acts, and those between."""
        return range(int(self.acts.day.min()), int(self.acts.day.max()) + 1) if len(self.acts) else range(0)

    @cached_property
    def _background(self) -> Background:
        shares = self.population.shares
        families = dict(zip(self.acts.text("user_agent").tolist(), self.acts.text("client").tolist(), strict=True))
        clients = {agent: shares["client"].get(family, 0.0) * VERSIONS for agent, family in families.items() if agent}
        usual = {"network": shares["network"], "address": shares["source_ip"], "client": clients}
        usual["prefix"] = self._prefix_shares
        return Background(self.active.values(), usual, self.days, self.agent_shares)

    @cached_property
    def agent_shares(self) -> dict[str, float]:
        """How usual each is."""
        return agent_shares(self.agents)

    @cached_property
    def _exits(self) -> dict[str, float]:
        """The least chance of an address that owners share."""
        return {ip: SHARED_EXIT for ip, _ in self.source_keys if self.owners_at(ip) > SHARED_BY}

    @cached_property
    def _existing(self) -> frozenset[int]:
        """Targets that exist."""
        return frozenset(np.unique(self.target[self.exists]).tolist())

    @cached_property
    def _rostered(self) -> frozenset[int]:
        names = self._targets[1]
        return frozenset(code for code in self._existing if names[code][0] in self.roster)

    def chance_beside(self, suspected: Iterable[int], likely: Mapping[int, float] = NONE_LIKELY) -> Chance:
        """The same when these sources are suspected, and these are an operator's as likely as given."""
        base = self._background.beside(suspected, likely)
        base["address"] = base["address"].at_least(self._exits)
        return Chance(
            base=base,
            rostered=self._rostered,
            roster_size=self.roster_size,
            population=self.accounts,
            existing=self._existing,
        )
