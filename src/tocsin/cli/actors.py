"""`tocsin actors [NAME]`: what is known of actors, by whom, and which names are contested."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import Annotated

import typer

from tocsin.attribute import Knowledge, actor_knowledge, folded
from tocsin.cli.console import ERRORS, OUTPUT
from tocsin.cli.options import Profiles
from tocsin.cli.outputs import writable
from tocsin.errors import UsageError
from tocsin.report import actor_tables
from tocsin.report.json import packed, write_whole
from tocsin.report.visible import visible

EXAMPLES = (
    "tocsin actors Phosphorus",
    'tocsin actors "Mint Sandstorm" --json mint.json',
    "tocsin actors --profiles profiles/ --all",
)


def command(
    name: Annotated[
        str | None, typer.Argument(help="A name of an actor, by any authority.", show_default=False)
    ] = None,
    profiles: Profiles = None,
    authority: Annotated[
        str | None,
        typer.Option(help="Only of this authority: misp, microsoft, mitre-attack, or a profile's.", show_default=False),
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="List every actor, not the first ones.")] = False,
    json: Annotated[Path | None, typer.Option(help="Write it here (tocsin.actors/1).", show_default=False)] = None,
) -> None:
    """Show who says what of an actor: every name is a claim with its source, and contested names are called so."""
    writable(json)
    knowledge = actor_knowledge(profiles)
    refusals(knowledge)
    if authority is not None and authority not in knowledge.authorities:
        raise UsageError(
            f"no actor is known by {visible(authority)}", remedy=f"name one of {', '.join(knowledge.authorities)}"
        )
    if name is None:
        actors = [one for one in knowledge.actors if authority in (None, one.authority)]
        OUTPUT.print(actor_tables.every(knowledge, actors, shown=None if every else actor_tables.ACTORS_SHOWN))
        if json:
            write_whole(packed(actor_tables.document(knowledge, actors)), json)
        return
    standing = knowledge.names.standing(name)
    bearers = [one for one in standing.bearers if authority in (None, one.authority)]
    if not bearers:
        raise UsageError(f"nobody calls an actor {visible(name)}", remedy=_near(knowledge, name))
    OUTPUT.print(actor_tables.of_name(standing, knowledge))
    if json:
        write_whole(packed(actor_tables.document(knowledge, bearers, standing)), json)


def refusals(knowledge: Knowledge) -> None:
    """Say on the error stream which profiles were refused, and why."""
    for one in knowledge.refused:
        words = f"profile not taken: {visible(one.file, limit=200)}: {visible(one.reason, limit=400)}"
        ERRORS.print(words, style="yellow", markup=False, highlight=False, soft_wrap=True)


def _near(knowledge: Knowledge, name: str) -> str:
    spellings = knowledge.names.spellings
    near = difflib.get_close_matches(folded(name), spellings, n=3, cutoff=0.7)
    names = ", ".join(visible(spellings[one]) for one in near)
    return f"did you mean {names}?" if near else "`tocsin actors --all` lists every actor, --profiles adds your own"
