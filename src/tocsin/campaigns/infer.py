"""Campaigns out of acts: the order of work.

weigh      every act against the account's own history: owner or stranger       strangers.py
suspect    sources that bring more strangers than benign chance does            suspicion.py
link       suspicious sources that one operator is behind                        link.py, waves.py, parting.py
absorb     what is left and fits a cluster better than it fits the background    absorb.py, doubtful.py
accept     clusters that chance does not explain, within the false-alarm budget
between    the same with sources that are suspicious for whom they let in alone: proxies are no list's guesses
again      the same with what is left, by the names tried that do not exist: where a log hides the recovery form, an
           operator who looks accounts up meets hardly any that exist
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from tocsin.campaigns.absorb import absorbed
from tocsin.campaigns.arrivals import ARRIVAL, ENTRY
from tocsin.campaigns.chances import log_choose
from tocsin.campaigns.doubtful import doubtful
from tocsin.campaigns.link import agglomerated, concentration
from tocsin.campaigns.parting import parted
from tocsin.campaigns.strangers import STRANGER
from tocsin.campaigns.suspicion import FALSE_ALARM
from tocsin.campaigns.traits import Group
from tocsin.campaigns.waves import set_apart, waves
from tocsin.campaigns.weighed import Weighed

LEAST_ACCOUNTS = 5
"""Existing accounts a campaign must have gone for: fewer cannot be told from a household's bad week."""

LEAST_NAMES = 50
"""Names that do not exist which a campaign must have tried that is told by them."""

LEAST_SOURCES = 5
"""Sources that such a campaign must have by themselves suspicious: one may be a program with an old list."""


@dataclass(frozen=True, kw_only=True)
class Suspects:
    """One operator's sources and acts."""

    sources: frozenset[tuple[str, str]]  # (address, user agent or '')
    acts: np.ndarray  # indices into the acts, int64, in order of time
    core: int  # how many of the sources were suspicious by themselves
    surprise: float  # log10 of the chance that the core sources are harmless
    arrived: int = 0  # accounts that a phishing page handed on (arrivals.py)
    entered: int = 0  # accounts that were let in with a strange browser (strange_browsers.py)
    by_names: bool = False  # suspicious for the names tried that do not exist, not for strangers at accounts


def infer(weighed: Weighed) -> list[Suspects]:
    """Suspected operators, the most surprising first."""
    if not len(weighed.acts):
        return []
    suspicious, surprises = weighed.suspects
    between = np.isin(suspicious, list(weighed.between))
    found = _grown(weighed, suspicious[~between], weighed.between, surprises, by_names=False)
    taken = frozenset(number for one, _ in found for number in one.members)
    found += _grown(weighed, suspicious[between], taken, surprises, by_names=False)
    taken = frozenset(number for one, _ in found for number in one.members)
    lookers, unlikely = weighed.lookers
    left = lookers[~np.isin(lookers, list(taken))]
    found += _grown(weighed, left, taken, unlikely, by_names=True)
    return sorted((one for _, one in found), key=lambda one: (one.by_names, one.surprise, one.acts[0]))


def _grown(
    weighed: Weighed, suspicious: np.ndarray, taken: frozenset[int], surprises: np.ndarray, *, by_names: bool
) -> list[tuple[Group, Suspects]]:
    """Operators behind the suspicious sources, with the quiet ones that are theirs; `taken` are others' already."""
    if not len(suspicious):
        return []
    core = frozenset(suspicious.tolist())
    chance = weighed.chance_beside(core | taken)
    single = {number: weighed.active[number] for number in suspicious.tolist()}
    apart = concentration(len(single))
    free = {number: one for number, one in weighed.active.items() if number not in taken}
    operators = parted(agglomerated([*single.values()], chance), single, chance, apart)
    operators = set_apart(operators, waves(free.values(), len(weighed.days)), single, chance, apart)
    quiet = [one for number, one in free.items() if number not in core]
    grown = absorbed(operators, quiet, lambda likely: weighed.chance_beside(core | taken, likely))
    more = doubtful(weighed, grown, taken)
    told = ((one, _told(weighed, one, acts, core, surprises, by_names)) for one, acts in zip(grown, more, strict=True))
    return [(one, found) for one, found in told if found is not None]


def _told(
    weighed: Weighed, group: Group, more: np.ndarray, core: frozenset[int], surprises: np.ndarray, by_names: bool
) -> Suspects | None:
    """The operator, if it went for enough to be told from chance; with `more` acts of other sources."""
    inside = np.zeros(len(weighed.source_keys), np.bool_)
    inside[list(group.members)] = True
    acts = np.flatnonzero(inside[weighed.source] & (weighed.strange | weighed.missing))
    own_core = [number for number in group.members if number in core]
    surprise = _surprise(surprises[own_core])
    if not _enough(weighed, acts, len(own_core), by_names=by_names) or not _stands_out(
        len(weighed.source_keys), surprise, len(own_core)
    ):
        return None
    return Suspects(
        sources=frozenset(weighed.source_keys[number] for number in {*group.members, *weighed.source[more].tolist()}),
        acts=np.union1d(acts, more),
        core=len(own_core),
        surprise=surprise,
        arrived=weighed.accounts_by(ARRIVAL, acts),
        entered=weighed.accounts_by(ENTRY, acts),
        by_names=by_names,
    )


def _surprise(chances: np.ndarray) -> float:
    """log10 of the chance that all of these sources are harmless."""
    return float(np.log10(np.maximum(chances, 1e-300)).sum())


def _stands_out(sources: int, surprise: float, core: int) -> bool:
    """Whether that is less than chance makes of the best so many of the sources of the site (Bonferroni's bound over
    the ways to choose them): on a large site somebody has a bad week every day."""
    ways = float(log_choose(float(sources), np.array(core))) / np.log(10.0)
    return bool(surprise + ways < np.log10(FALSE_ALARM))


def _enough(weighed: Weighed, acts: np.ndarray, core: int, *, by_names: bool) -> bool:
    """Whether these acts (indices) are too many for chance."""
    if not by_names:
        return len(np.unique(weighed.account[acts[weighed.exists[acts]]])) >= LEAST_ACCOUNTS
    return core >= LEAST_SOURCES and len(np.unique(weighed.target[acts[weighed.missing[acts]]])) >= LEAST_NAMES


def raised_on(weighed: Weighed, found: Suspects) -> datetime:
    """End of the first day on whose data a scan would have raised this operator (naive UTC).

    What is raised on one day's data is held to be raised on every later day's. Most operators are raised within days,
    and the data of few days are few: so it is looked for ever further from the first day, then by bisection. What is
    usual at the site is taken from all days, and only the sources now known to be the operator's are linked.
    """
    codes = [number for number, key in enumerate(weighed.source_keys) if key in found.sources]
    acts = np.flatnonzero(np.isin(weighed.source, codes))
    first, last = int(weighed.acts.day[found.acts].min()), int(weighed.acts.day[found.acts].max())
    early, late = first, first
    while late < last and not _raised(weighed, found, acts, late):
        early, late = late + 1, min(2 * late + 1 - first, last)
    while early < late:
        middle = (early + late) // 2
        if _raised(weighed, found, acts, middle):
            late = middle
        else:
            early = middle + 1
    return datetime(1970, 1, 1) + timedelta(days=early + 1)  # noqa: DTZ001 - naive UTC throughout


def _raised(weighed: Weighed, found: Suspects, acts: np.ndarray, last_day: int) -> bool:
    acts = acts[weighed.acts.day[acts] <= last_day]
    odds = weighed.odds_of(weighed.first_of_pair[acts], last_day=last_day)
    missing = weighed.missing[acts]
    strange = acts[(odds < STRANGER) & ~missing]
    shown = np.union1d(strange, acts[missing])
    suspicious, chances = weighed.looking(shown) if found.by_names else weighed.suspicious(strange)
    groups = {one.members[0]: one for one in weighed.groups(shown)}
    met = len(np.unique(weighed.source[weighed.acts.day <= last_day]))
    operators = agglomerated([groups[number] for number in suspicious.tolist()], weighed.chance.until(last_day))
    return any(
        _enough(weighed, shown[np.isin(weighed.source[shown], one.members)], len(one.members), by_names=found.by_names)
        and _stands_out(met, _surprise(chances[list(one.members)]), len(one.members))
        for one in operators
    )


__all__ = ["Suspects", "infer", "raised_on"]
