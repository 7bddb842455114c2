"""Records of a sinkhole or a resolver, one shape for all.

- Shadowserver's reports "Sinkhole HTTP Events", "HTTP Referer" and "DNS" (CSV or JSON): `timestamp`, `src_ip`,
  `src_port`, `src_asn`, `src_geo`, `src_hostname`, `http_host`, `http_url`, `http_agent`, `query`; older ones call the
  source `ip`, `asn`, `geo`, `hostname` (fields as IntelMQ's Shadowserver parser names them)
- Cloudflare's sinkhole HTTP logs: `Timestamp`, `SrcAddr`, `Host`, `URI`, `Username`, `Method`
- Zeek `dns.log` and `http.log` as JSON: `ts`, `id.orig_h`, `query`, `host`, `uri`, `method`
- BIND's categories `queries` and `rpz` (Administrator Reference Manual, "The category Phrase")
- Unbound with `log-queries: yes` or `rpz-log: yes` (unbound.conf(5))
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from tocsin.domains.names import clean
from tocsin.sources.containers import NotALog, read_blocks

LONGEST_LINE = 64 << 10


@dataclass(frozen=True, kw_only=True, slots=True)
class Hit:
    """One visit, or one question for the name."""

    time: datetime
    """UTC, without a zone."""
    source: str
    name: str
    place: str
    kind: str
    """`http` or `dns`."""
    sent: bool = False
    """Something was sent along: a form (POST) or an address in the link."""
    mail: tuple[str, ...] = ()
    """Mail addresses in the link or its fields."""
    hostname: str = ""
    network: str = ""
    country: str = ""


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """A record that is no hit."""

    place: str
    reason: str


_TIME = ("timestamp", "ts", "time", "date", "@timestamp")
_SOURCE = ("src_ip", "ip", "srcaddr", "id.orig_h", "source_ip", "client_ip", "client")
_NAME = ("http_host", "host", "query", "qname", "rrname", "domain", "server_name", "ssl_cipher_host")
_LINK = ("http_url", "url", "uri", "http_referer", "referrer", "username", "body", "http_request", "request")
_MAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}(?:@|%40)[A-Za-z0-9.-]{1,190}\.[A-Za-z]{2,24}")

_BIND = re.compile(
    r"^(?P<time>\d{2}-[A-Z][a-z]{2}-\d{4} \d{2}:\d{2}:\d{2}\.\d{3}|\d{4}-\d{2}-\d{2}T[\d:.]+Z?) "
    r".{0,60}?client (?:@0x[0-9a-f]+ )?(?P<ip>[0-9a-fA-F.:]+)#\d+ \((?P<name>[^)\s]{1,300})\): "
    r"(?:view \S{1,80}: )?(?:query:|rpz )"
)
_UNBOUND = re.compile(
    r"^(?:\[(?P<epoch>\d{9,11})\]|(?P<time>\d{4}-\d{2}-\d{2}T[\d:.]+(?:Z|[+-]\d{2}:?\d{2})?)) "
    r"unbound\[\d+:[0-9a-f]+\] info: "
    r"(?:rpz: applied .{1,300} )?(?P<ip>[0-9a-fA-F.:]+)(?:@\d+)? (?P<name>\S{1,300}) [A-Z0-9]{1,12} IN\b"
)


def read_hits(paths: Iterable[tuple[Path, str]], *, zone: str = "UTC") -> Iterator[Hit | Refusal]:
    """Hits of the files, and what was refused, in their order. `zone` is that of log times without one."""
    local = ZoneInfo(zone)
    for path, title in paths:
        try:
            for block in read_blocks(path):
                for refused in block.refused:
                    yield Refusal(place=f"{title}:{refused.line or refused.record}", reason=refused.reason)
                places = block.lines if block.kind in ("lines", "json") else block.ordinals
                for number, record in zip(places, block.records.to_pylist(), strict=True):
                    if record and record.strip():
                        yield _hit(record.strip(), f"{title}:{number}", local)
        except NotALog as error:
            yield Refusal(place=title, reason=str(error))


def _hit(record: str, place: str, local: ZoneInfo) -> Hit | Refusal:
    try:
        if record[0] == "{":
            return _structured(record, place, local)
        if len(record) > LONGEST_LINE:
            raise ValueError("longer than any resolver writes")
        return _line(record, place, local)
    except (ValueError, OverflowError) as error:
        return Refusal(place=place, reason=str(error)[:160])


def _structured(record: str, place: str, local: ZoneInfo) -> Hit:
    try:
        decoded: Any = msgspec.json.decode(record)
    except (msgspec.DecodeError, RecursionError) as error:
        raise ValueError(f"no JSON: {str(error)[:80]}") from error
    fields = {str(name).lower(): value for name, value in decoded.items()}
    source = _text(fields, _SOURCE) or _text(
        fields.get("id") if isinstance(fields.get("id"), dict) else {}, ("orig_h",)
    )
    name = _text(fields, _NAME)
    if not source or not name:
        raise ValueError("no field with the visitor's address, or none with the name visited")
    links = [str(fields[one])[:LONGEST_LINE] for one in _LINK if fields.get(one)]
    mail = tuple(dict.fromkeys(found.replace("%40", "@").lower() for text in links for found in _MAIL.findall(text)))
    kind = "dns" if any(one in fields for one in ("query", "qname", "rrname")) else "http"
    method = str(fields.get("method") or fields.get("http_method") or "")
    request = str(fields.get("http_request") or fields.get("request") or fields.get("http_url") or "")
    return Hit(
        time=_time(_first(fields, _TIME), local),
        source=str(ipaddress.ip_address(source)),
        name=clean(_without_port(name)),
        place=place,
        kind=kind,
        sent=bool(mail) or method.upper() == "POST" or request.upper().startswith("POST "),
        mail=mail[:20],
        hostname=_text(fields, ("src_hostname", "hostname"))[:253].lower(),
        network=_text(fields, ("src_asn", "asn"))[:20],
        country=_text(fields, ("src_geo", "geo"))[:2],
    )


def _line(record: str, place: str, local: ZoneInfo) -> Hit:
    if bind := _BIND.match(record):
        written = bind["time"]
        time = (
            datetime.strptime(written, "%d-%b-%Y %H:%M:%S.%f").replace(tzinfo=local)
            if written[2] == "-"
            else _time(written, local)
        )
        found, time = bind, _utc(time, local)
    elif unbound := _UNBOUND.match(record):
        found = unbound
        time = _time(int(unbound["epoch"]) if unbound["epoch"] else unbound["time"], local)
    else:
        raise ValueError("no line of a query log of BIND or Unbound, and no record of a sinkhole")
    name = clean(found["name"])
    return Hit(time=time, source=str(ipaddress.ip_address(found["ip"])), name=name, place=place, kind="dns")


def _time(value: Any, local: ZoneInfo) -> datetime:
    if isinstance(value, (int, float)) or (isinstance(value, str) and re.fullmatch(r"\d{9,11}(?:\.\d+)?", value)):
        return datetime.fromtimestamp(float(value), UTC).replace(tzinfo=None)
    if not isinstance(value, str):
        raise ValueError("no time")
    try:
        return _utc(datetime.fromisoformat(value.strip().replace("Z", "+00:00")), local)
    except ValueError:
        raise ValueError(f"no readable time: {value[:40]!r}") from None


def _utc(moment: datetime, local: ZoneInfo) -> datetime:
    aware = moment if moment.tzinfo else moment.replace(tzinfo=local)
    return aware.astimezone(UTC).replace(tzinfo=None)


def _first(fields: Any, names: tuple[str, ...]) -> Any:
    return next((fields[name] for name in names if fields.get(name) not in (None, "")), None)


def _text(fields: Any, names: tuple[str, ...]) -> str:
    value = _first(fields, names)
    return str(value).strip() if isinstance(value, (str, int)) else ""


def _without_port(name: str) -> str:
    return re.sub(r":\d{1,5}$", "", name)
