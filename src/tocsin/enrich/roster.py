"""The roster of people at risk: a CSV of account, organisation, category, recovery channels, contact and country."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pyarrow as pa

from tocsin.errors import RosterError
from tocsin.sources.countries import COUNTRY_CODES

ROSTER = pa.schema(
    [
        pa.field("account", pa.string(), nullable=False),
        pa.field("organisation", pa.string()),
        pa.field("category", pa.string(), nullable=False),
        pa.field("recovery", pa.list_(pa.string()), nullable=False),
        pa.field("contact", pa.string()),
        pa.field("country", pa.string()),  # of the organisation, ISO 3166-1 alpha-2
    ]
)

COLUMNS = ("account", "organisation", "category", "recovery", "contact", "country")
REQUIRED = ("account", "category")
CATEGORIES = frozenset(
    {"campaign", "political-party", "government", "media", "diaspora", "think-tank", "ngo", "academia", "other"}
)


@dataclass(frozen=True, kw_only=True)
class Origin:
    """Where a roster came from. It travels with the table, in its metadata, and is kept with it."""

    file: str
    digest: str  # of the people on it, whatever the order of lines
    read_on: datetime  # naive UTC

    def __str__(self) -> str:
        return f"{self.file}, read on {self.read_on.day} {self.read_on:%B %Y}"


def with_origin(roster: pa.Table, path: Path, read_on: datetime) -> pa.Table:
    """The roster, telling where it came from."""
    metadata = {"file": str(path), "digest": digest(roster), "read_on": read_on.isoformat()}
    return roster.replace_schema_metadata(metadata)


def origin(roster: pa.Table) -> Origin | None:
    """None where the roster does not tell."""
    told = {key.decode(): value.decode() for key, value in (roster.schema.metadata or {}).items()}
    if not {"file", "digest", "read_on"} <= told.keys():
        return None
    return Origin(file=told["file"], digest=told["digest"], read_on=datetime.fromisoformat(told["read_on"]))


def digest(roster: pa.Table) -> str:
    """Sixteen digits that differ where anything about the people differs; '' of nobody."""
    # Without a country it is the digest of before there were countries, so that no roster changes by an update.
    rows = roster.select(ROSTER.names).to_pylist()
    people = sorted(repr({k: v for k, v in row.items() if k != "country" or v is not None}) for row in rows)
    return hashlib.blake2b("\n".join(people).encode(), digest_size=8).hexdigest() if people else ""


def standing_for(roster: pa.Table) -> dict[str, str]:
    """Whom an account stands for, by their account on the roster: its own people, and whoever a mailbox restores.

    A mailbox that several people name stands for itself: it is one way to all of them.
    """
    people = roster.select(["account", "recovery"]).to_pylist()
    found: dict[str, str] = {}
    for row in people:
        for mailbox in row["recovery"]:
            if "@" in mailbox:
                found[mailbox] = row["account"] if found.get(mailbox, row["account"]) == row["account"] else mailbox
    return found | {row["account"]: row["account"] for row in people}


def read_roster(path: Path) -> tuple[pa.Table, list[str]]:
    """ROSTER, each account once, and what was wrong with single rows (line and reason). Raises `RosterError`."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise RosterError(f"{path}, line {line}: not UTF-8 text", remedy="save the roster as CSV in UTF-8") from error
    except OSError as error:
        raise RosterError(
            f"the roster {path} cannot be read: {error.strerror}", remedy="check the path given with --roster"
        ) from error
    if "\x00" in text:
        raise RosterError(f"{path} is not a CSV file", remedy="save the roster as CSV in UTF-8")
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        return _people(path, ((reader.line_num, values) for values in reader if values), delimiter)
    except csv.Error as error:
        raise RosterError(
            f"{path}, line {reader.line_num}: {error}", remedy="look for a quotation mark that is never closed"
        ) from error


def _people(path: Path, lines: Iterator[tuple[int, list[str]]], delimiter: str) -> tuple[pa.Table, list[str]]:
    names = [name.strip().lower() for name in next(lines, (1, []))[1]]
    if missing := [name for name in REQUIRED if name not in names]:
        found = ", ".join(filter(None, names)) or "none"
        raise RosterError(
            f"{path}, line 1: no column {' and no column '.join(missing)} (found: {found})",
            remedy=f"the first line must name the columns {','.join(COLUMNS)}; {' and '.join(REQUIRED)} are needed",
        )
    rows: dict[str, dict[str, object]] = {}
    faults: dict[str, list[int]] = {}  # what is wrong, and in which lines
    if unused := [name for name in names if name and name not in COLUMNS]:
        faults[f"{_columns(unused)} not used: a roster has {', '.join(COLUMNS)}"] = [1]
    for line, values in lines:
        whole = _fitted(names, values, delimiter)
        if len(whole) > len(names):
            faults.setdefault("more fields than the first line names; what is beyond was left out", []).append(line)
        held = {name: value.strip() for name, value in zip(names, whole, strict=False)}
        account, category = held["account"].lower(), held.get("category", "").lower()
        if not account:
            faults.setdefault("no account; the row was left out", []).append(line)
            continue
        if category not in CATEGORIES:
            what = f"category {category!r} is not one of {', '.join(sorted(CATEGORIES))}; taken as other"
            faults.setdefault(what, []).append(line)
            category = "other"
        if account in rows:
            faults.setdefault(f"{account} stands twice; the first row counts", []).append(line)
            continue
        place = held.get("country", "")
        country = COUNTRY_CODES.get(place.upper() if len(place) == 2 else place)
        if place and country is None:
            faults.setdefault(f"country {place[:40]!r} is no name or two-letter code of one; left out", []).append(line)
        rows[account] = {
            "account": account,
            "organisation": held.get("organisation") or None,
            "category": category,
            "recovery": [one.strip().lower() for one in held.get("recovery", "").split(";") if one.strip()],
            "contact": held.get("contact") or None,
            "country": country,
        }
    if not rows:
        raise RosterError(f"{path} names no account", remedy="add one line per account, or leave --roster out")
    said = [f"{path}:{_lines(places)}: {what}." for what, places in faults.items()]
    return pa.Table.from_pylist(list(rows.values()), schema=ROSTER), said


def _fitted(names: list[str], values: list[str], delimiter: str) -> list[str]:
    """The values of a row, recovery channels put together again where what parts them parts the columns, too."""
    surplus = len(values) - len(names)
    if delimiter != ";" or surplus <= 0 or "recovery" not in names:
        return values
    first = names.index("recovery")
    return [*values[:first], ";".join(values[first : first + surplus + 1]), *values[first + surplus + 1 :]]


def _columns(names: list[str]) -> str:
    return f"column {names[0]} is" if len(names) == 1 else f"columns {', '.join(names)} are"


def _lines(places: list[int]) -> str:
    """``4``, ``4 and 2 more lines``."""
    more = len(places) - 1
    return f"{places[0]}" + (f" and {more:,} more line{'s' if more > 1 else ''}" if more else "")
