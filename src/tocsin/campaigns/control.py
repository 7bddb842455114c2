"""How often whom an operator goes for is met with its marks, and how often everybody else is.

A right password at last, from one more address of the cloud that the tries came from, is a single sign-in at a strange
place: of any journey it may be the same. But whoever is not on the operator's list is the control group. Of those so
many are let in from networks that it keeps to, or with its browser, as it happens by accident; what those on the list
have beyond that is the operator's doing (empirical Bayes: Efron, "Large-Scale Inference", 2010).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from math import inf, log

import numpy as np
import pyarrow as pa

from tocsin.campaigns.browsers import Browsers
from tocsin.campaigns.operator import KNOWN_DAYS, Operator
from tocsin.campaigns.texts import each, texts

UNSEEN = 0.5
"""Accounts of the control group with one of the marks beside those counted: none seen is not none possible (Jeffreys'
prior of a Poisson rate). There are as many more as marks that one other account has: who is met with few of many marks
will be met with others of them (Good, "The Population Frequencies of Species", Biometrika 1953)."""

BY_ACCIDENT = 0.5
"""Accounts on the list, by the control group's measure, that may be met with a mark by accident: where more are, one
more proves nothing, and hides what the operator's other marks show."""

FALL_MOST = 0.1
"""Share of the accounts that it goes for which may fall to an operator: where more of them are met with its marks,
something else has brought them there."""


@dataclass(frozen=True)
class Marked:
    """Accounts that were let in with an operator's marks of one kind."""

    theirs: Mapping[str, frozenset[str]]  # by mark, those that it went for
    others: Mapping[str, int]  # by mark, how many others
    shares: Mapping[str, float]  # by mark, share of what the operator did with it


def by_control(marked: Marked, gone_for: int, accounts: int) -> dict[str, float]:
    """Owner log-odds of one of the accounts gone for being let in with each mark; `accounts` is how many the site has.
    Nothing where no more are than happens by accident."""
    rate = gone_for / max(accounts - gone_for, 1)
    own = [mark for mark in marked.shares if rate * marked.others.get(mark, 0) <= BY_ACCIDENT]
    whole = sum(marked.shares[mark] for mark in own)
    unseen = UNSEEN + sum(marked.others.get(mark, 0) == 1 for mark in own)
    accident = {mark: rate * (marked.others.get(mark, 0) + unseen * marked.shares[mark] / whole) for mark in own}
    met = set[str]().union(*(marked.theirs.get(mark, frozenset()) for mark in own))
    fallen = len(met) - sum(accident.values())
    if not 0.0 < fallen <= max(FALL_MOST * gone_for, 1.0):
        return {}
    return {mark: log(accident[mark] * whole / (fallen * marked.shares[mark])) for mark in own}


def networks(rows: pa.Table, new: Iterable[bool], picked: pa.Table, users: Mapping[str, int]) -> Marked:
    """Networks of sittings (`rows`, of accounts gone for) that are `new` to the account. `picked` is what the operator
    did, `users` how many accounts were let in from each network at all."""
    went = Counter(network for _, network in {*_pairs(picked, "network")} if network is not None)
    theirs, all_ = defaultdict[str, set[str]](set), defaultdict[str, set[str]](set)
    for (account, network), fresh in zip(_pairs(rows, "network"), new, strict=True):
        if network in went:
            all_[network].add(account)
            if fresh:
                theirs[network].add(account)
    return Marked(
        theirs={network: frozenset(held) for network, held in theirs.items()},
        others={network: max(users.get(network, 0) - len(all_[network]), 0) for network in went},
        shares={network: number / went.total() for network, number in went.items()},
    )


def browsers(told: Browsers, touch: Mapping[str, int], picked: pa.Table) -> Marked:
    """Browsers that give the operator away, by accounts that do not use them: of those gone for, since they were first
    touched (`touch`, days)."""
    if told.visits is None:
        return Marked({}, {}, {})
    theirs, others = defaultdict[str, set[str]](set), defaultdict[str, set[str]](set)
    days = told.visits["day_number"].to_pylist()
    for (account, agent), day in zip(_pairs(told.visits, "user_agent"), days, strict=True):
        if account not in touch:
            others[agent].add(account)
        elif day >= touch[account]:
            theirs[agent].add(account)
    places = {*zip(texts(picked["source_ip"]), texts(picked["user_agent"]), strict=True)}
    went = Counter(agent for _, agent in places if agent is not None)
    return Marked(
        theirs={agent: frozenset(held) for agent, held in theirs.items()},
        others={agent: len(held) for agent, held in others.items()},
        shares={agent: went[agent] / went.total() for agent in told.odds if went[agent]},
    )


@dataclass(frozen=True)
class Control:
    """The accounts of a site that one operator did not go for."""

    accounts: int  # of the site, these and the others
    users: Mapping[str, int]  # how many accounts were let in from each network
    browsers: Browsers  # the operator's

    def odds(
        self, began: pa.Table, habit: np.ndarray, picked: pa.Table, operator: Operator, touch: Mapping[str, int]
    ) -> np.ndarray:
        """Owner log-odds of sittings (the first row of each), all in all; infinite where no mark of the operator is
        met that is new to the account. `habit` is what `operator.odds` says of them, `picked` what the operator did,
        `touch` as for the aftermath."""
        new = ~operator.shows(began, touch, "network", known_days=KNOWN_DAYS)
        by_network = by_control(networks(began, new.tolist(), picked, self.users), len(touch), self.accounts)
        by_browser = by_control(browsers(self.browsers, touch, picked), len(touch), self.accounts)
        if not (by_network or by_browser):
            return np.full(len(began), inf)
        hours, machine = operator.by_hour(began), operator.by_client(began, touch, known_days=KNOWN_DAYS)
        place = habit - hours - machine
        kept = self.browsers.kept
        fresh = [pair not in kept for pair in _pairs(began, "user_agent")]
        odds = np.where(new, each(began["network"], lambda one: by_network.get(one, inf)) + machine, inf)
        same = np.where(fresh, each(began["user_agent"], lambda one: by_browser.get(one, inf)) + place, inf)
        return np.asarray(np.minimum(odds, same) + hours, np.float64)


def _pairs(rows: pa.Table, name: str) -> Iterator[tuple[str, str]]:
    return zip(texts(rows["account"]), texts(rows[name]), strict=True)
