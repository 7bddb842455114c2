"""What campaigns did to the accounts in question, counted from the evidence rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from tocsin.assess.assess import stamp
from tocsin.assess.assessment import Campaign
from tocsin.check.answer import Evidence
from tocsin.check.question import EPOCH, Question

STAGES = ("probed", "attacked", "compromised")


def concerning(question: Question, campaigns: Sequence[Campaign], rows: pa.Table) -> list[Evidence]:
    """One row a campaign that touched one of them, the furthest first. `rows` are EVIDENCE."""
    verdicts = {one.id: one.verdict for one in campaigns}
    named = [one for one in pc.unique(rows["account"]).to_pylist() if one is not None and question.concerns(one)]
    theirs = rows.filter(pc.is_in(rows["account"], value_set=pa.array(named, pa.string())))
    by_campaign: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in theirs.to_pylist():
        if question.days is None or (row["time"].date() - EPOCH).days in question.days:
            by_campaign[row["campaign_id"]].append(row)
    found = [_of(campaign, verdicts.get(campaign, "undetermined"), held) for campaign, held in by_campaign.items()]
    return sorted(
        found, key=lambda one: (-one.accounts_compromised, -one.accounts_attacked, -one.events, one.campaign_id)
    )


def _of(campaign: str, verdict: str, rows: Sequence[dict[str, Any]]) -> Evidence:
    furthest: dict[tuple[str, str], int] = {}
    for row in rows:
        if row["stage"] in STAGES and row["account_exists"] is not False:
            key = row["account_provider"] or row["provider"], row["account"]
            furthest[key] = max(furthest.get(key, 0), STAGES.index(row["stage"]))
    reached = list(furthest.values())
    return Evidence(
        campaign_id=campaign,
        verdict=verdict,
        first_seen=stamp(min(row["time"] for row in rows)),
        last_seen=stamp(max(row["time"] for row in rows)),
        events=len(rows),
        identification_attempts=sum(row["counts_as"] == "identification_attempt" for row in rows),
        names_not_accounts=len({row["account"] for row in rows if row["account_exists"] is False}),
        accounts_probed=reached.count(0),
        accounts_attacked=len(reached) - reached.count(0),
        accounts_compromised=reached.count(2),
    )
