"""Chains, states and steps as people read them. Values from logs go through `visible`."""

from __future__ import annotations

from tocsin.assess.after import Answer, Deed
from tocsin.assess.chain import POSSIBLE, Chain
from tocsin.report.phrases import PROVIDER_WORDS, clock, counted
from tocsin.report.visible import visible

STATE_WORDS = {
    "probed": "looked up",
    "attacked": "attacked",
    "compromised": "compromised",
    "contained": "contained",
    "secured": "secured",
}

LINK_WORDS = {
    "roster": "the roster says that one restores the other",
    "message": "a recovery message went there",
    "change": "a change of recovery channel names it",
    "name": "possible: two accounts with one name",
    "sitting": "possible: one source had both open at once",
}

THING_WORDS = {
    "session": "session",
    "mail": "mail",
    "password": "password",
    "factor": "second factor",
    "channel": "recovery channel",
    "rule": "mail rule",
    "consent": "permission of an application",
}

EFFECT_WORDS = {
    "entered": "signed in and used it",
    "used": "used it in an open session",
    "read": "read mail",
    "added": "added",
    "removed": "removed",
    "changed": "replaced",
}

ANSWER_WORDS = {
    "password": "replaced the password",
    "sessions": "ended the sessions",
    "block": "blocked the account",
    "removal": "took something away or put it right",
}

BY_WORDS = {"owner": "the owner", "helpdesk": "the helpdesk", "provider": "the provider"}


def chain_sentence(one: Chain) -> str:
    """What happened, in one sentence."""
    primary = _account(one.primary, one.primary_provider)
    began, done = clock(one.began_at), clock(one.completed_at) if one.completed_at else ""
    secondary = _account(one.secondary, one.secondary_provider) if one.secondary else "a channel that no log names"
    may = " may have been" if one.link in POSSIBLE else " was"
    match one.how:
        case "secondary_taken":
            return f"{secondary} was taken ({began}), and {primary}{may} recovered through it ({done})."
        case "secondary_reported":
            return f"{secondary} was reported taken ({began}), and {primary}{may} recovered through it ({done})."
        case "secondary_indicated":
            return f"{secondary} stands in indicators ({began}), and {primary}{may} recovered through it ({done})."
        case "channel_added":
            return f"{secondary} was added to {primary} ({began}), and the account recovered later ({done})."
        case "channel_shared":
            return f"{secondary} was added to {primary} and to other accounts (from {began} on)."
        case _:
            return f"A recovery of {primary} was tried through {secondary}, which was attacked or taken ({began})."


def link_words(one: Chain) -> str:
    return LINK_WORDS.get(one.link or "", "")


def deed_words(one: Deed) -> str:
    """``second factor added: sms, …``."""
    what = f": {visible(one.what, limit=200)}" if one.what else ""
    if one.thing in ("session", "mail"):
        return f"{EFFECT_WORDS.get(one.effect, one.effect)} ({counted(one.count, 'record')}){what}"
    return f"{THING_WORDS.get(one.thing, one.thing)} {EFFECT_WORDS.get(one.effect, one.effect)}{what}"


def remains_words(one: Deed) -> str:
    if one.remains is None:
        return ""
    if one.remains:
        return "remains, as far as the logs show"
    return f"gone ({visible(one.ended_by.event_uid, limit=80)})" if one.ended_by else "gone"


def answer_words(one: Answer) -> str:
    return f"{BY_WORDS.get(one.by, one.by)} {ANSWER_WORDS.get(one.answer, one.answer)} ({visible(one.what, limit=120)})"


def _account(name: str, provider: str | None) -> str:
    told = visible(name, limit=120)
    return f"{told} ({PROVIDER_WORDS.get(provider, visible(provider))})" if provider else told
