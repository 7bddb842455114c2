"""Was it the owner? Log-odds for every act, from the account's own history.

The ratio is that of Freeman et al. (NDSS 2016): how likely the source is for this account's owner over how likely it
is for anybody, here with the owner's side measured as faithfulness (`population.py`) and with the days after the act
counted like those before it.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa

from tocsin.campaigns.faithfulness import LEVELS, MOST_KNOWN
from tocsin.campaigns.population import Population
from tocsin.campaigns.texts import each

STRANGER = -1.0
"""Natural log-odds below which an act is held to be somebody else's: e to one against the owner."""

FOLLOWED_BY_STRANGER = 0.05
"""Chance that a stranger's failure is followed by a success of the same account from the same address within the
hour: an attacker who gets in. Owners are measured."""

STAYING = 3.0
"""The most that later days may add for the owner (natural log, twenty to one): whoever gets in, then or later, may come
back on other days, and an attacker who stays must not become an owner by it."""

WEIGHED = (
    "day_number",
    "source_ip_stayed",
    "history_before",
    "history_after",
    *(f"{feature}{what}" for feature in (*LEVELS, "client") for what in ("", "_before", "_after")),
)
"""Columns of acts that `owner_log_odds` reads."""


def owner_log_odds(acts: pa.Table, population: Population, *, last_day: int | None = None) -> np.ndarray:
    """float64 per act: log P(source | owner) - log P(source | stranger). What is unknown weighs nothing.

    `last_day` (days since 1970) hides all that was seen later, for asking what a scan on that day would have said.
    """
    before = {feature: acts[f"{feature}_before"].to_numpy() > 0 for feature in (*LEVELS, "client")}
    seen = {feature: before[feature] | _seen_after(acts, feature, last_day) for feature in before}
    history = acts["history_before"].to_numpy().astype(np.float64)
    after = acts["history_after"].to_numpy().astype(np.float64)
    if last_day is not None:
        after = np.minimum(after, np.maximum(last_day - acts["day_number"].to_numpy(), 0))
    odds = weigh(acts, seen, history + after, population)
    stayed = acts["source_ip_stayed"].to_numpy()
    helped = (stayed > 0) | np.any([seen[feature] != held for feature, held in before.items()], axis=0)
    # Who lives there from now on has moved: beside an attacker the owner goes on elsewhere.
    visiting = np.flatnonzero(helped & (2 * stayed <= after))
    unhelped = weigh(
        acts.take(pa.array(visiting)),
        {feature: held[visiting] for feature, held in before.items()},
        (history + np.maximum(after - stayed, 0))[visiting],
        population,
    )
    odds[visiting] = np.minimum(odds[visiting], unhelped + STAYING)
    return odds


def weigh(
    acts: pa.Table,
    seen: Mapping[str, np.ndarray],
    history: np.ndarray,
    population: Population,
    *,
    relayed: np.ndarray | None = None,
    known: np.ndarray | None = None,
) -> np.ndarray:
    """The log-odds, from whether the account was `seen` with each trait and on how many days it was used at all.

    `relayed` is how likely the owner, as a user of relays, comes through the act's network.
    """
    # With little history even an owner has not been seen anywhere yet.
    chance = history / (history + 1.0)
    known = np.full(len(acts), MOST_KNOWN) if known is None else known
    place = _place(acts, population, seen, known, chance)
    if relayed is not None:
        through = np.flatnonzero((relayed > 0.0) & ~seen["source_ip"] & ~seen["network"])
        share = _share(acts, "network", population)[through]
        place[through] = np.maximum(place[through], np.log(relayed[through] / share))
    return np.asarray(place + weigh_client(acts, seen, history, population), np.float64)


def weigh_client(
    acts: pa.Table, seen: Mapping[str, np.ndarray], history: np.ndarray, population: Population
) -> np.ndarray:
    """What of `weigh` the client says."""
    return _client(acts, population, seen["client"], history / (history + 1.0))


def _seen_after(acts: pa.Table, feature: str, last_day: int | None) -> np.ndarray:
    after = acts[f"{feature}_after"].to_numpy(zero_copy_only=False).astype(np.float64)  # NULL becomes NaN
    with np.errstate(invalid="ignore"):
        return np.asarray(after <= (np.inf if last_day is None else last_day), np.bool_)


def _place(
    acts: pa.Table, population: Population, seen: Mapping[str, np.ndarray], known: np.ndarray, chance: np.ndarray
) -> np.ndarray:
    odds = np.zeros(len(acts))
    decided = np.zeros(len(acts), np.bool_)
    for level in LEVELS:
        here = seen[level] & ~decided
        share = _share(acts, level, population)
        odds[here] = np.log(population.places.share(level, known[here]) / share[here])
        decided |= here
    nowhere = ~decided & ~_null(acts, "source_ip")
    owner = 1.0 - chance[nowhere] * (1.0 - population.places.elsewhere)
    # Where most accounts share a country, a stranger who is met elsewhere is nothing unusual.
    odds[nowhere] = np.log(owner)
    return odds


def _client(acts: pa.Table, population: Population, seen: np.ndarray, chance: np.ndarray) -> np.ndarray:
    odds = np.zeros(len(acts))
    known = ~_null(acts, "client")
    share = _share(acts, "client", population)
    again = known & seen
    odds[again] = np.log(population.client_kept / share[again])
    fresh = known & ~seen
    odds[fresh] = np.log(1.0 - chance[fresh] * population.client_kept) - np.log(1.0 - np.minimum(share[fresh], 0.9))
    return odds


def _share(acts: pa.Table, feature: str, population: Population) -> np.ndarray:
    """Share of accounts that use the act's value; at least that of one account."""
    floor = 1.0 / max(population.accounts, 1)
    table = population.shares[feature]
    return np.asarray(np.minimum(each(acts[feature], lambda value: table.get(value, floor)), 0.99), np.float64)


def _null(acts: pa.Table, feature: str) -> np.ndarray:
    return np.asarray(acts[feature].is_null().to_numpy(zero_copy_only=False), np.bool_)
