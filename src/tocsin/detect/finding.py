"""What a pattern found, and the events that show it."""

from __future__ import annotations

import msgspec
import pyarrow as pa


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One suspicious pattern with the events that show it. No campaign by itself."""

    id: str  # the same for the same detection, key and first event
    detection: str
    title: str
    level: str  # informational | low | medium | high | critical
    role: str  # identification | attack | access | persistence
    techniques: list[str]
    reason: str  # one line
    providers: list[str]
    tenants: list[str]
    account: str | None  # where there is one only
    source_ip: str | None  # where there is one only
    accounts: int  # distinct
    sources: int  # distinct addresses
    first_seen: str
    last_seen: str
    events: int
    event_uids: list[tuple[str, str]]  # (provider, event_uid): the first hundred
    campaign: str | None = None  # the campaign that most of the events are evidence of
    events_of: dict[str, int] = msgspec.field(default_factory=dict)  # campaign -> events that are evidence of it


FINDING_EVENT = pa.schema(
    [
        pa.field("finding_id", pa.string(), nullable=False),
        pa.field("detection", pa.string(), nullable=False),
        pa.field("provider", pa.string(), nullable=False),
        pa.field("event_uid", pa.string(), nullable=False),
        pa.field("time", pa.timestamp("us"), nullable=False),
        pa.field("activity", pa.string(), nullable=False),
        pa.field("outcome", pa.string(), nullable=False),
        pa.field("account", pa.string()),
        pa.field("source_ip", pa.string()),
        pa.field("raw_ref", pa.string(), nullable=False),
    ]
)
"""One row an event of a finding, in order of finding and time."""
