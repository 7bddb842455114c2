"""What stands in the events of a tenant, on every engine; records without tenant go to whom their account belongs."""

from __future__ import annotations

from typing import Any

from conftest import EngineUnderTest
from event_rows import DAY_0, Row, event_row, event_table
from tocsin.lake.seen import Seen, seen, seen_without_tenant

FIRST = DAY_0.date().toordinal() - 719_163  # days since 1970


def found(engine: Any, rows: list[Row]) -> dict[tuple[str, str], Any]:
    return seen(engine, engine.table(event_table(rows)))


def test_events_are_counted_by_activity_with_their_days_and_traits(engine: EngineUnderTest) -> None:
    rows = [
        event_row("1", activity="sign_in", day=0),
        event_row("2", activity="sign_in", day=2, outcome="failure", reason="mfa_denied", source_ip=None),
        event_row("3", activity="sign_in", day=2, outcome="failure", account_known="false", user_agent=None),
        event_row("4", activity="challenge", day=1, user_agent=None, client_key="Chrome/Windows"),
        event_row("5", activity="consent", tenant="t2"),
    ]
    assert found(engine, rows) == {
        ("okta", "t1"): {
            "sign_in": Seen(
                events=3, failed=2, unknown=1, factor=1, addressed=2, client=2, days=frozenset({FIRST, FIRST + 2})
            ),
            "challenge": Seen(events=1, factor=1, addressed=1, client=1, days=frozenset({FIRST + 1})),
        },
        ("okta", "t2"): {"consent": Seen(events=1, addressed=1, client=1, days=frozenset({FIRST}))},
    }


def test_records_that_name_no_tenant_count_for_the_one_that_holds_their_account(engine: EngineUnderTest) -> None:
    """And for no other, nor do those about an account that no tenant holds."""
    rows = [
        event_row("1", activity="sign_in", provider="entra", tenant="t1", account="ada@example.org"),
        event_row("2", activity="sign_in", provider="entra", tenant="t2", account="bob@example.org"),
        event_row("3", activity="recovery_complete", provider="entra", tenant="", account="ada@example.org", day=3),
        event_row("4", activity="recovery_complete", provider="entra", tenant="", account="eve@example.org"),
        event_row("5", activity="recovery_complete", provider="okta", tenant="", account="bob@example.org"),
    ]
    any_engine: Any = engine
    assert seen_without_tenant(any_engine, engine.table(event_table(rows))) == {
        ("entra", "t1"): {"recovery_complete": Seen(events=1, addressed=1, client=1, days=frozenset({FIRST + 3}))}
    }
