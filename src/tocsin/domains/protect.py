"""Whom to protect besides the large providers: organisations of a file, with the domains that are theirs."""

from __future__ import annotations

import csv
import ipaddress
import re
from dataclasses import dataclass
from pathlib import Path

from tocsin.domains.names import NotAName, clean
from tocsin.domains.registered import registered
from tocsin.domains.words import SHORT, Brand, lures
from tocsin.errors import UsageError

COLUMNS = ("name", "domains", "words", "networks")

LEAST = 4
"""Letters of a word that is taken from a name or a domain: shorter ones stand in too many names."""

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class ProtectError(UsageError):
    """The file of those to protect cannot be used."""


@dataclass(frozen=True, kw_only=True)
class Organisation:
    """One line of the file."""

    name: str
    domains: tuple[str, ...]
    words: tuple[str, ...]
    """How names call it: `enmarche`; from the name and the domains where the file has none."""
    networks: tuple[Network, ...] = ()

    def brand(self) -> Brand:
        """The organisation as names are searched for it."""
        return Brand(
            key=f"organisation:{self.name}",
            title=self.name,
            why="stands in the file of those to protect",
            tokens=self.words,
            own=self.domains,
            organisation=True,
        )


def read_organisations(path: Path) -> tuple[Organisation, ...]:
    """CSV with `name,domains` and, if wanted, `words` and `networks`; several in a cell are separated by `;`."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise ProtectError(f"{path} is not UTF-8 text", remedy="Save it as CSV in UTF-8.") from error
    rows = csv.DictReader(text.splitlines())
    columns = [name.strip().lower() for name in rows.fieldnames or ()]
    rows.fieldnames = columns
    if "name" not in columns or "domains" not in columns:
        raise ProtectError(
            f"{path} has no column `name` or no column `domains`",
            remedy=f"Begin the file with the line {','.join(COLUMNS)}; several in a cell are separated by `;`.",
        )
    found = tuple(_organisation(row, f"{path}:{rows.line_num}") for row in rows if any(row.values()))
    if not found:
        raise ProtectError(f"{path} names no organisation", remedy="Add a line for each, below the header.")
    return found


def _organisation(row: dict[str, str | None], place: str) -> Organisation:
    name = (row.get("name") or "").strip()
    if not name:
        raise ProtectError(f"{place}: no name", remedy="Give each line the name of an organisation.")
    domains: list[str] = []
    for text in _several(row.get("domains")):
        try:
            domains.append(clean(text))
        except NotAName as error:
            raise ProtectError(f"{place}: {text[:60]!r} is no domain: {error}", remedy="Mend this line.") from error
    networks: list[Network] = []
    for text in _several(row.get("networks")):
        try:
            networks.append(ipaddress.ip_network(text, strict=False))
        except ValueError as error:
            raise ProtectError(f"{place}: {text[:60]!r} is no network: {error}", remedy="Mend this line.") from error
    words = tuple(word.lower() for word in _several(row.get("words"))) or _words(name, domains)
    for word in words:
        if not re.fullmatch(r"[a-z0-9-]{2,40}", word):
            raise ProtectError(
                f"{place}: {word[:60]!r} cannot stand in a name", remedy="Use letters, digits and hyphens only."
            )
    return Organisation(name=name, domains=tuple(domains), words=words, networks=tuple(networks))


def _several(text: str | None) -> list[str]:
    return [piece.strip() for piece in (text or "").split(";") if piece.strip()]


def _words(name: str, domains: list[str]) -> tuple[str, ...]:
    """Squeezed name and the labels of the domains, but no word that every tenth name has."""
    common = {word.text for word in lures()}
    squeezed = re.sub(r"[^a-z0-9]+", "", name.lower())
    found = [squeezed] if LEAST <= len(squeezed) <= 40 else []
    for domain in domains:
        label = registered(domain).label
        found += [label, label.replace("-", "")]
    return tuple(dict.fromkeys(word for word in found if len(word) > SHORT and word not in common))
