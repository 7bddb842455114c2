"""Whose address is shared, and what a source is at one that is and at one that is not."""

from __future__ import annotations

import numpy as np

from event_rows import Row
from small_site import act, person, table
from tocsin.campaigns.acts import COLUMNS, Acts
from tocsin.campaigns.sources import SHARED_BY, Sources, residents

GATEWAY, HOME = "10.0.0.1", "10.0.0.2"


def tried(number: int, address: str, agent: str | None, client: str) -> Row:
    place = {"source_ip": address, "network": "AS1", "country": "NL", "client": client}
    return act(f"try/{number}", person(number), place, day=3, hour=8.0 + number / 10) | {"user_agent": agent}


ACTS = Acts.of(
    table([
        tried(0, GATEWAY, "Firefox/1", "Firefox"), tried(1, HOME, "Firefox/1", "Firefox"),
        tried(2, GATEWAY, "curl/8", "curl"), tried(3, HOME, "curl/8", "curl"),
        tried(4, GATEWAY, None, "Firefox"), tried(0, GATEWAY, "Firefox/1", "Firefox") | {"event_uid": "again"},
    ]).select([*COLUMNS])
)  # fmt: skip


def test_clients_are_told_apart_only_where_owners_share_an_address() -> None:
    found = Sources(ACTS, {(GATEWAY, "Firefox"): SHARED_BY, (GATEWAY, "curl"): 1, (HOME, "Firefox"): SHARED_BY})
    assert found.keys == [(GATEWAY, "Firefox/1"), (HOME, ""), (GATEWAY, "curl/8"), (GATEWAY, "")]
    assert [found.keys[number] for number in found.each.tolist()] == [
        found.of(row["source_ip"], row["user_agent"]) for row in ACTS.table.to_pylist()
    ]
    assert (found.owners_at(GATEWAY), found.owners_at(HOME), found.owners_at("10.9.9.9")) == (SHARED_BY + 1, 3, 0)


def test_behind_a_source_live_those_with_its_client_or_all_at_its_address() -> None:
    found = Sources(ACTS, {(GATEWAY, "Firefox"): 3, (GATEWAY, "curl"): 1, (HOME, "Firefox"): 1, (HOME, "curl"): 1})
    assert dict(zip(found.keys, found.behind.tolist(), strict=True)) == {
        (GATEWAY, "Firefox/1"): 3, (HOME, ""): 2, (GATEWAY, "curl/8"): 1, (GATEWAY, ""): 4,
    }  # fmt: skip


def test_who_tries_an_account_twice_goes_for_one() -> None:
    found = Sources(ACTS, {})
    accounts = np.array([ACTS.text("account").tolist().index(one) for one in ACTS.text("account").tolist()], np.int64)
    everything = np.arange(len(ACTS))
    assert dict(zip(found.keys, found.counted(everything, accounts).tolist(), strict=True)) == {
        (GATEWAY, ""): 3, (HOME, ""): 2,
    }  # fmt: skip


def test_whose_account_a_stranger_met_there_first_does_not_live_there() -> None:
    owners: dict[tuple[str, str | None], int] = {(GATEWAY, "Firefox"): 2, (GATEWAY, None): 1}
    visits = [(GATEWAY, "Firefox", person(1)), (GATEWAY, "Firefox", person(2)), (GATEWAY, None, person(1))]
    assert residents(owners, visits, {(GATEWAY, person(1))}) == {(GATEWAY, "Firefox"): 1, (GATEWAY, None): 0}
    assert owners == {(GATEWAY, "Firefox"): 2, (GATEWAY, None): 1}
