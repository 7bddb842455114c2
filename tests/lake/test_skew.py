"""How far two providers' clocks lie apart, where the same sign-ins stand in both of their logs."""

from __future__ import annotations

from conftest import EngineUnderTest
from event_rows import Row, event_row, event_table
from tocsin.lake.skew import Skew, skews


def pair(number: int, *, apart: float, day: int = 0) -> list[Row]:
    """One person's sign-in at Entra and, some seconds later, in the log of Microsoft 365."""
    facts = {"activity": "sign_in", "account": f"p{number}@example.org", "source_ip": f"203.0.113.{number}", "day": day}
    hour = 9 + number / 60
    return [
        event_row(f"e{number}/{day}", provider="entra", hour=hour, **facts),
        event_row(f"m{number}/{day}", provider="m365", hour=hour + apart / 3600, **facts),
    ]


def test_the_median_of_many_pairs_is_the_skew(engine: EngineUnderTest) -> None:
    """Two acts of one morning that are not the same do not move it, nor do those hours apart."""
    rows = [row for number in range(30) for row in pair(number, apart=240)]
    rows += [row for number in range(40, 45) for row in pair(number, apart=-600)]
    rows += [row for number in range(50, 60) for row in pair(number, apart=7_200)]
    found = skews(engine, engine.table(event_table(rows)))  # type: ignore[arg-type]
    assert found == [Skew(first="entra", second="m365", seconds=240, pairs=35)]


def test_a_few_pairs_tell_nothing(engine: EngineUnderTest) -> None:
    rows = [row for number in range(19) for row in pair(number, apart=240)]
    assert skews(engine, engine.table(event_table(rows))) == []  # type: ignore[arg-type]


def test_one_provider_alone_has_no_skew(engine: EngineUnderTest) -> None:
    rows = [pair(number, apart=0)[0] for number in range(30)]
    assert skews(engine, engine.table(event_table(rows))) == []  # type: ignore[arg-type]
