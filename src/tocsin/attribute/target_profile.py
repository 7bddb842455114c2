"""Whom the campaign goes for, against whom an actor is said to go for, and what the aim says of crime.

A defender's logs show only the people who have accounts there, so that targets are weighed against whom the campaign
could have gone for: the roster. Without a roster they say nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import log

from tocsin.attribute.seen import Seen
from tocsin.attribute.weights import AIM, TARGETS, Evidence, bounded

PREFERS = 4.0
"""How much rather an actor goes for a category or country that it is said to go for."""

TOLD = 10.0
"""As how many independent choices a campaign's targets count at most: they are chosen together."""

MONEY = 3.0
"""How much likelier criminals make a campaign that goes for anybody, and how much less one that goes for people at
risk."""


def target_evidence(
    seen: Seen, categories: frozenset[str], countries: frozenset[str], *, sure: float, whose: str
) -> Evidence | None:
    """What the targets say of an actor that goes for these; None where nothing can be compared."""
    raws, said = [], []
    for held, could, wanted, words in (
        (seen.categories, seen.roster_categories, categories, _categories),
        (seen.countries, seen.roster_countries, countries, _countries),
    ):
        if wanted and held and len(could) > 1:
            raws.append(_compared(held, could, wanted))
            inside = sum(number for name, number in held.items() if name in wanted)
            pool = sum(number for name, number in could.items() if name in wanted)
            said.append(
                f"{inside} of {sum(held.values())} attacked people at risk are of {words(wanted)}, whom {whose} targets"
                f" include; on the roster {pool} of {sum(could.values())} are"
            )
    if not raws:
        return None
    return Evidence(kind=TARGETS, log_ratio=bounded(sum(raws) * sure, TARGETS.bounds), reason=f"{'; '.join(said)}.")


def aim_evidence(seen: Seen, *, criminal: bool) -> Evidence | None:
    """What the verdict says: crime goes for anybody, an actor with a mandate for people at risk."""
    if seen.verdict == "targeted":
        raw, words = -log(MONEY) if criminal else 0.0, "It is aimed at people at risk, who are not where the money is."
    elif seen.verdict == "opportunistic":
        raw = log(MONEY) if criminal else -log(MONEY)
        words = "It is not aimed at people at risk: it goes for anybody, as crime does."
    else:
        return None
    return Evidence(kind=AIM, log_ratio=bounded(raw, AIM.bounds), reason=words) if raw else None


def _compared(held: Mapping[str, int], could: Mapping[str, int], wanted: frozenset[str]) -> float:
    weights = {name: number * (PREFERS if name in wanted else 1.0) for name, number in could.items()}
    total, own = sum(could.values()), sum(weights.values())
    told = min(sum(held.values()), TOLD) / sum(held.values())
    return sum(
        number * told * log((weights[name] / own) / (could[name] / total))
        for name, number in held.items()
        if could.get(name)
    )


def _categories(wanted: frozenset[str]) -> str:
    return f"the categories {', '.join(sorted(wanted))}"


def _countries(wanted: frozenset[str]) -> str:
    first = sorted(wanted)[:6]
    return f"organisations in {', '.join(first)}{' and others' if len(wanted) > len(first) else ''}"
