"""Findings put beside campaigns: which of them are a campaign's, and what they add to its techniques.

A finding is no campaign: those that belong to none stand by themselves.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

import msgspec
import pyarrow as pa

from tocsin.assess.assessment import Assessment, Campaign
from tocsin.detect import Finding

MOST = 0.5
"""A finding is a campaign's when more than this part of its events is evidence of it."""


def with_findings(assessment: Assessment, evidence: pa.Table, found: Sequence[Finding], events: pa.Table) -> Assessment:
    """The assessment with the findings. `evidence` is EVIDENCE of its campaigns, `events` FINDING_EVENT of `found`."""
    owners, shared = _owners(evidence, events)
    told = [
        msgspec.structs.replace(one, campaign=owners.get(one.id), events_of=dict(sorted(shared[one.id].items())))
        for one in found
    ]
    held = {campaign.id: [one for one in told if one.campaign == campaign.id] for campaign in assessment.campaigns}
    campaigns = [_with(campaign, held[campaign.id]) for campaign in assessment.campaigns]
    return msgspec.structs.replace(assessment, campaigns=campaigns, findings=told)


def _owners(evidence: pa.Table, events: pa.Table) -> tuple[dict[str, str], dict[str, Counter[str]]]:
    """Finding -> the campaign that most of its events are evidence of, and how many are of each campaign."""
    campaign_of = dict(
        zip(
            zip(evidence["provider"].to_pylist(), evidence["event_uid"].to_pylist(), strict=True),
            evidence["campaign_id"].to_pylist(),
            strict=True,
        )
    )
    total: Counter[str] = Counter()
    shared: dict[str, Counter[str]] = defaultdict(Counter)
    columns = ("finding_id", "provider", "event_uid")
    for finding, provider, uid in zip(*[events[name].to_pylist() for name in columns], strict=True):
        total[finding] += 1
        if (campaign := campaign_of.get((provider, uid))) is not None:
            shared[finding][campaign] += 1
    owners = {
        finding: campaign
        for finding, of in shared.items()
        for campaign, count in of.items()
        if count > MOST * total[finding]
    }
    return owners, shared


def _with(campaign: Campaign, own: Sequence[Finding]) -> Campaign:
    techniques = {*campaign.techniques, *(technique for one in own for technique in one.techniques)}
    return msgspec.structs.replace(campaign, findings=[one.id for one in own], techniques=sorted(techniques))
