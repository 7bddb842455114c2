"""One operator's side of every comparison: its networks and clients, its aim, and who else is at its addresses."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tocsin.campaigns.acts import NUMBER
from tocsin.campaigns.browsers import UNTOLD, Browsers
from tocsin.campaigns.hours import Watch
from tocsin.campaigns.lived import Lived
from tocsin.campaigns.population import Population
from tocsin.campaigns.shown import Beside, Shown
from tocsin.campaigns.strangers import STAYING, weigh, weigh_client
from tocsin.campaigns.texts import each, firsts, texts
from tocsin.campaigns.traits import TRAITS
from tocsin.campaigns.weighed import Weighed

KNOWN_DAYS = 3
"""Days of use before the operator came from which on they alone tell what is usual for an account. Where there are
fewer, all other days do: an owner first seen after the attack is no stranger at home."""

NEVER = 1 << 30
"""A day after every other."""

CLIENT_HABIT = 4.0
"""How many observed clients the site's usual ones count as, in foretelling which one an operator shows next."""

PIECE = 1 << 14
"""Rows that are weighed at once: each is held beside all days of its account."""

DRAWN = 2.0
"""How many accounts the share of both together counts as, where owners and operator are compared: without any of
either there is no difference."""


RETURNS = 0.5
"""Chance that an operator who was in comes back to the account through the same address on one more day; who lives
there does so on any number of days."""


class Operator:
    """One operator's side of every comparison: its networks and clients, its aim, who else is at its addresses."""

    def __init__(
        self,
        own: pa.Table,
        here: pa.Table,
        addresses: Iterable[str],
        lived: Lived,
        weighed: Weighed,
        browsers: Browsers = UNTOLD,
    ) -> None:
        self._lived = lived
        self._browsers = browsers
        self._roster = weighed.roster
        self._addresses = set(addresses)
        self._gone_for: dict[str, set[str]] = _by_address(own, "account")
        self._networks: dict[str, str | None] = dict(
            zip(own["source_ip"].to_pylist(), own["network"].to_pylist(), strict=True)
        )
        entered, failed_first = lived.let_in_at(self._addresses), _first_seen_failing(here)
        # An account without history is nobody's stranger, and may be met by the operator all the same.
        self._tried_at = {ip: self._gone_for[ip] | (failed_first[ip] - entered[ip]) for ip in self._addresses}
        self._met = Counter(account for held in self._tried_at.values() for account in held)
        self._others = {ip: entered[ip] - self._gone_for[ip] - failed_first[ip] for ip in self._addresses}
        self.owners = {ip: len(held) for ip, held in self._others.items()}
        self._aim = self._aim_odds(self._others)
        self._days_at: dict[str, set[int]] = _by_address(own, "day_number")
        self._away = self._away_odds()
        self._watch = Watch(own, weighed.owners_hours)
        self._theirs = lived.has("source_ip", self._addresses)
        self._site = weighed.population
        self._population = replace(weighed.population, shares=self._shares(own, weighed.population))

    def _aim_odds(self, others: dict[str, set[str]]) -> dict[tuple[bool, bool], float]:
        """log P(cell | an owner at one of its addresses) - log P(cell | gone for there), by whether the account stands
        on the roster and whether it was gone for from another of the addresses too: operators come back to whom they
        are after, and of the people behind an exit few are among these."""
        theirs = Counter(self._cell(address, account) for address, held in others.items() for account in held)
        mine = Counter(self._cell(address, account) for address, held in self._gone_for.items() for account in held)
        odds = {}
        for rostered in (True, False):
            aim = 0.0
            if self._roster:
                on = [sum(number for (one, _), number in held.items() if one == rostered) for held in (theirs, mine)]
                aim = float(np.log((on[0] + 1) / (theirs.total() + 2)) - np.log((on[1] + 1) / (mine.total() + 2)))
            for again in (True, False):
                odds[rostered, again] = aim + _contrast(
                    [(held[rostered, again], held[rostered, not again]) for held in (theirs, mine)]
                )
        return odds

    def _cell(self, address: str, account: str) -> tuple[bool, bool]:
        elsewhere = self._met[account] - (account in self._tried_at.get(address, ()))
        return account in self._roster, elsewhere > 0

    def _shares(self, own: pa.Table, population: Population) -> dict[str, dict[str, float]]:
        """How likely this operator shows a value: of networks and countries by the site's frequency or its own,
        whichever is higher, for it may rent anywhere; of clients by its own habit around what is usual at the site."""
        shares = {feature: dict(table) for feature, table in population.shares.items()}
        for feature in ("network", "country"):
            held = Counter(value for value in own[feature].to_pylist() if value is not None)
            for value, number in held.items():
                shares[feature][value] = max(shares[feature].get(value, 0.0), number / held.total())
        # Each address has one voice for each client seen there: an operator changes tools from sitting to sitting.
        pairs = {pair for pair in zip(own["source_ip"].to_pylist(), own["client"].to_pylist(), strict=True) if pair[1]}
        clients = Counter(client for _, client in pairs)
        floor = 1.0 / max(population.accounts, 1)
        usual = population.shares["client"]
        for client in usual.keys() | clients.keys():
            expected = CLIENT_HABIT * max(usual.get(client, 0.0), floor)
            shares["client"][client] = (clients[client] + expected) / (clients.total() + CLIENT_HABIT)
        return shares

    def others(self, address: str, account: str) -> int:
        """How many accounts but this one were let in at one of its addresses and not gone for there."""
        held = self._others[address]
        return len(held) - (account in held)

    def tried_alone(self) -> Counter[str | None]:
        """How many accounts it went for at addresses where nobody else or one other was let in, by network."""
        found: Counter[str | None] = Counter()
        for address, held in self._gone_for.items():
            if held and len(self._others.get(address, ())) <= 1:
                found[self._networks[address]] += len(held)
        return found

    def met_once(self, rows: pa.Table) -> np.ndarray:
        """Rows of accounts that the operator went for at one address only, which serves it for nobody else: a success
        there is as well an owner's who came by a new line."""
        return np.array(
            [
                self._met[account] == 1 and self._gone_for[ip] == {account}
                for ip, account in zip(rows["source_ip"].to_pylist(), rows["account"].to_pylist(), strict=True)
            ],
            np.bool_,
        )

    def _away_odds(self) -> float:
        """What it speaks for the owner that the operator was not seen at one of its addresses on that day, the day
        before or after: how seldom it comes back to one over how seldom it is at one."""
        runs = sum(sum(day - 1 not in days for day in days) for days in self._days_at.values())
        back = (runs - len(self._days_at) + 0.5) / (runs + 1.0)
        return float(-np.log(back))

    def given_away(self, account: str, agents: Iterable[str | None]) -> bool:
        """Does one of these user agents, which the account does not use, give the operator away?"""
        return any(agent in self._browsers.odds and (account, agent) not in self._browsers.kept for agent in agents)

    def away(self, address: str, days: Iterable[int]) -> float:
        """Owner log-odds of a visit on these days by whether the operator was seen at the address about then."""
        seen = self._days_at.get(address)
        if not seen or any(not seen.isdisjoint((day - 1, day, day + 1)) for day in days):
            return 0.0
        return self._away

    def lives(self, address: str, account: str) -> float:
        """Owner log-odds of the number of days on which the account was let in at one of its addresses."""
        start, end = self._lived.span(account)
        there = self._lived.codes("source_ip")[start:end] == self._lived.code("source_ip", address)
        return returned(len(np.unique(self._lived.days[start:end][there])))

    def keeps_to(self, rows: pa.Table, touch: Mapping[str, int], *, known_days: int) -> np.ndarray:
        """Per row, log of how much more usual its network is with the operator than at the site, as far as a network
        may decide; nought where it is not, and where the account's owner shows the network or the address: `odds` has
        weighed them."""
        theirs, site = self._population.shares["network"], self._site.shares["network"]
        floor = 1.0 / max(self._site.accounts, 1)

        def more(network: str | None) -> float:
            if network is None:
                return 0.0
            told = np.log(max(theirs.get(network, 0.0), floor) / max(site.get(network, 0.0), floor))
            return min(max(float(told), 0.0), TRAITS["network"].most)

        shown = self._beside(rows).before(_since(rows, touch), known_days)
        known = shown.seen["source_ip"] | shown.seen["network"]
        return np.where(known, 0.0, each(rows["network"], more))

    def shows(self, rows: pa.Table, touch: Mapping[str, int], feature: str, *, known_days: int) -> np.ndarray:
        """Is the row's value of this feature its account's own, as `odds` sees it? bool per row."""
        return self._beside(rows).before(_since(rows, touch), known_days).seen[feature]

    def by_client(self, rows: pa.Table, touch: Mapping[str, int], *, known_days: int) -> np.ndarray:
        """What of `odds` the client says."""
        shown = self._beside(rows).before(_since(rows, touch), known_days)
        said = weigh_client(rows, shown.seen, shown.days, self._population)
        return np.asarray(said + self._fresh(rows, shown.seen["client"]), np.float64)

    def by_hour(self, rows: pa.Table) -> np.ndarray:
        """What of `odds` the hour says."""
        return np.asarray(self._watch.odds(texts(rows["account"]), rows["ts"].to_numpy()), np.float64)

    def prior(self, address: str, account: str, fallen: Collection[str] = ()) -> float:
        """Log-odds that whoever acts on this account here is its owner, before its habits are looked at. `fallen` are
        accounts that the operator was in here, as turned out since.

        The account's own visits do not speak for it: they are what is asked about.
        """
        gone_for, others = self._gone_for[address], self._others[address]
        if fallen:
            gone_for, others = gone_for.union(fallen), others.difference(fallen)
        crowd = _crowd(len(others) - (account in others), len(gone_for))
        return crowd + self._aim[self._cell(address, account)]

    def odds(self, rows: pa.Table, touch: Mapping[str, int], *, known_days: int | None = None) -> np.ndarray:
        """Owner log-odds of each row, from days before the first touch and from addresses not of the operator.

        With `known_days`, accounts used on so many days before the first touch are weighed by those alone, and others
        by every day but the row's own; what the days at the row's own address say is then bounded.
        """
        return self.odds_since(rows, _since(rows, touch), known_days=known_days)

    def odds_since(self, rows: pa.Table, since: np.ndarray, *, known_days: int | None = None) -> np.ndarray:
        """The same, with the day of the first touch for each row."""
        pieces = range(0, len(rows), PIECE)
        found = [self._odds(rows.slice(one, PIECE), since[one : one + PIECE], known_days) for one in pieces]
        return np.concatenate([np.zeros(0), *found])

    def _odds(self, rows: pa.Table, since: np.ndarray, known_days: int | None) -> np.ndarray:
        beside = self._beside(rows)
        shown = beside.before(since, known_days)
        odds = self._by_habit(rows, shown)
        visiting = shown.thin & shown.visits & rows["source_ip"].is_valid().to_numpy(zero_copy_only=False)
        if visiting.any():
            unhelped = self._by_habit(rows, beside.elsewhere())
            odds = np.where(visiting, np.minimum(odds, unhelped + STAYING), odds)
        return np.asarray(odds + self.by_hour(rows), np.float64)

    def _beside(self, rows: pa.Table) -> Beside:
        return Beside(rows, self._lived, self._theirs, self._population.relays)

    def _by_habit(self, rows: pa.Table, shown: Shown) -> np.ndarray:
        """Owner log-odds of each row, from what its account shows."""
        # Who uses one relay uses others.
        relays = self._population.relays
        relayed = shown.relaying * each(rows["network"], lambda network: relays.get(network, 0.0))
        odds = weigh(rows, shown.seen, shown.days, self._population, relayed=relayed, known=shown.known)
        return np.asarray(odds + self._fresh(rows, shown.seen["client"]), np.float64)

    def _fresh(self, rows: pa.Table, known: np.ndarray) -> np.ndarray:
        """What a client new to the account adds: how usual it is at the site over how usual with this operator; and so
        does a version, where it gives the operator away."""
        floor = 1.0 / max(self._population.accounts, 1)
        usual, theirs = self._site.shares["client"], self._population.shares["client"]

        def more(client: str | None) -> float:
            if client is None:
                return 0.0
            return float(np.log(max(usual.get(client, 0.0), floor) / max(theirs.get(client, 0.0), floor)))

        by_family = np.where(known, 0.0, each(rows["client"], more))
        by_version = self._browsers.of_rows(rows)
        return np.where(np.isnan(by_version), by_family, by_version)


@lru_cache(maxsize=1 << 14)
def _crowd(others: int, gone_for: int) -> float:
    """Log-odds that one of so many owners is met and none of so many accounts that were gone for."""
    return float(np.log((others + 0.5) / (gone_for + 0.5)))


def _since(rows: pa.Table, touch: Mapping[str, int]) -> np.ndarray:
    """Per row the day on which its account was first touched."""
    return each(rows["account"], lambda account: touch.get(account, NEVER))


def returned(days: int) -> float:
    """Owner log-odds of so many days at one address: who lives there is there on any number of them."""
    return -max(days - 1, 0) * float(np.log(RETURNS))


def _contrast(counts: Sequence[tuple[int, int]]) -> float:
    """log of the first share over the second, each (of this, of the rest), drawn to the share of both together."""
    this, rest = (sum(column) for column in zip(*counts, strict=True))
    usual = (this + 1.0) / (this + rest + 2.0)
    first, second = ((one + DRAWN * usual) / (one + other + DRAWN) for one, other in counts)
    return float(np.log(first / second))


def _first_seen_failing(rows: pa.Table) -> Mapping[str, set[str]]:
    """Accounts by address at which their first event was an act: a failure or a recovery. Who lives there was let in
    first. Rows are in order of time."""
    began = rows.take(firsts(rows.select(["source_ip", "account"])))
    return _by_address(began.filter(pc.greater_equal(began[NUMBER], 0)), "account")


def _by_address(rows: pa.Table, name: str) -> dict[str, set[Any]]:
    """The values of a column at each address."""
    held: dict[str, set[Any]] = defaultdict(set)
    for ip, value in zip(rows["source_ip"].to_pylist(), rows[name].to_pylist(), strict=True):
        held[ip].add(value)
    return held
