"""Findings in words, for the terminal and the page."""

from __future__ import annotations

from tocsin.detect import Finding
from tocsin.report.phrases import listed, number
from tocsin.report.visible import visible


def of_other_campaigns(finding: Finding) -> str | None:
    """``one of its 2 events belongs to campaign 2026-02-9c877a``: of campaigns that do not explain all of it."""
    some = {campaign: count for campaign, count in finding.events_of.items() if campaign != finding.campaign}
    if not some:
        return None
    said = [f"{_of(count, finding.events)} to campaign {visible(campaign)}" for campaign, count in some.items()]
    return listed(said)


def _of(count: int, events: int) -> str:
    whole = f"its {number(events)} events" if events > 1 else "its events"
    return f"one of {whole} belongs" if count == 1 else f"{number(count)} of {whole} belong"
