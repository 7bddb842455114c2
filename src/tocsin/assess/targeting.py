"""Was it aimed at people at risk? Fisher's exact test of the roster's share among the targets.

Of `population` existing accounts, `rostered` stand on the roster. Had an operator drawn `targets` of them
without regard to the roster, the number on it would be hypergeometric. What counts is both how unlikely the excess is
and how large.

Whoever goes for the mailbox that restores the account of a person at risk is after that person, so a mailbox that the
roster names for recovery stands for its owner, among the targets and in the population. One draw is one person, as far
as names and the roster tell: with such a mailbox, or at two providers, a person counts once.

Accounts at providers that an operator does not go for are out of its reach, whatever it is after: what is compared with
are those at the providers where it acted.

Targets in one organisation are no independent draws: whoever resets, tests or sprays one newsroom meets its people at
risk without aiming at them. Where one or two organisations hold nearly all targets the test is made within them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

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


def aim_at(accounts: Iterable[str], at_risk: Mapping[str, str], houses: Mapping[str, int]) -> Aim:
    """The verdict on a campaign against these existing accounts. `at_risk`: of all existing accounts those that stand
    for people on the roster, and for whom. `houses`: by mail domain how many names of accounts exist. Of both only what
    the campaign could reach."""
    listed = set(accounts)
    met = Counter(domain_of(account) for account in sorted(listed))
    few = tuple(domain for domain, _ in met.most_common(FEW_HOUSES))
    inside = {account for account in listed if domain_of(account) in few}
    within = few if len(met) < len(houses) and len(inside) >= NEARLY_ALL * len(listed) > 0 else ()
    tested = inside if within else listed
    standing = {account: who for account, who in at_risk.items() if not within or domain_of(account) in within}
    sought = {who for account, who in standing.items() if account in tested}
    people = set(standing.values())
    return aim(
        targets=len(tested - standing.keys()) + len(sought),
        rostered_targets=len(sought),
        population=sum(size for domain, size in houses.items() if not within or domain in within)
        - len(standing)
        + len(people),
        rostered=len(people),
        by_mailbox=len(sought - tested),
        within=within,
    )


def domain_of(account: str) -> str:
    """The mail domain; empty where the account's name holds none."""
    return account.partition("@")[2]


def aim(
    *,
    targets: int,
    rostered_targets: int,
    population: int,
    rostered: int,
    by_mailbox: int = 0,
    within: tuple[str, ...] = (),
) -> Aim:
    """The verdict on a campaign against `targets` existing accounts, of which `rostered_targets` are of people on the
    roster, `by_mailbox` of these by a mailbox alone."""
    if rostered == 0 or targets == 0 or population == 0:
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
    share, base = rostered_targets / targets, rostered / population
    p_value = float(_tails(population, rostered, targets)[rostered_targets])
    where = f"in the organisation{'s' if len(within) > 1 else ''} that it went for, " if within else ""
    mailboxes = f" ({by_mailbox:,} by a mailbox that it names for recovery)" if by_mailbox else ""
    statistic = (
        f"{where}{rostered_targets:,} of the {targets:,} accounts it went for are of people on the roster{mailboxes},"
        f" and {rostered:,} of all {population:,} accounts seen there; a person's accounts count once ({TEST})"
    )
    ratio = _odds_ratio(rostered_targets, targets - rostered_targets, rostered, population - rostered)
    if p_value < SIGNIFICANT and ratio >= EXCESS and rostered_targets >= LEAST_ROSTERED:
        verdict = "targeted"
    elif _would_have_shown(targets, population, rostered) and not (p_value < DOUBTFUL and ratio >= EXCESS):
        verdict = "opportunistic"
    else:
        verdict = "undetermined"
    return Aim(
        verdict=verdict,
        statistic=statistic,
        p_value=p_value,
        roster_share=share,
        population_share=base,
        within=within,
    )


def _odds_ratio(hit: int, others_hit: int, rostered: int, others: int) -> float:
    """Odds of people at risk to be gone for over those of others; half a person in each cell keeps it finite."""
    return (hit + 0.5) * (others - others_hit + 0.5) / ((rostered - hit + 0.5) * (others_hit + 0.5))


def _would_have_shown(targets: int, population: int, rostered: int) -> bool:
    """Had the roster been preferred `DETECTABLE_EXCESS` times, would the test have found it nine times in ten?"""
    base = rostered / population
    preferred = min(base * DETECTABLE_EXCESS, 0.95)
    threshold = int(np.argmax(_tails(population, rostered, targets) <= SIGNIFICANT))
    inflated = min(int(population * preferred), population)
    return bool(_tails(population, inflated, targets)[threshold] > 0.9)


def _tails(population: int, marked: int, drawn: int) -> np.ndarray:
    """float64[0 to drawn + 1]: P(at least so many marked ones among those drawn without regard to the mark).

    Summed here from the definition: `scipy.stats`, which has it, takes longer to load than a test takes to run.
    """
    drawn = min(drawn, population)
    number = np.arange(drawn + 1, dtype=np.float64)
    possible = (number <= marked) & (drawn - number <= population - marked)
    chosen = np.where(possible, number, max(0, drawn - (population - marked)))
    log_p = log_choose(marked, chosen) + log_choose(population - marked, drawn - chosen)
    log_p = np.where(possible, log_p - log_choose(population, np.array([float(drawn)])), -np.inf)
    tails = np.exp(np.logaddexp.accumulate(log_p[::-1])[::-1])
    return np.append(np.minimum(tails, 1.0), 0.0)
