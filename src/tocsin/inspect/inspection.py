"""What `tocsin inspect` finds, as it goes to people and into `tocsin.inspection/1` (docs/inspect.md).

It names fields, files, tenants and places, and holds no other value of a record: it can be shown to somebody who may
not see the log. Excerpts of what could not be read are on the terminal only.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

SCHEMA = "tocsin.inspection/1"


class TenantLook(msgspec.Struct, frozen=True, kw_only=True):
    """Events of one provider's tenant in a file."""

    provider: str
    tenant: str
    events: int
    first: datetime  # UTC
    last: datetime


class ActivityLook(msgspec.Struct, frozen=True, kw_only=True):
    """Events of one activity and outcome in a file."""

    activity: str
    outcome: str
    events: int


class Refusal(msgspec.Struct, frozen=True, kw_only=True):
    """Why records of a file could not be read, how many, and where the first of them stands."""

    reason: str
    records: int
    line: int | None = None
    record: int | None = None


class NewField(msgspec.Struct, frozen=True, kw_only=True):
    """A field that the format's source neither reads nor lists as known."""

    path: str
    records: int  # of those looked at
    type: str  # what its first value looked like: text, number, IP address, ...


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """A field that detection rests on and that is missing where it is expected: a vendor may have renamed it."""

    file: str
    format: str
    title: str
    field: str  # the path that is missing
    means: str  # what it tells: time, account, address, ...
    expected: int  # records looked at in which it should stand
    missing: int
    first_record: int | None = None  # the number, from 1, of the first record of those without it
    renamed_to: str | None = None  # the new field that is most like it


class FormatLook(msgspec.Struct, frozen=True, kw_only=True):
    """One log format in a file."""

    format: str
    title: str
    provider: str
    events: int
    looked_at: int  # records that were looked at field by field
    recognised_by: list[str]  # fields that decided
    also_like: list[str] = []  # formats that would take the same records, were it not for this one
    knows_fields: bool  # is there a list of the format's fields? Without it, nothing is new
    new_fields: list[NewField] = []


class Likeness(msgspec.Struct, frozen=True, kw_only=True):
    """The known format that unrecognised records are most like."""

    format: str
    title: str
    shared: int  # fields that both have
    fields: int  # that the records have
    lacks: list[str]  # fields by which the format is recognised, or on which detection rests


class Unrecognised(msgspec.Struct, frozen=True, kw_only=True):
    """Records of no known format in a file."""

    records: int  # of those looked at
    looked_at: int
    likeness: Likeness | None = None
    draft: str | None = None  # a mapping file for them, as TOML
    hint: str | None = None


class FileLook(msgspec.Struct, frozen=True, kw_only=True):
    """One file."""

    file: str
    bytes: int
    what: Literal["log", "partly", "unrecognised", "no log", "empty"]
    container: str | None = None  # JSON lines, JSON documents, CSV, Parquet, text lines
    packing: str | None = None  # gzip, zstd
    encoding: str | None = None
    taken_from: list[str] = []  # where in a collector's records the provider's stand, if they stand inside of those
    note: str | None = None  # why it is no log, or what else to know
    records: int = 0
    events: int = 0
    ignored: int = 0  # well formed and no event
    rejected: int = 0
    first: datetime | None = None  # UTC, of the events
    last: datetime | None = None
    formats: list[FormatLook] = []
    tenants: list[TenantLook] = []
    activities: list[ActivityLook] = []
    refusals: list[Refusal] = []
    unrecognised: Unrecognised | None = None


class PassedOver(msgspec.Struct, frozen=True, kw_only=True):
    """A file in a folder that a scan does not open, by its ending."""

    file: str
    why: str


class Inspection(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that was found in the paths."""

    schema: str = SCHEMA
    generated_at: datetime
    files: list[FileLook]
    passed_over: list[PassedOver] = []
    changes: list[Change] = []
