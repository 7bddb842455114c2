"""The answer as a document: `tocsin.exposure/1`. docs/exposure.md explains each field."""

from __future__ import annotations

import msgspec

SCHEMA = "tocsin.exposure/1"


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """What an attacker has to take: a word of `effects`, and whose or which."""

    kind: str
    name: str  # the mailbox, the number or the account
    account: str | None  # whose it is, where it belongs to one account


class WayIn(msgspec.Struct, frozen=True, kw_only=True):
    """A minimal access set: all of `take` gives the account, less does not."""

    take: list[Taken]
    through: list[str]  # mailboxes and numbers that are used as recovery channels on the way
    by: list[str]  # sign-in | recovery by mailbox | recovery by phone | recovery by other
    success: float  # share of targeted attacks that get past all of it, by the published effects
    possible: bool  # rests on a masked hint or a setting that no file tells


class AccountExposure(msgspec.Struct, frozen=True, kw_only=True):
    """One account at risk."""

    account: str
    organisation: str | None
    category: str | None
    success: float | None  # of the cheapest certain way; None: no certain way is known
    ways: list[WayIn]  # the cheapest first, certain before possible
    more_ways: bool  # there are more than were kept
    contact_falls: bool  # the safe contact is one of the channels that give the account


class Channel(msgspec.Struct, frozen=True, kw_only=True):
    """A mailbox or number, and what whoever takes it has."""

    address: str
    kind: str  # mailbox | phone
    is_account: bool  # the mailbox is an account of the roster or the exports
    opens: int  # accounts at risk, by it alone and certainly
    opens_possibly: int  # further ones, by ways that are only possible
    at_least: bool  # counting stopped here
    accounts: list[str]  # that it opens certainly, the first hundred
    registered_by: int  # accounts that name it as recovery channel


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that could be done, and what it would leave."""

    scope: str  # everybody | channel | account
    change: str  # a key of `CHANGE_WORDS`
    target: str | None  # the channel or account
    remaining: float  # of one targeted attack on each account at risk, how many get in afterwards
    prevented: float
    ways_closed: int
    accounts: int  # at risk, whose ways in it touches


class EffectRow(msgspec.Struct, frozen=True, kw_only=True):
    kind: str
    words: str
    targeted: float
    phishing: float
    bots: float
    source: str
    taken_from: str | None


class RejectedRow(msgspec.Struct, frozen=True, kw_only=True):
    file: str
    line: int | None
    record: str | None
    reason: str
    excerpt: str


class Sources(msgspec.Struct, frozen=True, kw_only=True):
    """What the answer rests on."""

    roster: str | None
    files: int
    records: dict[str, int]
    channels_in_logs: int  # accounts' channels that the store's events name
    accounts: int  # known altogether
    not_in_use: int
    rejected: int


class Totals(msgspec.Struct, frozen=True, kw_only=True):
    """`attacks_in` is the sum of `success`: of one targeted attack on each account at risk, how many get in."""

    accounts: int
    with_certain_way: int
    with_possible_way_only: int
    without_way: int
    attacks_in: float
    second_steps_not_told: int
    contacts_that_fall: int
    hints: int
    hints_matched: int


class Exposure(msgspec.Struct, frozen=True, kw_only=True):
    schema: str
    generated_at: str
    sources: Sources
    totals: Totals
    accounts: list[AccountExposure]
    channels: list[Channel]
    changes: list[Change]
    effects: list[EffectRow]
    notes: list[str]
    rejected: list[RejectedRow]
