"""Actors as the terminal and `--json` show them: every claim with its source, contested names called so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import msgspec
from rich import box
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from tocsin.attribute import Actor, Claim, Knowledge, Standing, authority_words
from tocsin.report.names import listed_countries
from tocsin.report.phrases import counted, listed
from tocsin.report.visible import category_name, visible

SCHEMA = "tocsin.actors/1"

ACTORS_SHOWN = 40
REFERENCES_SHOWN = 3


class ActorShown(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of one authority."""

    actor: str
    authority: str
    id: str
    source: str
    claims: list[Claim]
    references: list[str]
    contested: list[str]  # reasons; none: not contested
    country: str | None
    criminal: bool
    categories: list[str]
    techniques: list[str]
    replaced_by: str | None


class ActorsShown(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of actors, or of those that bear a name."""

    schema: str
    name: str | None  # the name asked for
    contested: list[str]  # why the name is contested
    actors: list[ActorShown]
    data: list[str]  # what it was read from


def document(knowledge: Knowledge, actors: Sequence[Actor], standing: Standing | None = None) -> ActorsShown:
    """The actors with every claim, as `tocsin.actors/1`."""
    return ActorsShown(
        schema=SCHEMA,
        name=standing.name if standing else None,
        contested=list(standing.contested) if standing else [],
        actors=[
            ActorShown(
                actor=one.name,
                authority=one.authority,
                id=one.id,
                source=one.source,
                claims=list(one.names),
                references=list(one.references),
                contested=list(knowledge.names.standing(one.name).contested),
                country=one.country,
                criminal=one.criminal,
                categories=sorted(one.categories),
                techniques=sorted(one.techniques),
                replaced_by=one.replaced_by,
            )
            for one in actors
        ],
        data=list(knowledge.told),
    )


def of_name(standing: Standing, knowledge: Knowledge) -> RenderableType:
    """A name: whether it is contested and why, then every actor that bears it with every claim."""
    head = Text.assemble((visible(standing.name), "bold"))
    if standing.contested:
        head.append("  contested", "bold yellow")
    parts: list[RenderableType] = [head]
    parts += [Text(f"• {visible(one, limit=400)}") for one in standing.contested]
    if not standing.contested:
        several = len({one.authority for one in standing.bearers}) > 1
        parts.append(Text("Every authority that knows this name means one actor by it." if several else "One claim."))
    for one in standing.bearers:
        parts += [
            Padding(Text(f"{visible(one.name)}, by {visible(authority_words(one.authority))}", "bold"), (1, 0, 0, 0))
        ]
        if one.replaced_by:
            parts.append(Text(f"Withdrawn by its authority in favour of {visible(one.replaced_by)}.", "yellow"))
        parts += [_claims(one), *_known(one, knowledge)]
    return Group(*parts)


def every(knowledge: Knowledge, actors: Sequence[Actor], *, shown: int | None = ACTORS_SHOWN) -> RenderableType:
    """One row an actor, and how many there are by authority."""
    held = Counter(one.authority for one in knowledge.actors)
    replaced = Counter(one.authority for one in knowledge.actors if one.replaced_by is not None)
    facts = f", {counted(len(knowledge.facts), 'published domain')}" if knowledge.facts else ""
    said = "; ".join(
        f"{visible(authority_words(name))}: {_kept(number, replaced[name])}" for name, number in held.items()
    )
    table = _table("actor", "authority", "names", "country", "contested")
    for one in actors[:shown]:
        table.add_row(
            Text(visible(one.name), overflow="fold"),
            Text(visible(one.authority), overflow="fold"),
            Text(f"{len(one.names)}"),
            Text(visible(one.country) if one.country else "–"),
            Text("contested" if knowledge.names.standing(one.name).contested else "", "yellow"),
        )
    left = len(actors) - len(actors[:shown])
    more = [Text(f"… and {counted(left, 'more actor')} (--all lists them)", "dim")] if left else []
    return Group(Text(f"{said}{facts}. {', '.join(map(visible, knowledge.told))}."), table, *more)


def _kept(entries: int, replaced: int) -> str:
    """``177``, or ``177 (and 6 entries that others replaced)``: campaigns are compared with the former alone."""
    words = f" (and {counted(replaced, 'entry', 'entries')} that others replaced)" if replaced else ""
    return f"{entries - replaced:,}{words}"


def _claims(one: Actor) -> RenderableType:
    table = _table("name", "since", "source")
    for claim in one.names:
        table.add_row(
            Text(visible(claim.name), overflow="fold"),
            Text(visible(claim.since) if claim.since else "–"),
            Text(visible(claim.source, limit=200), "dim", overflow="fold"),
        )
    return table


def _known(one: Actor, knowledge: Knowledge) -> list[RenderableType]:
    """What else the entry says, a line each."""
    said = []
    if one.country:
        said.append(f"believed to work from: {listed_countries([one.country])}")
    if one.criminal:
        said.append("after money, by what its authority says")
    if one.categories:
        said.append(f"goes for: {', '.join(map(category_name, sorted(one.categories)))}")
    if one.techniques:
        said.append(f"{counted(len(one.techniques), 'technique')}: {', '.join(sorted(one.techniques)[:12])}")
    if one.indicators:
        said.append(counted(len(one.indicators), "indicator"))
    domains = [fact for fact in knowledge.facts if one in knowledge.names.bearers(fact.actor)]
    for (actor, source), number in Counter((fact.actor, fact.source) for fact in domains).items():
        its = {fact.value for fact in domains if (fact.actor, fact.source) == (actor, source)}
        others = {fact.actor for fact in knowledge.facts if fact.value in its} - {actor}
        both = len({fact.value for fact in knowledge.facts if fact.value in its and fact.actor != actor})
        shared = f"; {both} of them are called {listed(sorted(others))}'s, too" if both else ""
        said.append(f"{counted(number, 'domain')} called {actor}'s in: {source}{shared}")
    references = list(one.references[:REFERENCES_SHOWN])
    more = len(one.references) - len(references)
    said += [f"reference: {reference}" for reference in references]
    said += [f"and {counted(more, 'more reference')} (--json lists them)"] if more > 0 else []
    return [Text(f"  {visible(line, limit=400)}", overflow="fold") for line in said]


def _table(*columns: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="dim")
    for column in columns:
        table.add_column(column, overflow="fold")
    return table
