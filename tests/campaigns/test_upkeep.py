"""How often owners change what guards their accounts."""

from __future__ import annotations

from math import log
from typing import Any

import pytest

from event_rows import Row
from small_site import act, home, person, sign_in, table
from tocsin.campaigns.upkeep import Upkeep, upkeep
from tocsin.enrich import owner_days
from tocsin.events import Reason


def change(uid: str, number: int, activity: str, *, day: int, **facts: Any) -> Row:
    return act(uid, person(number), home(number), activity=activity, day=day, hour=10.0, **facts)


ROWS = [
    *(sign_in(f"{number}/{day}", person(number), home(number), day=day) for number in range(10) for day in range(10)),
    change("a", 1, "recovery_complete", day=3),
    change("b", 1, "credential_change", day=3),
    change("c", 2, "credential_change", day=4),
    change("d", 2, "factor_change", day=4),
    change("failed", 3, "factor_change", day=4, outcome="failure"),
    change("desk", 4, "admin_act", day=5, reason=Reason.BY_ADMIN.value),
]
"""A hundred account-days: one with a password told twice, one with password and factor; one reset."""


def measured(engine: Any, rows: list[Row], suspected: list[Row]) -> Upkeep:
    events = engine.table(table(rows))
    met = engine.table(table(suspected), "suspected").select("account", "day_number")
    return upkeep(engine, events, owner_days(events), met)


def test_changes_are_counted_by_kind_and_account_day(engine: Any) -> None:
    """Of two days with a change one has another, of that none a third."""
    found = measured(engine, ROWS, [])
    one, two = 3 / 102, 3 / 102 * 2 / 4
    assert list(found.changes[:5]) == pytest.approx([1.0, one, two, two * 1 / 3, two * 1 / 3 * 1 / 2])
    rare = 1 / 102
    assert found.kinds == pytest.approx(
        {"password": 3 / 102, "factor": 2 / 102, "channel": rare, "consent": rare, "rule": rare, "profile": rare}
    )
    assert found.resets == pytest.approx(2 / 102)


def test_the_rarer_a_change_and_the_more_of_them_the_less_an_owner_makes_it(engine: Any) -> None:
    """By hand: 3 of 102 days have a change, a password's share of the kinds is 3 of 9, a rule's 1 of 9; an operator
    changes each of the six alike, one with a chance of a half."""
    found = measured(engine, ROWS, [])
    assert found.odds(()) == 0.0
    assert found.odds({"password"}) == pytest.approx(log(3 / 102 * 3 / 9) - log(1 / 2 / 6))
    assert found.odds({"rule"}) == pytest.approx(log(3 / 102 * 1 / 9) - log(1 / 2 / 6))
    # Of the fifteen pairs, weighed 3·2 (password, factor), 3·1 each of four, 2·1 each of four and 1·1 each of six.
    assert found.odds({"password", "factor"}) == pytest.approx(log(3 / 204 * 6 / 32) - log(1 / 4 / 15))


def test_days_at_an_operators_addresses_are_no_owners(engine: Any) -> None:
    """The day of password and factor is left out, and nothing else of the account."""
    found = measured(engine, ROWS, [change("there", 2, "sign_in", day=4, outcome="failure")])
    assert list(found.changes[:3]) == pytest.approx([1.0, 2 / 101, 2 / 101 * 1 / 3])
    assert found.kinds["factor"] == pytest.approx(1 / 101)
