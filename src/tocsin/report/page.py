"""The briefing page: one HTML file that holds everything it shows, runs no script and asks nothing of a
network.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import jinja2
import markupsafe
import pyarrow as pa

from tocsin.assess.assessment import Assessment, Campaign, CampaignAccount, Counts, SourceCoverage
from tocsin.detect import Finding
from tocsin.report import charts, indicator_tables, page_accounts, page_findings, phrases
from tocsin.report.attribution_note import open_words, released_words
from tocsin.report.coverage_words import SHOWN_WORDS, by_source, overall
from tocsin.report.figures import FIGURES, Derivation, derive
from tocsin.report.finding_words import of_other_campaigns
from tocsin.report.headline import background, headline, lead_paragraph, limits, ranked, title
from tocsin.report.history_words import WHAT_WORDS, last_reason
from tocsin.report.names import kind_words, population_words, source_name, whole
from tocsin.report.templates import escaping
from tocsin.report.visible import category_name, visible

ROWS_AT_FIRST = 25
ROWS_A_PAGE = 200
CAMPAIGNS_CHARTED = 12
"""Each drawn chart costs a tenth of a second; the background beyond these has tables alone."""

STAGES = ("compromised", "attacked", "probed")


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step of the funnel. `width` is its share of the first step in per cent."""

    title: str
    note: str
    value: int
    width: float
    colour: str


@dataclass(frozen=True, kw_only=True)
class Row:
    """An account and its place in each order a reader can choose."""

    account: CampaignAccount
    by_account: int
    by_organisation: int
    by_last_seen: int


@dataclass(frozen=True, kw_only=True)
class StageList:
    """The accounts of one stage: some at once, the others in pages to unfold (with the number of their
    first).
    """

    stage: str
    total: int
    first: list[Row]
    pages: list[tuple[int, list[Row]]]


@dataclass(frozen=True, kw_only=True)
class Span:
    """A stretch of a coverage strip, in per cent of its width."""

    kind: str  # covered | gap
    start: float
    width: float


@dataclass(frozen=True, kw_only=True)
class Strip:
    """A source and its strip."""

    source: SourceCoverage
    name: str
    spans: list[Span]
    words: str
    items: list[tuple[str, str]]  # what the log shows and what it cannot, by label


@dataclass(frozen=True, kw_only=True)
class KindRow:
    """One kind of act, and whether each source shows it."""

    words: str
    cells: list[str]


@dataclass(frozen=True, kw_only=True)
class Matrix:
    """What the logs show: kinds by sources."""

    sources: list[str]
    rows: list[KindRow]


@dataclass(frozen=True, kw_only=True)
class Section:
    """What the template shows of one campaign."""

    anchor: str
    campaign: Campaign
    paragraph: str
    funnel: list[Step]
    raised: str
    timeline: list[markupsafe.Markup]  # wide, narrow
    targets: list[markupsafe.Markup]
    off_roster: dict[str, int]
    stages: list[StageList]
    figures: list[Derivation]
    findings: page_findings.Findings | None
    after: page_accounts.Aftermaths | None


def render_page(assessment: Assessment, evidence: pa.Table) -> str:
    """The page as text."""
    campaigns = ranked(assessment.campaigns)
    sections = [
        section(campaign, evidence, assessment.findings, anchor=f"c{place}", charted=place <= CAMPAIGNS_CHARTED)
        for place, campaign in enumerate(campaigns, start=1)
    ]
    limit = limits(assessment)
    first, *others = (one for one in headline(assessment) if one != limit)
    return (
        _environment()
        .get_template("page.html.j2")
        .render(
            assessment=assessment,
            compared=indicator_tables.compared(assessment),
            title=title(assessment),
            paragraph=first,
            others=others,
            limit=limit,
            lead=sections[0] if sections else None,
            further=sections[1 : background(campaigns)],
            background=sections[background(campaigns) :],
            strips=[strip(source, items, assessment) for source, items in by_source(assessment.coverage)],
            kinds=matrix(assessment),
            overall=overall(assessment.coverage),
            loose=page_findings.table([one for one in assessment.findings if one.campaign is None]),
        )
    )


def section(
    campaign: Campaign, evidence: pa.Table, found: Sequence[Finding] = (), *, anchor: str, charted: bool
) -> Section:
    """One campaign made ready for the template."""
    timeline: list[markupsafe.Markup] = []
    targets: list[markupsafe.Markup] = []
    busy = any(one.identification or one.attack or one.access or one.persistence for one in campaign.days)
    if charted:
        for size, width in (("wide", charts.WIDE), ("narrow", charts.NARROW)):
            if busy:
                drawn = charts.timeline(campaign.days, width=width, name=f"{anchor}-days-{size}")
                timeline.append(markupsafe.Markup(drawn))  # noqa: S704 - our renderer escapes its text
            if campaign.by_category:
                drawn = charts.targets(campaign.by_category, width=width, name=f"{anchor}-targets-{size}")
                targets.append(markupsafe.Markup(drawn))  # noqa: S704
    return Section(
        anchor=anchor,
        campaign=campaign,
        paragraph=lead_paragraph(campaign),
        funnel=funnel(campaign.counts),
        raised=raised(campaign),
        timeline=timeline,
        targets=targets,
        off_roster=off_roster(campaign),
        stages=stage_lists(campaign.accounts),
        figures=[derive(campaign, figure.name, evidence) for figure in FIGURES],
        after=page_accounts.aftermaths(campaign, anchor=anchor, last=campaign.last_seen),
        findings=page_findings.table([one for one in found if one.campaign == campaign.id]),
    )


def funnel(counts: Counts) -> list[Step]:
    """From identifiers tried to accounts compromised, each step's bar as long as its number."""
    reached = counts.accounts_probed + counts.accounts_attacked
    longest = max(counts.identifiers_tried, reached, 1)
    beyond = "; not all are accounts" if counts.identifiers_tried > reached else ""
    steps = (
        (
            "Identifiers tried",
            f"{phrases.counted(counts.identification_attempts, 'attempt')} to identify{beyond}",
            counts.identifiers_tried,
            "identification",
        ),
        (
            "Accounts reached",
            f"they exist; {phrases.number(counts.accounts_probed)} looked up only",
            reached,
            "probed",
        ),
        ("Accounts attacked", "a proof was offered or asked for", counts.accounts_attacked, "attacked"),
        ("Accounts compromised", "control was gained", counts.accounts_compromised, "compromised"),
    )
    return [
        Step(title=name, note=note, value=value, width=round(100 * value / longest, 2), colour=colour)
        for name, note, value, colour in steps
    ]


def raised(campaign: Campaign) -> str:
    """When a daily run would have told of it, and how soon that is."""
    if campaign.detected_at is None:
        return ""
    waited = phrases.moment(campaign.detected_at) - phrases.moment(campaign.first_seen)
    days = max(math.ceil(waited / timedelta(days=1)), 0)
    when = phrases.clock(campaign.detected_at)
    within = phrases.counted(days, "day")
    return f"Run daily, Tocsin would have raised it on {when} UTC, within {within} of its start."


def off_roster(campaign: Campaign) -> dict[str, int]:
    """Accounts of each kind that no category holds."""
    totals = {
        "probed": campaign.counts.accounts_probed,
        "attacked": campaign.counts.accounts_attacked,
        "compromised": campaign.counts.accounts_compromised,
    }
    on = {kind: sum(getattr(one, kind) for one in campaign.by_category.values()) for kind in totals}
    return {kind: max(total - on[kind], 0) for kind, total in totals.items()}


def stage_lists(accounts: Sequence[CampaignAccount]) -> list[StageList]:
    """Accounts by stage, the furthest first; in each by the time they were first reached."""
    lists = []
    for stage in STAGES:
        held = sorted(
            (one for one in accounts if one.stage == stage),
            key=lambda one: (one.first_seen, one.provider, one.account),
        )
        if not held:
            continue
        by_account = _places(held, lambda one: (one.account, one.provider))
        by_organisation = _places(held, _group)
        by_last_seen = _places(held, lambda one: (one.last_seen, one.account))
        rows = [
            Row(account=one, by_account=first, by_organisation=second, by_last_seen=third)
            for one, first, second, third in zip(held, by_account, by_organisation, by_last_seen, strict=True)
        ]
        # A list a little over the first page is shown whole: unfolding three rows helps nobody.
        cut = len(rows) if len(rows) <= ROWS_AT_FIRST * 2 else ROWS_AT_FIRST
        starts = range(cut, len(rows), ROWS_A_PAGE)
        pages = [(start + 1, rows[start : start + ROWS_A_PAGE]) for start in starts]
        lists.append(StageList(stage=stage, total=len(rows), first=rows[:cut], pages=pages))
    return lists


def _group(account: CampaignAccount) -> tuple[bool, str, str, str]:
    """Category, organisation, account: those not on the roster last."""
    return (account.category is None, account.category or "", account.organisation or "", account.account)


def _places(accounts: Sequence[CampaignAccount], key: Callable[[CampaignAccount], Any]) -> list[int]:
    order = sorted(range(len(accounts)), key=lambda index: key(accounts[index]))
    places = [0] * len(accounts)
    for place, index in enumerate(order):
        places[index] = place
    return places


def strip(source: SourceCoverage, items: list[tuple[str, str]], assessment: Assessment) -> Strip:
    """What a source covers of the whole window, and where it is silent."""
    name = source_name(source)
    window = assessment.window
    if not (window.start and window.end and source.first and source.last):
        return Strip(source=source, name=name, spans=[], words=f"{name}: no events", items=[])
    start, end = phrases.moment(window.start), phrases.moment(window.end)
    length = max((end - start).total_seconds(), 1.0)

    def span(kind: str, first: str, last: str) -> Span:
        left = 100 * (phrases.moment(first) - start).total_seconds() / length
        right = 100 * (phrases.moment(last) - start).total_seconds() / length
        left, right = min(max(left, 0.0), 100.0), min(max(right, 0.0), 100.0)
        return Span(kind=kind, start=round(left, 2), width=round(max(right - left, 0.4), 2))

    spans = [span("covered", source.first, source.last), *(span("gap", *gap) for gap in source.gaps)]
    silent = ", ".join(phrases.stretch(*gap) for gap in source.gaps)
    covered = f"{name}: covered {phrases.clock(source.first)} to {phrases.clock(source.last)} UTC"
    words = f"{covered}; silent {silent}" if silent else covered
    return Strip(source=source, name=name, spans=spans, words=words, items=items)


def matrix(assessment: Assessment) -> Matrix:
    """Kinds of act by source."""
    sources = [one for one in whole(assessment.coverage.sources) if one.shows]
    rows = (
        [
            KindRow(words=kind_words(kind.kind), cells=[one.shows[place].shown for one in sources])
            for place, kind in enumerate(sources[0].shows)
        ]
        if sources
        else []
    )
    return Matrix(sources=[source_name(one) for one in sources], rows=rows)


def _environment() -> jinja2.Environment:
    environment = escaping()
    environment.filters.update(
        visible=visible,
        released_words=released_words,
        open_words=open_words,
        category_name=category_name,
        number=phrases.number,
        share=phrases.share,
        chance=phrases.chance,
        sentence=phrases.sentence,
        population_words=population_words,
        clock=phrases.clock,
    )
    environment.globals.update(
        provider_words=phrases.PROVIDER_WORDS,
        technique_words=phrases.TECHNIQUE_WORDS,
        verdict_words=phrases.VERDICT_WORDS,
        role_words=charts.ROLE_WORDS,
        counted=phrases.counted,
        period=phrases.period,
        stretch=phrases.stretch,
        shown_words=SHOWN_WORDS,
        rows_a_page=ROWS_A_PAGE,
        what_words=WHAT_WORDS,
        last_reason=last_reason,
        of_other_campaigns=of_other_campaigns,
    )
    return environment
