"""Which accounts of the last scan's campaigns a name means."""

from __future__ import annotations

from tocsin.assess.assessment import Assessment, Campaign, CampaignAccount


def accounts_named(assessment: Assessment, name: str) -> list[tuple[Campaign, CampaignAccount]]:
    """The account in each campaign that reached it, where it got furthest first."""
    wanted = name.strip().lower()
    found = [(each, one) for each in assessment.campaigns for one in each.accounts if one.account.lower() == wanted]
    order = ("compromised", "attacked", "probed")
    return sorted(found, key=lambda pair: order.index(pair[1].stage) if pair[1].stage in order else len(order))
