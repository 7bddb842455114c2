"""Was it aimed at people at risk? Fisher's exact test of the roster's share among the targets.

Of `population` existing accounts, `rostered` stand on the roster. Had an operator drawn `targets` of them
without regard to the roster, the number on it would be hypergeometric. What counts is both how unlikely the excess is
and how large.

Whoever goes for the mailbox that restores the account of a person at risk is after that person, so a mailbox that the
roster names for recovery stands for its owner, among the targets and in the population. One draw is one person, as far
as names and the roster tell: with such a mailbox, or at two providers, a person counts once.

Accounts at providers that an operator does not go for are out of its reach, whatever it is after. So each provider is a
stratum: as many are drawn from it as were gone for there, and the draws are added (the exact form of the test of
Cochran 1954 and of Mantel & Haenszel 1959).

Targets in one organisation are no independent draws: whoever resets, tests or sprays one newsroom meets its people at
risk without aiming at them. Where one or two organisations hold nearly all targets the test is made within them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from tocsin.campaigns import log_choose

SIGNIFICANT = 1e-3
"""Chance of such an excess, or a larger one, without aim: one campaign in a thousand is called targeted wrongly."""

EXCESS = 2.0
"""Least odds ratio of being gone for, people at risk to others: significance alone, on thousands of targets, is no aim.
Not a ratio of shares: who goes for nearly everybody in a small house cannot reach twice its share of people at risk."""

LEAST_ROSTERED = 5
"""Fewer targets on the roster than this carry no verdict by themselves."""

TEST = "hypergeometric test"
"""Its name comes last in what is said of it, in brackets."""

DETECTABLE_EXCESS = 3.0
"""An aim this strong would have shown; when it would have and did not, the campaign is called opportunistic."""

DOUBTFUL = 1e-2
"""Chance of the excess below which an aim is not ruled out, where the excess is large enough for one."""


FEW_HOUSES = 2
"""So many organisations may be anybody's whose business is with them; that three have people at risk is an aim."""

NEARLY_ALL = 0.9
"""Share of the targets that they hold then."""


@dataclass(frozen=True, kw_only=True)
class Aim:
    """The test's numbers and the verdict: targeted, opportunistic or undetermined."""

    verdict: str
    statistic: str
    p_value: float | None
    roster_share: float | None
    population_share: float | None
    within: tuple[str, ...] = ()  # the mail domains that it was made within; none: all that the logs hold


class Reach(NamedTuple):
    """What a campaign could choose from at one provider, and chose."""

    accounts: frozenset[str]  # existing ones that it went for
    at_risk: Mapping[str, str]  # existing account -> whom on the roster it stands for
    houses: Mapping[str, int]  # mail domain -> names of existing accounts


class Stratum(NamedTuple):
    """The same in numbers of people."""

    targets: int
    rostered_targets: int
    population: int
    rostered: int


def aim_at(reaches: Iterable[Reach]) -> Aim:
    """The verdict on a campaign, by the providers that it went to."""
    asked = sorted(reaches, key=lambda one: (-len(one.accounts), sorted(one.houses)))
    listed = frozenset[str]().union(*(one.accounts for one in asked))
    met = Counter(domain_of(account) for account in sorted(listed))
    few = tuple(domain for domain, _ in met.most_common(FEW_HOUSES))
    inside = {account for account in listed if domain_of(account) in few}
    houses = set[str]().union(*(one.houses for one in asked))
    within = few if len(met) < len(houses) and len(inside) >= NEARLY_ALL * len(listed) > 0 else ()
    tested = inside if within else listed
    strata, counted, by_mailbox = [], set[str](), 0
    for one in asked:
        standing = {account: who for account, who in one.at_risk.items() if not within or domain_of(account) in within}
        own = (one.accounts & tested) - counted
        sought = {standing[account] for account in own & standing.keys()} - counted
        others = own - standing.keys()
        people = set(standing.values())
        population = sum(size for domain, size in one.houses.items() if not within or domain in within)
        strata.append(
            Stratum(len(others) + len(sought), len(sought), population - len(standing) + len(people), len(people))
        )
        by_mailbox += len(sought - tested)
        counted |= own | sought
    return aim(strata, by_mailbox=by_mailbox, within=within)


def domain_of(account: str) -> str:
    """The mail domain; empty where the account's name holds none."""
    return account.partition("@")[2]


def aim(strata: Iterable[Stratum], *, by_mailbox: int = 0, within: tuple[str, ...] = ()) -> Aim:
    """The verdict on a campaign against these; `by_mailbox` of the targets on the roster were gone for by a mailbox
    alone."""
    drawn = [one for one in strata if one.targets and one.population]
    targets, hit, population, rostered = (sum(column) for column in zip(*drawn, strict=True)) if drawn else (0,) * 4
    if rostered == 0 or targets == 0:
        why = (
            "no roster account was seen at the providers that it went for"
            if targets
            else "no existing account was gone for"
        )
        return Aim(
            verdict="undetermined",
            statistic=f"not tested: {why}",
            p_value=None,
            roster_share=None,
            population_share=None,
        )
    expected = sum(one.targets * one.rostered / one.population for one in drawn)
    p_value = float(_tails(drawn)[hit])
    where = f"in the organisation{'s' if len(within) > 1 else ''} that it went for, " if within else ""
    mailboxes = f" ({by_mailbox:,} by a mailbox that it names for recovery)" if by_mailbox else ""
    usual = (
        f"and {rostered:,} of all {population:,} accounts seen there"
        if len(drawn) == 1
        else f"where {expected:,.1f} would be, had it chosen anybody at each of the {len(drawn)} providers"
    )
    statistic = (
        f"{where}{hit:,} of the {targets:,} accounts it went for are of people on the roster{mailboxes}, {usual}; a"
        f" person's accounts count once ({TEST})"
    )
    ratio = _odds_ratio(drawn)
    if p_value < SIGNIFICANT and ratio >= EXCESS and hit >= LEAST_ROSTERED:
        verdict = "targeted"
    elif _would_have_shown(drawn) and not (p_value < DOUBTFUL and ratio >= EXCESS):
        verdict = "opportunistic"
    else:
        verdict = "undetermined"
    return Aim(
        verdict=verdict,
        statistic=statistic,
        p_value=p_value,
        roster_share=hit / targets,
        population_share=expected / targets,
        within=within,
    )


def _odds_ratio(strata: Sequence[Stratum]) -> float:
    """Odds of people at risk to be gone for over those of others, all strata together (Mantel & Haenszel 1959); half a
    person in each cell keeps it finite."""
    for_, against = 0.0, 0.0
    for targets, hit, population, rostered in strata:
        others = population - rostered - (targets - hit)
        for_ += (hit + 0.5) * (others + 0.5) / (population + 2.0)
        against += (rostered - hit + 0.5) * (targets - hit + 0.5) / (population + 2.0)
    return for_ / against


def _would_have_shown(strata: Sequence[Stratum]) -> bool:
    """Had the roster been preferred `DETECTABLE_EXCESS` times, would the test have found it nine times in ten?"""
    threshold = int(np.argmax(_tails(strata) <= SIGNIFICANT))
    preferred = [
        one._replace(rostered=int(one.population * min(one.rostered / one.population * DETECTABLE_EXCESS, 0.95)))
        for one in strata
    ]
    return bool(_tails(preferred)[threshold] > 0.9)


def _tails(strata: Iterable[Stratum]) -> np.ndarray:
    """float64[0 to drawn + 1]: P(at least so many marked ones among those drawn without regard to the mark, as many
    from each stratum as were drawn there).

    Summed here from the definition: `scipy.stats`, which has the test, takes longer to load than a test takes to run.
    """
    chances = np.ones(1)
    for targets, _, population, rostered in strata:
        chances = np.convolve(chances, _chances(population, rostered, min(targets, population)))
    return np.append(np.minimum(np.cumsum(chances[::-1])[::-1], 1.0), 0.0)


def _chances(population: int, marked: int, drawn: int) -> np.ndarray:
    """float64[0 to drawn]: P(so many marked ones among those drawn)."""
    number = np.arange(drawn + 1, dtype=np.float64)
    possible = (number <= marked) & (drawn - number <= population - marked)
    chosen = np.where(possible, number, max(0, drawn - (population - marked)))
    log_p = log_choose(marked, chosen) + log_choose(population - marked, drawn - chosen)
    return np.where(possible, np.exp(log_p - log_choose(population, np.array([float(drawn)]))), 0.0)
