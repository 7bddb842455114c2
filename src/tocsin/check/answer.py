"""`tocsin.check/1`: the answer to "were we targeted?", as JSON gives it."""

from __future__ import annotations

from typing import Literal

import msgspec

SCHEMA = "tocsin.check/1"

Verdict = Literal["evidence_found", "nothing_found", "cannot_say"]

Lack = Literal[
    "not_asked_of",  # nobody of that name is on the roster, and it is neither a domain nor an account
    "no_roster",  # there is no roster to look the name up in, and it is neither a domain nor an account
    "never_seen",  # no log holds an account of theirs
    "too_few_seen",  # less than half of their accounts stand in a log that would do
    "provider_not_known",  # it is not known what this log can show
    "log_missing",  # the log in which these acts stand was not given
    "cannot_show",  # no log of this provider shows these acts
    "none_seen",  # the log would show them, and holds none
    "only_sign_ins",  # the log holds nothing else: recoveries may have been left out of the export
    "few_days",  # the log holds too few days
]


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """What one campaign did to the accounts in question. Counted from the evidence rows, by the counting rules."""

    campaign_id: str
    verdict: str
    first_seen: str
    last_seen: str
    events: int
    identification_attempts: int
    names_not_accounts: int  # names tried that do not exist
    accounts_probed: int
    accounts_attacked: int  # includes the compromised
    accounts_compromised: int


class OpenFinding(msgspec.Struct, frozen=True, kw_only=True):
    """A finding on the accounts in question that no campaign explains. Figures are those of these accounts."""

    id: str
    detection: str
    title: str
    level: str
    role: str  # what it shows: identification | attack | access | persistence
    first_seen: str
    last_seen: str
    events: int
    accounts: int
    account: str | None  # where it is one only
    source_ip: str | None  # an address of a campaign where there is one, else the first
    address_of: str | None  # the campaign that used this address
    evidence: bool  # evidence by itself (docs/coverage.md says which are)


class Beside(msgspec.Struct, frozen=True, kw_only=True):
    """A mail domain of the organisation's own: what stands there of accounts that are not on the roster."""

    domain: str
    accounts: int  # that stand in a log
    evidence: list[Evidence]  # what campaigns did to them, and the names tried there that do not exist
    findings: list[OpenFinding] = []


class Cover(msgspec.Struct, frozen=True, kw_only=True):
    """One tenant whose log the answer rests on."""

    provider: str
    tenant: str
    accounts: int  # of those in question that stand in it
    days: dict[str, list[tuple[str, str]]]  # log -> days with records, as stretches
    shows: list[str]  # kinds of act
    partly: list[str]


class NotShown(msgspec.Struct, frozen=True, kw_only=True):
    """A kind of act that a log the answer rests on could not have shown, or holds none of."""

    provider: str
    tenant: str
    kind: str
    why: Literal["none_seen", "log_missing", "no", "not_known"]
    words: str


class Lacking(msgspec.Struct, frozen=True, kw_only=True):
    """Why it cannot be said, of one tenant (or, without provider, of the accounts in question)."""

    lack: Lack
    provider: str | None = None
    tenant: str | None = None
    kinds: list[str] = []
    logs: list[str] = []  # titles
    days: int | None = None


class Accounts(msgspec.Struct, frozen=True, kw_only=True):
    """The accounts in question."""

    on_roster: int
    seen: int  # stand in a log at all (on the roster or not)
    covered: int  # stand in a log that would have shown an attack
    never_seen: list[str]  # of the roster


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """Three-valued."""

    schema: str
    asked: str
    read_as: Literal["organisation", "domain", "account", "nothing"]
    answer: Verdict
    since: str | None  # first day asked for, if any
    until: str | None
    accounts: Accounts
    evidence: list[Evidence]
    covers: list[Cover]
    could_not_show: list[NotShown]
    because: list[Lacking]  # why it cannot be said, or cannot be said of some
    findings: list[OpenFinding] = []  # that no campaign explains, the most telling first
    beside: list[Beside] = []  # of an organisation: what is not on the roster, and no part of the answer
    near: list[str] = []  # names on the roster like the one asked for
    words: list[str] = []  # the answer as text, a paragraph each
