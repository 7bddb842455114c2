"""Chain of custody: who did what with which bytes, each entry sealed by the hash of the one before.

The file is only ever appended to. An entry's hash is the SHA-256 of its JSON (keys sorted, no blanks) without the hash
itself, so that anybody can compute it again with tools of their own. Whoever changes an entry must change all after it:
note the last hash elsewhere (on paper, in the mail with which the package goes) and it cannot be changed unseen.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

FILE = "custody.jsonl"
NOTHING = "0" * 64
"""What the first entry has before it."""


def sha256_of(path: Path) -> str:
    """Hash of a file's bytes."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()


def seal(entry: dict[str, Any]) -> str:
    """Hash of an entry."""
    bare = {name: value for name, value in entry.items() if name != "hash"}
    text = json.dumps(bare, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass
class Custody:
    """The chain of one package."""

    folder: Path

    def entries(self) -> list[dict[str, Any]]:
        """All entries, first to last."""
        path = self.folder / FILE
        if not path.exists():
            return []
        return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]

    def add(self, action: str, *, by: str, now: datetime, item: str = "", note: str = "") -> dict[str, Any]:
        """Append an entry; of an item in the package, the hash of its bytes stands in it."""
        before = self.entries()
        entry: dict[str, Any] = {
            "number": len(before) + 1,
            "time": now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "by": by,
            "action": action,
            "item": item,
            "sha256": sha256_of(self.folder / item) if item else "",
            "note": note,
            "previous": before[-1]["hash"] if before else NOTHING,
        }
        entry["hash"] = seal(entry)
        line = json.dumps(entry, sort_keys=True, ensure_ascii=False) + "\n"
        descriptor = os.open(self.folder / FILE, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        with os.fdopen(descriptor, "ab") as file:
            file.write(line.encode())
            file.flush()
            os.fsync(file.fileno())
        return entry


def problems(folder: Path) -> Iterator[str]:
    """What is wrong with a package: entries changed, removed or put in, files changed, missing or never entered."""
    if not (folder / FILE).exists():
        yield f"there is no {FILE} in {folder}: it is no package, or its chain of custody was taken away"
        return
    try:
        entries = Custody(folder).entries()
    except (ValueError, UnicodeDecodeError) as error:
        yield f"{FILE} cannot be read: {error}"
        return
    if not entries:
        yield f"{FILE} holds no entry"
        return
    previous = NOTHING
    latest: dict[str, str] = {}
    for number, entry in enumerate(entries, start=1):
        if not isinstance(entry, dict) or entry.get("number") != number:
            yield f"entry {number} has another number: entries were removed or put in"
            return
        if entry.get("previous") != previous:
            yield f"entry {number} does not follow the one before it"
        if seal(entry) != entry.get("hash"):
            yield f"entry {number} was changed"
        previous = str(entry.get("hash"))
        if entry.get("item"):
            latest[str(entry["item"])] = str(entry.get("sha256"))
    for item, digest in latest.items():
        path = folder / item
        if not path.resolve().is_relative_to(folder.resolve()):
            yield f"{item} lies outside of the package"
        elif not path.is_file():
            yield f"{item} is missing"
        elif sha256_of(path) != digest:
            yield f"{item} was changed after it was entered"
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and name != FILE and name not in latest:
            yield f"{name} was never entered"
