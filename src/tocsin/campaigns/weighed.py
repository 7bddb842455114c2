"""The acts of a site with the odds that their owners acted, and with numbers for who did what to whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from tocsin.campaigns.acts import Acts
from tocsin.campaigns.arrivals import ARRIVAL, ENTRY
from tocsin.campaigns.hours import OwnersHours
from tocsin.campaigns.insistence import Refusals, refusals
from tocsin.campaigns.lent import LENT
from tocsin.campaigns.mirrors import directory
from tocsin.campaigns.old_passwords import PROGRAM, programs
from tocsin.campaigns.population import Population, agent_shares
from tocsin.campaigns.proxies import PLAIN
from tocsin.campaigns.refused_first import RefusedFirst
from tocsin.campaigns.sources import Sources, residents
from tocsin.campaigns.strangers import FOLLOWED_BY_STRANGER, STRANGER, WEIGHED, owner_log_odds

if TYPE_CHECKING:
    from tocsin.campaigns.changed_locks import Locks

UNFOLLOWED_WEIGHT = 0.5
"""People also give up; that nothing followed counts half."""


@dataclass(frozen=True)
class Weighed:
    """Acts with the arrays the steps share, each worked out once."""

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
    changed_locks: Sequence[Locks] = ()  # what fell together by locks that somebody else changed
    hosted: Mapping[str, frozenset[str]] = field(default_factory=dict)  # application with hosts -> whom it reads
    last_day: int | None = None  # (days since 1970) what was known later is left out

    @property
    def account(self) -> np.ndarray:
        """int64 per act."""
        return self._accounts[0]

    @cached_property
    def _accounts(self) -> tuple[np.ndarray, list[tuple[str, str]]]:
        """By directory and name. Else who fails once, told by two logs, would be two people who failed."""
        told, pairs = self.acts.codes("provider", "account")
        table: dict[tuple[str, str], int] = {}
        codes = [table.setdefault((directory(provider), account), len(table)) for provider, account in pairs]
        return np.array(codes, np.int64)[told], list(table)

    @property
    def target(self) -> np.ndarray:
        """int64 per act: the identifier, whichever provider it was tried at."""
        return self._targets[0]

    @property
    def identifiers(self) -> list[str | None]:
        """What each target is."""
        return self._targets[1]

    @cached_property
    def _targets(self) -> tuple[np.ndarray, list[str | None]]:
        codes, values = self.acts.codes("account")
        return codes, [identifier for (identifier,) in values]

    @cached_property
    def exists(self) -> np.ndarray:
        codes, keys = self._accounts
        proven = np.array([key in self.known for key in keys], np.bool_)[codes]
        return np.asarray(self.acts.equal("account_known", "true") | proven, np.bool_)

    @cached_property
    def missing(self) -> np.ndarray:
        """The identifier does not exist."""
        return np.asarray(~self.exists & self.acts.equal("account_known", "false"), np.bool_)

    @cached_property
    def idle(self) -> np.ndarray:
        """The account was let in on no other day."""
        days = (self.acts.table[name].to_numpy() for name in ("history_before", "history_after"))
        return np.asarray(sum(days) == 0, np.bool_)

    @cached_property
    def odds(self) -> np.ndarray:
        """Log-odds that the owner acted, with what followed within the hour."""
        return self.odds_of(np.arange(len(self.acts)), last_day=self.last_day)

    def odds_of(self, acts: np.ndarray, *, last_day: int | None = None) -> np.ndarray:
        """The same for some acts; `last_day` (days since 1970) hides what was known later."""
        table = self.acts.table.select(WEIGHED).take(pa.array(acts))
        odds = owner_log_odds(table, self.population, last_day=last_day)
        odds = odds + self._followed[acts] + self._insisted[acts] + self.programs[acts]
        # That the country is known may be the work of who went on with the session from there.
        told = self.arrived[acts] | self.fallen[acts]
        return np.asarray(np.where(told, np.minimum(odds, 0.0) - PLAIN, odds), np.float64)

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
        return np.asarray(np.where(self.arrived | self.fallen, 0.0, said), np.float64)

    @cached_property
    def refusals(self) -> Refusals:
        """Second factors refused again and again in a day."""
        return refusals(self.acts)

    @property
    def _insisted(self) -> np.ndarray:
        """What they speak against the owner."""
        return self.refusals.insisted

    @cached_property
    def insists(self) -> np.ndarray:
        """Prompts that were refused again and again: bool per act."""
        return np.asarray(self._insisted < STRANGER, np.bool_)

    @cached_property
    def programs(self) -> np.ndarray:
        """Per act what it speaks for the owner that it is a program's that asks with an old password, where its owner
        is."""
        return np.asarray(PROGRAM * programs(self.acts), np.float64)

    @cached_property
    def arrived(self) -> np.ndarray:
        """Acts of accounts at addresses where they arrive (arrivals.py), or where an application acts that they let in
        (lent.py), with the tries before: that they were let in within the hour is what is asked about."""
        codes, _ = self.acts.codes("source_ip", "account")
        there = [self.acts.equal("detection", detection) for detection in (ARRIVAL, ENTRY, LENT)]
        return np.isin(codes, codes[np.logical_or.reduce(there)])

    @cached_property
    def fallen(self) -> np.ndarray:
        """Acts of accounts at addresses where somebody else changed their locks (changed_locks.py), with the tries
        before."""
        return np.isin(self._places[0], [code for codes in self._changed for code in codes])

    def fallen_in(self, number: int) -> np.ndarray:
        """The same for one of `changed_locks`."""
        return np.isin(self._places[0], self._changed[number])

    @cached_property
    def _places(self) -> tuple[np.ndarray, list[tuple[str, str]]]:
        return self.acts.codes("source_ip", "account")

    @cached_property
    def _changed(self) -> list[list[int]]:
        """Codes of address and account, for each of `changed_locks`."""
        codes = {pair: code for code, pair in enumerate(self._places[1])} if self.changed_locks else {}
        return [[codes[pair] for pair in one.pairs if pair in codes] for one in self.changed_locks]

    @cached_property
    def sources(self) -> Sources:
        """Where the acts come from."""
        return Sources(self.acts, residents(self.owners, self.visits, self._met_by_strangers))

    @cached_property
    def _met_by_strangers(self) -> frozenset[tuple[str, str]]:
        """(address, account) of which the first act there is a stranger's."""
        codes, pairs = self.acts.codes("source_ip", "account")
        _, first = np.unique(codes, return_index=True)
        odd = (self.odds[first] < STRANGER) & ~self.missing[first]
        return frozenset(pair for pair, unlike in zip(pairs, odd.tolist(), strict=True) if unlike)

    @property
    def source(self) -> np.ndarray:
        """int64 per act: number of its source."""
        return self.sources.each

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

    def accounts_by(self, detection: str, acts: np.ndarray) -> int:
        """How many accounts these acts (indices) concern by this detection."""
        if not self.proxies:
            return 0
        return len(np.unique(self.account[acts[self.acts.equal("detection", detection)[acts]]]))

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
    def agent_shares(self) -> dict[str, float]:
        """How usual each user agent is among owners."""
        return agent_shares(self.agents)

    @cached_property
    def owner_odds(self) -> np.ndarray:
        """`pair_odds`; tries of names that do not exist have no owner."""
        return np.where(self.missing, -np.inf, self.pair_odds)

    @cached_property
    def mistyped(self) -> np.ndarray:
        """Per act what it speaks for the owner that it failed and a success followed within the hour."""
        return np.where(self.acts.followed & self.acts.equal("outcome", "failure"), self._followed, 0.0)

    @cached_property
    def insisted_at(self) -> dict[tuple[str, str, int], float]:
        """What it speaks against the owner that so many were refused, by account, address and day."""
        acts = np.flatnonzero(self._insisted < 0.0)
        columns = (self.acts.text(name)[acts].tolist() for name in ("account", "source_ip"))
        places = zip(*columns, self.acts.day[acts].tolist(), strict=True)
        return dict(zip(places, self._insisted[acts].tolist(), strict=True))
