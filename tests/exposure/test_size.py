"""A hundred thousand accounts: every one is answered for, rings and shared mailboxes among them."""

from __future__ import annotations

from collections import Counter

import pyarrow as pa

from exposed import answer
from tocsin.enrich import ROSTER

ACCOUNTS = 100_000
PER_DESK = 1_000


def roster() -> pa.Table:
    """Thousands of accounts share one mailbox each; every hundredth recovers through the next hundredth, in one ring of
    a thousand; the others have a number."""
    names = [f"person{number}@a.example" for number in range(ACCOUNTS)]

    def channel(number: int) -> str:
        if number % 100 == 0:
            return names[(number + 100) % ACCOUNTS]
        return f"desk{number // PER_DESK}@mail.example" if number % 2 else f"+1202{number:07}"

    rows = [{"account": name, "category": "media", "recovery": [channel(number)]} for number, name in enumerate(names)]
    return pa.Table.from_pylist(rows, schema=ROSTER)


def test_a_hundred_thousand_accounts_are_answered_for() -> None:
    found = answer(roster())
    assert Counter(one.success for one in found.accounts) == {1.0: 50_000, 0.24: 49_000, None: 1_000}
    desks = [one for one in found.channels if one.address.startswith("desk")]
    assert {one.opens for one in desks} == {PER_DESK // 2}
    assert found.totals.attacks_in == 50_000 + 49_000 * 0.24
    # A ring without a certain way in: its thousand passwords are possible ways, of which the cheapest are kept.
    ring = [one for one in found.accounts if one.success is None]
    assert all(one.more_ways and all(way.possible for way in one.ways) for one in ring)
    first = found.changes[0]
    assert (first.change, first.remaining, first.accounts) == ("key_before_recovery", 0.0, 99_000)
    retired = next(one for one in found.changes if one.scope == "channel")
    assert (retired.prevented, retired.accounts) == (PER_DESK / 2, PER_DESK // 2)
