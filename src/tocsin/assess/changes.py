"""What became of each campaign since the last scan, step by step, each step with its numbers before and after.

A campaign's change is taken apart so that every step says what it alone did: what split off, what merged in, what is
counted otherwise of days that were covered already (late events among it), what is of new days, and the verdict.
Between the steps nothing is lost: each begins with the numbers that the one before it ended with.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

import pyarrow as pa

from tocsin.assess import change_words as words
from tocsin.assess.assess import ATTEMPT
from tocsin.assess.assessment import Assessment, Campaign, Change, Standing
from tocsin.assess.lineage import Lineage
from tocsin.assess.roles import STAGE_ORDER
from tocsin.assess.succession import Key


class Row(NamedTuple):
    """What of an evidence row decides figures."""

    time: datetime
    role: str
    counts_as: str | None
    stage: str | None
    account: str | None
    home: str | None
    exists: bool | None


Rows = Mapping[Key, Row]


@dataclass(frozen=True, kw_only=True)
class Arrivals:
    """What the last scan had, and how this one's events came."""

    covered: Mapping[str, tuple[datetime, datetime]]  # provider -> first and last event of the last scan
    at: datetime  # when the last scan was
    ingested: Mapping[Key, datetime] = field(default_factory=dict)  # of events in the store
    known: bool = False  # whether `ingested` was asked for: what is not in it is in no log any more
    anew: bool = False  # the store was filled anew since: when an event came first is not known

    def fresh(self, key: Key, row: Row) -> bool:
        """Is it of days that the last scan did not cover yet?"""
        span = self.covered.get(key[0])
        return span is not None and row.time > span[1]

    def way(self, key: Key, row: Row) -> str:
        """How an event that is no fresh one came to be counted: late | added | held, or anew: it cannot be told."""
        span = self.covered.get(key[0])
        if span is None or row.time < span[0]:
            return "added"
        came = self.ingested.get(key)
        if self.anew or came is None:
            return "anew"
        return "late" if came.replace(microsecond=0) > self.at else "held"


def rows_of(evidence: pa.Table) -> dict[str, dict[Key, Row]]:
    """By campaign."""
    names = ("time", "role", "counts_as", "stage", "account", "account_provider", "account_exists")
    held: dict[str, dict[Key, Row]] = {}
    columns = [evidence[name].to_pylist() for name in ("campaign_id", "provider", "event_uid", *names)]
    for campaign, provider, uid, *facts in zip(*columns, strict=True):
        held.setdefault(campaign, {})[provider, uid] = Row(*facts)
    return held


def standing(rows: Iterable[Row], verdict: str) -> Standing:
    """The figures that these rows make."""
    events = list(rows)
    stages: dict[tuple[str | None, str | None], int] = {}
    for row in events:
        if row.exists and row.stage is not None:
            account = (row.home, row.account)
            stages[account] = max(stages.get(account, 0), STAGE_ORDER.index(row.stage))
    reached = list(stages.values())
    return Standing(
        events=len(events),
        identification_attempts=sum(row.counts_as == ATTEMPT for row in events),
        identifiers_tried=len({row.account for row in events}),
        accounts_probed=reached.count(0),
        accounts_attacked=len(reached) - reached.count(0),
        accounts_compromised=reached.count(2),
        verdict=verdict,
    )


def arrivals(before: Assessment, ingested: Mapping[Key, datetime] | None, held: Collection[Key]) -> Arrivals:
    """`ingested`: when events of the evidence came into the store; None where nobody needs to know. `held` are events
    of the last scan's evidence."""
    covered: dict[str, tuple[datetime, datetime]] = {}
    for one in before.coverage.sources:
        if one.first and one.last:
            first, last = moment(one.first), moment(one.last) + timedelta(seconds=1)
            earlier = covered.get(one.provider, (first, last))
            covered[one.provider] = (min(first, earlier[0]), max(last, earlier[1]))
    at = moment(before.generated_at)
    came = [ingested[key].replace(microsecond=0) for key in held if key in ingested] if ingested else []
    return Arrivals(
        covered=covered,
        at=at,
        ingested=ingested or {},
        known=ingested is not None,
        anew=bool(came) and min(came) > at,
    )


def moment(stamped: str) -> datetime:
    """Naive UTC."""
    return datetime.fromisoformat(stamped).replace(tzinfo=None)


def asks_when(before: Assessment, old: Mapping[str, Rows], new: Mapping[str, Rows]) -> bool:
    """Is there anything of days that the last scan covered of which it must be known when it came?"""
    known = arrivals(before, None, ())
    held = {key for rows in old.values() for key in rows}
    now = {key: row for rows in new.values() for key, row in rows.items()}
    return any(key not in now for key in held) or any(
        key not in held and not known.fresh(key, row) for key, row in now.items()
    )


@dataclass(frozen=True, kw_only=True)
class Compared:
    """Both scans, side by side."""

    line: Lineage
    campaigns: Sequence[Campaign]  # in the order of the lineage
    old: Mapping[str, Rows]
    new: Mapping[str, Rows]
    stood: Mapping[str, Standing]  # campaigns that the last scan found, as it left them
    arrivals: Arrivals | None  # None: there is nothing to compare with
    roster: tuple[str, str] = ("", "")  # digests, before and now
    brought: bool = False  # the scan brought new events, or another roster
    at: str


def changes(compared: Compared) -> list[tuple[str, Change]]:
    """What is to be remembered of this scan: campaign id and change, in the order of telling."""
    told: list[tuple[str, Change]] = []
    for number, campaign in enumerate(compared.campaigns):
        if number in compared.line.passed.kept:
            told += [(campaign.id, one) for one in _lived_on(compared, number)]
        else:
            told.append((campaign.id, _found(compared, number)))
    for one, into in compared.line.passed.merged.items():
        told.append((one, _merged_away(compared, one, compared.line.ids[into])))
    for one in compared.line.passed.gone:
        if one in compared.stood:  # else it was gone before
            told.append((one, _gone(compared, one)))
    return told


def _found(compared: Compared, number: int) -> Change:
    campaign = compared.campaigns[number]
    mine = compared.new[campaign.id]
    after = standing(mine.values(), campaign.verdict)
    source = compared.line.passed.split.get(number)
    if source is None:
        reason = words.found(mine.values(), after)
        return Change(at=compared.at, what="found", reason=reason, other=None, before=None, after=after)
    shared = compared.line.passed.shared[source, number]
    reason = words.split_from(shared, len(compared.old[source]), source)
    return Change(at=compared.at, what="split", reason=reason, other=source, before=None, after=after)


def _merged_away(compared: Compared, one: str, into: str) -> Change:
    mine = compared.old[one]
    shared = sum(key in compared.new[into] for key in mine)
    before = compared.stood.get(one)
    reason = words.merged_into(shared, len(mine), into)
    return Change(at=compared.at, what="merged", reason=reason, other=into, before=before, after=None)


def _gone(compared: Compared, one: str) -> Change:
    mine = compared.old.get(one, {})
    before = compared.stood[one]
    reason = words.gone(len(mine), *_whereabouts(compared, mine))
    return Change(at=compared.at, what="no_longer_found", reason=reason, other=None, before=before, after=None)


def _whereabouts(compared: Compared, keys: Collection[Key]) -> tuple[dict[str, int], int]:
    """Of events that are a campaign's no more: how many are other campaigns' now, and how many are in no log."""
    elsewhere = {one: sum(key in rows for key in keys) for one, rows in compared.new.items()}
    came = compared.arrivals
    lost = sum(key not in came.ingested for key in keys) if came and came.known else 0
    return {one: number for one, number in sorted(elsewhere.items()) if number}, lost


def _lived_on(compared: Compared, number: int) -> Iterator[Change]:
    campaign = compared.campaigns[number]
    new = compared.new[campaign.id]
    before: Rows = compared.old.get(campaign.id, {})
    if campaign.id not in compared.stood or compared.arrivals is None:
        after = standing(new.values(), campaign.verdict)
        reason = words.found_again(words.found(new.values(), after))
        yield Change(at=compared.at, what="found", reason=reason, other=None, before=None, after=after)
        return
    verdict = compared.stood[campaign.id].verdict
    state = dict(before)

    def step(what: str, reason: str, following: dict[Key, Row], other: str | None = None) -> Change:
        nonlocal state
        stood, stands = standing(state.values(), verdict), standing(following.values(), verdict)
        state = following
        said = f"{reason}: {words.effect(stood, stands)}"
        return Change(at=compared.at, what=what, reason=said, other=other, before=stood, after=stands)

    told = 0
    for piece, source in compared.line.passed.split.items():
        if source == campaign.id:
            part = compared.new[compared.line.ids[piece]]
            left = {key: row for key, row in state.items() if key in new or key not in part}
            name = compared.line.ids[piece]
            yield step("split", words.split_off(len(state) - len(left), len(state), name), left, name)
            told += 1
    for one, into in compared.line.passed.merged.items():
        if into == number:
            theirs = compared.old[one]
            joined = state | {key: new[key] for key in theirs if key in new}
            yield step("merged", words.merged_in(len(theirs), sum(key in new for key in theirs), one), joined, one)
            told += 1
    fresh = {key for key, row in new.items() if key not in state and compared.arrivals.fresh(key, row)}
    stays = {key: row for key, row in new.items() if key not in fresh}
    if stays != state:
        yield step("corrected", _correction(compared, campaign.id, state, stays), stays)
        told += 1
    if fresh:
        yield step("grew", words.grew([new[key] for key in fresh]), dict(new))
        told += 1
    stands = standing(new.values(), campaign.verdict)
    if campaign.verdict != verdict:
        reason = words.verdict(verdict, campaign.verdict, *compared.roster, campaign.targeting.statistic)
        stood = standing(new.values(), verdict)
        yield Change(at=compared.at, what="verdict_changed", reason=reason, other=None, before=stood, after=stands)
    elif not told and compared.brought:
        reason = words.unchanged(len(new))
        yield Change(at=compared.at, what="unchanged", reason=reason, other=None, before=stands, after=stands)


def _correction(compared: Compared, campaign: str, state: Rows, stays: Rows) -> str:
    arrived: dict[str, list[tuple[Key, Row]]] = {"late": [], "added": [], "held": [], "anew": []}
    came = compared.arrivals
    for key, row in stays.items():
        if key not in state and came is not None:
            arrived[came.way(key, row)].append((key, row))
    removed = [key for key in state if key not in stays]
    elsewhere, lost = _whereabouts(compared, removed)
    elsewhere.pop(campaign, None)
    otherwise = sum(key in state and state[key] != row for key, row in stays.items())
    parts = [
        words.late([row for _, row in arrived["late"]], [came.ingested[key] for key, _ in arrived["late"] if came]),
        words.added([row for _, row in arrived["added"]], {key[0] for key, _ in arrived["added"]}),
        words.held(len(arrived["held"])),
        words.anew([row for _, row in arrived["anew"]]),
        words.removed(len(removed), elsewhere, lost),
        words.otherwise(otherwise),
    ]
    return "; ".join(part for part in parts if part)
