"""Indicators out of a table (a column `value`, and `type`, `id`, `tlp`, `valid_from`, `valid_until` where it has them)
or out of a plain list, one value a line. Lines that begin with # are comments, as in many public feeds.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator

from tocsin.indicators import values
from tocsin.indicators.indicator import Feed, Indicator, Refused
from tocsin.indicators.times import moment
from tocsin.indicators.tlp import UNMARKED, tlp_named
from tocsin.indicators.values import NotComparable

KINDS: dict[str, Callable[[str], tuple[str, str]]] = {
    **dict.fromkeys(("address", "network", "ip", "ipv4", "ipv6", "cidr", "ip-src", "ip-dst"), values.address),
    **dict.fromkeys(("ipv4-addr", "ipv6-addr"), values.address),
    **dict.fromkeys(("domain", "hostname", "domain-name"), values.domain),
    **dict.fromkeys(("account", "email", "email-addr", "email-src"), values.account),
}

VALUE_COLUMNS = ("value", "indicator", "ioc")


def read_csv(file: str, text: str) -> Feed:
    """The table's or list's indicators, and the lines that could not be taken."""
    feed = Feed(format="csv", indicators=[], refused=[], revoked=[])
    lines = [(number, line) for number, line in enumerate(text.splitlines(), start=1) if _counts(line)]
    if not lines:
        return feed
    first = lines[0][1]
    delimiter = max(",;\t", key=first.count)
    names = [name.strip().strip('"').lower() for name in first.split(delimiter)]
    column = next((names.index(name) for name in VALUE_COLUMNS if name in names), None)
    for number, row in _rows(lines if column is None else lines[1:], delimiter, feed, file):
        named = {} if column is None else dict(zip(names, row, strict=False))
        value = row[0] if column is None else (row[column] if column < len(row) else "")
        try:
            feed.indicators.append(_indicator(value, named))
        except NotComparable as why:
            feed.refused.append(Refused(file=file, object=f"line {number}", reason=str(why)))
    return feed


def _counts(line: str) -> bool:
    return bool(line.strip()) and not line.lstrip().startswith("#")


def _rows(lines: list[tuple[int, str]], delimiter: str, feed: Feed, file: str) -> Iterator[tuple[int, list[str]]]:
    """Line by line, so that a quotation mark that is never closed costs its line and no other."""
    for number, line in lines:
        if len(line) > 10_000:
            reason = f"a line of {len(line):,} characters"
            feed.refused.append(Refused(file=file, object=f"line {number}", reason=reason))
            continue
        if "\x00" in line:
            feed.refused.append(Refused(file=file, object=f"line {number}", reason="holds U+0000: it is no text"))
            continue
        try:
            row = next(csv.reader(io.StringIO(line), delimiter=delimiter, strict=True), [])
        except csv.Error as error:
            feed.refused.append(Refused(file=file, object=f"line {number}", reason=str(error)))
            continue
        yield number, [value.strip() for value in row] or [""]


def _indicator(text: str, named: dict[str, str]) -> Indicator:
    kind, told = named.get("type", "").lower(), named.get("tlp", "")
    if kind and kind not in KINDS:
        raise NotComparable(f"{kind[:40]} is nothing that sign-in logs tell")
    level = tlp_named(told) if told else UNMARKED
    if level is None:
        raise NotComparable(f"{told[:40]!r} is no TLP level")
    ends = moment(named.get("valid_until"))
    if named.get("valid_until") and ends is None:
        raise NotComparable("its valid_until is no time")
    what, value = KINDS[kind](text) if kind else _guessed(text)
    return Indicator(
        indicator=named.get("id") or value,
        kind=what,
        value=value,
        tlp=level,
        valid_from=moment(named.get("valid_from")),
        valid_until=ends,
        changed=moment(named.get("last_seen") or named.get("changed")),
    )


def _guessed(text: str) -> tuple[str, str]:
    for read in (values.account if "@" in text else values.address, values.domain):
        try:
            return read(text)
        except NotComparable as why:
            if "site" in str(why) or "wider" in str(why) or "characters" in str(why):
                raise
    raise NotComparable(f"{text[:60]!r} is no address, domain or account")
