"""One operator's side of every comparison: its networks and clients, its aim, and who else is at its addresses."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from tocsin.campaigns.hours import Watch
from tocsin.campaigns.lived import Day, Lived
from tocsin.campaigns.population import Population
from tocsin.campaigns.strangers import LEVELS, STAYING, weigh
from tocsin.campaigns.texts import texts
from tocsin.campaigns.traits import TRAITS
from tocsin.campaigns.weighed import Weighed
from tocsin.enrich import FEATURES

NEVER = 1 << 30
"""A day after every other."""

CLIENT_HABIT = 4.0
"""How many observed clients the site's usual ones count as, in foretelling which one an operator shows next."""

DRAWN = 2.0
"""How many accounts the share of both together counts as, where owners and operator are compared: without any of
either there is no difference."""


class Habit(NamedTuple):
    """What an account's owner shows."""

    values: dict[str, dict[str | None, set[int]]]  # by feature, the days on which each value was shown
    thin: bool  # the row's own day, which is in here, must not speak for it
    days: int
    relaying: float  # share of the days on which the owner came through a relay

    def shows(self, feature: str, value: str, day: int) -> bool:
        """Whether the value is the account's, asked of a row on that day."""
        on = self.values[feature].get(value)
        return on is not None and not (self.thin and on == {day})

    def visits(self, address: str) -> bool:
        """Whether the account is rather elsewhere than at the address: who is there on most days has moved."""
        return 2 * len(self.values["source_ip"].get(address, ())) <= self.days


def _days_by(lived: Iterable[Day], place: int) -> dict[str | None, set[int]]:
    """Days on which each value was shown."""
    found: dict[str | None, set[int]] = defaultdict(set)
    for one in lived:
        found[one[place]].add(one[0])
    return dict(found)


class Operator:
    """One operator's side of every comparison: its networks and clients, its aim, who else is at its addresses."""

    def __init__(
        self,
        own: pa.Table,
        here: pa.Table,
        addresses: Iterable[str],
        lived: Lived,
        weighed: Weighed,
    ) -> None:
        self._lived = lived
        self._habits: dict[tuple[str, int, int | None], Habit] = {}
        self._roster = weighed.roster
        self._addresses = set(addresses)
        self._gone_for: dict[str, set[str]] = _by_address(own, "account")
        self._networks: dict[str, str | None] = dict(
            zip(own["source_ip"].to_pylist(), own["network"].to_pylist(), strict=True)
        )
        self._met = Counter(account for held in self._gone_for.values() for account in held)
        entered, failed_first = lived.let_in_at(self._addresses), _first_seen_failing(here, weighed)
        self._others = {ip: entered[ip] - self._gone_for[ip] - failed_first[ip] for ip in self._addresses}
        self.owners = {ip: len(held) for ip, held in self._others.items()}
        self._aim = self._aim_odds(self._others)
        self._days_at: dict[str, set[int]] = _by_address(own, "day_number")
        self._away = self._away_odds()
        self._watch = Watch(own, weighed.owners_hours)
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
        elsewhere = self._met[account] - (account in self._gone_for.get(address, ()))
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

    def away(self, address: str, days: Iterable[int]) -> float:
        """Owner log-odds of a visit on these days by whether the operator was seen at the address about then."""
        seen = self._days_at.get(address)
        if not seen or any(not seen.isdisjoint((day - 1, day, day + 1)) for day in days):
            return 0.0
        return self._away

    def keeps_to(self, rows: pa.Table, touch: Mapping[str, int], *, known_days: int) -> np.ndarray:
        """Per row, log of how much more usual its network is with the operator than at the site, as far as a network
        may decide; nought where it is not, and where the account's owner shows the network or the address: `odds` has
        weighed them."""
        theirs, site = self._population.shares["network"], self._site.shares["network"]
        floor = 1.0 / max(self._site.accounts, 1)
        names = ("account", "source_ip", "network", "day_number")
        found = []
        for account, ip, network, day in zip(*[rows[name].to_pylist() for name in names], strict=True):
            habit = self._habit(account, touch.get(account, NEVER), known_days)
            known = habit.shows("source_ip", ip, day) or habit.shows("network", network, day)
            more = max(theirs.get(network, 0.0), floor) / max(site.get(network, 0.0), floor)
            told = network is not None and not known
            found.append(min(max(float(np.log(more)), 0.0), TRAITS["network"].most) if told else 0.0)
        return np.array(found, np.float64)

    def prior(self, address: str, account: str) -> float:
        """Log-odds that whoever acts on this account here is its owner, before its habits are looked at.

        The account's own visits do not speak for it: they are what is asked about.
        """
        crowd = np.log((self.others(address, account) + 0.5) / (len(self._gone_for[address]) + 0.5))
        return float(crowd) + self._aim[self._cell(address, account)]

    def odds(self, rows: pa.Table, touch: Mapping[str, int], *, known_days: int | None = None) -> np.ndarray:
        """Owner log-odds of each row, from days before the first touch and from addresses not of the operator.

        With `known_days`, accounts used on so many days before the first touch are weighed by those alone, and others
        by every day but the row's own; what the days at the row's own address say is then bounded.
        """
        accounts, on = texts(rows["account"]), rows["day_number"].to_pylist()
        habits = {account: self._habit(account, touch.get(account, NEVER), known_days) for account in set(accounts)}
        odds = self._by_habit(rows, [(habits[account], day) for account, day in zip(accounts, on, strict=True)])
        visiting = {
            place: self._elsewhere(account, ip)
            for place, (account, ip) in enumerate(zip(accounts, texts(rows["source_ip"]), strict=True))
            if habits[account].thin and ip is not None and habits[account].visits(ip)
        }
        if visiting:
            unhelped = self._by_habit(
                rows.take(pa.array(list(visiting))), [(habit, on[place]) for place, habit in visiting.items()]
            )
            odds[list(visiting)] = np.minimum(odds[list(visiting)], unhelped + STAYING)
        return np.asarray(odds + self._watch.odds(accounts, rows["ts"].to_numpy()), np.float64)

    def _by_habit(self, rows: pa.Table, habits: Sequence[tuple[Habit, int]]) -> np.ndarray:
        """Owner log-odds of each row, from what its account shows on other days than the row's."""
        seen = {
            feature: np.array(
                [
                    value is not None and habit.shows(feature, value, day)
                    for (habit, day), value in zip(habits, texts(rows[feature]), strict=True)
                ],
                np.bool_,
            )
            for feature in (*LEVELS, "client")
        }
        days = np.array([habit.days for habit, _ in habits], np.float64)
        # Who uses one relay uses others.
        relays = self._population.relays
        relayed = np.array(
            [
                habit.relaying * relays.get(network, 0.0)
                for (habit, _), network in zip(habits, texts(rows["network"]), strict=True)
            ],
            np.float64,
        )
        odds = weigh(rows, seen, days, self._population, relayed=relayed)
        return np.asarray(odds + self._fresh(rows, seen["client"]), np.float64)

    def _habit(self, account: str, since: int, known_days: int | None) -> Habit:
        """The account's habit without the days from `since` on at the operator's addresses; without any from then on
        if there are `known_days` before it."""
        known = self._habits.get((account, since, known_days))
        if known is None:
            mine = [one for one in self._lived.of(account) if one[0] < since or one[1] not in self._addresses]
            days = {day for day, *_ in mine}
            thin = known_days is not None and len({day for day in days if day < since}) < known_days
            if known_days is not None and not thin:
                mine = [one for one in mine if one[0] < since]
            known = self._habits[account, since, known_days] = self._shown(mine, days=len(days), thin=thin)
        return known

    def _elsewhere(self, account: str, address: str) -> Habit:
        """The account's habit without what it shows at this address and at the operator's."""
        mine = [one for one in self._lived.of(account) if one[1] != address and one[1] not in self._addresses]
        return self._shown(mine, days=len({day for day, *_ in mine}), thin=True)

    def _shown(self, mine: Sequence[Day], *, days: int, thin: bool) -> Habit:
        behind = {day for day, _, network, _, _ in mine if network in self._population.relays}
        return Habit(
            values={feature: _days_by(mine, place) for place, feature in enumerate(FEATURES, start=1)},
            thin=thin,
            days=days,
            relaying=len(behind) / max(len({day for day, *_ in mine}), 1),
        )

    def _fresh(self, rows: pa.Table, known: np.ndarray) -> np.ndarray:
        """What a client new to the account adds: how usual it is at the site over how usual with this operator."""
        floor = 1.0 / max(self._population.accounts, 1)
        usual, theirs = self._site.shares["client"], self._population.shares["client"]
        return np.array(
            [
                0.0
                if seen or client is None
                else float(np.log(max(usual.get(client, 0.0), floor) / max(theirs.get(client, 0.0), floor)))
                for seen, client in zip(known.tolist(), rows["client"].to_pylist(), strict=True)
            ],
            np.float64,
        )


def _contrast(counts: Sequence[tuple[int, int]]) -> float:
    """log of the first share over the second, each (of this, of the rest), drawn to the share of both together."""
    this, rest = (sum(column) for column in zip(*counts, strict=True))
    usual = (this + 1.0) / (this + rest + 2.0)
    first, second = ((one + DRAWN * usual) / (one + other + DRAWN) for one, other in counts)
    return float(np.log(first / second))


def _first_seen_failing(rows: pa.Table, weighed: Weighed) -> dict[str, set[str]]:
    """Accounts by address at which their first event was a failure or a recovery: who lives there was let in first.
    Rows are in order of time."""
    seen: set[tuple[str, str]] = set()
    found: dict[str, set[str]] = defaultdict(set)
    columns = [texts(rows[name]) for name in ("source_ip", "account", "provider")]
    columns.append(rows["event_uid"].to_pylist())
    for ip, account, provider, uid in zip(*columns, strict=True):
        if (ip, account) not in seen:
            seen.add((ip, account))
            if (provider, uid) in weighed.odds_by_event:
                found[ip].add(account)
    return found


def _by_address(rows: pa.Table, name: str) -> dict[str, set[Any]]:
    """The values of a column at each address."""
    held: dict[str, set[Any]] = defaultdict(set)
    for ip, value in zip(rows["source_ip"].to_pylist(), rows[name].to_pylist(), strict=True):
        held[ip].add(value)
    return held
