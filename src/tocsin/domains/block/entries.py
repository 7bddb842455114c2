"""What to block: names with their days, without what is allowed, expired, somebody's platform, or a brand's own."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import msgspec

from tocsin.domains.names import NotAName, clean
from tocsin.domains.ownership import owner
from tocsin.domains.records import Columns, NoNames, names_of
from tocsin.domains.registered import registered
from tocsin.domains.words import Vocabulary
from tocsin.errors import UsageError
from tocsin.sources.containers import NotALog, read_blocks

DATES = ("listed", "first_seen", "firstseen", "date", "created", "added", "timestamp")
"""Fields of a record that say since when a name is to be blocked, most telling first."""


class KeptError(UsageError):
    """The file that remembers days cannot be read."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A name to block, with everything below it."""

    name: str
    listed: date
    until: date | None


@dataclass(frozen=True, kw_only=True)
class BlockList:
    """What is blocked, the exceptions inside it, and what was left out with the reason."""

    entries: tuple[Entry, ...]
    exceptions: tuple[str, ...]
    """Allowed names that lie below a blocked one: they and everything below them resolve."""
    left_out: tuple[tuple[str, str], ...]


def read_entries(paths: Iterable[tuple[Path, str]], *, today: date) -> tuple[dict[str, date], list[tuple[str, str]]]:
    """Names of the files with the day on which each was first listed, and what was refused. Files are lists, records as
    `domains scan` reads them, or what `domains scan --json` wrote."""
    listed: dict[str, date] = {}
    refused: list[tuple[str, str]] = []

    def take(text: str, day: date, place: str) -> None:
        try:
            name = clean(text)
        except NotAName as error:
            refused.append((place, str(error)))
            return
        listed[name] = min(day, listed.get(name, day))

    for path, title in paths:
        hits = _hits(path)
        if hits is not None:
            for hit in hits:
                take(str(hit.get("judged") or hit.get("domain") or ""), _day(hit) or today, title)
            continue
        columns = Columns()
        try:
            for block in read_blocks(path):
                refused += [(f"{title}:{one.line or one.record}", one.reason) for one in block.refused]
                for number, record in zip(block.lines, block.records.to_pylist(), strict=True):
                    if record is None:
                        continue
                    place, text = f"{title}:{number}", record.strip()
                    if text[:1] == "{":
                        try:
                            decoded = msgspec.json.decode(text)
                            for name in names_of(text):
                                take(name, _day(decoded) or today, place)
                        except (NoNames, msgspec.DecodeError) as error:
                            refused.append((place, str(error)))
                    elif text and not columns.header(text):
                        take(columns.cell(text) or text, today, place)
        except NotALog as error:
            refused.append((title, str(error)))
    return listed, refused


def _hits(path: Path) -> list[dict[str, Any]] | None:
    with path.open("rb") as file:
        if b'"tocsin.domains/1"' not in file.read(200):
            return None
        file.seek(0)
        try:
            document = msgspec.json.decode(file.read())
        except msgspec.DecodeError:
            return None
    hits = document.get("hits") if isinstance(document, dict) else None
    return [hit for hit in hits if isinstance(hit, dict)] if isinstance(hits, list) else None


def _day(record: Any) -> date | None:
    if not isinstance(record, dict):
        return None
    lowered = {str(key).lower(): value for key, value in record.items()}
    for field in DATES:
        value = lowered.get(field)
        if isinstance(value, str):
            try:
                moment = datetime.fromisoformat(value.replace("Z", "+00:00"))
            except ValueError:
                continue
            return (moment.astimezone(UTC) if moment.tzinfo else moment).date()
    return None


def remember(kept: Path, listed: Mapping[str, date]) -> dict[str, date]:
    """The same with the day on which each was first seen by this command; the file remembers it for the next time."""
    known: dict[str, date] = {}
    if kept.exists():
        try:
            known = msgspec.json.decode(kept.read_bytes(), type=dict[str, date])
        except msgspec.DecodeError as error:
            raise KeptError(f"{kept} is not what --kept wrote", remedy="Name another file, or remove it.") from error
    merged = {name: min(day, known.get(name, day)) for name, day in listed.items()}
    text = json.dumps({name: day.isoformat() for name, day in sorted({**known, **merged}.items())}, indent=0)
    kept.write_text(text + "\n", encoding="utf-8")
    return merged


def block_list(
    listed: Mapping[str, date],
    vocabulary: Vocabulary,
    *,
    today: date,
    expire: int | None = None,
    allowed: Iterable[str] = (),
) -> BlockList:
    """Decide what is blocked.

    An allowed name is allowed with everything below it. It takes out blocked names that are itself or lie below it; a
    blocked name above it stays, and the allowed one becomes an exception.
    """
    allowed = frozenset(allowed)
    left_out: list[tuple[str, str]] = []
    entries: dict[str, Entry] = {}
    for name, day in sorted(listed.items()):
        until = date.fromordinal(day.toordinal() + expire) if expire is not None else None
        parts = registered(name)
        brand = owner(name, parts, vocabulary)
        above = next((one for one in _upwards(name) if one in allowed), None)
        if not parts.label:
            left_out.append((name, "a public suffix or a hoster: others have their names below it"))
        elif brand is not None:
            left_out.append((name, f"belongs to {brand.title}"))
        elif above is not None:
            left_out.append((name, "allowed" if above == name else f"allowed with {above}"))
        elif until is not None and until <= today:
            left_out.append((name, f"expired on {until.isoformat()}"))
        else:
            entries[name] = Entry(name=name, listed=day, until=until)
    kept = tuple(
        entry for name, entry in entries.items() if not any(one in entries for one in _upwards(name) if one != name)
    )
    names = {entry.name for entry in kept}
    exceptions = tuple(sorted(name for name in allowed if any(one in names for one in _upwards(name))))
    return BlockList(entries=kept, exceptions=exceptions, left_out=tuple(left_out))


def _upwards(name: str) -> Iterable[str]:
    """The name and those above it: a.b.example, b.example, example."""
    while name:
        yield name
        name = name.partition(".")[2]
