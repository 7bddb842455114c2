"""Which events the kept indicators match. What counts is whether an indicator was good when the event happened; that it
has expired since takes nothing from logs of earlier months.

Values of events come again and again, so each is looked up once: distinct addresses, accounts and recovery channels
against what is looked for, then the events of those that were found.
"""

from __future__ import annotations

import ipaddress
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import ibis
import pyarrow as pa
import pyarrow.compute as pc

from tocsin.engines import Engine
from tocsin.indicators.indicator import LEAD_DAYS

Pick = Callable[[ibis.Table, Sequence[str]], ibis.Table]

COLUMNS = ("source_ip", "account", "channel_value")


FIRST_MOMENT = datetime.min  # noqa: DTZ901 - naive UTC


@dataclass(frozen=True, kw_only=True)
class Hit:
    """An indicator's value with the events that it matched, the first one first."""

    indicator: str
    feed: str
    kind: str
    value: str
    tlp: str
    valid_until: datetime
    events: list[tuple[datetime, str, str]]  # time, provider, event_uid


def expired(held: pa.Table, now: datetime) -> pa.Table:
    """Those that are good no more."""
    return held.filter(pc.less_equal(held["valid_until"], pa.scalar(now, pa.timestamp("us"))))


def good_within(held: pa.Table, first: datetime, last: datetime) -> pa.Table:
    """Those that are good at some time from the first to the last."""
    ends = pc.greater(held["valid_until"], pa.scalar(first, pa.timestamp("us")))
    begins = [_counts_from(one) <= last for one in held["valid_from"].to_pylist()]
    return held.filter(pc.and_(ends, pa.array(begins, pa.bool_()))) if len(held) else held


def _counts_from(valid_from: datetime | None) -> datetime:
    lead = timedelta(days=LEAD_DAYS)
    return FIRST_MOMENT if valid_from is None or valid_from - FIRST_MOMENT < lead else valid_from - lead


def hits(engine: Engine, pick: Pick, tables: Mapping[str, ibis.Table], held: pa.Table) -> list[Hit]:
    """The indicators (INDICATOR) that match, each with the events that happened while it was good: from LEAD_DAYS
    before its `valid_from` to before its `valid_until`.

    `tables` are events by the column that is asked of them (`COLUMNS`), `pick` gives events whole by keys.
    """
    rows = held.to_pylist()
    if not rows:
        return []
    wanted = _Wanted(rows)
    good = [(_counts_from(row["valid_from"]), row["valid_until"]) for row in rows]
    found: dict[int, set[tuple[datetime, str, str]]] = defaultdict(set)
    for column in COLUMNS:
        if not wanted.asks(column):
            continue
        matching = wanted.of(column, _distinct(engine, tables[column], column))
        if not matching:
            continue
        keys = engine.table(f"indicated_{column}", pa.table({column: pa.array(matching, pa.string())}))
        picked = engine.rows(pick(keys, [column]).select("time", "provider", "event_uid", column))
        for row in picked.to_pylist():
            for place in matching.get(row[column], ()):
                begins, ends = good[place]
                if not begins <= row["time"] < ends:
                    continue
                found[place].add((row["time"], row["provider"], row["event_uid"]))
    told = [
        Hit(
            **{name: rows[place][name] for name in ("indicator", "feed", "kind", "value", "tlp", "valid_until")},
            events=sorted(seen),
        )
        for place, seen in found.items()
    ]
    return sorted(told, key=lambda one: (one.feed, one.indicator, one.kind, one.value))


def _distinct(engine: Engine, events: ibis.Table, column: str) -> Iterable[str]:
    values = engine.rows(events.filter(events[column].notnull()).select(column).distinct())
    found: list[str] = values[column].to_pylist()
    return found


class _Wanted:
    """What is looked for, by the form in which a value is looked up; numbers are places among the rows."""

    def __init__(self, rows: Sequence[Mapping[str, Any]]) -> None:
        self._exactly: dict[tuple[str, str], list[int]] = defaultdict(list)
        self._networks: dict[tuple[int, int], dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
        for place, row in enumerate(rows):
            if row["kind"] == "network":
                network = ipaddress.ip_network(row["value"])
                shift = network.max_prefixlen - network.prefixlen
                self._networks[network.version, shift][int(network.network_address) >> shift].append(place)
            else:
                self._exactly[row["kind"], row["value"]].append(place)
        self._kinds = {row["kind"] for row in rows}

    def asks(self, column: str) -> bool:
        return bool(self._kinds & ({"address", "network"} if column == "source_ip" else {"account", "domain"}))

    def of(self, column: str, values: Iterable[str]) -> dict[str, list[int]]:
        """Those of a column's values that match, with what they match."""
        look = self._address if column == "source_ip" else self._account
        return {value: places for value in values if (places := sorted(set(look(value))))}

    def _address(self, text: str) -> Iterator[int]:
        try:
            address = ipaddress.ip_address(text)
        except ValueError:
            return
        yield from self._exactly.get(("address", str(address)), ())
        for (version, shift), blocks in self._networks.items():
            if version == address.version:
                yield from blocks.get(int(address) >> shift, ())

    def _account(self, text: str) -> Iterator[int]:
        plain = text.lower()
        yield from self._exactly.get(("account", plain), ())
        labels = plain.rpartition("@")[2].split(".")
        if "@" in plain:
            # A domain stands for what is below it, too.
            for start in range(len(labels) - 1):
                yield from self._exactly.get(("domain", ".".join(labels[start:])), ())
