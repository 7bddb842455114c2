"""Chains of a campaign and what became of its compromised accounts, for the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import markupsafe

from tocsin.assess.after import STATES
from tocsin.assess.assessment import Campaign, CampaignAccount
from tocsin.report.account_chart import account_timeline
from tocsin.report.chain_words import STATE_WORDS, answer_words, chain_sentence, deed_words, link_words, remains_words
from tocsin.report.phrases import clock
from tocsin.report.visible import visible

MOST_ACCOUNTS = 50
"""Compromised accounts told in full; `tocsin account` tells of each."""


@dataclass(frozen=True, kw_only=True)
class ChainLine:
    """A chain as the page tells it."""

    id: str
    sentence: str
    link: str
    events: int


@dataclass(frozen=True, kw_only=True)
class Fallen:
    """A compromised account as the page tells it: rows of words, each with the events that are why."""

    account: CampaignAccount
    state: str
    words: str
    picture: markupsafe.Markup
    deeds: Sequence[tuple[str, str, str, str]]  # when, what, whether it remains, events
    answers: Sequence[tuple[str, str, str]]
    steps: Sequence[tuple[bool, str, str]]  # done, words, events


@dataclass(frozen=True, kw_only=True)
class Aftermaths:
    chains: Sequence[ChainLine]
    fallen: Sequence[Fallen]
    left: int  # compromised accounts beyond those
    states: Sequence[tuple[str, str, int]]  # state, words, accounts


def aftermaths(campaign: Campaign, *, anchor: str, last: str) -> Aftermaths | None:
    """None where there is nothing to tell. `last` is the end of the logs."""
    held = [one for one in campaign.accounts if one.aftermath is not None and one.aftermath.states]
    if not held and not campaign.chains:
        return None
    counts = [(state, STATE_WORDS[state], sum(one.state == state for one in held)) for state in STATES]
    return Aftermaths(
        chains=[
            ChainLine(
                id=one.id,
                sentence=chain_sentence(one),
                link=link_words(one),
                events=len(one.first) + len(one.second),
            )
            for one in campaign.chains
        ],
        fallen=[
            _fallen(one, name=f"{anchor}-fallen-{place}", last=last) for place, one in enumerate(held[:MOST_ACCOUNTS])
        ],
        left=max(len(held) - MOST_ACCOUNTS, 0),
        states=[one for one in counts if one[2]],
    )


def _fallen(one: CampaignAccount, *, name: str, last: str) -> Fallen:
    told = one.aftermath
    assert told is not None  # noqa: S101 - asked for by the caller
    drawn = account_timeline(told, last=last, name=name, account=visible(one.account))
    return Fallen(
        account=one,
        state=one.state,
        words=STATE_WORDS.get(one.state, one.state),
        picture=markupsafe.Markup(drawn),  # noqa: S704 - our own renderer escapes its text
        deeds=[
            (clock(deed.at), deed_words(deed), remains_words(deed), _ids([ref.event_uid for ref in deed.events]))
            for deed in told.deeds
        ],
        answers=[
            (clock(done.at), answer_words(done), _ids([ref.event_uid for ref in done.events])) for done in told.answers
        ],
        steps=[
            (step.done, visible(step.words, limit=500), _ids([ref.event_uid for ref in step.because]))
            for step in told.containment
        ],
    )


def _ids(uids: Sequence[str], most: int = 2) -> str:
    shown = ", ".join(visible(uid, limit=60) for uid in uids[:most])
    return f"{shown} and {len(uids) - most} more" if len(uids) > most else shown
