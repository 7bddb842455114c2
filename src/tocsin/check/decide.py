"""The decision: evidence found, nothing found in what is covered, or cannot say.

It is made so that no log, day, act or account that is taken away can turn "cannot say" into "nothing found", or make
the claim of a "nothing found" wider. For that, each condition of "nothing found" asks for something to be there, never
for something to be missing or for a share of what happened to be read:

1. An account in question stands in the log of a tenant (somebody was let in there, or the log says that it exists).
   Of accounts on the roster it must be at least half, and the roster is not part of the logs.
2. That log holds sign-ins and failed sign-ins, on at least ten days of some four weeks: a slow attack is seen over
   weeks, and ten days are two working weeks. Of a period that was asked for, at least half of the days.
3. It holds recoveries, or would: a log that shows them was given, holds records on three days over at least ten, and
   is no export that holds sign-ins only. Where no log of the provider shows a recovery at all, nothing is asked for,
   and the answer says that it could not have shown one.

Whether a silence is a gap in the log or a quiet weekend plays no part: a day without records is never claimed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tocsin.assess.assessment import SourceCoverage
from tocsin.check.answer import SCHEMA, Accounts, Answer, Cover, Evidence, Lacking, NotShown, OpenFinding
from tocsin.check.question import Question
from tocsin.coverage import CLAIMED, RECOVERIES, SIGN_INS, KindShown, days_in, stretches

WEEKS_DAYS = 28
"""Four weeks: about as long as the campaign of the announcement."""

LEAST_DAYS = 10
"""Days with sign-ins in four weeks, of the two weeks (ten working days) that are the least a scan can work with."""

LEAST_RECOVERY_DAYS, RECOVERY_SPAN_DAYS = 3, 10
"""An audit log is thin: days on which it holds anything at all, and how far the first and last lie apart."""


@dataclass(frozen=True, kw_only=True)
class Sighting:
    """An account in question that stands in the log of a tenant."""

    account: str
    provider: str
    tenant: str


def decided(
    question: Question,
    sightings: Sequence[Sighting],
    sources: Sequence[SourceCoverage],
    evidence: Sequence[Evidence],
    findings: Sequence[OpenFinding] = (),
) -> Answer:
    """The answer, without words. `evidence`, `findings` and `sightings` are those of the accounts in question."""
    by_tenant = {(one.provider, one.tenant): one for one in sources}
    period = question.days
    lacks = {key: lacking(one, period) for key, one in by_tenant.items()}
    held = [one for one in sightings if _at(one) in by_tenant]
    covered = {one.account for one in held if not lacks[_at(one)]}
    seen = {one.account for one in held}
    rostered = set(question.accounts)
    enough = bool(covered) and 2 * len(covered & rostered) >= len(rostered)
    resting = sorted({_at(one) for one in held if not lacks[_at(one)]})
    named = {(one.account, one.provider) for one in held if one.tenant}
    failing = sorted(
        {
            _at(one)
            for one in held
            # What names no tenant counts for the one that holds the account (lake/seen.py): no second reason.
            if lacks[_at(one)] and (one.tenant or (one.account, one.provider) not in named)
        }
    )
    because = [reason for key in failing for reason in lacks[key]]
    if not enough and (who := _who_lacks(question, seen, covered)):
        because = [who, *because]
    shown = bool(evidence) or any(one.evidence for one in findings)
    return Answer(
        schema=SCHEMA,
        asked=question.asked,
        read_as=question.read_as,
        answer="evidence_found" if shown else "nothing_found" if enough else "cannot_say",
        since=question.since.isoformat() if question.since else None,
        until=question.until.isoformat() if question.until else None,
        accounts=Accounts(
            on_roster=len(rostered),
            seen=len(seen),
            covered=len(covered),
            never_seen=sorted(rostered - seen),
        ),
        evidence=list(evidence),
        findings=list(findings),
        covers=[_cover(by_tenant[key], period, {one.account for one in held if _at(one) == key}) for key in resting],
        could_not_show=[one for key in resting for one in _not_shown(by_tenant[key])],
        because=because,
        near=list(question.near),
    )


def lacking(source: SourceCoverage, period: frozenset[int] | None = None) -> list[Lacking]:
    """Why a tenant's log would not have shown an attack; empty where it would. `period`: days asked for."""
    if not source.logs:
        return [Lacking(lack="provider_not_known", provider=source.provider, tenant=source.tenant)]
    kinds = {one.kind: one for one in source.shows}
    return [
        *_front_door(source, [kinds[name] for name in SIGN_INS if name in kinds], period),
        *_second_door(source, [kinds[name] for name in RECOVERIES if name in kinds], period),
    ]


def _front_door(source: SourceCoverage, kinds: Sequence[KindShown], period: frozenset[int] | None) -> list[Lacking]:
    missing = [one for one in kinds if one.shown not in CLAIMED]
    if missing:
        return [_missing(source, missing)]
    days = frozenset.intersection(*(_days(source, one) for one in kinds))
    return [] if many_days(days, period) else [_few(source, kinds, days, period)]


def _second_door(source: SourceCoverage, kinds: Sequence[KindShown], period: frozenset[int] | None) -> list[Lacking]:
    if all(one.shown == "no" for one in kinds):
        return []
    filtered = {one.log for one in source.logs if one.only_sign_ins}
    would = [one for one in kinds if one.shown in CLAIMED or (one.shown == "none_seen" and set(one.logs) - filtered)]
    days = [
        _days(source, one) if one.shown in CLAIMED else _days(source, one, without=frozenset(filtered)) for one in would
    ]
    if any(spread_out(one, period) for one in days):
        return []
    if would:
        return [_few(source, would, frozenset().union(*days), period)]
    if any(one.shown == "none_seen" for one in kinds):
        return [_of(source, Lacking(lack="only_sign_ins"), kinds)]
    return [_missing(source, kinds)]


def many_days(days: frozenset[int], period: frozenset[int] | None = None) -> bool:
    """Enough of them within some four weeks; of a period that was asked for, also half of its days."""
    if period is not None:
        days = days & period
        if 2 * len(days) < len(period):
            return False
        return len(days) >= min(LEAST_DAYS, -(-len(period) // 2))
    return _within_weeks(days, least=LEAST_DAYS, span=0)


def spread_out(days: frozenset[int], period: frozenset[int] | None = None) -> bool:
    """Some of them within four weeks, not all at one end."""
    if period is not None:
        days = days & period
        span = min(RECOVERY_SPAN_DAYS, len(period) // 2)
        return _within_weeks(days, least=min(LEAST_RECOVERY_DAYS, -(-len(period) // 2)), span=span)
    return _within_weeks(days, least=LEAST_RECOVERY_DAYS, span=RECOVERY_SPAN_DAYS)


def _within_weeks(days: frozenset[int], *, least: int, span: int) -> bool:
    ordered = sorted(days)
    for place, first in enumerate(ordered):
        there = [one for one in ordered[place:] if one < first + WEEKS_DAYS]
        if len(there) >= least and there[-1] - first >= span:
            return True
    return False


def _days(source: SourceCoverage, kind: KindShown, *, without: frozenset[str] = frozenset()) -> frozenset[int]:
    """Days of the logs that show the kind."""
    logs = set(kind.logs) - without
    return frozenset().union(*(days_in(one.days) for one in source.logs if one.given and one.log in logs))


def _missing(source: SourceCoverage, kinds: Sequence[KindShown]) -> Lacking:
    """The first reason of the kinds, with those that share it."""
    first = kinds[0].shown
    names = {"log_missing": "log_missing", "no": "cannot_show", "none_seen": "none_seen"}
    lack = Lacking(lack=names.get(first, "provider_not_known"))  # type: ignore[arg-type]
    return _of(source, lack, [one for one in kinds if one.shown == first])


def _few(
    source: SourceCoverage, kinds: Sequence[KindShown], days: frozenset[int], period: frozenset[int] | None
) -> Lacking:
    return _of(source, Lacking(lack="few_days", days=len(days if period is None else days & period)), kinds)


def _of(source: SourceCoverage, lack: Lacking, kinds: Sequence[KindShown]) -> Lacking:
    titles = {one.log: one.title for one in source.logs}
    logs = list(dict.fromkeys(titles[log] for one in kinds for log in one.logs if log in titles))
    return Lacking(
        lack=lack.lack,
        provider=source.provider,
        tenant=source.tenant,
        kinds=[one.kind for one in kinds],
        logs=logs,
        days=lack.days,
    )


def _who_lacks(question: Question, seen: set[str], covered: set[str]) -> Lacking | None:
    """What the accounts lack, beside what their logs lack."""
    if question.read_as == "nothing":
        return Lacking(lack="not_asked_of" if question.roster else "no_roster")
    if not seen:
        return Lacking(lack="never_seen")
    return Lacking(lack="too_few_seen") if covered else None


def _at(one: Sighting) -> tuple[str, str]:
    return one.provider, one.tenant


def _cover(source: SourceCoverage, period: frozenset[int] | None, accounts: Iterable[str]) -> Cover:
    def asked(days: frozenset[int]) -> frozenset[int]:
        return days if period is None else days & period

    return Cover(
        provider=source.provider,
        tenant=source.tenant,
        accounts=len(set(accounts)),
        days={one.log: stretches(asked(days_in(one.days))) for one in source.logs if one.given},
        shows=[one.kind for one in source.shows if one.shown == "yes"],
        partly=[one.kind for one in source.shows if one.shown == "partly"],
    )


def _not_shown(source: SourceCoverage) -> list[NotShown]:
    return [
        NotShown(provider=source.provider, tenant=source.tenant, kind=one.kind, why=one.shown, words=one.words)
        for one in source.shows
        if one.shown in ("none_seen", "log_missing", "no", "not_known")
    ]
