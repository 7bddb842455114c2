"""Campaigns out of acts: the order of work.

weigh      every act against the account's own history: owner or stranger       strangers.py
suspect    sources that bring more strangers than benign chance does            suspicion.py
link       suspicious sources that one operator is behind                        link.py
absorb     what is left and fits a cluster better than it fits the background    absorb.py
accept     clusters that chance does not explain, within the false-alarm budget
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from tocsin.campaigns.absorb import absorbed
from tocsin.campaigns.link import Group, agglomerated
from tocsin.campaigns.strangers import STRANGER
from tocsin.campaigns.weighed import Weighed

LEAST_ACCOUNTS = 5
"""Existing accounts a campaign must have gone for: fewer cannot be told from a household's bad week."""


@dataclass(frozen=True, kw_only=True)
class Suspects:
    """One operator's sources and acts."""

    sources: frozenset[tuple[str, str]]  # (address, user agent or '')
    acts: np.ndarray  # indices into the acts, int64, in order of time
    core: int  # how many of the sources were suspicious by themselves
    surprise: float  # log10 of the chance that the core sources are harmless


def infer(weighed: Weighed) -> list[Suspects]:
    """Suspected operators, the most surprising first."""
    if not len(weighed.acts):
        return []
    suspicious, surprises = weighed.suspects
    if not len(suspicious):
        return []
    core = set(suspicious.tolist())
    operators = agglomerated([weighed.active[number] for number in suspicious.tolist()], weighed.chance)
    quiet = [one for number, one in weighed.active.items() if number not in core]
    grown = absorbed(operators, quiet, weighed.chance_beside)
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


def raised_on(weighed: Weighed, found: Suspects) -> datetime:
    """End of the first day on whose data a scan would have raised this operator (naive UTC).

    By bisection: what is raised on one day's data is held to be raised on every later day's. What is usual at the site
    is taken from all days, and only the sources now known to be the operator's are linked.
    """
    codes = [number for number, key in enumerate(weighed.source_keys) if key in found.sources]
    acts = np.flatnonzero(np.isin(weighed.source, codes))
    early, late = int(weighed.acts.day[found.acts].min()), int(weighed.acts.day[found.acts].max())
    while early < late:
        middle = (early + late) // 2
        if _raised(weighed, acts, middle):
            late = middle
        else:
            early = middle + 1
    return datetime(1970, 1, 1) + timedelta(days=early + 1)  # noqa: DTZ001 - naive UTC throughout


def _raised(weighed: Weighed, acts: np.ndarray, last_day: int) -> bool:
    acts = acts[weighed.acts.day[acts] <= last_day]
    odds = weighed.odds_of(weighed.first_of_pair[acts], last_day=last_day)
    missing = weighed.missing[acts]
    strange = acts[(odds < STRANGER) & ~missing]
    suspicious, _ = weighed.suspicious(strange)
    groups = {one.members[0]: one for one in weighed.groups(np.union1d(strange, acts[missing]))}
    operators = agglomerated([groups[number] for number in suspicious.tolist()], weighed.chance)
    return any(len(np.unique(weighed.account[_of(weighed, one, strange)])) >= LEAST_ACCOUNTS for one in operators)


def _of(weighed: Weighed, operator: Group, acts: np.ndarray) -> np.ndarray:
    """Those of the acts that go for existing accounts from the operator's sources."""
    return np.asarray(acts[np.isin(weighed.source[acts], operator.members) & weighed.exists[acts]], np.int64)


__all__ = ["Suspects", "infer", "raised_on"]
