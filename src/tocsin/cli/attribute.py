"""`tocsin attribute CAMPAIGN`: whose hand it may be, as an analyst's note; and the release by two people."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Group
from rich.padding import Padding
from rich.text import Text

from tocsin.assess.assessment import Campaign
from tocsin.attribute import Knowledge, Suggestion, actor_knowledge, seen, suggestion
from tocsin.attribute.icd203 import band_of
from tocsin.attribute.judgements import propose_or_release, remember_suggestions, standing, withdraw
from tocsin.attribute.languages import LANGUAGE_CODES
from tocsin.attribute.seen_domains import read_domains
from tocsin.cli.actors import refusals
from tocsin.cli.console import ERRORS, OUTPUT
from tocsin.cli.options import Profiles, Store
from tocsin.cli.outputs import writable
from tocsin.cli.store import last_store
from tocsin.errors import UsageError
from tocsin.report.archive import kept, kept_roster
from tocsin.report.attribution_note import note, state
from tocsin.report.json import packed, write_whole
from tocsin.report.known_as import found_campaign
from tocsin.report.phrases import counted
from tocsin.report.visible import visible

EXAMPLES = (
    "tocsin attribute 2026-02-337376 --profiles profiles/ --domains seen.txt",
    "tocsin attribute 2026-02-337376 --json attribution.json",
    'tocsin attribute 2026-02-337376 --release "RIVER OTTER" --by "Ada Example" --reason "hours and own addresses"',
)


def command(
    campaign: Annotated[str, typer.Argument(help="Id of a campaign, or a beginning of it.", show_default=False)],
    profiles: Profiles = None,
    domains: Annotated[
        Path | None,
        typer.Option(help="File of domains seen with the campaign, one a line.", show_default=False),
    ] = None,
    language: Annotated[
        list[str] | None,
        typer.Option(help="Code of a language of its mails or pages (fa); may be repeated.", show_default=False),
    ] = None,
    release: Annotated[
        str | None,
        typer.Option(help="Propose this actor; a second person's call releases it.", show_default=False),
    ] = None,
    withdrawn: Annotated[
        str | None,
        typer.Option("--withdraw", help="Take a proposal or a release of this actor back.", show_default=False),
    ] = None,
    by: Annotated[str | None, typer.Option(help="Who judges.", show_default=False)] = None,
    authority: Annotated[
        str | None,
        typer.Option(help="Whose name it is: misp, microsoft, mitre-attack, or a profile's.", show_default=False),
    ] = None,
    likelihood: Annotated[
        str | None,
        typer.Option(help="Of the judgement, a term of ICD 203 (likely); else as suggested.", show_default=False),
    ] = None,
    confidence: Annotated[
        str | None, typer.Option(help="Of the judgement: low, moderate or high; else as suggested.", show_default=False)
    ] = None,
    reason: Annotated[
        str, typer.Option(help="On what the judgement, or taking it back, rests.", show_default=False)
    ] = "",
    json: Annotated[
        Path | None, typer.Option(help="Write the comparison here (tocsin.attribution/1).", show_default=False)
    ] = None,
    store: Store = None,
) -> None:
    """Say whose hand a campaign may be, with the evidence for and against. Only two people make it an attribution."""
    writable(json)
    if release and withdrawn:
        raise UsageError("--release and --withdraw exclude each other", remedy="give one of the two")
    if (release or withdrawn) and not by:
        raise UsageError("a judgement needs somebody who judges", remedy="give your name with --by")
    if likelihood is not None and band_of(likelihood) is None:
        raise UsageError(f"{visible(likelihood)} is no term of ICD 203", remedy="say for instance `likely`")
    folder, now = last_store(store), datetime.now(UTC)
    one = found_campaign(kept(folder)[0], campaign)
    knowledge = actor_knowledge(profiles)
    refusals(knowledge)
    compared = _compared(folder, one.campaign, knowledge, domains, _languages(language or (), knowledge), now)
    if json:
        write_whole(packed(compared), json)
    if release or withdrawn:
        if withdrawn:
            back = standing(one.campaign, withdrawn, authority) or knowledge.meant(withdrawn, authority).key
            withdraw(folder, campaign=one.campaign, actor=back, by=by or "", reason=reason, now=now)
        elif release:
            chosen = knowledge.meant(release, authority)
            propose_or_release(
                folder,
                campaign=one.campaign,
                actor=chosen,
                term=likelihood,
                confidence=confidence,
                by=by or "",
                reason=reason,
                now=now,
                suggested=compared.of(chosen),
            )
        for line in state(found_campaign(kept(folder)[0], campaign).campaign):
            OUTPUT.print(line, markup=False, soft_wrap=True)
        return
    if one.note:
        OUTPUT.print(visible(one.note, limit=800), markup=False, soft_wrap=True)
    OUTPUT.print(Text(f"Whose hand: campaign {visible(one.campaign.id)}", "bold"))
    for heading, lines in note(one.campaign, compared):
        OUTPUT.print(
            Group(Padding(Text(heading, "bold underline"), (1, 0, 0, 0)), *(Text(f"• {line}") for line in lines))
        )


def _compared(
    store: Path, campaign: Campaign, knowledge: Knowledge, domains: Path | None, languages: list[str], now: datetime
) -> Suggestion:
    assessment, evidence = kept(store)
    shown = seen(
        campaign,
        evidence,
        findings=assessment.findings,
        roster=kept_roster(store),
        domains=_domains(domains) if domains else (),
        languages=languages,
    )
    compared = suggestion(shown, knowledge, now=now)
    remember_suggestions(store, campaign, compared.views, now=now)
    return compared


def _languages(codes: Sequence[str], knowledge: Knowledge) -> list[str]:
    """In small letters. Three letters go where a profile has the same, for languages that have no two."""
    known = LANGUAGE_CODES.union(*(one.languages for one in knowledge.actors))
    told = [code.strip().lower() for code in codes]
    for code in told:
        if code not in known:
            raise UsageError(
                f"{visible(code)!r} is no code of a language",
                remedy="give two letters of ISO 639-1, for instance fa or ru, or a code that a profile states",
            )
    return told


def _domains(path: Path) -> tuple[str, ...]:
    read = read_domains(path)
    if read.left_out:
        lines = ", ".join(map(str, read.left_out[:5])) + (" …" if len(read.left_out) > 5 else "")
        words = f"{path}: {counted(len(read.left_out), 'line')} without a domain left out ({lines})"
        ERRORS.print(words, style="yellow", markup=False, highlight=False, soft_wrap=True)
    return read.domains
