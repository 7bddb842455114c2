"""An analyst's note: whose hand a campaign may be, on what that rests, and what would change it.

Likelihood and confidence stand in sentences of their own (ICD 203, D.6.e(2)(a)).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set

from tocsin.assess.assessment import Attribution, Campaign, OpenAttribution
from tocsin.attribute import HypothesisTold, Reason, Suggestion, View, authority_words
from tocsin.attribute.icd203 import band
from tocsin.report.phrases import clock, counted, listed, period
from tocsin.report.visible import visible

Paragraphs = list[tuple[str, list[str]]]
"""A heading, and its lines."""

LONGEST = 600

SMALL = 1.25
"""A factor nearer to one than this, or than its inverse, is told as saying nothing."""

KIND_WORDS = {
    "indicators": "Infrastructure",
    "client": "Client",
    "techniques": "Techniques",
    "targets": "Targets",
    "aim": "Aim",
    "working_hours": "Working hours",
    "language": "Language",
}


def note(campaign: Campaign, suggestion: Suggestion) -> Paragraphs:
    """The whole note, the judgement first."""
    found = [
        (
            "Judgement",
            [
                *_released(campaign),
                *_judgement(suggestion, {(one.authority, one.actor) for one in campaign.attribution}),
            ],
        )
    ]
    for view in _telling(suggestion.views):
        found += _evidence(view)
    quiet = [view for view in suggestion.views if view not in _telling(suggestion.views)]
    if quiet:
        found.append(("By other names", [_quiet(view) for view in quiet]))
    found.append(("What the campaign shows", [visible(one, limit=LONGEST) for one in suggestion.observed]))
    if changes := _changes(suggestion.views):
        found.append(("What would change this judgement", changes))
    if suggestion.missing:
        found.append(("What could not be weighed", [visible(one, limit=LONGEST) for one in suggestion.missing]))
    found.append(("How it was made", _made(campaign, suggestion)))
    return found


def state(campaign: Campaign) -> list[str]:
    """Released or open judgements of a campaign, a sentence or two each; one where there is none."""
    said = [*_released(campaign), *(open_words(one) for one in campaign.attribution_open)]
    if not campaign.attribution:
        said.insert(0, "Whose hand it is, is not known.")
    return said


def released_words(one: Attribution) -> str:
    """``It is likely (55-80%) that X, as named by Y, is behind it. Confidence in this judgement is low.``"""
    return (
        f"It is {visible(one.term)} ({visible(one.likelihood)}) that {visible(one.actor)}, as"
        f" named by {visible(authority_words(one.authority))}, is behind it."
        f" Confidence in this judgement is {visible(one.confidence)}."
    )


def open_words(one: OpenAttribution) -> str:
    """What is suggested or proposed, and that it is not released."""
    who = f"{visible(one.actor)} ({visible(authority_words(one.authority))})"
    how = f"{visible(one.term)}, {visible(one.likelihood)}"
    if one.state == "proposed":
        by = visible(one.by or "somebody")
        return f"Not released: {by} proposes {who}, {how}, since {clock(one.at)} UTC; a second person has to agree."
    return f"Not released: a comparison suggests {who}, {how}. It is a suggestion only until two people release it."


def _released(campaign: Campaign) -> list[str]:
    return [f"Released by two people: {released_words(one)}" for one in campaign.attribution]


def _judgement(suggestion: Suggestion, released: Set[tuple[str, str]]) -> Iterator[str]:
    named = [view for view in suggestion.views if view.status == "suggested"]
    contested = [view for view in suggestion.views if view.status == "contested"]
    if not named and not contested:
        yield (
            "The comparison by itself names nobody: nothing that is known here of any actor fits well enough."
            if released
            else "We do not know whose hand this is. Nothing that is known of any actor fits well enough to name one."
        )
    for view in named:
        lead = _lead(view)
        if lead is None:
            continue
        yield (
            f"By the names of {visible(authority_words(view.authority))}, it is {lead.term} ({lead.likelihood}) that"
            f" {visible(lead.actor)} is behind this campaign. This is a suggestion by comparison"
            + ("." if (view.authority, lead.actor) in released else ": no attribution until two people release it.")
        )
        yield f"Confidence in this is {view.confidence}: {view.confidence_reason}."
        yield f"The alternatives: {_alternatives(view)}."
    for view in contested:
        names = [visible(one.actor) for one in view.hypotheses if one.kind == "actor" and one.actor in view.shared_by]
        yield (
            f"By the names of {visible(authority_words(view.authority))}, the hand is contested: the same signs point"
            f" to {listed(names)}. None of them is named; {_alternatives(view)}."
        )
    for view in suggestion.views:
        lead = _lead(view)
        if view.status == "not_known" and lead is not None and _speaks_for(lead):
            yield (
                f"By the names of {visible(authority_words(view.authority))}, {visible(lead.actor)} is the nearest. It"
                f" {_chance(lead)}. Confidence in this is {view.confidence}: {view.confidence_reason}."
            )


def _lead(view: View) -> HypothesisTold | None:
    """The likeliest actor."""
    return next((one for one in view.hypotheses if one.kind == "actor"), None)


def _alternatives(view: View) -> str:
    others = [one for one in view.hypotheses if one.kind != "actor"]
    rivals = [one for one in view.hypotheses if one.kind == "actor"][1:3] if view.status == "suggested" else []
    return listed([f"{visible(one.actor)} {_chance(one, plural=one.kind == 'criminal')}" for one in (*others, *rivals)])


def _chance(one: HypothesisTold, *, plural: bool = False) -> str:
    """``is very unlikely (5-20%)``, ``has almost no chance (1-5%)``."""
    return f"{band(one.probability).verb(plural=plural)} ({one.likelihood})"


def _telling(views: Sequence[View]) -> list[View]:
    """Views in which some actor has evidence for it that is worth a paragraph."""
    return [view for view in views if view.status != "not_known" or any(map(_speaks_for, view.hypotheses))]


def _speaks_for(one: HypothesisTold) -> bool:
    """Evidence for an actor that is more than what hundreds share."""
    return one.kind == "actor" and one.probability >= 0.05 and any(held.factor >= SMALL for held in one.evidence)


def _evidence(view: View) -> Iterator[tuple[str, list[str]]]:
    for one in view.hypotheses:
        if one.kind != "actor" or not _speaks_for(one):
            continue
        lines = [_line(held) for held in one.evidence]
        lines += [f"The name is contested: {visible(reason, limit=LONGEST)}" for reason in one.contested[:3]]
        yield f"{visible(one.actor)} ({visible(authority_words(view.authority))}) {_chance(one)}", lines
    if view.contested:
        heading = f"Signs that several share ({visible(authority_words(view.authority))})"
        yield heading, [f"{visible(one, limit=LONGEST)}." for one in view.contested[:10]]


def _line(one: Reason) -> str:
    word = KIND_WORDS.get(one.kind, visible(one.kind))
    if one.factor >= SMALL:
        how = f"for: {one.factor:.1f} times as likely if it is this hand"
    elif one.factor <= 1 / SMALL:
        how = f"against: {1 / one.factor:.1f} times less likely if it is this hand"
    else:
        how = "says nothing either way"
    return f"{word} ({how}): {visible(one.reason, limit=LONGEST)}"


def _quiet(view: View) -> str:
    lead = _lead(view)
    nearest = f"; the nearest, {visible(lead.actor)}, {_chance(lead)}" if lead else ""
    known = view.others + sum(one.kind == "actor" for one in view.hypotheses)
    return f"{visible(authority_words(view.authority))}: nobody of {counted(known, 'actor')} fits{nearest}."


def _changes(views: Sequence[View]) -> list[str]:
    said: dict[str, None] = {}
    for view in [*_telling(views), *views[:1]]:
        said |= dict.fromkeys(visible(one, limit=LONGEST) for one in view.changes)
    return list(said)


def _made(campaign: Campaign, suggestion: Suggestion) -> list[str]:
    priors = suggestion.priors
    return [
        f"Campaign {visible(campaign.id)}, {period(campaign.first_seen, campaign.last_seen)}, compared on"
        f" {clock(suggestion.generated_at)} UTC with {listed([visible(one) for one in suggestion.data])}.",
        f"Before any evidence, all actors of an authority together are given {priors['all_actors_at_most']:.0%}, one of"
        f" them at most {priors['each_actor_at_most']:.0%}, criminals {priors['criminals']:.0%}, and an actor whom the"
        " authority does not know the rest. Signs that are easily planted are bounded, signs of one kind count once"
        " (docs/attribution.md).",
    ]
