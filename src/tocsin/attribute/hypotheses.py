"""Hypotheses, priors and what is left when all evidence is put together.

The hypotheses of one authority exclude each other: one of the actors that it keeps apart, criminals, or an actor that
it does not know. Actors of two authorities are not put against each other, for they may be the same hand under two
names; so each authority has its own answer. What other authorities know of an actor is lent to it over a name that
both claim, at a discount, and divided where the name stands on several.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from math import exp
from typing import Literal

from tocsin.attribute.actor import Actor, Indicator
from tocsin.attribute.indicator_overlap import Hit, hits, overlap
from tocsin.attribute.knowledge import Knowledge
from tocsin.attribute.names import folded
from tocsin.attribute.place import Places
from tocsin.attribute.published import AUTHORITY as LISTS_AUTHORITY
from tocsin.attribute.seen import Seen
from tocsin.attribute.target_profile import aim_evidence, target_evidence
from tocsin.attribute.technique_rarity import Rarity
from tocsin.attribute.weights import SPEAKS, Evidence, by_group, together

NAMED, EACH, CRIMINAL = 0.3, 0.05, 0.2
"""Priors: of all actors of an authority together, of one of them at most, and of criminals; the rest is the actor whom
the authority does not know. An organisation that keeps profiles of three actors does so because they come to it."""

SAME_NAME = 0.7
"""How sure it is that two authorities mean one hand by a name that both claim."""

ALONE_AT_MOST = 0.5
"""A name for which a hand's own signs speak, and nothing else: they may be planted."""

UNIDENTIFIED_AT_MOST = 0.45
"""A name for which nothing speaks that is a hand's own: every actor of the same sponsor keeps its hours, goes for its
targets and reads the same manuals, so that it is unlikely to be this one of them."""

AT_MOST = 0.95
"""No match that a machine found is almost certain."""


@dataclass(frozen=True, kw_only=True)
class Hypothesis:
    """Whose hand it may be, by one authority, with everything for and against."""

    kind: Literal["actor", "criminal", "unknown"]
    name: str
    authority: str
    prior: float
    evidence: tuple[Evidence, ...] = ()
    posterior: float = 0.0
    contested: tuple[str, ...] = ()  # why its name is

    @property
    def supporting(self) -> tuple[str, ...]:
        """Groups of evidence that speak for it."""
        return tuple(group for group, value in by_group(self.evidence).items() if value >= SPEAKS)

    @property
    def identified(self) -> bool:
        """Whether two kinds of evidence speak for it, and one of them is a hand's own."""
        return len(self.supporting) > 1 and any(one.identifies for one in self.evidence)

    @property
    def at_most(self) -> float:
        """How likely an actor may be called at most, whatever the evidence makes of it."""
        if self.identified:
            return AT_MOST
        return ALONE_AT_MOST if any(one.identifies for one in self.evidence) else UNIDENTIFIED_AT_MOST

    @property
    def opposing(self) -> tuple[str, ...]:
        """Groups of evidence that speak against it."""
        return tuple(group for group, value in by_group(self.evidence).items() if value <= -SPEAKS)


@dataclass(frozen=True, kw_only=True)
class Weighed:
    """One authority's hypotheses, the likeliest first, and hits that point to several of its actors."""

    authority: str
    hypotheses: tuple[Hypothesis, ...]
    shared: tuple[str, ...] = ()  # indicators, each with the actors that it points to
    shared_by: frozenset[str] = field(default_factory=frozenset)  # those actors

    @property
    def actors(self) -> tuple[Hypothesis, ...]:
        return tuple(one for one in self.hypotheses if one.kind == "actor")

    @property
    def lead(self) -> Hypothesis | None:
        """The likeliest actor."""
        return next(iter(self.actors), None)

    def of(self, kind: str) -> Hypothesis:
        return next(one for one in self.hypotheses if one.kind == kind)


def weighed(seen: Seen, knowledge: Knowledge) -> list[Weighed]:
    """Every authority's answer, the private profiles' first."""
    rarity = Rarity(knowledge.actors)
    places = Places(seen)
    of_all = hits(seen, [*knowledge.facts, *(one for actor in knowledge.actors for one in actor.indicators)])
    return [_of_authority(authority, seen, knowledge, rarity, places, of_all) for authority in knowledge.authorities]


def combined(hypotheses: Sequence[Hypothesis]) -> list[Hypothesis]:
    """The same with posteriors, the likeliest first. What a name may not have goes to the unknown actor."""
    weights = [one.prior * exp(together(one.evidence)) for one in hypotheses]
    total = sum(weights)
    shares = [weight / total for weight in weights]
    allowed = [
        min(share, one.at_most) if one.kind == "actor" else share for one, share in zip(hypotheses, shares, strict=True)
    ]
    beyond = sum(shares) - sum(allowed)
    found = [
        replace(one, posterior=share + (beyond if one.kind == "unknown" else 0.0))
        for one, share in zip(hypotheses, allowed, strict=True)
    ]
    return sorted(found, key=lambda one: (-one.posterior, one.kind != "unknown", one.name))


def without(weighed: Weighed, name: str, group: str) -> float:
    """How likely an actor would be without what one group of evidence says of anybody."""
    bare = [
        replace(one, evidence=tuple(held for held in one.evidence if held.kind.group != group))
        for one in weighed.hypotheses
    ]
    return next(one.posterior for one in combined(bare) if one.kind == "actor" and one.name == name)


def _of_authority(
    authority: str, seen: Seen, knowledge: Knowledge, rarity: Rarity, places: Places, of_all: Sequence[Hit]
) -> Weighed:
    actors = knowledge.of(authority)
    each = min(NAMED / len(actors), EACH)
    named: list[Hypothesis] = []
    pointed: dict[str, list[str]] = {}
    for actor in actors:
        own = [(hit, sure) for hit in of_all if (sure := _is_theirs(hit.indicator, actor, knowledge)) > 0]
        for hit in (hit for hit, _ in own if hit.indicator.kind in ("ip", "domain")):
            pointed.setdefault(f"{hit.indicator.kind} {hit.indicator.value}", []).append(actor.name)
        named.append(
            Hypothesis(
                kind="actor",
                name=actor.name,
                authority=authority,
                prior=each,
                evidence=tuple(_evidence(actor, own, seen, knowledge, rarity, places)),
            )
        )
    aim = aim_evidence(seen, criminal=True)
    others = [
        Hypothesis(
            kind="criminal",
            name="criminals",
            authority=authority,
            prior=CRIMINAL,
            evidence=(aim,) if aim else (),
        ),
        Hypothesis(
            kind="unknown", name="an unknown actor", authority=authority, prior=1 - CRIMINAL - each * len(actors)
        ),
    ]
    several = {what: names for what, names in pointed.items() if len(set(names)) > 1}
    found = combined([*named, *others])
    return Weighed(
        authority=authority,
        hypotheses=tuple(
            replace(one, contested=knowledge.names.standing(one.name).contested) if one.kind == "actor" else one
            for one in found
        ),
        shared=tuple(f"{what} points to {' and to '.join(dict.fromkeys(names))}" for what, names in several.items()),
        shared_by=frozenset(name for names in several.values() for name in names),
    )


def _evidence(
    actor: Actor,
    own: Sequence[tuple[Hit, float]],
    seen: Seen,
    knowledge: Knowledge,
    rarity: Rarity,
    places: Places,
) -> Iterator[Evidence]:
    yield from overlap(seen, own, actor.indicators)
    lent = [(actor, 1.0), *_lenders(actor, knowledge)]
    if found := next(((one, sure) for one, sure in lent if one.techniques), None):
        weighed = rarity.weigh(seen.techniques, found[0].techniques, sure=found[1], whose=_whose(found[0], actor))
        if weighed:
            yield weighed
    if found := next(((one, sure) for one, sure in lent if one.categories or one.target_countries), None):
        one, sure = found
        aimed = target_evidence(seen, one.categories, one.target_countries, sure=sure, whose=_whose(one, actor))
        if aimed:
            yield aimed
    at = next(((one, sure) for one, sure in lent if one.country), None)
    country, sure = (at[0].country, at[1]) if at else (None, 1.0)
    yield from places.weigh(actor, country, sure=sure, whose=_whose(at[0], actor) if at else "its")
    if aim := aim_evidence(seen, criminal=actor.criminal):
        yield aim


def _is_theirs(indicator: Indicator, actor: Actor, knowledge: Knowledge) -> float:
    """How sure it is that an indicator of this name is this actor's: whole for its own, at a discount over a name."""
    if indicator in actor.indicators:
        return 1.0
    name = folded(indicator.actor)
    if all(folded(claim.name) != name for claim in actor.names):
        return 0.0
    if indicator not in knowledge.facts:
        return SAME_NAME / len(knowledge.names.of(actor.authority, indicator.actor))
    sure = 1.0 if actor.authority == LISTS_AUTHORITY else SAME_NAME
    return sure / len(knowledge.names.of(actor.authority, indicator.actor))


def _lenders(actor: Actor, knowledge: Knowledge) -> list[tuple[Actor, float]]:
    """Entries of other authorities that claim this actor's name, or whose name it claims, with how sure that is."""
    found: dict[tuple[str, str], tuple[Actor, float]] = {}
    for claim in actor.names:
        for other in knowledge.names.bearers(claim.name):
            if other.authority == actor.authority or other.replaced_by is not None:
                continue
            if folded(claim.name) not in (folded(actor.name), folded(other.name)):
                continue
            among = max(
                len(knowledge.names.of(actor.authority, claim.name)),
                len(knowledge.names.of(other.authority, claim.name)),
            )
            sure = SAME_NAME / among
            if other.key not in found or found[other.key][1] < sure:
                found[other.key] = (other, sure)
    return sorted(found.values(), key=lambda one: (-one[1], one[0].key))


def _whose(one: Actor, actor: Actor) -> str:
    return "its" if one is actor else f"{one.name}'s ({one.authority}, by a name that both claim)"
