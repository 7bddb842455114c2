"""Every error Tocsin raises on purpose. Bad records are data (`Rejected` rows), not errors.

TocsinError
├── UsageError          the call cannot be carried out as asked: exit code 2
│   ├── NoLogsFound     the paths hold no file to read
│   ├── RosterError     the roster cannot be used
│   ├── MappingError    a mapping file has a key or value that it cannot have
│   └── SettingError    a setting is unknown or has no such value
├── SchemaChanged       a field that detection rests on is missing (inspect/schema.py): exit code 1
├── PeerError           another system does not answer as it should: exit code 1
├── NothingRead         no event could be read, so there is no answer (lake/intake.py): exit code 1
└── StoreError          the store cannot be read or written: exit code 1
    ├── StoreFull       the disk is full; what was committed is safe
    └── StoreNotFound   there is no earlier scan to look at
"""

from __future__ import annotations


class TocsinError(Exception):
    """Something a person can mend. `remedy` says how, in one sentence."""

    exit_code = 1

    def __init__(self, message: str, *, remedy: str) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy


class UsageError(TocsinError):
    """The call cannot be carried out as asked."""

    exit_code = 2


class NoLogsFound(UsageError):
    """The paths given hold no file that could be a log."""


class RosterError(UsageError):
    """The roster lacks a column, cannot be decoded, or names no account."""


class MappingError(UsageError):
    """A mapping file is no TOML, or has a key, word, path or pattern that it cannot have."""


class SettingError(UsageError):
    """A setting is unknown, or its value is not one it can take."""


class PeerError(TocsinError):
    """Another system cannot be reached, refuses, or answers with what it should not."""

    def __init__(self, message: str, *, remedy: str, status: int | None = None) -> None:
        super().__init__(message, remedy=remedy)
        self.status = status


class StoreError(TocsinError):
    """The event store cannot be read or written."""


class StoreFull(StoreError):
    """The disk filled up while events were written; committed events are kept."""


class StoreNotFound(StoreError):
    """A question about an earlier scan was asked where there was none."""
