"""This scan's campaigns with what became of them since the last one."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from tocsin.assess.assessment import Campaign, Change, Coverage, Ended, Standing
from tocsin.assess.changes import Compared, Rows, arrivals, asks_when, changes, rows_of
from tocsin.assess.earlier import Earlier
from tocsin.assess.evidence import EVIDENCE
from tocsin.assess.lineage import Lineage
from tocsin.assess.succession import Key
from tocsin.engines import Engine
from tocsin.enrich import Pick


@dataclass(frozen=True, kw_only=True)
class Continued:
    """Campaigns with their history."""

    campaigns: list[Campaign]
    no_longer_found: list[Ended]
    changes: list[tuple[str, Change]]  # campaign id and what this scan adds to its history
    gone: pa.Table  # EVIDENCE of those no longer found, as it was last


def continued(
    engine: Engine,
    pick: Pick,
    *,
    line: Lineage,
    campaigns: Sequence[Campaign],
    evidence: pa.Table,
    coverage: Coverage,
    roster: str,
    at: str,
    earlier: Earlier | None,
) -> Continued:
    """The campaigns, in the order of the lineage, with history, aliases and origin. `roster` is its digest."""
    was = earlier or Earlier(assessment=None)
    before = was.assessment
    old, new = rows_of(pa.concat_tables([was.evidence, was.gone])), rows_of(evidence)
    came = None
    if before is not None:
        when = _ingested(engine, pick, (old, new)) if asks_when(before, old, new) else None
        came = arrivals(before, when, [key for rows in old.values() for key in rows])
    told = changes(
        Compared(
            line=line,
            campaigns=campaigns,
            old=old,
            new=new,
            stood=_stood(was),
            arrivals=came,
            roster=(was.roster, roster),
            brought=before is None or was.roster != roster or _held(before.coverage) != _held(coverage),
            at=at,
        )
    )
    history = {one: [*was.history.get(one, ())] for one in {*was.history, *(name for name, _ in told)}}
    for one, change in told:
        history[one].append(change)
    aliases = before.aliases if before else {}
    return Continued(
        campaigns=[
            msgspec.structs.replace(
                one, history=_worth_telling(history[one.id]), aliases=list(names), split_from=split_from
            )
            for one, names, split_from in zip(campaigns, line.aliases, line.split_from, strict=True)
        ],
        no_longer_found=[
            Ended(id=one, aliases=aliases.get(one, []), history=_worth_telling(history.get(one, [])))
            for one in line.passed.gone
        ],
        changes=told,
        gone=_only(pa.concat_tables([was.evidence, was.gone]), line.passed.gone),
    )


def _stood(was: Earlier) -> dict[str, Standing]:
    """The campaigns that the last scan found, as it left them."""
    if was.assessment is not None:
        counts = {one.id: one for one in was.assessment.campaigns}
        numbers = dict(zip(*_counted(was.evidence), strict=True))
        return {
            id: Standing(
                events=numbers.get(id, 0),
                identification_attempts=one.counts.identification_attempts,
                identifiers_tried=one.counts.identifiers_tried,
                accounts_probed=one.counts.accounts_probed,
                accounts_attacked=one.counts.accounts_attacked,
                accounts_compromised=one.counts.accounts_compromised,
                verdict=one.verdict,
            )
            for id, one in counts.items()
        }
    last = {one: was.history[one][-1].after for one in was.open if was.history.get(one)}
    return {one: after for one, after in last.items() if after is not None}


def _counted(evidence: pa.Table) -> tuple[list[str], list[int]]:
    counted = pc.value_counts(evidence["campaign_id"])
    return counted.field("values").to_pylist(), counted.field("counts").to_pylist()


def _held(coverage: Coverage) -> dict[tuple[str, str], int]:
    return {(one.provider, one.tenant): one.events for one in coverage.sources}


def _worth_telling(history: Sequence[Change]) -> list[Change]:
    """Without the scans that changed nothing: the store remembers them."""
    return [one for one in history if one.what != "unchanged"]


def _only(evidence: pa.Table, campaigns: Collection[str]) -> pa.Table:
    wanted = pa.array(list(campaigns), pa.string())
    return evidence.filter(pc.is_in(evidence["campaign_id"], value_set=wanted)).select(EVIDENCE.names).cast(EVIDENCE)


def _ingested(engine: Engine, pick: Pick, both: Sequence[Mapping[str, Rows]]) -> dict[Key, datetime]:
    """When the evidence came into the store; what is in no log any more is left out."""
    keys = sorted({key for side in both for rows in side.values() for key in rows})
    asked = pa.table(
        {
            "provider": pa.array([provider for provider, _ in keys], pa.string()),
            "event_uid": pa.array([uid for _, uid in keys], pa.string()),
        }
    )
    found = pick(engine.table("evidence_events", asked), ["provider", "event_uid"])
    rows = engine.rows(found.select("provider", "event_uid", "ingested_at")).to_pylist()
    return {(row["provider"], row["event_uid"]): row["ingested_at"] for row in rows}
