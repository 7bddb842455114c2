"""What became of a compromised account, as it is told: what was done in it, who answered, and what is left to do."""

from __future__ import annotations

import msgspec

from tocsin.assess.chain import EventRef

STATES = ("probed", "attacked", "compromised", "contained", "secured")
"""contained  after the takeover somebody ended the sessions, blocked the account or replaced the password, and the
           campaign was not in it again
secured    contained, the password replaced by its owner or an administrator, and what the campaign set up removed"""

THINGS = ("session", "mail", "password", "factor", "channel", "rule", "consent")
ANSWERS = ("password", "sessions", "block", "removal")
STEPS = (
    "block",
    "sessions",
    "password",
    "factor",
    "channel",
    "rule",
    "consent",
    "restore_factor",
    "verify_channels",
    "restored_accounts",
)


class StateChange(msgspec.Struct, frozen=True, kw_only=True):
    state: str
    at: str
    events: list[EventRef]  # that it follows from


class Deed(msgspec.Struct, frozen=True, kw_only=True):
    """Something that the campaign did in the account."""

    at: str
    until: str
    thing: str
    effect: str  # entered | used | read | added | removed | changed
    what: str  # the provider's words for it: factor, channel, rule or application
    provider: str
    count: int  # records
    events: list[EventRef]  # the first of them
    remains: bool | None = None  # of what was added: False when a record shows that it is gone; None: nothing to remain
    ended_by: EventRef | None = None


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What the owner, an administrator or the provider did after the takeover."""

    at: str
    answer: str
    by: str  # owner | helpdesk | provider
    what: str
    provider: str
    events: list[EventRef]


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to do, in the provider's own terms."""

    step: str
    words: str
    done: bool
    because: list[EventRef]


class Aftermath(msgspec.Struct, frozen=True, kw_only=True):
    states: list[StateChange]  # as they came; the last is how it stands
    deeds: list[Deed]
    answers: list[Answer]
    containment: list[Step]  # in the order in which to do them
