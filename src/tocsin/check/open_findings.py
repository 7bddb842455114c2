"""Findings on the accounts in question that no campaign explains, the most telling first.

A campaign is what many acts show together; one act that a detection points at can be the only trace of a takeover. Such
a finding is evidence by itself where both of this hold, and is named beneath the answer where they do not:

1. It is of high level, or of medium level and shows that somebody gained or kept control (role access or persistence).
2. What it shows of these accounts came from an address that a campaign used.

The address alone is not enough, for honest people share exits with operators; the pattern alone is not, for it looks
like harmless things at times.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from tocsin.assess.assess import stamp
from tocsin.assess.assessment import Campaign
from tocsin.check.answer import OpenFinding
from tocsin.check.question import EPOCH, Question
from tocsin.detect import Finding

LEVELS = ("critical", "high", "medium", "low", "informational")

GRAVE = frozenset({"critical", "high"})

CONTROL = frozenset({"access", "persistence"})


def open_findings(
    asked: Question, campaigns: Sequence[Campaign], findings: Sequence[Finding], shown: pa.Table, rows: pa.Table
) -> list[OpenFinding]:
    """One row a finding. `shown` is FINDING_EVENT of the findings, `rows` EVIDENCE of the campaigns.

    A finding that is a campaign's counts for those accounts that are not in the campaign's own evidence.
    """
    by_id = {one.id: one for one in findings}
    told = set(zip(rows["campaign_id"].to_pylist(), rows["account"].to_pylist(), strict=True))
    addresses = address_owners(campaigns)
    named = [one for one in pc.unique(shown["account"]).to_pylist() if one is not None and asked.concerns(one)]
    held: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in shown.filter(pc.is_in(shown["account"], value_set=pa.array(named, pa.string()))).to_pylist():
        found = by_id.get(row["finding_id"])
        if found is None or (found.campaign is not None and (found.campaign, row["account"]) in told):
            continue
        if asked.days is None or (row["time"].date() - EPOCH).days in asked.days:
            held[found.id].append(row)
    return sorted((_told(by_id[one], events, addresses) for one, events in held.items()), key=_order)


def address_owners(campaigns: Sequence[Campaign]) -> dict[str, str]:
    """Address -> the campaign that used it, the one that used it most."""
    used = [
        (one.events, campaign.id, one.value)
        for campaign in campaigns
        for one in campaign.infrastructure
        if one.kind == "ip"
    ]
    return {value: campaign for _, campaign, value in sorted(used)}


def _told(finding: Finding, events: Sequence[dict[str, Any]], addresses: dict[str, str]) -> OpenFinding:
    whose = [(row["source_ip"], addresses[row["source_ip"]]) for row in events if row["source_ip"] in addresses]
    address, campaign = whose[0] if whose else (events[0]["source_ip"], None)
    whom = {row["account"] for row in events}
    return OpenFinding(
        id=finding.id,
        detection=finding.detection,
        title=finding.title,
        level=finding.level,
        role=finding.role,
        first_seen=stamp(min(row["time"] for row in events)),
        last_seen=stamp(max(row["time"] for row in events)),
        events=len(events),
        accounts=len(whom),
        account=whom.pop() if len(whom) == 1 else None,
        source_ip=address,
        address_of=campaign,
        evidence=campaign is not None and telling(finding.level, finding.role),
    )


def telling(level: str, role: str) -> bool:
    """Whether a finding of that kind is evidence, if it came from an address of a campaign."""
    return level in GRAVE or (level == "medium" and role in CONTROL)


def _order(one: OpenFinding) -> tuple[bool, bool, int, str, str]:
    level = LEVELS.index(one.level) if one.level in LEVELS else len(LEVELS)
    return not one.evidence, one.address_of is None, level, one.first_seen, one.id
