"""What left, when, who let it and why: one line for each time, added and never changed.

Each line holds the digest of the line before it, so that a line taken out or changed is noticed. The line is written
before anything leaves: what cannot be noted does not go.
"""

from __future__ import annotations

import fcntl
import getpass
import hashlib
import os
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from tocsin.errors import StoreError
from tocsin.share.choices import Choices
from tocsin.share.shareable import Shareable

LEDGER = "shared.jsonl"


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    at: str  # RFC 3339, UTC
    who: str  # the user of the operating system
    what: str  # stix | taxii | misp | ocsf | csv
    to: str  # a file, `-`, or the URL of a collection
    tlp: str
    campaigns: list[str]
    beyond_the_rule: list[str]  # what needed a choice, as options
    reason: str | None
    withheld: list[str]
    sha256: str  # of what left
    bytes: int
    before: str  # sha256 of the line before; '' of the first


def noted(
    store: Path, sharing: Shareable, choices: Choices, *, what: str, to: str, data: bytes, now: datetime
) -> Entry:
    """The line that was added. Raises `StoreError` when it cannot be written."""
    path = store / LEDGER
    try:
        with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600), "r+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            last = _last_line(file.read())
            entry = Entry(
                at=now.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
                who=who(),
                what=what,
                to=to,
                tlp=sharing.report_tlp,
                campaigns=[one.id for one in sharing.campaigns],
                beyond_the_rule=choices.beyond_the_rule,
                reason=choices.reason,
                withheld=sharing.withheld,
                sha256=hashlib.sha256(data).hexdigest(),
                bytes=len(data),
                before=hashlib.sha256(last).hexdigest() if last else "",
            )
            file.write(msgspec.json.encode(entry) + b"\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise StoreError(
            f"{path} cannot be written: {error.strerror or error}; nothing was shared",
            remedy="what leaves is noted first: mend the store and share again",
        ) from error
    return entry


def entries(store: Path) -> tuple[list[Entry], list[int]]:
    """Every line in order, and the numbers of lines that were changed or whose predecessor is missing."""
    path = store / LEDGER
    try:
        lines = path.read_bytes().splitlines()
    except FileNotFoundError:
        return [], []
    found, broken, before = [], [], ""
    for number, line in enumerate(lines, start=1):
        try:
            entry = msgspec.json.decode(line, type=Entry)
        except msgspec.DecodeError:
            broken.append(number)
        else:
            found.append(entry)
            if entry.before != before:
                broken.append(number)
        before = hashlib.sha256(line).hexdigest()
    return found, broken


def who() -> str:
    """The user of the operating system, with the number that a name may hide."""
    try:
        return f"{getpass.getuser()} (uid {os.getuid()})"
    except (OSError, KeyError):
        return f"uid {os.getuid()}"


def _last_line(held: bytes) -> bytes:
    lines = held.splitlines()
    return lines[-1] if lines else b""
