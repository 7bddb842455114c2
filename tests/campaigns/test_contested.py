"""Events that two operators both seem to have done."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from event_rows import Row
from small_site import guess, person, table
from tocsin.campaigns.acts import COLUMNS
from tocsin.campaigns.contested import settled

FIRST = {"source_ip": "45.9.0.7", "network": "AS900", "country": "NL", "client": "curl"}
SECOND = {"source_ip": "77.1.0.7", "network": "AS770", "country": "RO", "client": "axios"}
EXIT = {"source_ip": "185.5.5.5", "network": "AS185", "country": "SE"}
MORNING = [guess(f"a/{one}", person(one), FIRST, day=one, hour=6.0 + one / 10) for one in range(8)]
EVENING = [guess(f"b/{one}", person(one), SECOND, day=one, hour=18.0 + one / 10) for one in range(8, 16)]


def picks(*operators: Sequence[Row]) -> list[pa.Table]:
    return [table(rows).select([*COLUMNS]) for rows in operators]


def uids(rows: pa.Table) -> set[str]:
    return set(rows["event_uid"].to_pylist())


def shared(number: int, *, day: int, hour: float) -> list[Row]:
    return [guess(f"exit/{again}", person(number), EXIT, day=day, hour=hour + again / 100) for again in range(3)]


def won(rows: list[Row]) -> int:
    """Which of the two has all of these, which both claim; none of the two loses what it alone has."""
    found = settled(picks([*MORNING, *rows], [*EVENING, *rows]))
    asked = {row["event_uid"] for row in rows}
    held = [asked <= uids(one) for one in found]
    assert [asked & uids(one) for one in found] == [asked if has else set() for has in held]
    assert [uids(one) - asked for one in found] == [uids(one) for one in picks(MORNING, EVENING)]
    return held.index(True)


def test_what_nobody_else_claims_is_as_it_was() -> None:
    given = picks(MORNING, EVENING)
    assert settled(given) == given
    assert settled([]) == []


def test_the_account_that_one_is_after_tells() -> None:
    """At noon, on a day on which neither was seen."""
    assert won(shared(3, day=20, hour=12.0)) == 0
    assert won(shared(12, day=20, hour=12.0)) == 1


def test_the_hours_and_days_tell_of_an_account_of_nobodys() -> None:
    assert won(shared(30, day=3, hour=6.2)) == 0
    assert won(shared(30, day=12, hour=18.2)) == 1


def test_the_client_tells_where_the_log_names_it() -> None:
    rows = [row | {"client": "axios", "user_agent": "axios"} for row in shared(30, day=20, hour=12.0)]
    assert won(rows) == 1


def test_days_at_an_address_are_told_one_by_one() -> None:
    first = shared(3, day=3, hour=6.2)
    second = [guess(f"later/{again}", person(12), EXIT, day=12, hour=18.2) for again in range(2)]
    found = settled(picks([*MORNING, *first, *second], [*EVENING, *first, *second]))
    assert uids(found[0]) == {row["event_uid"] for row in [*MORNING, *first]}
    assert uids(found[1]) == {row["event_uid"] for row in [*EVENING, *second]}


def test_in_a_tie_it_is_the_first() -> None:
    alike = picks(MORNING, MORNING)
    assert [len(one) for one in settled(alike)] == [len(MORNING), 0]
