"""One account of a campaign in the terminal, and a campaign's chains."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow as pa
from rich import box
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from tocsin.assess.assessment import Campaign, CampaignAccount
from tocsin.assess.chain import Chain, EventRef
from tocsin.check import OpenFinding
from tocsin.report.chain_words import (
    STATE_WORDS,
    answer_words,
    chain_sentence,
    deed_words,
    link_words,
    remains_words,
)
from tocsin.report.check_words import finding
from tocsin.report.phrases import PROVIDER_WORDS, clock, counted, listed, number
from tocsin.report.visible import visible

STATE_STYLE = {
    "probed": "cyan",
    "attacked": "yellow",
    "compromised": "bold red",
    "contained": "yellow",
    "secured": "bold green",
}


def chains(campaign: Campaign) -> RenderableType:
    """The chains of a campaign, one after another, each with its id; nothing where it has none."""
    if not campaign.chains:
        return Text("")
    parts: list[RenderableType] = [Padding(Text("Chains", "bold underline"), (1, 0, 0, 0))]
    for one in campaign.chains:
        link = f" {link_words(one).capitalize()}." if one.link else ""
        parts.append(Text.assemble((one.id, "bold"), "  ", chain_sentence(one), (link, "dim")))
    return Group(*parts)


def explained_chain(campaign_id: str, one: Chain, evidence: pa.Table) -> RenderableType:
    """A chain with the events of both halves, with file and line."""
    rows = {(row["provider"], row["event_uid"]): row for row in evidence.to_pylist()}
    parts: list[RenderableType] = [
        Text.assemble((one.id, "bold"), f"  ({visible(campaign_id)})\n", chain_sentence(one)),
        Text(link_words(one), "dim"),
    ]
    for title, refs in (("The way in was opened", one.first), ("The account was recovered through it", one.second)):
        table = _table("time (UTC)", f"{title}: {counted(len(refs), 'event')}")
        for ref in refs:
            table.add_row(*_event(ref, rows.get((ref.provider, ref.event_uid))))
        parts.append(table)
    return Group(*parts)


def _event(ref: EventRef, row: dict[str, Any] | None) -> tuple[str, RenderableType]:
    if row is None:
        return "–", Text(f"{visible(ref.provider)}  {visible(ref.event_uid)} (no evidence of the campaign)")
    source = f" from {visible(row['source_ip'])}" if row["source_ip"] else ""
    did = f"{visible(row['activity'])}, {visible(row['outcome'])}{source}"
    place = f"{visible(row['raw_ref'], limit=200)}  {visible(row['event_uid'])}"
    return clock(row["time"].isoformat()), Text.assemble(
        (visible(row["account"] or "–"), "bold"), f"\n{did}\n", (place, "dim"), overflow="fold"
    )


def account(one: CampaignAccount, campaign: Campaign) -> RenderableType:
    """State, timeline, what was done, what remains, who answered and what to do."""
    state = one.state or one.stage
    head = Text.assemble(
        (visible(one.account, limit=120), "bold"),
        f"  {PROVIDER_WORDS.get(one.provider, visible(one.provider))}  ",
        (STATE_WORDS.get(state, visible(state)), STATE_STYLE.get(state, "")),
        f"\nin campaign {visible(campaign.id)}, {clock(one.first_seen)} to {clock(one.last_seen)} UTC",
    )
    mine = [chain for chain in campaign.chains if one.account in (chain.primary, chain.secondary)]
    parts: list[RenderableType] = [head, *(Text(chain_sentence(chain)) for chain in mine)]
    if one.aftermath is None:
        return Group(*parts, Text("The campaign did not get into it; no more is told of such accounts.", "dim"))
    told = one.aftermath
    parts.append(_part("State", ("since (UTC)", "state", "events"), [
        (clock(change.at), Text(STATE_WORDS.get(change.state, change.state), STATE_STYLE.get(change.state, "")),
         _ids(change.events)) for change in told.states
    ]))  # fmt: skip
    parts.append(_part("What the campaign did", ("time (UTC)", "act", "remains", "events"), [
        (clock(deed.at), Text(deed_words(deed), overflow="fold"),
         Text(remains_words(deed), "red" if deed.remains else ""), _ids(deed.events)) for deed in told.deeds
    ]))  # fmt: skip
    if told.answers:
        parts.append(_part("What others did", ("time (UTC)", "act", "events"), [
            (clock(done.at), Text(answer_words(done), overflow="fold"), _ids(done.events)) for done in told.answers
        ]))  # fmt: skip
    parts.append(_part("To do, in this order", ("", "step", "because of"), [
        ("done" if step.done else f"{number}.", Text(visible(step.words, limit=500), "dim" if step.done else ""),
         _ids(step.because)) for number, step in enumerate(told.containment, start=1)
    ]))  # fmt: skip
    return Group(*parts)


def open_findings(name: str, found: Sequence[OpenFinding], *, reached: bool) -> RenderableType:
    """Findings on the account that no campaign explains; `reached`: a campaign was told of above."""
    parts: list[RenderableType] = []
    if not reached:
        parts.append(Text.assemble((visible(name, limit=120), "bold"), f"\n{_unreached(found)}"))
    parts.append(Padding(Text("Findings that no campaign explains", "bold underline"), (1, 0, 0, 0)))
    style = {True: "red", False: ""}
    parts += [Text(finding(one, named=False), style[one.evidence]) for one in found]
    return Group(*parts)


def _unreached(found: Sequence[OpenFinding]) -> str:
    pointing = f"{counted(len(found), 'finding')} on it {'is' if len(found) == 1 else 'are'} open"
    said = f"No campaign of the last scan is shown to have reached it, but {pointing}"
    theirs = [visible(one.address_of) for one in found if one.address_of]
    if not theirs:
        return f"{said}."
    campaigns = sorted(set(theirs))
    which = f"campaign{'s' if len(campaigns) > 1 else ''} {listed(campaigns)}"
    where = "an address" if len(theirs) == 1 else "addresses"
    some = f"{number(len(theirs))} of them " if len(theirs) < len(found) else ""
    return f"{said}, {some}from {where} that {which} used. Whether that was the campaign or somebody else is not known."


def _part(title: str, columns: Sequence[str], rows: Sequence[Sequence[RenderableType]]) -> RenderableType:
    table = _table(*columns)
    for row in rows:
        table.add_row(*row)
    return Group(Padding(Text(title, "bold underline"), (1, 0, 0, 0)), table)


def _ids(refs: Sequence[EventRef], most: int = 2) -> Text:
    shown = [visible(ref.event_uid, limit=60) for ref in refs[:most]]
    left = len(refs) - len(shown)
    return Text("\n".join([*shown, *([f"and {left} more"] if left > 0 else [])]), "dim", overflow="fold")


def _table(*columns: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="dim")
    for column in columns:
        table.add_column(column, overflow="fold")
    return table
