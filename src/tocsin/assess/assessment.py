"""`tocsin.assessment/1`: what a scan concludes, in the fixed JSON contract.

Optional members beyond the contract are added, never renamed. Every figure of `Counts` can be re-derived from the
evidence rows of its campaign (`evidence.py`).
"""

from __future__ import annotations

import msgspec

from tocsin.assess.after import Aftermath
from tocsin.assess.chain import Chain
from tocsin.coverage import KindShown, LogCovered, RosterSeen
from tocsin.detect import Finding

SCHEMA = "tocsin.assessment/1"

CATEGORIES = (
    "campaign",
    "political-party",
    "government",
    "media",
    "diaspora",
    "think-tank",
    "ngo",
    "academia",
    "other",
)


class Window(msgspec.Struct, frozen=True, kw_only=True):
    start: str | None  # RFC 3339, UTC: first event
    end: str | None


class LateRecords(msgspec.Struct, frozen=True, kw_only=True):
    """Records that came after others of a later time."""

    in_files: int  # by the order of records in their file
    longest_minutes: int
    between_scans: int  # with a later scan of the same store


class SourceCoverage(msgspec.Struct, frozen=True, kw_only=True):
    provider: str
    tenant: str
    files: int
    events: int
    duplicates: int
    rejected: int
    first: str | None
    last: str | None
    gaps: list[tuple[str, str]]
    formats: list[str] = msgspec.field(default_factory=list)  # in which its records came
    logs: list[LogCovered] = msgspec.field(default_factory=list)  # of this provider, given or not
    shows: list[KindShown] = msgspec.field(default_factory=list)  # kinds of act, shown or not
    late: LateRecords | None = None


class ClockSkew(msgspec.Struct, frozen=True, kw_only=True):
    """How much later the other provider's records of one act are."""

    provider: str
    other: str
    seconds: int
    pairs: int


class Coverage(msgspec.Struct, frozen=True, kw_only=True):
    sources: list[SourceCoverage]
    roster: RosterSeen | None = None  # None: no roster was given
    skews: list[ClockSkew] = msgspec.field(default_factory=list)
    statement: list[str] = msgspec.field(default_factory=list)  # the same in words, a paragraph each


class Counts(msgspec.Struct, frozen=True, kw_only=True):
    identification_attempts: int
    identifiers_tried: int
    accounts_probed: int
    accounts_attacked: int  # includes the compromised
    accounts_compromised: int
    password_guesses: int = 0  # acts, like identification_attempts: what several records tell of counts once
    factor_prompts: int = 0


class CategoryCounts(msgspec.Struct, frozen=True, kw_only=True):
    probed: int = 0
    attacked: int = 0
    compromised: int = 0


class CampaignAccount(msgspec.Struct, frozen=True, kw_only=True):
    account: str
    provider: str
    stage: str  # probed | attacked | compromised
    category: str | None  # None: not on the roster
    organisation: str | None
    first_seen: str
    last_seen: str
    state: str = ""  # the stage, or contained | secured after a compromise; '' where an older version wrote it
    aftermath: Aftermath | None = None  # of the compromised


class Infrastructure(msgspec.Struct, frozen=True, kw_only=True):
    kind: str  # "ip", "network", "client", "asn"
    value: str
    events: int = 0
    owner: str | None = None
    network_kind: str | None = None
    country: str | None = None
    first_seen: str | None = None
    last_seen: str | None = None


class Targeting(msgspec.Struct, frozen=True, kw_only=True):
    statistic: str  # name of the test, with its numbers in words
    p_value: float | None
    roster_share: float | None  # share of the campaign's existing targets that are of people on the roster
    population_share: float | None  # share of their accounts in all seen, in the organisations that it was made within
    within: list[str] = msgspec.field(default_factory=list)  # mail domains; empty: all that the logs hold


class Attribution(msgspec.Struct, frozen=True, kw_only=True):
    """A judgement that two people released."""

    actor: str
    authority: str
    likelihood: str  # the band of the term: "55-80%"
    term: str  # ICD 203: "likely"
    confidence: str  # low | moderate | high: how much the judgement rests on


class OpenAttribution(msgspec.Struct, frozen=True, kw_only=True):
    """What a comparison suggests, or one person proposes: no attribution yet."""

    state: str  # suggested | proposed
    actor: str
    authority: str
    likelihood: str
    term: str
    confidence: str
    by: str | None  # who proposes; None: nobody
    at: str


class IndicatorMatch(msgspec.Struct, frozen=True, kw_only=True):
    """Events that an indicator of a feed matched (`tocsin indicators`)."""

    indicator: str  # its id in the feed
    feed: str
    kind: str  # address | network | domain | account
    value: str
    tlp: str  # clear | green | amber | amber+strict | red
    valid_until: str | None  # None: until it is dropped
    events: int
    event_uids: list[tuple[str, str]]  # (provider, event_uid): the first hundred
    first_seen: str
    last_seen: str


class IndicatorsCompared(msgspec.Struct, frozen=True, kw_only=True):
    """How many indicators of feeds a scan held against its events, and what came of it."""

    kept: int  # values in the store
    good: int  # of them at some time of the logs' period
    matched: int  # of them an event or more


class DayCounts(msgspec.Struct, frozen=True, kw_only=True):
    """One day of a campaign, for timelines: acts, not records."""

    day: str
    identification: int
    attack: int
    access: int
    persistence: int


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """A campaign's figures at one time."""

    events: int  # of its evidence
    identification_attempts: int
    identifiers_tried: int
    accounts_probed: int
    accounts_attacked: int
    accounts_compromised: int
    verdict: str


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """What one scan changed of a campaign, and why."""

    at: str  # of the scan
    what: str  # found | grew | corrected | merged | split | verdict_changed | no_longer_found | unchanged
    reason: str  # in words, with numbers
    other: str | None  # the campaign that it merged with or split from
    before: Standing | None  # None: it was not there
    after: Standing | None


class Ended(msgspec.Struct, frozen=True, kw_only=True):
    """A campaign that an earlier scan of the store found and the last one did not."""

    id: str
    aliases: list[str]
    history: list[Change]


class Campaign(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    first_seen: str
    last_seen: str
    detected_at: str | None
    verdict: str  # targeted | opportunistic | undetermined
    counts: Counts
    by_category: dict[str, CategoryCounts]
    accounts: list[CampaignAccount]
    infrastructure: list[Infrastructure]
    techniques: list[str]
    targeting: Targeting
    attribution: list[Attribution]  # only what two people released
    days: list[DayCounts] = msgspec.field(default_factory=list)
    channels: dict[str, int] = msgspec.field(default_factory=dict)  # recovery channel kind -> accounts attacked by it
    ways_in: dict[str, int] = msgspec.field(default_factory=dict)  # recovery channel kind, not_told or no_recovery ->
    # compromised accounts that fell so, each once; empty where an older version wrote it
    providers: dict[str, int] = msgspec.field(default_factory=dict)  # provider -> campaign events
    reasons: list[str] = msgspec.field(default_factory=list)  # why this is held to be one campaign, in words
    aliases: list[str] = msgspec.field(default_factory=list)  # other ids it answers to: what merged into it, and what
    # one scan of all these logs at once would call it
    split_from: str | None = None  # the campaign that it was a part of
    history: list[Change] = msgspec.field(default_factory=list)  # the oldest first
    findings: list[str] = msgspec.field(default_factory=list)  # ids of the findings that are mostly its own
    indicator_matches: list[IndicatorMatch] = msgspec.field(default_factory=list)  # of its own events
    attribution_open: list[OpenAttribution] = msgspec.field(default_factory=list)  # suggested or proposed, not released
    chains: list[Chain] = msgspec.field(default_factory=list)  # one account opened the way into another


class Assessment(msgspec.Struct, frozen=True, kw_only=True):
    schema: str
    generated_at: str
    window: Window
    coverage: Coverage
    campaigns: list[Campaign]
    notes: list[str] = msgspec.field(default_factory=list)  # limits of the answer, in words
    no_longer_found: list[Ended] = msgspec.field(default_factory=list)  # what earlier scans of the store found
    findings: list[Finding] = msgspec.field(default_factory=list)  # the gravest first; none is a campaign by itself
    indicator_matches: list[IndicatorMatch] = msgspec.field(
        default_factory=list
    )  # of all events, campaigns' among them
    indicators: IndicatorsCompared | None = None  # None: the store keeps none

    @property
    def aliases(self) -> dict[str, list[str]]:
        """By id of its campaigns, those no longer found among them."""
        return {one.id: one.aliases for one in self.campaigns} | {one.id: one.aliases for one in self.no_longer_found}


EVIDENCE_ROLES = ("identification", "attack", "access", "persistence")
