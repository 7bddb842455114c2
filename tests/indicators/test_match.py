"""Events are matched by address, network, account, and by the domain of an account or a recovery channel."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, cast

import ibis
import pyarrow as pa
import pytest

from conftest import EngineUnderTest
from event_rows import event_row
from tocsin.engines import Engine
from tocsin.events import EVENT
from tocsin.indicators import INDICATOR, LEAD_DAYS, good_within, hits

NOW = datetime(2026, 3, 10, 12)  # noqa: DTZ001 - naive UTC

EVENTS = [
    event_row(event_uid="e1", source_ip="203.0.113.7", account="ada@example.org"),
    event_row(event_uid="e2", source_ip="203.0.113.200", account="bob@example.org"),
    event_row(event_uid="e3", source_ip="2001:db8:0:0::7", account="eve@mail.evil.example"),
    event_row(event_uid="e4", source_ip=None, account="ada@example.org", channel_value="New@Evil.Example"),
    event_row(event_uid="e5", source_ip="unknown", account="notevil.example"),
]


AT = EVENTS[0]["time"]
"""When they happened."""


def indicator(kind: str, value: str, **good: datetime) -> dict[str, Any]:
    return {
        "feed": "peer",
        "indicator": f"{kind} {value}",
        "kind": kind,
        "value": value,
        "tlp": "green",
        "valid_until": NOW + timedelta(days=1),
        "added_at": NOW,
        **good,
    }


class AsOffered:
    """The engine under test in the form in which rooms know engines."""

    def __init__(self, engine: EngineUnderTest) -> None:
        self._engine = engine

    def table(self, name: str, rows: pa.Table) -> ibis.Table:
        return self._engine.table(rows, name)

    def rows(self, expression: ibis.Table) -> pa.Table:
        return self._engine.rows(expression)


def matched(engine: EngineUnderTest, *held: dict[str, Any]) -> dict[str, list[str]]:
    events = engine.table(pa.Table.from_pylist(EVENTS, EVENT), "matched_events")

    def pick(keys: ibis.Table, by: Any) -> ibis.Table:
        return events.semi_join(keys, list(by))

    tables = dict.fromkeys(("source_ip", "account", "channel_value"), events)
    offered = cast(Engine, AsOffered(engine))
    found = hits(offered, pick, tables, pa.Table.from_pylist(list(held), INDICATOR))
    return {one.value: [uid for _, _, uid in one.events] for one in found}


@pytest.mark.parametrize(
    ("kind", "value", "events"),
    [
        ("address", "203.0.113.7", ["e1"]),
        ("address", "2001:db8::7", ["e3"]),
        ("network", "203.0.113.0/24", ["e1", "e2"]),
        ("network", "203.0.113.192/26", ["e2"]),
        ("network", "2001:db8::/32", ["e3"]),
        ("account", "ada@example.org", ["e1", "e4"]),
        ("account", "new@evil.example", ["e4"]),
        ("domain", "evil.example", ["e3", "e4"]),
        ("domain", "mail.evil.example", ["e3"]),
        ("domain", "vil.example", []),
        ("address", "203.0.113.8", []),
    ],
)
def test_an_indicator_matches_these_events(engine: EngineUnderTest, kind: str, value: str, events: list[str]) -> None:
    assert matched(engine, indicator(kind, value)).get(value, []) == events


MOMENT = timedelta(microseconds=1)
LEAD = timedelta(days=LEAD_DAYS)


@pytest.mark.parametrize(
    ("good", "events"),
    [
        ({"valid_until": AT + MOMENT}, ["e1"]),  # good then, whatever the day is today
        ({"valid_until": AT}, []),
        ({"valid_from": AT}, ["e1"]),
        ({"valid_from": AT + LEAD}, ["e1"]),
        ({"valid_from": AT + LEAD + MOMENT}, []),
        ({"valid_from": datetime(1, 1, 1), "valid_until": datetime(9999, 12, 31)}, ["e1"]),  # noqa: DTZ001
    ],
)
def test_an_indicator_counts_for_events_while_it_was_good(
    engine: EngineUnderTest, good: dict[str, datetime], events: list[str]
) -> None:
    assert matched(engine, indicator("address", "203.0.113.7", **good)).get("203.0.113.7", []) == events


def test_several_match_side_by_side(engine: EngineUnderTest) -> None:
    held = [
        indicator("address", "203.0.113.7", valid_until=AT),
        indicator("network", "203.0.113.0/25"),
        indicator("network", "203.0.113.0/24"),
    ]
    assert matched(engine, *held) == {"203.0.113.0/25": ["e1"], "203.0.113.0/24": ["e1", "e2"]}


def test_an_indicator_is_good_within_a_period_that_it_touches() -> None:
    day = timedelta(days=1)
    held = [
        indicator("address", "203.0.113.1", valid_until=AT),
        indicator("address", "203.0.113.2", valid_until=AT + MOMENT),
        indicator("address", "203.0.113.3", valid_from=AT + day + LEAD),
        indicator("address", "203.0.113.4", valid_from=AT + day + LEAD + MOMENT),
        indicator("address", "203.0.113.5"),
    ]
    within = good_within(pa.Table.from_pylist(held, INDICATOR), AT, AT + day)
    assert within["value"].to_pylist() == ["203.0.113.2", "203.0.113.3", "203.0.113.5"]
    assert len(good_within(INDICATOR.empty_table(), AT, AT)) == 0
