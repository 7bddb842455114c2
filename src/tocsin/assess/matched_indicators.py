"""Other people's indicators put beside campaigns: what matched, with the events, for all logs and for each campaign."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec
import pyarrow as pa

from tocsin.assess.assess import stamp
from tocsin.assess.assessment import Assessment, IndicatorMatch, IndicatorsCompared
from tocsin.indicators import Hit

EVENTS_NAMED = 100


def with_matches(
    assessment: Assessment, evidence: pa.Table, hits: Sequence[Hit], *, kept: int, good: int
) -> Assessment:
    """The assessment with the matches. `evidence` is EVIDENCE of its campaigns; `kept` indicators are in the store, of
    which `good` were so at some time of the logs' period."""
    if not kept:
        return assessment
    compared = IndicatorsCompared(kept=kept, good=good, matched=len(hits))
    owner: dict[tuple[str, str], set[str]] = {}
    columns = ("provider", "event_uid", "campaign_id")
    for provider, uid, campaign in zip(*(evidence[name].to_pylist() for name in columns), strict=True):
        owner.setdefault((provider, uid), set()).add(campaign)
    own: dict[str, list[IndicatorMatch]] = {one.id: [] for one in assessment.campaigns}
    for hit in hits:
        of_campaign: dict[str, list[tuple[datetime, str, str]]] = {}
        for event in hit.events:
            for campaign in owner.get(event[1:], ()):
                of_campaign.setdefault(campaign, []).append(event)
        for campaign, events in of_campaign.items():
            own[campaign].append(_match(hit, events))
    campaigns = [msgspec.structs.replace(one, indicator_matches=own[one.id]) for one in assessment.campaigns]
    matches = [_match(hit, hit.events) for hit in hits]
    return msgspec.structs.replace(assessment, campaigns=campaigns, indicator_matches=matches, indicators=compared)


def _match(hit: Hit, events: Sequence[tuple[datetime, str, str]]) -> IndicatorMatch:
    return IndicatorMatch(
        indicator=hit.indicator,
        feed=hit.feed,
        kind=hit.kind,
        value=hit.value,
        tlp=hit.tlp,
        valid_until=stamp(hit.valid_until),
        events=len(events),
        event_uids=[(provider, uid) for _, provider, uid in events[:EVENTS_NAMED]],
        first_seen=stamp(events[0][0]),
        last_seen=stamp(events[-1][0]),
    )
