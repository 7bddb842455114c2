"""Samples of patterns as tables: events that people can read, put side by side in one world without meeting.

A line of a sample holds the facts of an enriched event as in `event_rows.event_row`, with `network`, `country` and
`client` beside them. `repeat` writes it so many times, `every_hours` apart, with `{n}` counted from 1 in its texts.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from event_rows import Row
from small_site import act

FOLDER = Path(__file__).parent / "detect" / "patterns"
KINDS = ("attack", "benign")


def lines(name: str, kind: str) -> list[Row]:
    """A sample as it is written."""
    text = (FOLDER / name / f"{kind}.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def written_out(sample: Sequence[Row]) -> Iterator[Row]:
    """Its events, one by one."""
    for line in sample:
        facts = dict(line)
        times, apart = int(facts.pop("repeat", 1)), float(facts.pop("every_hours", 0.0))
        for number in range(times):
            one = {
                name: fact.replace("{n}", str(number + 1)) if isinstance(fact, str) else fact
                for name, fact in facts.items()
            }
            yield one | {"hour": float(one.get("hour", 9.0)) + number * apart}


def rows(names: Sequence[str]) -> list[Row]:
    """Enriched events of all samples of these patterns. Each sample lives at its own addresses and networks, and its
    accounts and ids bear its name, so that none meets another."""
    found = []
    for number, (name, kind) in enumerate((name, kind) for name in names for kind in KINDS):
        world = World(f"{name}-{kind}", number)
        found += [world.row(facts) for facts in written_out(lines(name, kind))]
    return found


class World:
    """The names that one sample's values have among all."""

    def __init__(self, prefix: str, number: int) -> None:
        self.prefix = prefix
        self._number = number
        self._nets: list[str] = []

    def account(self, name: str | None) -> str | None:
        return f"{self.prefix}.{name}" if name is not None else None

    def address(self, text: str | None) -> str | None:
        """In 198.18.0.0/15, which nobody owns (RFC 2544); addresses of one /24 or /64 stay together."""
        if text is None:
            return None
        if ":" in text:
            return text.replace("2001:db8:", f"2001:db8:{self._number + 1:x}:")
        net, _, host = text.rpartition(".")
        if net not in self._nets:
            self._nets.append(net)
        place = self._number * 8 + self._nets.index(net)
        return f"198.{18 + place // 256}.{place % 256}.{host}"

    def row(self, facts: Mapping[str, Any]) -> Row:
        facts = dict(facts)
        place = {name: facts.pop(name, None) for name in ("network", "country", "client")}
        place["network"] = f"{place['network']}-{self._number}" if place["network"] else None
        uid = f"{self.prefix}.{facts.pop('event_uid')}"
        account = self.account(facts.pop("account", "ada@example.org"))
        ip = self.address(facts.pop("source_ip", "203.0.113.5"))
        agent = facts.pop("user_agent", place["client"])
        for name in ("session_uid", "correlation_uid"):
            if facts.get(name):
                facts[name] = f"{self.prefix}.{facts[name]}"
        row = act(uid, str(account), {"source_ip": ip, **place}, **facts)
        return row | {"account": account, "user_agent": agent}
