"""What a feed says: a value to look for, how long it is good, and how far it may travel."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa

from tocsin.indicators.tlp import Tlp

INDICATOR = pa.schema(
    [
        pa.field("feed", pa.string(), nullable=False),
        pa.field("indicator", pa.string(), nullable=False),  # its id in the feed
        pa.field("kind", pa.string(), nullable=False),  # address | network | domain | account
        pa.field("value", pa.string(), nullable=False),  # in the form in which events have it
        pa.field("tlp", pa.string(), nullable=False),
        pa.field("valid_from", pa.timestamp("us")),
        pa.field("valid_until", pa.timestamp("us"), nullable=False),  # UTC; it is not compared afterwards
        pa.field("added_at", pa.timestamp("us"), nullable=False),
    ]
)

KINDS = ("address", "network", "domain", "account")

GOOD_FOR_DAYS = 90
"""How long an indicator without an end is good after its last change."""

LEAD_DAYS = 30
"""How long before its `valid_from` an indicator counts already: many feeds write the day of telling there, and what
is told of was used before. As long as an address is held to stay with its user after it was last seen."""


@dataclass(frozen=True, kw_only=True)
class Indicator:
    """One value of an indicator. Times are naive UTC."""

    indicator: str
    kind: str
    value: str
    tlp: Tlp
    valid_from: datetime | None = None
    valid_until: datetime | None = None  # None: its feed does not say
    changed: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Refused:
    """What could not be taken, and why."""

    file: str
    object: str  # its id, or where it stands
    reason: str


@dataclass(frozen=True, kw_only=True)
class Feed:
    """What a file or an answer held."""

    format: str
    indicators: list[Indicator]
    refused: list[Refused]
    revoked: list[str]  # ids that the feed takes back
