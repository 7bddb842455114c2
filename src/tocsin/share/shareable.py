"""What may leave: the only type that exporters take. `redaction.py` makes it, and nothing else does."""

from __future__ import annotations

from datetime import datetime

import msgspec

from tocsin.indicators.tlp import Tlp, strictest

STAGES = ("probed", "attacked", "compromised")


class Named(msgspec.Struct, frozen=True, kw_only=True):
    """A released name of who is held to be behind a campaign."""

    name: str
    authority: str
    kind: str  # intrusion-set | threat-actor
    likelihood: str | None = None
    term: str | None = None
    confidence: str | None = None


class Address(msgspec.Struct, frozen=True, kw_only=True):
    """An address that the operator worked from."""

    value: str
    version: int
    events: int
    first_seen: datetime
    last_seen: datetime
    network_kind: str  # iporigin's word
    owner: str | None
    country: str | None  # ISO 3166-1 alpha-2


class Technique(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    name: str
    source: str  # the framework's name as STIX and MISP write it


class Cell(msgspec.Struct, frozen=True, kw_only=True):
    """Accounts of a category by stage. None: hidden, because it is small or would give a small one away."""

    probed: int | None
    attacked: int | None  # includes the compromised
    compromised: int | None


class Victim(msgspec.Struct, frozen=True, kw_only=True):
    """An account whose name somebody decided to share."""

    account: str
    provider: str
    stage: str
    organisation: str | None
    contact: str | None


class Organisation(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    category: str


class FeedMatch(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody else's indicator that the campaign's events matched."""

    indicator: str
    feed: str
    kind: str
    value: str
    tlp: Tlp
    events: int


class SharedCampaign(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    found_at: datetime
    first_seen: datetime
    last_seen: datetime
    verdict: str
    identification_attempts: int
    identifiers_tried: int
    accounts_probed: int
    accounts_attacked: int
    accounts_compromised: int
    by_category: dict[str, Cell]  # every category, or none without a roster
    zero_claims: list[str]  # categories of which none of the compromised is, approved
    channels: dict[str, int | None]
    addresses: list[Address]
    networks: list[int]  # numbers of autonomous systems
    clients: list[str]
    domains: list[str]
    techniques: list[Technique]
    names: list[Named]
    victims: list[Victim]
    organisations: list[Organisation]
    matches: list[FeedMatch]
    tlp: Tlp
    matches_tlp: Tlp  # of whatever tells of the matches


class Shareable(msgspec.Struct, frozen=True, kw_only=True):
    generated_at: datetime
    period: tuple[datetime, datetime] | None
    producer: str | None
    tlp: Tlp
    campaigns: list[SharedCampaign]
    withheld: list[str]  # what was left out, in words and counts

    @property
    def report_tlp(self) -> Tlp:
        """Of what tells of everything."""
        return strictest([self.tlp, *(one.matches_tlp for one in self.campaigns)])
