"""What was tried on the attacked accounts, and how those that fell were got into: two things, said apart."""

from __future__ import annotations

from tocsin.assess.assessment import Campaign
from tocsin.assess.ways import NO_RECOVERY, NOT_TOLD
from tocsin.report.phrases import CHANNEL_WORDS, counted, listed, number
from tocsin.report.visible import visible


def tried_and_taken(campaign: Campaign) -> list[str]:
    """``Recovery was tried through a text message to a phone (9 accounts).`` and ``Of the 5 compromised accounts, 4
    fell by recovery through a secondary mailbox and 1 with no recovery in the
    logs.``"""
    if campaign.counts.accounts_attacked == 0:
        return []
    return [sentence for sentence in (_tried(campaign), _fell(campaign)) if sentence]


def _tried(campaign: Campaign) -> str:
    if not campaign.channels:
        return "The logs show no recovery channel that was used."
    ways = sorted(campaign.channels.items(), key=lambda way: (-way[1], way[0]))
    said = [f"{channel(kind)} ({counted(accounts, 'account')})" for kind, accounts in ways]
    return f"Recovery was tried through {listed(said)}."


def _fell(campaign: Campaign) -> str:
    """Empty where nobody fell, or an older version wrote the assessment and does not say how."""
    total = campaign.counts.accounts_compromised
    if not total or not campaign.ways_in:
        return ""
    ways = sorted(campaign.ways_in.items(), key=lambda way: (way[0] in (NOT_TOLD, NO_RECOVERY), -way[1], way[0]))
    if len(ways) == 1:
        who = "The compromised account" if total == 1 else f"All {number(total)} compromised accounts"
        return f"{who} fell {_how(ways[0][0])}."
    said = [
        f"{number(accounts)} {'fell ' if place == 0 else ''}{_how(way)}" for place, (way, accounts) in enumerate(ways)
    ]
    return f"Of the {number(total)} compromised accounts, {listed(said)}."


def _how(way: str) -> str:
    if way == NO_RECOVERY:
        return "with no recovery in the logs"
    if way == NOT_TOLD:
        return "by recovery through a channel that the logs do not name"
    return f"by recovery through {' with '.join(channel(kind) for kind in way.split('+'))}"


def channel(kind: str) -> str:
    """``a secondary mailbox``."""
    return CHANNEL_WORDS.get(kind, visible(kind))
