"""A pivot as it is told: one account opened the way into another."""

from __future__ import annotations

import msgspec

HOWS = (
    "secondary_taken",
    "secondary_reported",
    "secondary_indicated",
    "channel_added",
    "channel_shared",
    "secondary_at_risk",
)
"""secondary_taken     a mailbox was taken, and the account that it restores recovered after it
secondary_reported  the same, and only a notice from elsewhere (RISC) tells of the mailbox
secondary_indicated the same, and only somebody's indicators tell of it: of the mailbox, or of who was let in there
channel_added       a recovery channel was added to an account, waited, and the account was recovered
channel_shared      one number or mailbox was added to several accounts
secondary_at_risk   a recovery went to a mailbox that the campaign had taken or attacked; it got no further"""

LINKS = ("roster", "message", "change", "name", "sitting")
"""Where it is known from that one restores the other: the roster; a recovery message; a change of channel; a name of
two parts that only these two accounts have in common; or only that one source had both open at once. The last two are
possible links, no more."""

POSSIBLE = ("name", "sitting")


class EventRef(msgspec.Struct, frozen=True, kw_only=True):
    """One event of the evidence."""

    provider: str
    event_uid: str


class Chain(msgspec.Struct, frozen=True, kw_only=True):
    id: str  # the same from scan to scan
    how: str
    primary: str  # the account that was, or was to be, recovered
    primary_provider: str
    secondary: str | None  # what it was recovered through; None: no log names it
    secondary_provider: str | None  # None: no account in these logs
    link: str | None  # None: the log of the change itself
    began_at: str  # of the first half
    completed_at: str | None  # when the primary was recovered; None: it was not
    first: list[EventRef]  # the way in was opened
    second: list[EventRef]  # it was gone
