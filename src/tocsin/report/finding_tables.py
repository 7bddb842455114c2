"""Findings on the terminal: lists, counts for each detection, and one with the events that show it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc
from rich import box
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from tocsin.assess.assessment import Campaign
from tocsin.detect import PATTERNS, Finding
from tocsin.report.finding_words import of_other_campaigns
from tocsin.report.phrases import TECHNIQUE_WORDS, clock, counted, number
from tocsin.report.visible import visible

FINDINGS_SHOWN = 20
EVENTS_SHOWN = 40
REASON_CHARS = 300

_LEVEL_STYLE = {"critical": "bold red", "high": "bold red", "medium": "yellow", "low": "dim", "informational": "dim"}


def own(campaign: Campaign, found: Sequence[Finding]) -> list[Finding]:
    """The findings that are a campaign's."""
    ids = set(campaign.findings)
    return [one for one in found if one.id in ids]


def of_campaign(campaign: Campaign, found: Sequence[Finding], *, every: bool = False) -> RenderableType:
    """What detections found of a campaign, under a heading; nothing where they found nothing."""
    mine = own(campaign, found)
    if not mine:
        return Group()
    head = Padding(Text("Findings", "bold underline"), (1, 0, 0, 0))
    return Group(head, by_detection(mine), listed(mine, limit=len(mine) if every else FINDINGS_SHOWN))


def outside(found: Sequence[Finding], of_campaigns: int = 0, *, limit: int = FINDINGS_SHOWN) -> RenderableType:
    """Counts for each detection, and the findings; where there are none, how many are `of_campaigns`."""
    if not found and of_campaigns:
        within = f"{counted(of_campaigns, 'finding')} of campaigns"
        return Text(f"No finding outside any campaign; {within} (--all lists them).")
    if not found:
        return Text("No finding.")
    return Group(by_detection(found), listed(found, limit=limit))


def by_detection(found: Sequence[Finding]) -> RenderableType:
    """How many each detection found, the gravest first."""
    counts = Counter(one.detection for one in found)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="dim")
    table.add_column("detection", overflow="fold")
    table.add_column("level", no_wrap=True)
    table.add_column("findings", justify="right", no_wrap=True)
    shown: set[str] = set()
    for one in found:
        if one.detection not in shown:
            shown.add(one.detection)
            words = Text.assemble(visible(one.title), "\n", (visible(one.detection), "dim"))
            table.add_row(words, _level(one), number(counts[one.detection]))
    return table


def listed(found: Sequence[Finding], *, limit: int = FINDINGS_SHOWN) -> RenderableType:
    """One finding a row."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="dim")
    table.add_column("finding", no_wrap=True)
    table.add_column("what was seen", overflow="fold")
    for one in found[:limit]:
        table.add_row(Text(f"{visible(one.id)}\n{clock(one.first_seen)}"), _line(one))
    more = len(found) - limit
    parts: list[RenderableType] = [table]
    if more > 0:
        parts.append(Text(f"… and {counted(more, 'more finding')} (--rows {len(found)} lists them).", "dim"))
    return Group(*parts)


def explained(finding: Finding, events: pa.Table, *, limit: int = EVENTS_SHOWN) -> RenderableType:
    """One finding: what was seen, what harmless thing looks the same, and the events (FINDING_EVENT) counted anew."""
    rows = events.filter(pc.equal(events["finding_id"], finding.id))
    parts: list[RenderableType] = [
        Text.assemble((visible(finding.title), "bold"), f"  ({visible(finding.id)}, {visible(finding.level)})"),
        Padding(Text(visible(finding.reason, limit=REASON_CHARS)), (1, 0)),
    ]
    facts = Table(box=None, pad_edge=False, show_header=False)
    facts.add_column(style="dim", no_wrap=True)
    facts.add_column(overflow="fold")
    for label, words in _facts(finding):
        facts.add_row(label, Text(words))
    parts += [facts, Padding(_counted_anew(finding, rows), (1, 0, 0, 0))]
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="dim")
    table.add_column("time (UTC)", no_wrap=True)
    table.add_column("event", overflow="fold")
    for row in rows.slice(0, limit).to_pylist():
        source = f" from {visible(row['source_ip'])}" if row["source_ip"] else ""
        did = f"\n{visible(row['activity'])}, {visible(row['outcome'])}{source}\n"
        place = f"{visible(row['raw_ref'], limit=200)}  {visible(row['event_uid'])}"
        table.add_row(
            clock(row["time"].isoformat()),
            Text.assemble((visible(row["account"]), "bold"), did, (place, "dim"), overflow="fold"),
        )
    parts.append(table)
    if len(rows) > limit:
        more = f"… and {number(len(rows) - limit)} more (--rows {len(rows)} lists them)."
        parts.append(Text(more, "dim"))
    return Group(*parts)


def _facts(finding: Finding) -> list[tuple[str, str]]:
    techniques = [f"{one} {TECHNIQUE_WORDS.get(one, '')}".strip() for one in finding.techniques]
    harmless = [note for one in PATTERNS if one.name == finding.detection for note in one.false_positives]
    facts = [
        ("detection", visible(finding.detection)),
        ("seen", f"{clock(finding.first_seen)} to {clock(finding.last_seen)} UTC"),
        ("shows", f"{visible(finding.role)}; {', '.join(map(visible, techniques))}"),
        ("campaign", visible(finding.campaign) if finding.campaign else _no_campaign(finding)),
    ]
    return [*facts, *(("harmless", note) for note in harmless)]


def _no_campaign(finding: Finding) -> str:
    some = of_other_campaigns(finding)
    return f"none as a whole, but {some}" if some else "none: a finding is no campaign by itself"


def _counted_anew(finding: Finding, rows: pa.Table) -> Text:
    if len(rows) == finding.events:
        return Text(f"Shown by {counted(finding.events, 'event')}:")
    return Text(f"{counted(finding.events, 'event')} stated, {number(len(rows))} in the store:", "bold red")


def _line(one: Finding) -> Text:
    whose = visible(one.account) if one.account else counted(one.accounts, "account") if one.accounts else "–"
    source = f" from {visible(one.source_ip)}" if one.source_ip else ""
    said = visible(one.reason, limit=REASON_CHARS)
    if (some := of_other_campaigns(one)) is not None:
        said = f"{said}; {some}"
    return Text.assemble((visible(one.title), _LEVEL_STYLE.get(one.level, "")), f"\n{whose}{source}\n", (said, "dim"))


def _level(one: Finding) -> Text:
    return Text(visible(one.level), _LEVEL_STYLE.get(one.level, ""))
