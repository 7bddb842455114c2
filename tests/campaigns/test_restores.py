"""Which account restores which, as roster, messages, changes and names tell."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from event_rows import Row, event_row
from small_site import DAY_MS, act, home, person, table
from tocsin.campaigns import Link, restores
from tocsin.enrich import ROSTER, owner_days


def links(engine: Any, rows: list[Row], *people: tuple[str, list[str]]) -> list[Link]:
    listed = [
        {"account": account, "organisation": None, "category": "media", "recovery": recovery}
        for account, recovery in people
    ]
    events = engine.table(table(rows))
    roster = pa.Table.from_pylist(listed, schema=ROSTER)
    return list(restores(engine, events, owner_days(events), roster).links)


def changed(uid: str, activity: str, value: str, **facts: str) -> Row:
    row = event_row(uid, account="ada@example.org", activity=activity, channel_value=value, **facts)
    return row | {"day_number": row["ts"] // DAY_MS, "prefix": None, "network": None, "country": None, "client": None}


def test_the_roster_names_mailboxes_and_numbers_and_only_mailboxes_are_accounts(engine: Any) -> None:
    assert links(engine, [], ("ada@example.org", ["ada@mail.example", "+4475550100"])) == [
        Link("ada@mail.example", "ada@example.org", "roster")
    ]


def test_messages_and_changes_tell_and_the_roster_goes_before_both(engine: Any) -> None:
    rows = [
        changed("m", "recovery_message", "ada@mail.example"),
        changed("c", "channel_change", "mine@freemail.example"),
        changed("own", "recovery_start", "ada@example.org"),
    ]
    assert links(engine, rows) == [
        Link("ada@mail.example", "ada@example.org", "message"),
        Link("mine@freemail.example", "ada@example.org", "change"),
    ]
    assert links(engine, rows, ("ada@example.org", ["ada@mail.example"]))[0].known_from == "roster"


def test_a_change_that_failed_links_nothing(engine: Any) -> None:
    assert links(engine, [changed("c", "channel_change", "mine@freemail.example", outcome="failure")]) == []


def test_two_accounts_alone_with_one_name_may_be_one_persons(engine: Any) -> None:
    def signed_in(*accounts: str) -> list[Row]:
        return [act(account, account, home(1), activity="sign_in") for account in accounts]

    both = ["ada.lovelace@example.org", "ada_lovelace@mail.example"]
    assert links(engine, signed_in(*both, person(3))) == [
        Link(both[0], both[1], "name"),
        Link(both[1], both[0], "name"),
    ]
    assert links(engine, signed_in(*both, "ada-lovelace@third.example")) == []
    assert links(engine, signed_in("ada.lovelace@example.org", "ada_lovelace@example.org")) == []


def test_of_a_pair_that_the_roster_links_the_name_says_nothing(engine: Any) -> None:
    both = ["ada.lovelace@example.org", "ada_lovelace@mail.example"]
    rows = [act(account, account, home(1), activity="sign_in") for account in both]
    assert links(engine, rows, (both[0], [both[1]])) == [Link(both[1], both[0], "roster")]
