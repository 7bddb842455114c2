"""`tocsin.attribution/1`: what the evidence suggests, by authority. A suggestion names nobody: two people do."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec

from tocsin.attribute.actor import Actor
from tocsin.attribute.hypotheses import CRIMINAL, EACH, NAMED, Hypothesis, Weighed, weighed, without
from tocsin.attribute.icd203 import Confidence, band
from tocsin.attribute.knowledge import Knowledge
from tocsin.attribute.place import days_words
from tocsin.attribute.seen import Seen
from tocsin.attribute.weights import Evidence
from tocsin.attribute.working_hours import FEWEST_DAYS, FEWEST_HOURS, Rhythm, Times

SCHEMA = "tocsin.attribution/1"

SUGGESTED_FROM = 0.55
"""Likely, or more: below, no name is suggested."""

TOLD_FROM = 0.02
"""Actors below this are not listed, unless they lead."""

MOST_TOLD = 5

MARGIN = 4.0
"""How many times likelier than the next name a suggested one is, to be held with more than low confidence."""


class Reason(msgspec.Struct, frozen=True, kw_only=True):
    """What one kind of evidence says of one hypothesis."""

    kind: str
    group: str
    speaks: str  # for | against | neither
    factor: float  # likelihood ratio against an unknown actor, after its bounds
    reason: str


class HypothesisTold(msgspec.Struct, frozen=True, kw_only=True):
    """Whose hand it may be."""

    kind: str  # actor | criminal | unknown
    actor: str
    authority: str
    prior: float
    probability: float
    term: str  # ICD 203
    likelihood: str  # the band of the term
    contested: list[str]  # why the name is
    evidence: list[Reason]


class View(msgspec.Struct, frozen=True, kw_only=True):
    """One authority's answer."""

    authority: str
    status: str  # suggested | contested | not_known
    actor: str | None  # whom it suggests
    confidence: Confidence
    confidence_reason: str
    contested: list[str]  # indicators that point to several of its actors
    shared_by: list[str]  # those actors
    hypotheses: list[HypothesisTold]  # the likeliest first
    others: int  # actors that it knows besides
    others_probability: float
    changes: list[str]  # what would change the judgement

    def hypothesis(self, actor: str) -> HypothesisTold | None:
        """What is told of an actor; None of one that is not listed."""
        return next((one for one in self.hypotheses if one.kind == "actor" and one.actor == actor), None)


class Suggestion(msgspec.Struct, frozen=True, kw_only=True):
    """What the evidence of one campaign suggests."""

    schema: str
    campaign: str
    generated_at: str
    data: list[str]  # what is known of actors, and its version
    priors: dict[str, float]
    observed: list[str]  # what the campaign shows, whoever is behind it
    missing: list[str]  # what could not be weighed, and why
    views: list[View]

    def of(self, actor: Actor) -> tuple[str, str] | None:
        """Term and confidence that are suggested for an actor; None where it is not suggested."""
        for view in self.views:
            if view.authority == actor.authority and view.actor == actor.name:
                told = view.hypothesis(actor.name)
                return (told.term, view.confidence) if told else None
        return None


def suggestion(seen: Seen, knowledge: Knowledge, *, now: datetime) -> Suggestion:
    """Every authority's answer, with its evidence, and what would change it."""
    rhythm = Times(seen.times).rhythm()
    missing = _missing(seen, rhythm)
    return Suggestion(
        schema=SCHEMA,
        campaign=seen.id,
        generated_at=now.replace(tzinfo=None).isoformat(timespec="seconds") + "Z",
        data=list(knowledge.told),
        priors={"all_actors_at_most": NAMED, "each_actor_at_most": EACH, "criminals": CRIMINAL},
        observed=_observed(seen, rhythm),
        missing=missing,
        views=[_view(one, seen, rhythm) for one in weighed(seen, knowledge)],
    )


def _view(one: Weighed, seen: Seen, rhythm: Rhythm) -> View:
    status, lead = _status(one)
    confidence, why = _confidence(one, status)
    told = [held for held in one.actors if held.posterior >= TOLD_FROM][:MOST_TOLD] or list(one.actors[:1])
    told += [held for held in one.actors if held.name in one.shared_by and held not in told][:MOST_TOLD]
    named = {held.name for held in told}
    left = [held for held in one.actors if held.name not in named]
    shown = [held for held in one.hypotheses if held.kind != "actor" or held.name in named]
    return View(
        authority=one.authority,
        status=status,
        actor=lead.name if lead and status == "suggested" else None,
        confidence=confidence,
        confidence_reason=why,
        contested=list(one.shared),
        shared_by=sorted(one.shared_by),
        hypotheses=[_told(held) for held in shown],
        others=len(left),
        others_probability=round(sum(held.posterior for held in left), 4),
        changes=_changes(one, status, seen, rhythm),
    )


def _status(one: Weighed) -> tuple[str, Hypothesis | None]:
    """What the authority's answer is, and its likeliest actor."""
    lead = one.lead
    if lead is None:
        return "not_known", None
    rivals = [held for held in one.actors if held.name in one.shared_by and held.posterior * MARGIN > lead.posterior]
    undecided = lead.name in one.shared_by and len(rivals) > 1
    if lead.posterior > SUGGESTED_FROM and lead.identified and not undecided:
        return "suggested", lead
    return ("contested" if one.shared else "not_known"), lead


def _confidence(one: Weighed, status: str) -> tuple[Confidence, str]:
    """Analytic confidence: how much the answer rests on, never how likely it is. A machine's is never high."""
    lead = one.lead
    if status == "contested":
        return "low", "the same signs point to several actors"
    if status == "suggested" and lead is not None:
        groups = lead.supporting
        next_name = one.actors[1].posterior if len(one.actors) > 1 else 0.0
        if lead.contested:
            return "low", "authorities do not agree whom the name means"
        if lead.opposing:
            return "low", f"the {_words(lead.opposing)} speaks against it"
        if len(groups) < 3:
            return "low", f"only two independent kinds of evidence speak for it: {_words(groups)}"
        if next_name * MARGIN > lead.posterior:
            return "low", "another actor fits nearly as well"
        return "moderate", f"{len(groups)} independent kinds of evidence speak for it: {_words(groups)}"
    tested = {held.kind.group for hypothesis in one.actors for held in hypothesis.evidence}
    if len(tested) >= 3:
        return "moderate", f"what is known was held against it in {_words(sorted(tested))}, and nothing fits enough"
    return "low", f"little could be compared: {_words(sorted(tested)) or 'nothing'}"


def _told(one: Hypothesis) -> HypothesisTold:
    within = band(one.posterior)
    return HypothesisTold(
        kind=one.kind,
        actor=one.name,
        authority=one.authority,
        prior=round(one.prior, 5),
        probability=round(one.posterior, 4),
        term=within.term,
        likelihood=within.range,
        contested=list(one.contested),
        evidence=[_reason(held) for held in sorted(one.evidence, key=lambda held: -abs(held.log_ratio))],
    )


def _reason(one: Evidence) -> Reason:
    speaks = "for" if one.log_ratio > 0.05 else "against" if one.log_ratio < -0.05 else "neither"
    return Reason(
        kind=one.kind.name, group=one.kind.group, speaks=speaks, factor=round(one.factor, 3), reason=one.reason
    )


def _changes(one: Weighed, status: str, seen: Seen, rhythm: Rhythm) -> list[str]:
    """What would change the judgement, the nearest first."""
    lead = one.lead
    said: list[str] = []
    if lead is None:
        return said
    if status == "contested":
        said.append(
            "An address or domain that only one of these actors is known to use, or the registration or hosting data of"
            " the shared ones, would tell them apart."
        )
    for group in lead.supporting:
        left = band(without(one, lead.name, group))
        now = band(lead.posterior)
        if left.term != now.term:
            said.append(
                f"If the {_GROUP_WORDS[group]} were planted or a coincidence, {lead.name}"
                f" {left.verb(would=True)} ({left.range})."
            )
    if lead.posterior >= TOLD_FROM and status == "not_known":
        if len(lead.supporting) == 1:
            said.append(
                f"A second, independent kind of evidence for {lead.name}: only the {_GROUP_WORDS[lead.supporting[0]]}"
                " speaks for it, and one kind alone can be planted."
            )
        elif lead.supporting and not lead.identified:
            said.append(
                f"Two or more addresses or domains that are {lead.name}'s own: what fits now fits every actor of the"
                " same place and aim, or may be planted."
            )
        elif not lead.supporting:
            said.append(f"Any sign that {lead.name} and few others leave: what fits now fits many.")
    if not seen.domains:
        said.append("Domains of its mails or pages, given with --domains: none were given.")
    if rhythm.cannot_say:
        said.append(f"More acts: working hours can be told from {FEWEST_HOURS} hours on {FEWEST_DAYS} days on.")
    return said


_GROUP_WORDS = {
    "infrastructure": "infrastructure",
    "method": "set of techniques",
    "aim": "choice of targets",
    "place": "working hours or language",
}


def _words(groups: Sequence[str]) -> str:
    said = [_GROUP_WORDS[one] for one in groups]
    return f"{', '.join(said[:-1])} and {said[-1]}" if len(said) > 1 else "".join(said)


def _observed(seen: Seen, rhythm: Rhythm) -> list[str]:
    """What the campaign shows by itself."""
    said = [f"Verdict: {seen.verdict}. Techniques: {', '.join(sorted(seen.techniques)) or 'none told'}."]
    kinds: dict[str, int] = {}
    for one in seen.addresses:
        kinds[one.network_kind or "unknown"] = kinds.get(one.network_kind or "unknown", 0) + 1
    if kinds:
        named = ", ".join(
            f"{number} {'of unknown kind' if kind == 'unknown' else kind}"
            for kind, number in sorted(kinds.items(), key=lambda one: -one[1])
        )
        said.append(f"{len(seen.addresses)} {'addresses' if len(seen.addresses) > 1 else 'address'} ({named}).")
    if rhythm.cannot_say is None:
        said.append(rhythm_words(rhythm))
    if seen.languages:
        said.append(f"Signs of language: {', '.join(sorted(seen.languages))}.")
    return said


def rhythm_words(rhythm: Rhythm) -> str:
    """The rhythm of a campaign as a sentence or two."""
    even = "p < 0.001" if rhythm.p_even < 0.001 else f"p = {rhythm.p_even:.3f}"
    told = (
        f"{rhythm.hours} hours with acts on {rhythm.days} of {rhythm.span_days} days, around"
        f" {int(rhythm.mean_hour):02d}:{int(rhythm.mean_hour % 1 * 60):02d} UTC (concentration"
        f" {rhythm.concentration:.2f}; Rayleigh's test {even})."
    )
    if rhythm.no_office > 0.5 or rhythm.offsets is None:
        return f"{told} They keep no office day that could be told from a machine's."
    low, high = rhythm.offsets
    told += f" An office day at {_offset(low)}" + (f" to {_offset(high)}" if high != low else "") + " fits best"
    if rhythm.days_off and rhythm.days_off[1] > 0.5:
        off, sure = rhythm.days_off
        told += f", with {days_words(off)} off ({sure:.0%})"
    return f"{told}."


def _offset(hours: float) -> str:
    minutes = round(abs(hours) * 60)
    return f"UTC{'-' if hours < 0 else '+'}{minutes // 60}" + (f":{minutes % 60:02d}" if minutes % 60 else "")


def _missing(seen: Seen, rhythm: Rhythm) -> list[str]:
    """What could not be weighed."""
    said = []
    if rhythm.cannot_say:
        said.append(f"Working hours: cannot say. {rhythm.cannot_say[0].upper()}{rhythm.cannot_say[1:]}.")
    elif not rhythm.days_off:
        said.append(f"Working week: cannot say. The campaign spans {rhythm.span_days} days.")
    if not seen.domains:
        said.append("Domains: none were given.")
    if not seen.languages:
        said.append("Language: no sign of one.")
    if not seen.roster_categories:
        said.append("Targets: cannot be compared without a roster.")
    return said
