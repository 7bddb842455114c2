"""Browsers that one operator keeps to and owners hardly use: their visits give it away at any address.

A client (`Chrome/Windows`) is half the world's. The very version that somebody's tool claims to be, or that one machine
has not updated for a year, is often nobody else's: an account that was never let in with it before, and is now, was
visited by whoever goes for the others with it. It is term frequency as in Fellegi & Sunter (1969) and Winkler (2000):
agreement on a rare value says more. Owners change their browsers as well, and how likely to this one is measured by how
many use it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from math import log, nan
from typing import NamedTuple

import ibis
import numpy as np
import pyarrow as pa

from tocsin.campaigns.acts import GATHERED, IN_ORDER
from tocsin.campaigns.background import BROWSER
from tocsin.campaigns.lived import Lived
from tocsin.campaigns.texts import each, texts
from tocsin.engines import Engine
from tocsin.enrich import let_in

HABIT = 4.0
"""How many observed user agents owners' usual ones count as, in foretelling which one an operator shows next."""

TELLING = 4.0
"""How much more usual a user agent must be with the operator than with owners to be looked for (natural log, fifty to
one): the visits of all who use it are fetched."""

HALF = 2
"""Who was let in with a browser on one day of so many uses it."""


def telling(own: pa.Table, usual: Mapping[str, float], accounts: int) -> dict[str, float]:
    """Owner log-odds of being met with each browser that gives one operator away. `own` are its acts, `usual` owners'
    shares of user agents, `accounts` how many they have.

    Programs that name a library are left out: house scripts come by the same, and other people's robots.
    """
    # Each address has one voice for each user agent seen there.
    voices = Counter(agent for _, agent in {*zip(texts(own["source_ip"]), texts(own["user_agent"]), strict=True)})
    total, least = voices.total() - voices.pop(None, 0), 1.0 / max(accounts, 1)
    odds = {}
    for agent, number in voices.items():
        share = max(usual.get(agent, 0.0), least)
        odds[agent] = log(share * (total + HABIT) / (number + HABIT * share))
    return {agent: odd for agent, odd in odds.items() if agent.startswith(BROWSER) and odd < -TELLING}


def let_in_with(engine: Engine, gist: ibis.Table, agents: Iterable[str]) -> pa.Table:
    """All events (GATHERED) that let somebody in with one of these user agents, in order of time."""
    asked = pa.table({"user_agent": pa.array(sorted(agents), pa.string())})
    there = gist.semi_join(engine.table("telling_agents", asked), "user_agent")
    there = there.filter(let_in(there), there.account.notnull(), there.source_ip.notnull())
    return engine.rows(there.select(*GATHERED)).sort_by(IN_ORDER)


@dataclass(frozen=True)
class Browsers:
    """One operator's telling browsers, beside what accounts' owners use."""

    odds: Mapping[str, float]  # by user agent, of an account that does not use it: as from `telling`
    visits: pa.Table | None  # by such accounts: as from `let_in_with`
    kept: frozenset[tuple[str, str]]  # (account, user agent): who uses it

    @classmethod
    def of(cls, odds: Mapping[str, float], rows: pa.Table, came: int, lived: Lived) -> Browsers:
        """`rows` as from `let_in_with`, `came` is the operator's first day (since 1970), and `lived` are the days on
        which these accounts were let in with whatever."""
        names = ("account", "user_agent", "source_ip", "network", "client")
        pairs = [*zip(*(texts(rows[name]) for name in names), rows["day_number"].to_pylist(), strict=True)]
        on: dict[tuple[str, str], set[_Met]] = {}
        for account, agent, address, network, client, day in pairs:
            if agent in odds:
                on.setdefault((account, agent), set()).add(_Met(day, address, network, client))
        kept = frozenset(pair for pair, held in on.items() if _uses(pair[0], held, came, lived))
        met, using = (Counter(agent for _, agent in pairs) for pairs in (on, kept))
        # The operator's own visits must not make its browser usual.
        rarer = {agent: odd + log((using[agent] + 0.5) / (met[agent] + 0.5)) for agent, odd in odds.items()}
        strange = [(account, agent) in on and (account, agent) not in kept for account, agent, *_ in pairs]
        return cls(rarer, rows.filter(pa.array(strange, pa.bool_())), kept)

    def of_rows(self, rows: pa.Table) -> np.ndarray:
        """Owner log-odds of each row by its browser; NaN where it tells nothing, or is the account's own."""
        if not self.odds or not len(rows):
            return np.full(len(rows), nan)
        odds = each(rows["user_agent"], lambda agent: self.odds.get(agent, nan))
        told = np.flatnonzero(~np.isnan(odds))
        accounts, agents = (texts(rows[name].take(pa.array(told))) for name in ("account", "user_agent"))
        odds[told] = [
            nan if pair in self.kept else odd
            for pair, odd in zip(zip(accounts, agents, strict=True), odds[told].tolist(), strict=True)
        ]
        return odds


class _Met(NamedTuple):
    """A day on which somebody was let in."""

    day: int  # since 1970
    source_ip: str | None
    network: str | None
    client: str | None


def _uses(account: str, held: Collection[_Met], came: int, lived: Lived) -> bool:
    """Does the account's owner use a browser that was let in there and then? A new one is tried at home, or shown ever
    after; and the old one becomes a new version wherever its owner is. Another in a home's network is not at home:
    there are other people's machines."""
    first = min(one.day for one in held)
    before = [
        _Met(day, address, network, client) for day, address, network, client, _ in lived.of(account) if day < first
    ]
    homes = {one.source_ip for one in before}
    updated = {(one.network, one.client) for one in before}
    if first < came or any(one.source_ip in homes or (one.network, one.client) in updated for one in held):
        return True
    return not before and HALF * len({one.day for one in held}) > lived.number_of_days(account)


UNTOLD = Browsers({}, None, frozenset())
"""An operator whose browsers tell nothing."""
