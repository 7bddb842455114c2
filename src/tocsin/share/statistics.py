"""A year in numbers that may be published: `tocsin.statistics/1`, small cells hidden.

Everything is counted from evidence rows whose time lies in the year, by the rules of the figures (docs/counting.md),
and nothing but counts leaves: no account, organisation, address or id of a campaign.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec
import pyarrow as pa

from tocsin.assess.assessment import CATEGORIES, Assessment, Campaign, SourceCoverage
from tocsin.attribute.judgements import Act, judged
from tocsin.share.small_cells import SMALLEST, told

SCHEMA = "tocsin.statistics/1"

NOT_ON_ROSTER = "not-on-roster"
"""The cell of everybody of whom the roster says nothing, identifiers that do not exist among them."""

UNKNOWN_COUNTRY = "unknown"
"""The cell of people on the roster of whose organisation no country is stated."""

STAGES = ("probed", "attacked", "compromised")
ATTEMPT_ROLES = frozenset({"identification", "attack", "access"})

SILENT_SYSTEM_ACT = "recovery_message"
"""What a system sends out is evidence, and no act of the operator."""


class Totals(msgspec.Struct, frozen=True, kw_only=True):
    campaigns: int
    attempts: int  # acts: identification attempts, and attacks and accesses, each once
    identification_attempts: int
    identifiers_tried: int
    accounts_probed: int
    accounts_attacked: int  # the compromised among them
    accounts_compromised: int


class Cell(msgspec.Struct, frozen=True, kw_only=True):
    """The counts of one group; null where a count is hidden."""

    campaigns: int | None  # that attacked an account of it; null where the accounts attacked are hidden
    attempts: int | None
    accounts_probed: int | None
    accounts_attacked: int | None
    accounts_compromised: int | None


class ActorCell(Cell, frozen=True, kw_only=True):
    """The counts of campaigns that are held to be one actor's."""

    authority: str
    actor: str | None  # null: campaigns for which nothing is released under this authority's names


class Covered(msgspec.Struct, frozen=True, kw_only=True):
    """What was looked at in the year."""

    provider: str
    first: str
    last: str
    events: int  # of the whole scan


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """How one figure is counted."""

    figure: str
    rule: str


class Statistics(msgspec.Struct, frozen=True, kw_only=True):
    """One year."""

    schema: str
    year: int
    generated_at: str
    covers_from: str | None  # within the year; null where no log covers any of it
    covers_to: str | None
    coverage: list[Covered]
    totals: Totals
    by_verdict: dict[str, int]  # campaigns
    by_category: dict[str, Cell]
    by_country: dict[str, Cell]  # of the organisation: ISO 3166-1 alpha-2, unknown, not-on-roster
    by_actor: list[ActorCell]  # released judgements only
    hidden_below: int
    zeros_told: bool  # whether it was approved to tell zeros
    rules: list[Rule] = msgspec.field(default_factory=list)
    text: list[str] = msgspec.field(default_factory=list)


@dataclass
class _Group:
    """What adds up for one group."""

    attempts: set[Hashable] = field(default_factory=set)
    accounts: dict[tuple[str, str], int] = field(default_factory=dict)  # furthest stage
    campaigns: set[str] = field(default_factory=set)  # that attacked

    def at_least(self, stage: str) -> int:
        return sum(reached >= STAGES.index(stage) for reached in self.accounts.values())

    @property
    def probed(self) -> int:
        return sum(reached == 0 for reached in self.accounts.values())


def statistics(
    assessment: Assessment,
    evidence: pa.Table,
    roster: pa.Table,
    acts: Sequence[Act] = (),
    *,
    year: int,
    zeros: bool = False,
) -> Statistics:
    """The year's counts over all campaigns of the assessment. `evidence` is EVIDENCE, `roster` ROSTER, `acts` the
    ledger of judgements. `zeros`: that a group has none may be told."""
    rows = _of_year(evidence, {one.id for one in assessment.campaigns}, year)
    countries = dict(zip(roster["account"].to_pylist(), roster["country"].to_pylist(), strict=True))

    def country(row: Mapping[str, Any]) -> str:
        return (countries[row["account"]] or UNKNOWN_COUNTRY) if row["account"] in countries else NOT_ON_ROSTER

    by_category, by_country = _linked(
        _every(_grouped(rows, lambda row: row["category"] or NOT_ON_ROSTER), [*CATEGORIES, NOT_ON_ROSTER]),
        _every(
            _grouped(rows, country), [*sorted({one or UNKNOWN_COUNTRY for one in countries.values()}), NOT_ON_ROSTER]
        ),
        zeros=zeros,
    )
    whole = _grouped(rows, lambda _: "")[""]
    present = {row["campaign_id"] for row in rows}
    campaigns = [one for one in assessment.campaigns if one.id in present]
    covers = [one for source in assessment.coverage.sources if (one := _within(source, year)) is not None]
    return Statistics(
        schema=SCHEMA,
        year=year,
        generated_at=assessment.generated_at,
        covers_from=min((one.first for one in covers), default=None),
        covers_to=max((one.last for one in covers), default=None),
        coverage=covers,
        totals=Totals(
            campaigns=len(campaigns),
            attempts=len(whole.attempts),
            identification_attempts=sum(row["counts_as"] == "identification_attempt" for row in rows),
            identifiers_tried=len({row["account"] for row in rows if row["account"] is not None}),
            accounts_probed=whole.probed,
            accounts_attacked=whole.at_least("attacked"),
            accounts_compromised=whole.at_least("compromised"),
        ),
        by_verdict=dict(sorted(Counter(one.verdict for one in campaigns).items())),
        by_category=by_category,
        by_country=by_country,
        by_actor=_actors(rows, campaigns, acts, zeros=zeros),
        hidden_below=SMALLEST,
        zeros_told=zeros,
    )


def _of_year(evidence: pa.Table, campaigns: set[str], year: int) -> list[dict[str, Any]]:
    """Rows of the campaigns in the year (UTC), and of an event that two campaigns hold the first one's."""
    first, last = datetime(year, 1, 1), datetime(year + 1, 1, 1)  # noqa: DTZ001 -- EVIDENCE holds naive UTC
    held: dict[tuple[str, str], dict[str, Any]] = {}
    for row in evidence.to_pylist():
        if row["campaign_id"] in campaigns and first <= row["time"] < last:
            held.setdefault((row["provider"], row["event_uid"]), row)
    return list(held.values())


def _grouped(rows: Iterable[Mapping[str, Any]], key: Callable[[Mapping[str, Any]], str]) -> dict[str, _Group]:
    groups: dict[str, _Group] = defaultdict(_Group)
    for row in rows:
        group = groups[key(row)]
        if row["role"] in ATTEMPT_ROLES and row["activity"] != SILENT_SYSTEM_ACT:
            group.attempts.add(row["attempt_uid"] or (row["provider"], row["event_uid"]))
        if row["account_exists"] and row["stage"]:
            account, stage = (row["account_provider"], row["account"]), STAGES.index(row["stage"])
            group.accounts[account] = max(stage, group.accounts.get(account, 0))
            if stage:
                group.campaigns.add(row["campaign_id"])
    return groups


def _every(groups: Mapping[str, _Group], names: Iterable[str]) -> dict[str, _Group]:
    """Every group that there could be, so that a missing one tells nothing."""
    return {name: groups.get(name, _Group()) for name in dict.fromkeys([*names, *groups])}


def _linked(
    first: Mapping[str, _Group], second: Mapping[str, _Group], *, zeros: bool
) -> tuple[dict[str, Cell], dict[str, Cell]]:
    """Two tables of the same people. The cell that both have is hidden in both or in neither: told in one, it would
    give away what it hides in the other."""
    held = [_columns(one, zeros=zeros) for one in (first, second)]
    for figure in held[0]:
        if any(columns[figure][NOT_ON_ROSTER] is None for columns in held):
            for columns, groups in zip(held, (first, second), strict=True):
                columns[figure] = _columns(groups, zeros=zeros, hide=[NOT_ON_ROSTER])[figure]
    tables = [
        {name: Cell(**_row(one, name, columns)) for name, one in groups.items()}
        for columns, groups in zip(held, (first, second), strict=True)
    ]
    return tables[0], tables[1]


def _columns(
    groups: Mapping[str, _Group], *, zeros: bool, hide: Sequence[str] = ()
) -> dict[str, dict[str, int | None]]:
    counted = {
        "attempts": {name: len(one.attempts) for name, one in groups.items()},
        "accounts_probed": {name: one.probed for name, one in groups.items()},
        "accounts_attacked": {name: one.at_least("attacked") for name, one in groups.items()},
        "accounts_compromised": {name: one.at_least("compromised") for name, one in groups.items()},
    }
    return {figure: told(cells, zeros=list(cells) if zeros else (), hide=hide) for figure, cells in counted.items()}


def _row(one: _Group, name: str, columns: Mapping[str, Mapping[str, int | None]]) -> dict[str, int | None]:
    row = {figure: cells[name] for figure, cells in columns.items()}
    return {"campaigns": len(one.campaigns) if row["accounts_attacked"] else None, **row}


def _actors(
    rows: Sequence[Mapping[str, Any]], campaigns: Sequence[Campaign], acts: Sequence[Act], *, zeros: bool
) -> list[ActorCell]:
    """By authority, the actors that two people released for a campaign, and the campaigns left."""
    released = {
        one.id: {
            found.act.authority: found.act.actor
            for found in judged(acts, (one.id, *one.aliases))
            if found.state == "released"
        }
        for one in campaigns
    }
    found = []
    for authority in sorted({name for held in released.values() for name in held}):
        named = {campaign: held.get(authority) for campaign, held in released.items()}
        groups = _grouped(rows, lambda row, named=named: named[row["campaign_id"]] or "")  # type: ignore[misc]
        groups.setdefault("", _Group())
        columns = _columns(groups, zeros=zeros)
        for name in sorted(groups, key=lambda each: (not each, each)):
            row = _row(groups[name], name, columns)
            # That a campaign is an actor's was released, and tells nothing of anybody's account.
            row["campaigns"] = sum((actor or "") == name for actor in named.values())
            found.append(ActorCell(authority=authority, actor=name or None, **row))
    return found


def _within(source: SourceCoverage, year: int) -> Covered | None:
    """A source's stretch within the year."""
    if not source.first or not source.last:
        return None
    first, last = max(source.first, f"{year}-01-01T00:00:00Z"), min(source.last, f"{year}-12-31T23:59:59Z")
    return Covered(provider=source.provider, first=first, last=last, events=source.events) if first <= last else None
