"""Channels that logs show: one row a channel, and what each of them means for the graph."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from conftest import EngineUnderTest
from event_rows import Row, event_row, event_table
from exposed import answer, roster, ways
from tocsin.engines import opened
from tocsin.exposure import Registered, channels_seen, seen
from tocsin.exposure.effects import Kind
from tocsin.exposure.registered import Gate, Method, Use
from tocsin.exposure.seen import SEEN, from_rows

MAIL: Row = {"provider": "keycloak", "channel_kind": "email", "channel_value": "ada.home@mail.example"}


def shown(engine: EngineUnderTest, *rows: Row) -> list[Row]:
    """Account, kind, value, used, events of each row of SEEN."""
    table = engine.rows(channels_seen(engine.table(event_table(list(rows)))))
    assert table.schema.names == SEEN.names
    columns = ("account", "channel_kind", "channel_value", "used", "events")
    return [{name: row[name] for name in columns} for row in table.to_pylist()]


def test_messages_proofs_and_channels_added_are_told_once_a_channel(engine: EngineUnderTest) -> None:
    found = shown(
        engine,
        event_row("1", activity="recovery_message", **MAIL),
        event_row("2", activity="recovery_start", **MAIL),
        event_row("3", activity="channel_change", **MAIL | {"channel_value": "new@mail.example"}),
        event_row("4", activity="recovery_proof", provider="entra", channel_kind="sms"),
    )
    ada: Row = {"account": "ada@example.org"}
    assert found == [
        ada | {"channel_kind": "sms", "channel_value": None, "used": True, "events": 1},
        ada | {"channel_kind": "email", "channel_value": "ada.home@mail.example", "used": True, "events": 2},
        ada | {"channel_kind": "email", "channel_value": "new@mail.example", "used": False, "events": 1},
    ]


@pytest.mark.parametrize(
    "facts",
    [
        {"outcome": "failure"},
        {"outcome": "unknown"},
        {"account_known": "false"},
        {"account": None},
        {"activity": "sign_in"},
        {"activity": "mailbox_rule"},
        {"channel_value": None},
    ],
    ids=lambda facts: " ".join(f"{key} {value}" for key, value in facts.items()),
)
def test_what_is_one_fact_away_tells_of_no_channel(engine: EngineUnderTest, facts: dict[str, Any]) -> None:
    assert len(shown(engine, event_row("1", **{"activity": "recovery_message"} | MAIL))) == 1
    assert shown(engine, event_row("1", **{"activity": "recovery_message"} | MAIL | facts)) == []


def seen_row(**facts: Any) -> Row:
    usual = {"account": "ada@a.example", "provider": "keycloak", "channel_kind": "email", "used": True, "events": 1}
    return usual | {"channel_value": "home@mail.example"} | facts


def seen_method(kind: Kind, use: Use, **more: Any) -> Method:
    return Method(kind=kind, uses=frozenset((use,)), origin="log", **more)


@pytest.mark.parametrize(
    ("facts", "methods"),
    [
        ({}, (seen_method(Kind.MAILBOX, Use.RESTORE, value="home@mail.example"),)),
        ({"used": False}, (seen_method(Kind.MAILBOX, Use.RESTORE, value="home@mail.example", possible=True),)),
        (
            {"channel_value": "h***@m***.example"},
            (seen_method(Kind.MAILBOX, Use.RESTORE, hint="h***@m***.example", possible=True),),
        ),
        (
            {"channel_kind": "sms", "channel_value": "+1 202 555 0101"},
            (seen_method(Kind.PHONE, Use.RESTORE, value="+12025550101"),),
        ),
        ({"channel_kind": "question", "channel_value": None}, (seen_method(Kind.QUESTION, Use.RESTORE),)),
    ],
    ids=["used", "only added", "masked", "number", "question"],
)
def test_what_a_row_means(facts: dict[str, Any], methods: tuple[Method, ...]) -> None:
    (one,) = from_rows([seen_row(**facts)])
    assert one == Registered(provider="keycloak", names=("ada@a.example",), methods=methods, where="events of keycloak")


@pytest.mark.parametrize(
    "facts",
    [{"channel_value": None}, {"channel_value": "ada@a.example"}, {"channel_kind": "app", "channel_value": None}],
    ids=["no address", "its own address", "a factor"],
)
def test_a_row_from_which_nothing_follows(facts: dict[str, Any]) -> None:
    assert from_rows([seen_row(**facts)]) == []


def test_a_recovery_at_entra_or_okta_gives_a_password_only() -> None:
    for provider in ("entra", "m365", "okta"):
        (one,) = from_rows([seen_row(provider=provider)])
        assert [method.uses for method in one.methods] == [{Use.RESET}]
        assert one.provider == {"m365": "entra"}.get(provider, provider)
        assert one.gates == ((Gate(needs=1),) if provider == "okta" else None)


def test_a_channel_that_only_the_logs_know_is_a_way_in() -> None:
    """One fact apart: a message went there, or the channel was only changed."""
    used = answer(roster("ada@a.example"), seen=from_rows([seen_row()]))
    assert "mailbox home@mail.example" in ways(used, "ada@a.example")
    changed = answer(roster("ada@a.example"), seen=from_rows([seen_row(used=False)]))
    assert "? mailbox home@mail.example" in ways(changed, "ada@a.example")
    assert used.sources.channels_in_logs == 1


def test_events_of_a_store_come_out_as_records(tmp_path: Path) -> None:
    engine = opened("duckdb", scratch=tmp_path)
    events = engine.table("events", event_table([event_row("1", activity="recovery_message", **MAIL)]))
    assert [one.names for one in seen(engine, events)] == [("ada@example.org",)]
    engine.close()
