"""Two tables of what may leave: indicators, or figures. Spreadsheets run cells that begin as a formula does, so those
are written as text."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import datetime

from tocsin.share.expiry import good_until
from tocsin.share.shareable import STAGES, Shareable

INDICATORS = (
    *("type", "value", "id", "tlp", "valid_from", "valid_until", "campaign", "events", "first_seen", "last_seen"),
    *("network_kind", "owner", "country"),
)

FIGURES = ("campaign", "verdict", "first_seen", "last_seen", "figure", "category", "count", "tlp")

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a cell may not begin with (OWASP, CSV injection)."""


def indicators(sharing: Shareable) -> bytes:
    """One row an address, network or domain. `tocsin indicators add` reads it."""
    rows: list[Sequence[object]] = []
    for one in sharing.campaigns:
        for address in one.addresses:
            kind = f"ipv{address.version}-addr"
            seen = (_time(address.first_seen), _time(address.last_seen))
            until = _time(good_until(kind, address.last_seen))
            place = (address.network_kind, address.owner, address.country)
            named = f"{one.id} {address.value}"
            rows.append((kind, address.value, named, one.tlp, seen[0], until, one.id, address.events, *seen, *place))
        for domain in one.domains:
            seen = (_time(one.first_seen), _time(one.last_seen))
            until = _time(good_until("domain-name", one.last_seen))
            named = f"{one.id} {domain}"
            rows.append(("domain-name", domain, named, one.tlp, seen[0], until, one.id, "", *seen, "", "", ""))
    return _table(INDICATORS, rows)


def figures(sharing: Shareable) -> bytes:
    """One row a figure, and one for each count by category; a hidden one is empty."""
    rows: list[Sequence[object]] = []
    for one in sharing.campaigns:
        head = (one.id, one.verdict, _time(one.first_seen), _time(one.last_seen))
        for name in ("identification_attempts", "identifiers_tried", *(f"accounts_{stage}" for stage in STAGES)):
            rows.append((*head, name, "", getattr(one, name), one.tlp))
        for category, cell in one.by_category.items():
            rows += [(*head, f"accounts_{stage}", category, getattr(cell, stage), one.tlp) for stage in STAGES]
    return _table(FIGURES, rows)


def _table(names: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return text.getvalue().encode()


def _cell(value: object) -> str:
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA) else text


def _time(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")
