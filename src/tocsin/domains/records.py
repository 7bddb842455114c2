"""Where in a record the names are: certificate transparency, DNS and proxy logs, registration feeds, mail logs.

Fields by format, with where their makers describe them:

- certstream: `data.leaf_cert.all_domains` (a list), `leaf_cert.all_domains`, `data` where it is a list of names; its
  heartbeats (`message_type`) hold none (CaliDog/certstream-server, d-Rickyy-b/certstream-server-go)
- crt.sh: `name_value` (several, a line each), `common_name`
- Zeek `dns.log`: `query`; `ssl.log`: `server_name`; `http.log`: `host` (docs.zeek.org, script reference)
- Suricata EVE: `dns.rrname`, `dns.queries[].rrname`, `tls.sni`, `http.hostname` (docs.suricata.io, EVE JSON format)
- passive DNS: `rrname` (draft-dulaunoy-dnsop-passive-dns-cof)
- Shadowserver's sinkhole reports: `http_host` (www.shadowserver.org, report fields)
- others, among them feeds of new registrations and mail logs: `domain`, `domains`, `domain_name`, `fqdn`, `hostname`,
  `qname`, `dns_names`, `sender`, `from`, `url`
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from typing import Any

import msgspec

from tocsin.domains.names import NotAName, clean

FIELDS = (
    "all_domains", "name_value", "common_name", "dns_names", "domain", "domains", "domain_name", "domainname", "fqdn",
    "hostname", "rrname", "query", "qname", "host", "http_host", "server_name", "sni", "sender", "from", "url",
    "query_name", "dns_question_name", "indicator", "name",
)  # fmt: skip
"""Names of fields and columns, most telling first (of a table's columns the first counts). A record's names are those
of all that it has, but `name` and `indicator` count only where no other is there."""

_VAGUE = frozenset({"name", "indicator"})

INSIDE = ("data", "leaf_cert", "dns", "tls", "http", "queries", "rrs", "record", "_source", "result")
"""Objects that are looked into."""

DEEPEST = 4

_FIELDS, _INSIDE = frozenset(FIELDS), frozenset(INSIDE)


class NoNames(ValueError):
    """The record holds no field that names a domain."""


def names_of(record: str) -> list[str]:
    """The texts of a JSON record that are meant to be names."""
    try:
        decoded = msgspec.json.decode(record)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise NoNames(f"no JSON: {str(error)[:80]}") from error
    if isinstance(decoded, str):
        return [decoded]
    if isinstance(decoded, dict):
        if decoded.get("message_type") == "heartbeat":
            return []
        if "message_type" in decoded and isinstance(decoded.get("data"), list):
            decoded = {"domains": decoded["data"]}
    found: dict[str, None] = {}
    vague: dict[str, None] = {}
    _gather(decoded, 0, found, vague)
    texts = list(found or vague)
    if not texts:
        raise NoNames("no field that names a domain")
    return texts


def _gather(value: Any, depth: int, found: dict[str, None], vague: dict[str, None]) -> None:
    if isinstance(value, list):
        for item in value if depth <= DEEPEST else ():
            _gather(item, depth + 1, found, vague)
        return
    if not isinstance(value, dict):
        return
    for key, item in value.items():
        name = key.lower().replace("-", "_").replace(".", "_")
        if name in _FIELDS:
            into = vague if name in _VAGUE else found
            for text in item if isinstance(item, list) else (item,):
                if isinstance(text, str):
                    into.update((line, None) for line in text.split("\n") if line.strip())
        if name in _INSIDE and depth < DEEPEST:
            _gather(item, depth + 1, found, vague)


class Columns:
    """Delimited lines without JSON: which column holds the name, learned from a header."""

    def __init__(self) -> None:
        self._sign: str | None = None
        self._column: int | None = None

    def header(self, line: str) -> bool:
        """Whether the line says what the columns are (`domain,created`; Zeek's `#fields`). Then it is no record."""
        text = line.rstrip("\r\n")
        if text.startswith("#"):
            if text.startswith("#fields\t"):
                self._learn(text.removeprefix("#fields\t").split("\t"), "\t")
            return True
        for sign in ("\t", ",", ";"):
            cells = [cell.strip(' "').lower() for cell in text.split(sign)]
            if len(cells) > 1 and any(cell in FIELDS for cell in cells) and not any("." in cell for cell in cells):
                self._learn(cells, sign)
                return True
        return text.strip(' "').lower() in FIELDS

    def _learn(self, cells: list[str], sign: str) -> None:
        self._sign = sign
        self._column = next((cells.index(field) for field in FIELDS if field in cells), None)

    def cell(self, line: str) -> str | None:
        """The name's cell of a line; None where no header told which it is."""
        if self._sign is None or self._column is None:
            return None
        cells = line.split(self._sign) if self._sign == "\t" else next(_rows(line, self._sign), [])
        return cells[self._column] if self._column < len(cells) else None


def cell_with_name(line: str) -> str | None:
    """The name in a line of several cells without a header: `1,example.org`, `0.0.0.0 example.org`, `||example.org^`,
    `example.org. 3600 IN NS ns1.example.net.`; the first where there are several."""
    for cell in _BETWEEN.split(line, maxsplit=CELLS)[:CELLS]:
        if "." in cell:
            try:
                return clean(cell)
            except NotAName:
                continue
    return None


CELLS = 24
"""Cells of a line that are looked at."""
_BETWEEN = re.compile(r"[\s,;|^\"']+")


def _rows(line: str, sign: str) -> Iterator[list[str]]:
    try:
        yield next(csv.reader([line], delimiter=sign), [])
    except csv.Error:
        return
