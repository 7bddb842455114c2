"""Campaigns out of acts: the order of work.

weigh      every act against the account's own history: owner or stranger       strangers.py
suspect    sources that bring more strangers than benign chance does            suspected.py
link       suspicious sources that one operator is behind                        link.py, waves.py, parting.py
absorb     what is left and fits a cluster better than it fits the background    absorb.py, doubtful.py
spread     operators that use every address once, by what the addresses share    dispersed.py
go on      those of which one keeps nothing but the other's list                   successions.py
accept     clusters that chance does not explain, within the false-alarm budget
between    the same with sources that are suspicious for whom they let in alone: proxies are no list's guesses
again      the same with what is left, by the names tried that do not exist: where a log hides the recovery form, an
           operator who looks accounts up meets hardly any that exist
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property, partial

import numpy as np

from tocsin.campaigns.absorb import absorbed
from tocsin.campaigns.arrivals import ARRIVAL, ENTRY
from tocsin.campaigns.base_rates import BaseRates
from tocsin.campaigns.chances import SMALLEST, log_choose
from tocsin.campaigns.changed_locks import LEAST, LEAST_FALLEN
from tocsin.campaigns.dispersed import Dispersed
from tocsin.campaigns.doubtful import doubtful
from tocsin.campaigns.grouped import grouped
from tocsin.campaigns.lent import LENT
from tocsin.campaigns.link import agglomerated, concentration, log_odds, prior
from tocsin.campaigns.parting import parted
from tocsin.campaigns.strangers import STRANGER
from tocsin.campaigns.successions import continued
from tocsin.campaigns.suspected import Suspected
from tocsin.campaigns.suspicion import FALSE_ALARM
from tocsin.campaigns.traits import Chance, Group
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
    core: int  # how many of the sources were suspicious by themselves; none where all of them together were
    surprise: float  # log10 of the chance that the core sources are harmless
    spread: int = 0  # how many were so together
    alike: str = ""  # by what they have in common (dispersed.py)
    arrived: int = 0  # accounts that a phishing page handed on (arrivals.py)
    lent: int = 0  # accounts that an application uses that they let in (lent.py)
    locked_out: int = 0  # accounts whose locks were changed (changed_locks.py)
    entered: int = 0  # accounts that were let in with a strange browser (strange_browsers.py)
    by_names: bool = False  # suspicious for the names tried that do not exist, not for strangers at accounts


def infer(weighed: Weighed) -> list[tuple[Suspects, datetime]]:
    """Suspected operators, the most surprising first, with the end of the first day on whose data a scan would have
    raised each (naive UTC)."""
    if not len(weighed.acts):
        return []
    grounds = _Grounds(weighed, Suspected(weighed), BaseRates(weighed))
    suspicious, surprises = grounds.suspected.by_all_strangers
    proxies = grounds.suspected.between
    between = np.isin(suspicious, list(proxies))
    found = _grown(grounds, _Seeds(suspicious[~between], surprises, proxies, spread=True))
    taken = frozenset(number for one, _ in found for number in one.members)
    found += _grown(grounds, _Seeds(suspicious[between], surprises, taken))
    taken = frozenset(number for one, _ in found for number in one.members)
    lookers, unlikely = grounds.suspected.by_all_names
    left = lookers[~np.isin(lookers, list(taken))]
    found += _grown(grounds, _Seeds(left, unlikely, taken, by_names=True))
    told = sorted((one for _, one in found), key=lambda one: (one.by_names, one.surprise, one.acts[0]))
    return [(one, _raised_on(grounds, one)) for one in told]


@dataclass(frozen=True, eq=False)
class _Grounds:
    """What suspicion rests on."""

    weighed: Weighed
    suspected: Suspected
    rates: BaseRates

    @cached_property
    def chance(self) -> Chance:
        """What strangers whom nobody suspects, and owners, show at this site."""
        return self.rates.beside(self.suspected.by_all_strangers[0].tolist())


@dataclass(frozen=True, eq=False)
class _Seeds:
    """What operators are begun with."""

    suspicious: np.ndarray  # sources (numbers) suspicious by themselves, int64
    surprises: np.ndarray  # chance of what each source of the site shows if it is harmless, float64
    taken: frozenset[int]  # sources that are others' already
    spread: bool = False  # are operators to be looked for that use every address once?
    by_names: bool = False

    @cached_property
    def loud(self) -> frozenset[int]:
        return frozenset(self.suspicious.tolist())


def _grown(grounds: _Grounds, seeds: _Seeds) -> list[tuple[Group, Suspects]]:
    """Operators behind the suspicious sources, with the quiet ones that are theirs."""
    weighed, rates = grounds.weighed, grounds.rates
    operators = _linked(rates, seeds) if len(seeds.suspicious) else []
    dispersed = None
    if seeds.spread:
        dispersed = Dispersed(weighed, seeds.loud | seeds.taken)
        operators = _with_dispersed(rates, operators, dispersed, seeds)
        operators = continued(operators, grounds.chance)
    more = doubtful(weighed, rates, operators, seeds.taken)
    found = []
    for one, acts in zip(operators, more, strict=True):
        others = {number for other in operators if other is not one for number in other.members}
        told = _told(weighed, one, acts, seeds, partial(dispersed.chance, others=others) if dispersed else None)
        if told is not None:
            found.append((one, told))
    return found


def _linked(rates: BaseRates, seeds: _Seeds) -> list[Group]:
    """The suspicious sources by operator, each with the quiet ones that fit it."""
    chance = rates.beside(seeds.loud | seeds.taken)
    single = {number: rates.active[number] for number in seeds.suspicious.tolist()}
    apart = concentration(len(single))
    free = {number: one for number, one in rates.active.items() if number not in seeds.taken}
    operators = parted(agglomerated([*single.values()], chance), single, chance, apart)
    operators = set_apart(operators, waves(free.values(), len(rates.days)), single, chance, apart)
    return _with_quiet(rates, operators, seeds.loud, seeds.taken)


def _with_quiet(
    rates: BaseRates, operators: Sequence[Group], core: frozenset[int], taken: frozenset[int]
) -> list[Group]:
    """The operators with what is left and fits them."""
    held = core.union(taken, *(one.members for one in operators))
    quiet = [one for number, one in rates.active.items() if number not in held]
    return absorbed(operators, quiet, lambda likely: rates.beside(core | taken, likely))


def _with_dispersed(rates: BaseRates, operators: list[Group], dispersed: Dispersed, seeds: _Seeds) -> list[Group]:
    """The operators with those that use every address once, which may be some of them."""
    units = dispersed.units({number for one in operators for number in one.members})
    if not units:
        return operators
    core = seeds.loud.union(*units)
    chance = rates.beside(core | seeds.taken)
    single = {number: rates.active[number] for unit in units for number in sorted(unit)}
    apart = concentration(len(single))
    begun = [single[first].joined(single[one] for one in rest) for first, *rest in map(sorted, units)]
    new = parted(agglomerated(begun, chance), single, chance, apart)
    new = set_apart(new, waves(single.values(), len(rates.days)), single, chance, apart)
    known, grown = len(operators), list(operators)
    for one in new:
        odds = [
            log_odds(other, one, chance) + float(prior(np.array([len(other.members)]), len(one.members), apart)[0])
            for other in grown[:known]
        ]
        best = int(np.argmax(odds)) if odds else 0
        if odds and odds[best] > 0.0:
            grown[best] = grown[best].merged(one)
        else:
            grown.append(one)
    return _with_quiet(rates, grown, core, seeds.taken)


def _told(
    weighed: Weighed,
    group: Group,
    more: np.ndarray,
    seeds: _Seeds,
    spread_out: Callable[[np.ndarray], tuple[float, str]] | None,
) -> Suspects | None:
    """The operator, if it went for enough to be told from chance; with `more` acts of other sources."""
    inside = np.zeros(len(weighed.sources), np.bool_)
    inside[list(group.members)] = True
    acts = np.flatnonzero(inside[weighed.source] & (weighed.strange | weighed.missing))
    loud = [number for number in group.members if number in seeds.loud]
    surprise = _surprise(seeds.surprises[loud])
    by_themselves, alike = _stands_out(len(weighed.sources), surprise, len(loud)), ""
    if not by_themselves:
        surprise, alike = spread_out(acts) if spread_out is not None else (0.0, "")
        if surprise >= np.log10(FALSE_ALARM):
            return None
    if not _enough(weighed, acts, len(loud), by_names=seeds.by_names):
        return None
    return Suspects(
        sources=frozenset(weighed.sources.keys[number] for number in {*group.members, *weighed.source[more].tolist()}),
        acts=np.union1d(acts, more),
        core=len(loud) if by_themselves else 0,
        spread=0 if by_themselves else len(group.members),
        alike=alike,
        surprise=surprise,
        arrived=weighed.accounts_by(ARRIVAL, acts),
        entered=weighed.accounts_by(ENTRY, acts),
        lent=weighed.accounts_by(LENT, acts),
        locked_out=len(np.unique(weighed.account[acts[weighed.fallen[acts]]])),
        by_names=seeds.by_names,
    )


def _surprise(chances: np.ndarray) -> float:
    """log10 of the chance that all of these sources are harmless."""
    return float(np.log10(np.maximum(chances, SMALLEST)).sum())


def _stands_out(sources: int, surprise: float, core: int) -> bool:
    """Whether that is less than chance makes of the best so many of the sources of the site (Bonferroni's bound over
    the ways to choose them): on a large site somebody has a bad week every day."""
    ways = float(log_choose(float(sources), np.array(core))) / np.log(10.0)
    return bool(surprise + ways < np.log10(FALSE_ALARM))


def _enough(weighed: Weighed, acts: np.ndarray, core: int, *, by_names: bool) -> bool:
    """Whether these acts (indices) are too many for chance."""
    if not by_names:
        fallen = len(np.unique(weighed.account[acts[weighed.fallen[acts]]]))
        least = LEAST_FALLEN if fallen >= LEAST else LEAST_ACCOUNTS
        return len(np.unique(weighed.account[acts[weighed.exists[acts]]])) >= least
    return core >= LEAST_SOURCES and len(np.unique(weighed.target[acts[weighed.missing[acts]]])) >= LEAST_NAMES


def _raised_on(grounds: _Grounds, found: Suspects) -> datetime:
    """End of the first day on whose data a scan would have raised this operator (naive UTC).

    What is raised on one day's data is held to be raised on every later day's. Most operators are raised within days,
    and the data of few days are few: so it is looked for ever further from the first day, then by bisection. What is
    usual at the site is taken from all days, and only the sources now known to be the operator's are linked.
    """
    weighed = grounds.weighed
    codes = [number for number, key in enumerate(weighed.sources.keys) if key in found.sources]
    acts = np.flatnonzero(np.isin(weighed.source, codes))
    first, last = int(weighed.acts.day[found.acts].min()), int(weighed.acts.day[found.acts].max())
    early, late = first, first
    while late < last and not _raised(grounds, found, acts, late):
        early, late = late + 1, min(2 * late + 1 - first, last)
    while early < late:
        middle = (early + late) // 2
        if _raised(grounds, found, acts, middle):
            late = middle
        else:
            early = middle + 1
    return datetime(1970, 1, 1) + timedelta(days=early + 1)  # noqa: DTZ001 - naive UTC throughout


def _raised(grounds: _Grounds, found: Suspects, acts: np.ndarray, last_day: int) -> bool:
    weighed, suspected = grounds.weighed, grounds.suspected
    acts = acts[weighed.acts.day[acts] <= last_day]
    odds = weighed.odds_of(weighed.first_of_pair[acts], last_day=last_day)
    missing = weighed.missing[acts]
    strange = acts[(odds < STRANGER) & ~missing]
    shown = np.union1d(strange, acts[missing])
    suspicious, chances = suspected.by_names(shown) if found.by_names else suspected.by_strangers(strange)
    groups = {one.members[0]: one for one in grouped(weighed, shown)}
    met = len(np.unique(weighed.source[weighed.acts.day <= last_day]))
    operators = agglomerated([groups[number] for number in suspicious.tolist()], grounds.chance.until(last_day))
    by_themselves = any(
        _enough(weighed, shown[np.isin(weighed.source[shown], one.members)], len(one.members), by_names=found.by_names)
        and _stands_out(met, _surprise(chances[list(one.members)]), len(one.members))
        for one in operators
    )
    return by_themselves or (not found.by_names and _spread_out(weighed, strange, suspicious, last_day))


def _spread_out(weighed: Weighed, strange: np.ndarray, loud: np.ndarray, last_day: int) -> bool:
    """Whether these acts (indices) stood out by then for what their sources share."""
    chance, _ = Dispersed(weighed, loud.tolist(), last_day).chance(strange)
    return chance < float(np.log10(FALSE_ALARM))


__all__ = ["Suspects", "infer"]
