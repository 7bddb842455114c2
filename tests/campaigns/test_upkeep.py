"""How often owners change what guards their accounts."""

from __future__ import annotations

from typing import Any

import pytest

from event_rows import Row
from small_site import act, home, person, sign_in, table
from tocsin.campaigns.upkeep import upkeep
from tocsin.enrich import owner_days
from tocsin.events import Reason


def change(uid: str, number: int, activity: str, *, day: int, **facts: Any) -> Row:
    return act(uid, person(number), home(number), activity=activity, day=day, hour=10.0, **facts)


def test_changes_are_counted_by_kind_and_account_day(engine: Any) -> None:
    """A hundred account-days: one with a password told twice, one with password and telephone; one reset."""
    rows = [
        sign_in(f"{number}/{day}", person(number), home(number), day=day) for number in range(10) for day in range(10)
    ]
    rows += [
        change("a", 1, "recovery_complete", day=3),
        change("b", 1, "credential_change", day=3),
        change("c", 2, "credential_change", day=4),
        change("d", 2, "factor_change", day=4),
        change("failed", 3, "factor_change", day=4, outcome="failure"),
        change("desk", 4, "admin_act", day=5, reason=Reason.BY_ADMIN.value),
    ]
    events = engine.table(table(rows))
    found = upkeep(engine, events, owner_days(events))
    assert [found.at_least(kinds) for kinds in range(4)] == pytest.approx([1.0, 3 / 102, 2 / 102, 1 / 102])
    assert found.at_least(99) == pytest.approx(1 / 102)
    assert found.resets == pytest.approx(2 / 102)
