"""What the terminal shows: Rich renderables. Values from logs go in as plain text, never as markup."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
from rich import box
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from tocsin.assess.assessment import Assessment, Campaign, CampaignAccount, SourceCoverage
from tocsin.check import Answer
from tocsin.report import check_words, indicator_tables
from tocsin.report.attribution_note import state
from tocsin.report.coverage_words import by_source, overall
from tocsin.report.figures import FIGURES, Derivation, derive
from tocsin.report.headline import headline, ranked
from tocsin.report.history_words import since_last
from tocsin.report.names import source_name, without_tenant
from tocsin.report.phrases import (
    PROVIDER_WORDS,
    STAGE_WORDS,
    TECHNIQUE_WORDS,
    VERDICT_WORDS,
    brief_period,
    chance,
    clock,
    counted,
    moment,
    number,
    sentence,
    stretch,
)
from tocsin.report.terminal_history import ended, history
from tocsin.report.visible import category_name, visible

ACCOUNTS_SHOWN = 20
ADDRESSES_SHOWN = 15
ROWS_SHOWN = 40
SILENCES_SHOWN = 8

FILES_NAMED = 3

NO_TENANT = ", records without a tenant: counted for that of their account"

LISTED_BY = " (--all lists them)"

_STAGE_STYLE = {"probed": "cyan", "attacked": "yellow", "compromised": "bold red"}
_VERDICT_STYLE = {"targeted": "bold red", "opportunistic": "dim", "undetermined": "yellow"}
_STAGE_ORDER = {"compromised": 0, "attacked": 1, "probed": 2}


def summary(assessment: Assessment, refusals: pa.Table | None = None) -> RenderableType:
    """What a scan ends with: the paragraph, the campaigns, the sources and what could not be read."""
    parts: list[RenderableType] = [paragraph(assessment)]
    if assessment.campaigns:
        parts += [_heading("Campaigns"), campaigns(assessment)]
    if assessment.no_longer_found:
        parts += [_heading("No longer found"), ended(assessment.no_longer_found)]
    parts.append(indicator_tables.matched(assessment.indicator_matches))
    if said := indicator_tables.compared(assessment):
        parts.append(Padding(Text(said), (1, 0, 0, 0)))
    parts += [_heading("Sources"), sources(assessment)]
    if refusals is not None and len(refusals):
        parts += [_heading("Not read"), rejections(refusals)]
    return Group(*parts)


def paragraph(assessment: Assessment) -> RenderableType:
    """The headline, one paragraph after another."""
    first, *others = headline(assessment)
    return Padding(Group(Text(first, style="bold"), *(Text(f"\n{one}") for one in others)), (1, 0))


def campaigns(assessment: Assessment) -> RenderableType:
    """One row a campaign, in the order of telling."""
    table = _table()
    table.add_column("campaign", overflow="fold")
    remembered = any(one.history for one in assessment.campaigns)
    table.add_column("verdict\nlast scan" if remembered else "verdict", overflow="fold", min_width=12)
    for name in ("attempts", "probed", "attacked", "compromised"):
        table.add_column(name, justify="right", no_wrap=True)
    for campaign in ranked(assessment.campaigns):
        counts = campaign.counts
        changed = f"\n{visible(since_last(campaign, assessment))}" if remembered else ""
        table.add_row(
            Text(f"{visible(campaign.id)}\n{brief_period(campaign.first_seen, campaign.last_seen)}"),
            Text.assemble((visible(campaign.verdict), _VERDICT_STYLE.get(campaign.verdict, "")), changed),
            number(counts.identification_attempts),
            number(counts.accounts_probed),
            number(counts.accounts_attacked),
            Text(number(counts.accounts_compromised), "bold red" if counts.accounts_compromised else ""),
        )
    return table if assessment.campaigns else Text("No campaign found in what the logs cover.")


def campaign(campaign: Campaign, evidence: pa.Table, *, every: bool = False) -> RenderableType:
    """One campaign: its figures with their evidence, its targets, accounts and infrastructure, and why it is
    one. `every` lists all accounts and addresses.
    """
    known = VERDICT_WORDS.get(campaign.verdict, campaign.verdict)
    head = Text.assemble(
        (visible(campaign.id), "bold"),
        f"  {visible(campaign.verdict)}: {visible(known)}",
        f"\n{clock(campaign.first_seen)} to {clock(campaign.last_seen)} UTC",
        f", raised {clock(campaign.detected_at)}" if campaign.detected_at else "",
    )
    figures = _table("figure")
    figures.add_column("number", justify="right")
    figures.add_column("evidence rows", justify="right")
    for figure in FIGURES:
        derivation = derive(campaign, figure.name, evidence)
        figures.add_row(figure.name, _stated(derivation), number(len(derivation.rows)))
    parts: list[RenderableType] = [head, _heading("Figures"), figures]
    parts += [_heading("Targets"), _targets(campaign)]
    parts += [_heading("Accounts"), *_accounts(campaign, every=every)]
    parts += [_heading("Infrastructure"), *_infrastructure(campaign, every=every)]
    parts.append(indicator_tables.matched(campaign.indicator_matches, every=every))
    if campaign.techniques:
        names = [f"{one}  {TECHNIQUE_WORDS.get(one, '')}".strip() for one in campaign.techniques]
        parts += [_heading("Techniques"), *(_plain(name) for name in names)]
    parts += [_heading("Attribution"), *(Text(one) for one in state(campaign))]
    if campaign.reasons:
        parts.append(_heading("Why this is one campaign"))
        parts += [Text(f"• {visible(reason, limit=400)}") for reason in campaign.reasons]
    if campaign.history:
        parts += [_heading("History"), history([(None, one) for one in campaign.history])]
    return Group(*parts)


def sources(assessment: Assessment) -> RenderableType:
    """Coverage: what was read from where, and where it is silent."""
    table = _table("source", "covers (UTC)")
    for name in ("events", "duplicates", "rejected", "silent"):
        table.add_column(name, justify="right", no_wrap=True)
    loose = without_tenant(assessment.coverage.sources)
    for source in assessment.coverage.sources:
        table.add_row(
            _plain(source_name(source) + (NO_TENANT if not source.tenant and source.provider in loose else "")),
            brief_period(source.first, source.last) if source.first and source.last else "–",
            number(source.events),
            number(source.duplicates),
            Text(number(source.rejected), "yellow" if source.rejected else ""),
            Text(_silence(source), "yellow" if source.gaps else ""),
        )
    if not assessment.coverage.sources:
        return Text("No source was read.")
    return Group(table, *_silences(assessment), *(Text(one) for one in overall(assessment.coverage)))


def shows(assessment: Assessment) -> RenderableType:
    """Of each source: what it shows, what it cannot show, and how it came."""
    parts: list[RenderableType] = []
    for source, items in by_source(assessment.coverage):
        if items:
            parts += [_heading(source_name(source)), _labelled(items)]
    return Group(*parts)


def answer(answer: Answer) -> RenderableType:
    """Were we targeted? The answer in one line, then what it rests on and what it cannot say."""
    style = {"evidence_found": "bold red", "nothing_found": "bold", "cannot_say": "bold yellow"}[answer.answer]
    if answer.answer == "nothing_found" and answer.findings:
        style = "bold yellow"
    head = Text.assemble((check_words.title(answer), style), f"\n{check_words.sentence(answer)}\n")
    return Padding(Group(head, _labelled(check_words.items(answer))), (1, 0))


def _labelled(items: Sequence[tuple[str, str]]) -> RenderableType:
    """Labels on the left, words on the right."""
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    for label, words in items:
        table.add_row(label, Text(words))
    return table


def _silence(source: SourceCoverage) -> str:
    """``3×, 21 h``: how often and how long in all a source says nothing when it otherwise would."""
    hours = sum((moment(end) - moment(start)) / timedelta(hours=1) for start, end in source.gaps)
    return f"{len(source.gaps)}×, {hours:,.0f} h" if source.gaps else "–"


def _silences(assessment: Assessment) -> list[RenderableType]:
    """Each stretch in which a source says nothing when it otherwise would."""
    lines: list[RenderableType] = [
        Text(f"Silent: {source_name(source)} {stretch(start, end)}", "yellow")
        for source in assessment.coverage.sources
        for start, end in source.gaps
    ]
    return [*lines[:SILENCES_SHOWN], *_more(len(lines) - SILENCES_SHOWN, "silence")]


def rejections(refusals: pa.Table) -> RenderableType:
    """What could not be read (REFUSALS), by reason, with one place to look for each."""
    table = _table()
    table.add_column("records", justify="right")
    table.add_column("reason")
    table.add_column("for instance")
    for row in refusals.to_pylist():
        place = visible(row["file"], limit=200) + (f", line {number(row['line'])}" if row["line"] else "")
        table.add_row(number(row["records"]), _plain(row["reason"], limit=200), Text(place))
    return table


def not_logs(passed: Sequence[tuple[Path, str]]) -> Text | None:
    """One line: files of the folders that were not read, by what they are, the first few by name."""
    kinds: dict[str, list[str]] = {}
    for path, kind in passed:
        kinds.setdefault(kind, []).append(visible(path.name))
    parts = [
        f"{counted(len(names), kind, _many(kind))}"
        f" ({', '.join([*names[:FILES_NAMED], *(['…'] if len(names) > FILES_NAMED else [])])})"
        for kind, names in kinds.items()
    ]
    return Text(f"not logs: {'; '.join(parts)}", "dim") if parts else None


def _many(kind: str) -> str:
    """``archives, to be unpacked``."""
    name, comma, rest = kind.partition(",")
    return f"{name}s{comma}{rest}"


def explanation(derivation: Derivation, *, limit: int = ROWS_SHOWN) -> RenderableType:
    """One figure: its number, its rule in words, and the evidence rows it is counted from."""
    figure, rows = derivation.figure, derivation.rows
    of = f" in the category {visible(derivation.category)}" if derivation.category else ""
    parts: list[RenderableType] = [
        Text.assemble((f"{figure.title}{of}: ", "bold"), _stated(derivation), f"  ({visible(derivation.campaign_id)})"),
        Padding(Text(figure.rule), (1, 0)),
        Text(f"Counted from {counted(len(rows), 'event')}:"),
    ]
    table = _table()
    table.add_column("time (UTC)", no_wrap=True)
    table.add_column("event", overflow="fold")
    for row in rows.slice(0, limit).to_pylist():
        table.add_row(clock(row["time"].isoformat()), _event(row))
    parts.append(table)
    if len(rows) > limit:
        more = (
            f"… and {number(len(rows) - limit)} more (--rows {len(rows)} lists them; the evidence file holds them all)."
        )
        parts.append(Text(more, "dim"))
    return Group(*parts)


def _event(row: Mapping[str, Any]) -> RenderableType:
    """Lines that fit 80 columns: who; what and from where; where to find the record."""
    reason = f" ({visible(row['reason'])})" if row["reason"] else ""
    source = f" from {visible(row['source_ip'])}" if row["source_ip"] else ""
    did = f"{visible(row['activity'])}, {visible(row['outcome'])}{reason}{source}"
    place = f"{visible(row['raw_ref'], limit=200)}  {visible(row['event_uid'])}"
    return Text.assemble((visible(row["account"] or "–"), "bold"), f"\n{did}\n", (place, "dim"), overflow="fold")


def _stated(derivation: Derivation) -> Text:
    """The number; where the evidence gives another one, both."""
    if derivation.stated is None:
        return Text(number(derivation.derived))
    if derivation.agrees:
        return Text(number(derivation.stated))
    differs = f"{number(derivation.stated)} stated, {number(derivation.derived)} in the evidence"
    return Text(differs, "bold red")


def _targets(campaign: Campaign) -> RenderableType:
    table = _table("category")
    for name in ("probed", "attacked", "compromised"):
        table.add_column(name, justify="right")
    for category, counts in sorted(campaign.by_category.items(), key=lambda one: (-one[1].attacked, one[0])):
        words = Text(category_name(category))
        table.add_row(words, number(counts.probed), number(counts.attacked), number(counts.compromised))
    targeting = campaign.targeting
    said = sentence(visible(targeting.statistic, limit=400))
    if targeting.p_value is not None:
        said += f". By the test, {chance(targeting.p_value)}."
    note = Text(said, "dim")
    return Group(table, note) if campaign.by_category else Group(Text("None stands on a roster."), note)


def by_stage(accounts: list[CampaignAccount]) -> list[CampaignAccount]:
    """Accounts, the compromised first, then by the time they were first reached."""
    return sorted(accounts, key=lambda one: (_STAGE_ORDER.get(one.stage, 9), one.first_seen, one.provider, one.account))


def _accounts(campaign: Campaign, *, every: bool) -> list[RenderableType]:
    shown = len(campaign.accounts) if every else ACCOUNTS_SHOWN
    table = _table("account", "stage", "category, organisation", "first and last seen")
    for account in by_stage(campaign.accounts)[:shown]:
        provider = PROVIDER_WORDS.get(account.provider, visible(account.provider))
        table.add_row(
            Text(f"{visible(account.account)}\n{provider}"),
            _plain(STAGE_WORDS.get(account.stage, account.stage), _STAGE_STYLE.get(account.stage, "")),
            Text(_group(account)),
            _seen(account.first_seen, account.last_seen),
        )
    return [table, *_more(len(campaign.accounts) - shown, "account", how=LISTED_BY)]


def _group(account: CampaignAccount) -> str:
    if account.category is None:
        return "not on the roster"
    organisation = f"\n{visible(account.organisation)}" if account.organisation else ""
    return category_name(account.category) + organisation


def _infrastructure(campaign: Campaign, *, every: bool) -> list[RenderableType]:
    shown = len(campaign.infrastructure) if every else ADDRESSES_SHOWN
    table = _table("address, network or client", "owner", "first and last seen")
    table.add_column("events", justify="right")
    busiest = sorted(campaign.infrastructure, key=lambda one: (-one.events, one.kind, one.value))
    for one in busiest[:shown]:
        known = [visible(said) for said in (one.owner, one.network_kind, one.country) if said]
        table.add_row(
            _plain(one.value),
            Text(", ".join(known) or "–"),
            _seen(one.first_seen, one.last_seen),
            number(one.events),
        )
    return [table, *_more(len(campaign.infrastructure) - shown, "entry", "entries", how=LISTED_BY)]


def _more(left: int, one: str, many: str | None = None, *, how: str = "") -> list[RenderableType]:
    said = counted(left, f"more {one}", f"more {many or f'{one}s'}")
    return [Text(f"… and {said}{how}", "dim")] if left > 0 else []


def _seen(first: str | None, last: str | None) -> str:
    """First and last time, one below the other, so that a table fits 80 columns."""
    return f"{clock(first)}\n{clock(last)}" if first else "–"


def _plain(text: str | None, style: str = "", *, limit: int = 80) -> Text:
    return Text(visible(text, limit=limit), style, overflow="fold")


def _heading(text: str) -> RenderableType:
    return Padding(Text(text, "bold underline"), (1, 0, 0, 0))


def _table(*columns: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="dim")
    for column in columns:
        table.add_column(column, overflow="fold")
    return table
