"""What a scan is asked to do. Made by the command line or a caller; unknown keys cannot exist."""

from __future__ import annotations

import re
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from tocsin.errors import SettingError

MEMORY = "700MB"
"""Enough for five million events, with the process as a whole below 2 GB."""


class ScanSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One scan."""

    paths: tuple[Path, ...]
    store: Path
    mirror: bool = False  # the store shows exactly the paths: start anew when one of its files is gone or changed
    roster: Path | None = None
    engine: str = "duckdb"
    timezone: str = "UTC"  # of log times that carry no zone
    mappings: tuple[Path, ...] = ()  # TOML files that describe an own application's log
    sigma: tuple[Path, ...] = ()  # Sigma rules: files, and folders of them
    databases: tuple[Path, ...] = ()  # MMDB files
    workers: int = 2  # threads that normalise
    memory: str = MEMORY  # what the engine may hold before it puts the rest on the disk, in the store's folder

    def __post_init__(self) -> None:
        try:
            ZoneInfo(self.timezone)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise SettingError(
                f"{self.timezone!r} is no time zone",
                remedy="use a name of the IANA list, for example Europe/Berlin or UTC, with --timezone",
            ) from error
        if not re.fullmatch(r"[1-9]\d*(\.\d+)? ?(MB|GB|TB)", self.memory):
            raise SettingError(
                f"{self.memory!r} is no amount of memory", remedy="write it like 700MB or 4GB, with --memory"
            )
