"""All campaigns of a scan, concluded: the last step before people read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import ibis
import pyarrow as pa

from tocsin.assess import attempts
from tocsin.assess.assess import (
    Key,
    Person,
    Population,
    Recovery,
    assessed,
    evidence_rows,
    stamp,
)
from tocsin.assess.assessment import (
    SCHEMA,
    Assessment,
    Change,
    ClockSkew,
    Coverage,
    LateRecords,
    SourceCoverage,
    Window,
)
from tocsin.assess.continuity import continued
from tocsin.assess.earlier import Earlier
from tocsin.assess.evidence import EVIDENCE
from tocsin.assess.followed import followed
from tocsin.assess.lineage import lineage
from tocsin.assess.unknown_names import unknown_names_told
from tocsin.campaigns import (
    ARRIVAL,
    ARRIVAL_TECHNIQUES,
    CHANGED_LOCK,
    CHANGED_LOCK_TECHNIQUES,
    COLUMNS,
    ENTRY,
    ENTRY_TECHNIQUES,
    IN_ORDER,
    LENT,
    LENT_TECHNIQUES,
    NO_LINKS,
    Linked,
    Restoring,
    Site,
    firsts,
    reasons,
)
from tocsin.coverage import Knowledge, knowledge, roster_seen, shown
from tocsin.detect import DETECTIONS
from tocsin.engines import Engine
from tocsin.enrich import Fill, Pick, digest, network_kinds
from tocsin.events import Activity
from tocsin.indicators import Hit
from tocsin.lake import Covered, Late, skews
from tocsin.recovery import RecoveryTables, source_parts

ANSWER_MS = 30 * 60_000
"""A recovery's code is typed within the half-hour that its form lives."""


_TECHNIQUES = {one.name: one.techniques for one in DETECTIONS} | {
    ARRIVAL: ARRIVAL_TECHNIQUES,
    ENTRY: ENTRY_TECHNIQUES,
    CHANGED_LOCK: CHANGED_LOCK_TECHNIQUES,
    LENT: LENT_TECHNIQUES,
}


@dataclass(frozen=True, kw_only=True)
class Concluded:
    """What a scan concludes, and what it hands on to the next one."""

    assessment: Assessment
    evidence: pa.Table  # EVIDENCE
    changes: Sequence[tuple[str, Change]]  # what it adds to the history of campaigns, by id
    gone: pa.Table  # EVIDENCE of campaigns found before and no longer


def concluded(
    engine: Engine,
    *,
    pick: Pick,
    fill: Fill,
    gist: ibis.Table,
    recovery: RecoveryTables,
    site: Site,
    found: Sequence[Linked],
    roster: pa.Table,
    covered: Sequence[Covered],
    now: datetime,
    before: Earlier | None = None,
    notes: Sequence[str] = (),
    table: Knowledge | None = None,
    graph: Restoring = NO_LINKS,
    hits: Sequence[Hit] = (),
) -> Concluded:
    """The assessment, its evidence, and what it changes.

    `pick` gives all columns of some events, `gist` the columns of `enrich.GIST` of all, and `fill` adds others to some
    rows of it. `before`: what the last scan of the same store left. `table`: what logs show, if it is not the one that
    ships with the package. `graph`: which account restores which. `hits`: other people's indicators with the events
    that they match.
    """
    people = {
        row["account"]: Person(organisation=row["organisation"], category=row["category"]) for row in roster.to_pylist()
    }
    weighed = site.weighed
    population = Population(known=weighed.known, houses=site.houses, at_risk=site.at_risk, at_risk_at=site.at_risk_at)
    told = list(_recoveries(engine, recovery, [one.events for one in found]))
    lacking = [_lacking(one.events, *rows) for one, rows in zip(found, told, strict=True)]
    companions = _companions(engine, fill, gist, lacking)
    gathering = [
        _with_recovery(one.events, *rows, lacks, companions)
        for one, rows, lacks in zip(found, told, lacking, strict=True)
    ]
    folded = _attempts([gathered for gathered, _ in gathering])
    shown = [
        (one, gathered, sessions, rows)
        for one, (gathered, sessions) in zip(found, gathering, strict=True)
        if (rows := evidence_rows(gathered, sessions, folded, population, people))
    ]
    line = lineage([rows for *_, rows in shown], before)
    done = [
        assessed(
            rows,
            gathered,
            sessions,
            campaign_id=campaign_id,
            detected_at=one.detected_at,
            population=population,
            roster=people,
            owners=network_kinds(sorted({str(row["source_ip"]) for row in rows if row["source_ip"]})),
            reasons=reasons(one),
            techniques=[name for detection in one.detections for name in _TECHNIQUES[detection]],
        )
        for campaign_id, (one, gathered, sessions, rows) in zip(line.ids, shown, strict=True)
    ]
    evidence = pa.concat_tables([*(one.evidence for one in done), EVIDENCE.empty_table()])
    firsts = [one.first for one in covered if one.first]
    lasts = [one.last for one in covered if one.last]
    covers = Coverage(
        sources=[covered_source(one, table or knowledge()) for one in covered],
        roster=roster_seen(engine, gist, roster),
        skews=[
            ClockSkew(provider=one.first, other=one.second, seconds=one.seconds, pairs=one.pairs)
            for one in skews(engine, gist)
        ],
    )
    since = continued(
        engine,
        pick,
        line=line,
        campaigns=followed(engine, fill, gist, graph, done, hits),
        evidence=evidence,
        coverage=covers,
        roster=digest(roster),
        at=stamp(now),
        earlier=before,
    )
    unusual = unknown_names_told(site.unknown_names, frozenset(evidence["account"].to_pylist()))
    assessment = Assessment(
        schema=SCHEMA,
        generated_at=stamp(now),
        window=Window(start=stamp(min(firsts)) if firsts else None, end=stamp(max(lasts)) if lasts else None),
        coverage=covers,
        campaigns=since.campaigns,
        notes=[*notes, *([unusual] if unusual else [])],
        no_longer_found=since.no_longer_found,
    )
    return Concluded(assessment=assessment, evidence=evidence, changes=since.changes, gone=since.gone)


Rows = Sequence[dict[str, Any]]


def _recoveries(engine: Engine, recovery: RecoveryTables, gathered: Sequence[pa.Table]) -> Iterator[tuple[Rows, Rows]]:
    """Of each operator the steps of the sessions that it had a hand in, and the parts that sources had in these."""
    if not gathered:
        return
    keys = pa.concat_tables([one.select(["provider", "event_uid"]) for one in gathered])
    wanted = engine.table("campaign_events", keys.take(firsts(keys)))
    mine = recovery.steps.semi_join(wanted, ["provider", "event_uid"])
    touched = mine.select("recovery_session_uid").distinct()
    theirs = recovery.steps.semi_join(touched, "recovery_session_uid")
    steps, parts = (engine.rows(rows).to_pylist() for rows in (theirs, source_parts(theirs)))
    for own in gathered:
        events = set(zip(own["provider"].to_pylist(), own["event_uid"].to_pylist(), strict=True))
        held = {row["recovery_session_uid"] for row in steps if (row["provider"], row["event_uid"]) in events}
        its_steps, its_parts = ([row for row in rows if row["recovery_session_uid"] in held] for rows in (steps, parts))
        yield its_steps, its_parts


class _Lacking(NamedTuple):
    """What of its recoveries is not among an operator's events."""

    accounts: Mapping[Key, str]  # event -> the account it is about, as the recovery has it
    times: Mapping[Key, int]  # event -> milliseconds since 1970
    ended: Mapping[Key, str]  # event that ends a recovery of which no end is held -> the session


def _lacking(own: pa.Table, steps: Rows, parts: Rows) -> _Lacking:
    """Rows that name no account (an expired link, a message the system sent) are known by their session only. They
    are taken where nobody but the operator had a hand in the session.
    """
    addresses = set(own["source_ip"].to_pylist())
    shared = {row["recovery_session_uid"] for row in parts if row["source_ip"] not in addresses}
    held = set(zip(own["provider"].to_pylist(), own["event_uid"].to_pylist(), strict=True))
    missing = {
        (row["provider"], row["event_uid"]): row
        for row in steps
        if (row["provider"], row["event_uid"]) not in held
        and row["account"] is not None
        and (row["source_ip"] in addresses or (not row["source_ip"] and row["recovery_session_uid"] not in shared))
    }
    ended = {
        (row["provider"], row["event_uid"]): row["recovery_session_uid"] for row in steps if row["step"] == "completed"
    }
    its_own = {session for key, session in ended.items() if key in held}
    return _Lacking(
        accounts={key: row["account"] for key, row in missing.items()},
        times={key: row["ts"] for key, row in missing.items()},
        ended={key: session for key, session in ended.items() if session not in its_own},
    )


def _companions(engine: Engine, fill: Fill, gist: ibis.Table, lacking: Sequence[_Lacking]) -> dict[Key, dict[str, Any]]:
    """The events that any of the operators lacks (COLUMNS of campaigns), by their keys."""
    times = {key: ts for one in lacking for key, ts in one.times.items()}
    if not times:
        return {}
    keys = pa.table(
        {
            "provider": pa.array([provider for provider, _ in times], pa.string()),
            "event_uid": pa.array([uid for _, uid in times], pa.string()),
            "ts": pa.array(times.values(), pa.int64()),
        }
    )
    wanted = engine.table("campaign_companions", keys)
    # By time first: of few events ids need be looked at.
    found = gist.semi_join(wanted, "ts").semi_join(wanted, ["provider", "event_uid"])
    rows = engine.rows(fill(found, COLUMNS)).to_pylist()
    return {(row["provider"], row["event_uid"]): row for row in rows}


def _with_recovery(
    own: pa.Table, steps: Rows, parts: Rows, lacking: _Lacking, companions: Mapping[Key, dict[str, Any]]
) -> tuple[pa.Table, Recovery]:
    """An operator's events with the rest of its recoveries, and what the recovery model says of them."""
    everything = _joined(own, lacking, companions)
    return everything, Recovery(
        session={(row["provider"], row["event_uid"]): row["recovery_session_uid"] for row in steps},
        step={(row["provider"], row["event_uid"]): row["step"] for row in steps},
        act={(row["provider"], row["event_uid"]): row["act_uid"] for row in steps},
        first_of_act=frozenset((row["provider"], row["event_uid"]) for row in steps if row["is_first_of_act"]),
        continued=frozenset(
            (row["recovery_session_uid"], row["source_ip"])
            for row in parts
            if row["proofs_failed"] + row["proofs_passed"] > 0 or row["completed"]
        )
        | _answered(everything, steps),
    )


def _attempts(gathered: Sequence[pa.Table]) -> dict[Key, str]:
    """To which attempt each of the operators' events belongs, those that two of them hold once."""
    if not gathered:
        return {}
    rows = pa.concat_tables([one.select(attempts.COLUMNS) for one in gathered])
    once = rows.take(firsts(rows.select(["provider", "event_uid"])))
    return attempts.attempts(once)


def _joined(own: pa.Table, lacking: _Lacking, companions: Mapping[Key, dict[str, Any]]) -> pa.Table:
    """The operator's events with those that it lacks, but for the ends of recoveries that were seen to end at its
    addresses and not held to be its own: they are the owner's."""
    rows = {key: companions[key] for key in lacking.accounts if key in companions}
    if not rows:
        return own
    ended = lacking.ended
    owners = {
        ended.get(key) for key, row in rows.items() if row["account"] is not None and row["source_ip"] is not None
    }
    rest = [
        {**row, "account": lacking.accounts[key]}
        for key, row in rows.items()
        if key not in ended or ended[key] not in owners
    ]
    more = pa.Table.from_pylist(rest, schema=own.schema)
    return pa.concat_tables([own, more]).sort_by(IN_ORDER)


def _answered(events: pa.Table, steps: Sequence[dict[str, object]]) -> set[tuple[str, str]]:
    """Recoveries whose proof was logged as a second factor's: the same source met a challenge for the account before
    it did anything else there (Okta's Identity Engine writes the recovery code so)."""
    session = {(row["provider"], row["event_uid"]): str(row["recovery_session_uid"]) for row in steps}
    at_hand: dict[tuple[str, str, str], tuple[str, int]] = {}
    answered: set[tuple[str, str]] = set()
    columns = ("provider", "event_uid", "account", "source_ip", "ts", "activity")
    for provider, uid, account, ip, ts, activity in zip(*[events[name].to_pylist() for name in columns], strict=True):
        place = (provider, account, ip)
        if (provider, uid) in session:
            at_hand[place] = (session[provider, uid], ts)
        elif activity == Activity.CHALLENGE.value and place in at_hand:
            started, since = at_hand[place]
            if ts - since <= ANSWER_MS:
                answered.add((started, ip))
                at_hand[place] = (started, ts)
        elif activity == Activity.SIGN_IN.value:
            at_hand.pop(place, None)
    return answered


def covered_source(one: Covered, table: Knowledge) -> SourceCoverage:
    """A tenant's coverage with what its logs show and cannot show."""
    logs, kinds = shown(one, table)
    return SourceCoverage(
        provider=one.provider,
        tenant=one.tenant,
        files=one.files,
        events=one.events,
        duplicates=one.duplicates,
        rejected=one.rejected,
        first=stamp(one.first) if one.first else None,
        last=stamp(one.last) if one.last else None,
        gaps=[(stamp(start), stamp(end)) for start, end in one.gaps],
        formats=list(one.formats),
        logs=logs,
        shows=kinds,
        late=_late(one.late) if one.late else None,
    )


def _late(one: Late) -> LateRecords:
    return LateRecords(
        in_files=one.in_files,
        longest_minutes=round(one.longest.total_seconds() / 60),
        between_scans=one.between_scans,
    )
